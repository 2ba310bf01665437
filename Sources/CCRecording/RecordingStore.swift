#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import Synchronization

/// Keeps what is known about recordings; the audio itself lies in files.
///
/// - A save replaces what was kept of the same id as a whole, so saving twice is the same as saving once.
/// - One call of ``save(_:)`` is one transaction. When it has returned, it survives the death of the process.
/// - What comes back equals what was saved.
public protocol RecordingStore: Sendable {
    func save(_ recordings: [RecordingInfo]) async throws
    /// Nil when there is none.
    func recording(_ id: RecordingID) async throws -> RecordingInfo?
    /// The recordings that pass the filter, latest start first; those of one millisecond by descending id.
    func recordings(_ filter: RecordingFilter) async throws -> [RecordingInfo]
}

extension RecordingStore {
    public func save(_ recording: RecordingInfo) async throws { try await save([recording]) }
    public func recordings() async throws -> [RecordingInfo] { try await recordings(RecordingFilter()) }
}

/// Which recordings to list: those that fulfil every condition that is set.
public struct RecordingFilter: Hashable, Sendable {
    public var tenant: TenantID?
    public var contact: ContactID?
    /// Only those in state `recording`: after a restart these were cut off by the end of the process.
    public var onlyUnfinished: Bool
    /// At most so many; nil: all.
    public var limit: Int?

    public init(
        tenant: TenantID? = nil, contact: ContactID? = nil, onlyUnfinished: Bool = false, limit: Int? = nil
    ) {
        self.tenant = tenant
        self.contact = contact
        self.onlyUnfinished = onlyUnfinished
        self.limit = limit
    }

    /// Whether a recording fulfils the conditions other than the limit.
    public func includes(_ recording: RecordingInfo) -> Bool {
        if let tenant, recording.tenant != tenant { return false }
        if let contact, recording.contact != contact { return false }
        return !onlyUnfinished || recording.state == .recording
    }
}

/// Keeps what is known about recordings in memory.
public final class InMemoryRecordingStore: RecordingStore {
    private let stored = Mutex<[RecordingID: RecordingInfo]>([:])

    public init() {}

    public func save(_ recordings: [RecordingInfo]) async throws {
        stored.withLock { for recording in recordings { $0[recording.id] = recording } }
    }

    public func recording(_ id: RecordingID) async throws -> RecordingInfo? { stored.withLock { $0[id] } }

    public func recordings(_ filter: RecordingFilter) async throws -> [RecordingInfo] {
        let found = stored.withLock { $0.values.filter(filter.includes) }
        let sorted = found.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
        return filter.limit.map { Array(sorted.prefix(max(0, $0))) } ?? sorted
    }
}
