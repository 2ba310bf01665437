import CCScenario
import CCSimulation
import CCTestKit
import ContactCenterKit
import Foundation
import Testing

@Suite("Recordings of simulated calls are gap-free and aligned")
struct RecordingTests {
    static let customerSays = AudioClip.speechLike(seed: 11, seconds: 2)
    static let agentSays = AudioClip.speechLike(seed: 12, seconds: 2)

    /// What a call left, and when the two spoke.
    struct Story: Sendable {
        var records: [ContactRecord]
        var recordings: [RecordingInfo]
        var customerSpoke: Date
        var agentSpoke: Date
    }

    /// Anna answers after two seconds; the customer speaks three seconds later and hangs up after the talk.
    static func call(
        folder: String, disk: SimulatedDisk = SimulatedDisk(), talk: Duration = .seconds(8),
        agentSpeaksAfter pause: Duration = .milliseconds(4_234)
    ) async throws -> Story {
        var plan = CenterTests.plan()
        plan.recordings = Recordings(folder)
        return try await Simulation.run(seed: 1) { [plan] world in
            try await world.withCenter(plan) { stage in
                let answered = OneShot<Void>()
                let agentSpoke = OneShot<Date>()
                try await stage.agent("anna", password: "secret") { call in
                    try? await world.sleep(for: .seconds(2))
                    try? await call.answer()
                    answered.fulfil(())
                    try? await world.sleep(for: pause)
                    agentSpoke.fulfil(world.time.date)
                    _ = try? await call.play(Prompt(agentSays))
                    await call.waitForEnd()
                }
                try world.host("10.0.0.1").disk = disk
                let customerSpoke = try await stage.call("100") { call in
                    _ = await answered.value()
                    try await world.sleep(for: .seconds(3))
                    let spoke = world.time.date
                    try await call.play(Prompt(customerSays))
                    try await world.sleep(for: talk - .seconds(5))
                    return spoke
                }
                // A slow disk may take a while.
                try await world.sleep(for: .seconds(300))
                return Story(
                    records: try await stage.center.contacts.records(ContactFilter()),
                    recordings: try await stage.center.recordings.recordings(),
                    customerSpoke: customerSpoke, agentSpoke: try #require(agentSpoke.current))
            }
        }
    }

    @Test("both sides are found where they spoke, to the frame", arguments: [1_000, 3_007, 4_234])
    func aligned(pause: Int) async throws {
        try await withTemporaryFolder { folder in
            let story = try await Self.call(folder: folder, agentSpeaksAfter: .milliseconds(pause))
            #expect(RecordingsGapFreeAndAligned().breaches(in: story.recordings, of: story.records) == [])
            let recording = try #require(story.recordings.first)
            let file = try WavFile(path: recording.path)
            #expect((397...401).contains(file.channels[0].count / 160))
            #expect(file.channels[0].count == file.channels[1].count)
            let sides = [
                (clip: Self.customerSays, channel: 0, spoke: story.customerSpoke),
                (clip: Self.agentSays, channel: 1, spoke: story.agentSpoke),
            ]
            var delays: [Double] = []
            for side in sides {
                let match = AudioCorrelation.best(of: side.clip.samples, in: file.channels[side.channel])
                #expect(match.coefficient > 0.95)
                delays.append(Double(match.lag) / 8 - side.spoke.timeIntervalSince(recording.startedAt) * 1_000)
                let other = AudioCorrelation.best(of: side.clip.samples, in: file.channels[1 - side.channel])
                #expect(other.coefficient < 0.5, "each side is in its own channel alone")
            }
            // Milliseconds: a frame that is being filled, the wire, and a frame in the jitter buffer.
            for delay in delays { #expect((0...41).contains(delay)) }
            #expect(abs(delays[0] - delays[1]) <= 20)
        }
    }

    @Test("a disk that is away for too long leaves a gap, and the rule sees it")
    func slowDisk() async throws {
        try await withTemporaryFolder { folder in
            let story = try await Self.call(
                folder: folder, disk: SimulatedDisk(latency: .seconds(30)), talk: .seconds(70))
            let breaches = RecordingsGapFreeAndAligned().breaches(in: story.recordings, of: story.records)
            #expect(breaches.contains { $0.expected == "no gap" && $0.seen.contains("missing") })
        }
    }

    @Test("a file with a stretch cut out is seen, although nobody has marked it")
    func cutOut() async throws {
        try await withTemporaryFolder { folder in
            let story = try await Self.call(folder: folder)
            let path = try #require(story.recordings.first).path
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            bytes.removeSubrange(44 + 32_000..<44 + 32_000 + 640 * 5)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            _ = try RecordingFile.repair(path: path)
            let breaches = RecordingsGapFreeAndAligned().breaches(in: story.recordings, of: story.records)
            #expect(breaches.map(\.expected) == ["a file of \(story.recordings[0].duration)"])
        }
    }

    /// One thing that may be wrong with a recording, and what the rule says to it.
    struct Fault: Sendable {
        let name: String
        let expected: String
        let change: @Sendable (RecordingInfo) -> [RecordingInfo]
    }

    static let faults = [
        Fault(name: "no recording", expected: "a recording of ") { _ in [] },
        Fault(name: "two of one talk", expected: "a conversation for each") { [$0, $0] },
        Fault(name: "one that began late", expected: "a recording of ") {
            [$0.with(startedAt: $0.startedAt + 0.1)]
        },
        Fault(name: "a lost packet", expected: "no gap") {
            var info = $0
            info.marks = [RecordingMark(kind: .agentLost, start: .seconds(1), duration: .milliseconds(20))]
            return [info]
        },
        Fault(name: "one that failed", expected: "a finished recording") {
            var info = $0
            info.state = .failed("noSpace")
            return [info]
        },
        Fault(name: "a file that is gone", expected: "a WAV file that can be read") {
            [$0.with(path: $0.path + ".gone")]
        },
        Fault(name: "one that ends early", expected: "7.998 seconds of audio") {
            var info = $0
            info.duration = info.duration - .milliseconds(60)
            return [info]
        },
    ]

    @Test("what is wrong is named")
    func wrong() async throws {
        try await withTemporaryFolder { folder in
            let story = try await Self.call(folder: folder)
            for fault in Self.faults {
                let recordings = story.recordings.flatMap(fault.change)
                let breaches = RecordingsGapFreeAndAligned().breaches(in: recordings, of: story.records)
                #expect(breaches.first?.expected.hasPrefix(fault.expected) ?? false, "\(fault.name): \(breaches)")
            }
        }
    }

    @Test("a day with recordings breaks no rule", arguments: SimulationOptions.Scheduling.allCases)
    func day(scheduling: SimulationOptions.Scheduling) async throws {
        let options = TelephonyOptions(scheduling: scheduling, audioEvery: 2)
        try await Self.day(TelephonyTests.day(horizon: .seconds(120)), options)
    }

    @Test("a day with mistakes on a poor network leaves no gap either", arguments: 1...2 as ClosedRange<UInt64>)
    func poor(seed: UInt64) async throws {
        let scenario = TelephonyTests.day(mistakes: TelephonyTests.mistakes, horizon: .seconds(120))
        try await Self.day(scenario, TelephonyOptions(audioEvery: 2, link: .poor), seed: seed)
    }

    private static func day(_ scenario: Scenario, _ options: TelephonyOptions, seed: UInt64 = 1) async throws {
        try await withTemporaryFolder { folder in
            var options = options
            options.recordings = folder
            let result = try await TelephonySimulation(scenario, options: options).run(seed: seed)
            #expect(result.violations.map(\.description) == [])
            #expect(result.recordings.count > 2)
        }
    }
}

extension RecordingInfo {
    fileprivate func with(startedAt: Date? = nil, path: String? = nil) -> RecordingInfo {
        RecordingInfo(
            id: id, contact: contact, path: path ?? self.path, startedAt: startedAt ?? self.startedAt,
            sampleRate: sampleRate, duration: duration, marks: marks, packetsLost: packetsLost, state: state)
    }
}

func withTemporaryFolder(_ body: (String) async throws -> Void) async throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("cctests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try await body(url.path)
}
