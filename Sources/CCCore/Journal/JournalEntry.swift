/// An event at its place in the journal.
public struct JournalEntry: Hashable, Sendable, Codable {
    /// Counts from 1, without gaps, over all runs of the centre on one store.
    public let position: UInt64
    public let event: CenterEvent

    public init(position: UInt64, event: CenterEvent) {
        self.position = position
        self.event = event
    }
}

/// The state of a centre after the event at a position: with it, earlier events need not be read.
public struct JournalSnapshot: Hashable, Sendable, Codable {
    /// 0: before the first event.
    public let position: UInt64
    public let state: CenterState

    public init(position: UInt64, state: CenterState) {
        self.position = position
        self.state = state
    }
}

/// What is written at once: all of it or nothing.
public struct JournalBatch: Hashable, Sendable {
    /// Each at the position after the one before.
    public var entries: [JournalEntry]
    /// The records of contacts that ended, or whose record has grown, by these entries.
    public var records: [ContactRecord]
    public var snapshot: JournalSnapshot?

    public init(entries: [JournalEntry] = [], records: [ContactRecord] = [], snapshot: JournalSnapshot? = nil) {
        self.entries = entries
        self.records = records
        self.snapshot = snapshot
    }
}

/// A place in a journal that cannot be believed.
public struct JournalDamage: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// The entry is missing, though later ones are there.
        case missing
        /// The entry's checksum is not that of its content.
        case checksum
        /// A snapshot's checksum is not that of its content.
        case snapshot
        /// What was noted beside the database breaks off in the middle of an entry.
        case brokenNote
        /// What was noted beside the database belongs to another one, or begins later than the database ends.
        case foreignNote
    }

    /// The file; "memory" for a store that has none.
    public let file: String
    /// The first position that cannot be believed.
    public let position: UInt64
    public let reason: Reason

    public init(file: String, position: UInt64, reason: Reason) {
        self.file = file
        self.position = position
        self.reason = reason
    }

    public var description: String { "journal damaged at position \(position): \(reason.rawValue) (\(file))" }
}
