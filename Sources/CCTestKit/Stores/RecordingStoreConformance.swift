#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import CCRecording

/// Checks that a recording store keeps what `RecordingStore` promises.
///
/// - Parameter make: gives a fresh, empty store each time.
/// - Throws: ``ConformanceFailure`` with the name of the first rule that is broken.
public func checkRecordingStore(_ make: @escaping () async throws -> any RecordingStore) async throws {
    let check = StoreCheck(make: make)
    func info(
        _ id: RecordingID, contact: ContactID = "c1", tenant: TenantID = .main, at seconds: Int64 = 0,
        marks: [RecordingMark] = [], state: RecordingState = .finished
    ) -> RecordingInfo {
        RecordingInfo(
            id: id, contact: contact, tenant: tenant, path: "/var/recordings/it's \(id).wav",
            startedAt: Date(millisecondsSince1970: 1_763_763_600_123 + seconds * 1000), sampleRate: 16_000,
            duration: .milliseconds(61_020), marks: marks, packetsLost: 3, state: state)
    }

    try await check.rule("an empty store has no recordings") { store in
        try expectEqual(try await store.recording("r1"), nil)
        try expectEqual(try await store.recordings(), [])
    }
    try await check.rule("a recording comes back equal, with its marks in order") { store in
        let marks = RecordingMark.Kind.allCases.enumerated().map { number, kind in
            RecordingMark(kind: kind, start: .milliseconds(20 * number), duration: .milliseconds(40))
        }
        let saved = info("r1", marks: marks)
        try await store.save(saved)
        try expectEqual(try await store.recording("r1"), saved)
        try expectEqual(try await store.recordings(), [saved])
    }
    try await check.rule("a save replaces the recording as a whole") { store in
        try await store.save(info("r1", marks: [RecordingMark(kind: .paused, start: .zero, duration: .seconds(1))]))
        let last = info("r1", state: .failed("noSpace"))
        try await store.save([info("r1", state: .recording), last])
        try await store.save(last)
        try expectEqual(try await store.recordings(), [last])
    }
    try await check.rule("recordings are listed latest first, then by descending id") { store in
        try await store.save([info("r1", at: 1), info("r2", at: 0), info("r3", at: 1), info("r4", at: 2)])
        try expectEqual(try await store.recordings().map(\.id), ["r4", "r3", "r1", "r2"])
        try expectEqual(try await store.recordings(RecordingFilter(limit: 3)).map(\.id), ["r4", "r3", "r1"])
    }
    try await check.rule("each condition of a filter counts, and all together") { store in
        try await store.save([
            info("r1", contact: "c1", state: .recording), info("r2", contact: "c2"),
            info("r3", contact: "c1", tenant: "other"), info("r4", contact: "c1", state: .failed("noSpace")),
        ])
        try expectEqual(try await store.recordings(RecordingFilter(contact: "c1")).map(\.id), ["r4", "r3", "r1"])
        try expectEqual(try await store.recordings(RecordingFilter(tenant: "other")).map(\.id), ["r3"])
        try expectEqual(try await store.recordings(RecordingFilter(onlyUnfinished: true)).map(\.id), ["r1"])
        let none = RecordingFilter(tenant: "other", contact: "c1", onlyUnfinished: true)
        try expectEqual(try await store.recordings(none).map(\.id), [])
    }
}
