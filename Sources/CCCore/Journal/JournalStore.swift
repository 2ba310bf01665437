/// Keeps a centre's events in their order: the truth from which everything else can be made again.
///
/// - One owner at a time: who writes calls ``openJournal()`` first and ``closeJournal()`` at the end. Reading needs neither.
/// - Positions are contiguous from 1. A batch that does not begin after the last position is cut to what is new, so
///   committing twice is the same as committing once; one that begins later is refused with ``JournalDamage``.
/// - One call of ``commit(_:)`` is one transaction: after a crash all of its entries and records are there or none. When
///   it has returned, they survive the death of the process.
/// - ``note(_:)`` returns at once, without asking for the disk, and what was noted survives the death of the process where
///   the store can do that. Entries are noted in their order, before they are committed.
/// - What was read is what was committed: an entry that is not is ``JournalDamage``, never another entry.
public protocol JournalStore: Sendable {
    /// Takes what was noted and not committed into the journal, checks the entries since the newest snapshot, and cuts off
    /// what is missing or not as it was written. Opening again, also after a crash in the middle, finds the same journal
    /// without damage. What a newer version has written and this one does not understand is refused with an error, and
    /// nothing is changed.
    ///
    /// - Throws: the store's error when it cannot be read, or when somebody else has it open.
    func openJournal() async throws -> JournalOpening
    /// Remembers an entry until it is committed, and returns at once.
    ///
    /// - Returns: False when it could not be remembered, or the journal is not open: if the process dies before the entry
    ///   is committed, it is lost.
    @discardableResult
    func note(_ entry: JournalEntry) -> Bool
    func commit(_ batch: JournalBatch) async throws
    /// At most `limit` entries after a position, oldest first; none when there are no later ones.
    ///
    /// - Throws: ``JournalDamage``; ``JournalTrimmed`` when entries after the position have been trimmed.
    func entries(after position: UInt64, limit: Int) async throws -> [JournalEntry]
    /// The newest position; 0 when there is none.
    func lastPosition() async throws -> UInt64
    /// The newest snapshot that can be believed.
    func snapshot() async throws -> JournalSnapshot?
    /// Removes the entries up to and with a position, but none without which the state could not be made again: those
    /// after the snapshots that are kept.
    ///
    /// - Returns: The number of entries removed.
    @discardableResult
    func trim(through position: UInt64) async throws -> Int
    /// Ends the ownership. What is noted afterwards is lost.
    func closeJournal() async throws
}

/// What was found when a journal was opened.
public struct JournalOpening: Hashable, Sendable {
    public var snapshot: JournalSnapshot?
    public var lastPosition: UInt64
    /// How many noted entries the journal had lacked.
    public var recovered: Int
    /// What was cut off or passed over.
    public var damage: [JournalDamage]

    public init(
        snapshot: JournalSnapshot? = nil, lastPosition: UInt64 = 0, recovered: Int = 0, damage: [JournalDamage] = []
    ) {
        self.snapshot = snapshot
        self.lastPosition = lastPosition
        self.recovered = recovered
        self.damage = damage
    }
}

/// Somebody asked for entries that are not kept any more.
public struct JournalTrimmed: Error, Hashable, Sendable, CustomStringConvertible {
    /// The last position that was removed: reading can go on after it.
    public let position: UInt64

    public init(position: UInt64) { self.position = position }

    public var description: String { "the journal's entries up to \(position) have been trimmed" }
}

extension JournalStore {
    /// The state after the newest position, from the newest snapshot and the entries after it, and that position.
    public func state(tenant: TenantID = .main) async throws -> JournalSnapshot {
        let start = try await snapshot() ?? JournalSnapshot(position: 0, state: CenterState(tenant: tenant))
        return try await state(from: start)
    }

    /// Goes on from a snapshot to the newest position.
    public func state(from snapshot: JournalSnapshot) async throws -> JournalSnapshot {
        var state = snapshot.state
        var position = snapshot.position
        while true {
            let entries = try await entries(after: position, limit: 1_000)
            guard let last = entries.last else { return JournalSnapshot(position: position, state: state) }
            for entry in entries { state.apply(entry.event) }
            position = last.position
        }
    }
}
