import ContactCenterKit
import Foundation
import Testing

@Suite("When a recording fails", .timeLimit(.minutes(5)))
struct RecordingFailureTests {
    /// A conversation of a second with recordings in `folder`, and what is known of the recording afterwards.
    private func converse(
        recordingsIn folder: String, network: (any Network)? = nil,
        _ check: @escaping @Sendable (RecordingInfo, Rig) async throws -> Void
    ) async throws {
        var plan = CenterPlan()
        Support().add(to: &plan)
        Recordings(folder).add(to: &plan)
        try await Rig.run(Rig.center(plan: plan, network: network)) { rig in
            let (customerHears, agentHears, start) = (Ear(), Ear(), OneShot<Void>())
            let phone = try await rig.phone("agent1", AgentPhone.talks(Voice.agent, at: start, heard: agentHears))
            let caller = try await rig.caller(hears: customerHears)
            try await rig.talk("agent1", start, caller, says: Voice.customer)
            try await rig.events.wait(for: "recordingFailed")
            #expect(phone.calls.first?.end == nil, "the call goes on")
            await caller.hangUp()
            #expect(agentHears.clarity(of: Voice.customer) > 0.7)
            #expect(customerHears.clarity(of: Voice.agent) > 0.8)
            let record = try #require(try await rig.records().first)
            #expect(record.terminalReason == .completedByCustomer)
            #expect(rig.events.all.count { $0.type == "recordingFailed" } == 1)
            #expect(
                try await eventually {
                    let known = try await rig.center.recordings.recordings()
                    return known.count == 1 && known[0].state != .recording
                })
            let info = try #require(try await rig.center.recordings.recordings().first)
            #expect(info.contact == record.id)
            try await check(info, rig)
        }
    }

    @Test("because its folder cannot be, the call goes on and the loss is kept")
    func impossibleFolder() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/file"
            try Data("not a folder".utf8).write(to: URL(fileURLWithPath: file))
            try await converse(recordingsIn: file + "/recordings") { info, _ in
                #expect(info.state == .failed("notFound"))
                #expect(info.duration == .zero)
            }
        }
    }

    @Test("because writing fails in the middle, the call goes on and what was written plays")
    func failingWrites() async throws {
        try await withTemporaryFolder { folder in
            let network = DiskThatFills(after: 4)
            try await converse(recordingsIn: folder, network: network) { info, _ in
                #expect(info.state == .failed("noSpace"))
                #expect(info.duration > .zero)
                let wav = try WavFile(path: info.path)
                #expect(wav.duration == info.duration)
            }
        }
    }

    @Test(
        "because the disk is full, the call goes on and what was written plays",
        .enabled(if: SmallDisk.isPossible, "root may mount a small disk on Linux, others may not"))
    func fullDisk() async throws {
        try await withTemporaryFolder { folder in
            try await SmallDisk.mounted(at: folder, kilobytes: 20) {
                try await converse(recordingsIn: folder) { info, _ in
                    #expect(info.state == .failed("noSpace"))
                    let wav = try WavFile(path: info.path)
                    #expect(wav.duration == info.duration)
                }
            }
        }
    }
}

/// The machine's network, with blocking work that fails after a while as on a full disk.
final class DiskThatFills: Network {
    private let left: Countdown
    private let real = NIONetwork.shared

    init(after count: Int) { left = Countdown(count) }

    var signalling: any NetworkLoop { real.signalling }
    var media: [any NetworkLoop] { real.media }
    func resolve(host: String, port: UInt16) async throws -> [NetworkAddress] {
        try await real.resolve(host: host, port: port)
    }
    func localAddress(toward remote: NetworkAddress) -> IPAddress? { real.localAddress(toward: remote) }

    func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        guard left.goesOn else { throw RecordingError(.noSpace, path: "", message: "the disk is full") }
        return try await real.blocking(work)
    }
}

/// A real disk of a few kilobytes.
enum SmallDisk {
    static var isPossible: Bool {
        #if os(Linux)
        geteuid() == 0 && (try? run("/bin/mount", "--version")) != nil
        #else
        false
        #endif
    }

    static func mounted(at folder: String, kilobytes: Int, _ body: () async throws -> Void) async throws {
        try run("/bin/mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "none", folder)
        do {
            try await body()
        } catch {
            try run("/bin/umount", folder)
            throw error
        }
        try run("/bin/umount", folder)
    }

    private static func run(_ tool: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Surprise("\(tool) ended with \(process.terminationStatus)") }
    }
}

@Suite("After the death of the process", .timeLimit(.minutes(5)))
struct RecoveryTests {
    @Test("recordings that it was writing play to their last sample, and are marked as cut off")
    func recordings() async throws {
        try await withTemporaryFolder { folder in
            let (path, gone) = (folder + "/cut.wav", folder + "/gone.wav")
            let file = try RecordingFile(path: path, sampleRate: 8_000)
            try file.append([UInt8](repeating: 1, count: 32_000))
            // The last samples stand in the file, and its header does not know of them.
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: [UInt8](repeating: 2, count: 16_001))
            try handle.close()

            var plan = CenterPlan()
            plan.store = .sqlite(folder + "/center.sqlite")
            let first = try Rig.center(plan: plan)
            let start = Date(timeIntervalSince1970: 1_000_000)
            try await first.recordings.save([
                RecordingInfo(id: "cut", contact: "c1", path: path, startedAt: start, sampleRate: 8_000),
                RecordingInfo(id: "gone", contact: "c2", path: gone, startedAt: start, sampleRate: 8_000),
                RecordingInfo(
                    id: "whole", contact: "c3", path: gone, startedAt: start, sampleRate: 8_000, duration: .seconds(9),
                    state: .finished),
            ])
            try await Rig.run(Rig.center(plan: plan)) { rig in
                let store = rig.center.recordings
                #expect(
                    try await eventually {
                        let unfinished = try await store.recordings(RecordingFilter(onlyUnfinished: true))
                        return unfinished.isEmpty
                    })
                let cut = try #require(try await store.recording("cut"))
                #expect(cut.state == .failed("crashed"))
                #expect(cut.duration == .milliseconds(1_500))
                let wav = try WavFile(path: path)
                #expect(wav.duration == .milliseconds(1_500) && !wav.isTruncated)
                let (lost, whole) = (try await store.recording("gone"), try await store.recording("whole"))
                #expect(lost?.state == .failed("notFound") && whole?.state == .finished)
                // Who follows the events hears of it too.
                try await rig.events.wait(for: "recordingFailed", count: 2)
                #expect(rig.events.kinds.contains(.recordingFailed("c1", "cut", "crashed")))
                #expect(rig.events.kinds.contains(.recordingFailed("c2", "gone", "notFound")))
            }
        }
    }
}
