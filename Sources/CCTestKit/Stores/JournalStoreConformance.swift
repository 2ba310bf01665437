#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore

/// Checks that a journal store keeps what `JournalStore` promises.
///
/// - Parameter make: gives a fresh, empty journal each time, and the contact store in which its records are found.
/// - Throws: ``ConformanceFailure`` with the name of the first rule that is broken.
public func checkJournalStore(
    _ make: @escaping () async throws -> (journal: any JournalStore, contacts: any ContactStore)
) async throws {
    let check = StoreCheck(make: make)

    try await check.rule("an empty journal begins at position 0") { journal, _ in
        try expectEqual(try await journal.openJournal(), JournalOpening())
        try expectEqual(try await journal.lastPosition(), 0)
        try expectEqual(try await journal.entries(after: 0, limit: 10), [])
        try expectEqual(try await journal.snapshot(), nil)
        try expectEqual(try await journal.trim(through: 10), 0)
    }
    try await check.rule("entries come back equal, in order, after any position and up to any limit") { journal, _ in
        _ = try await journal.openJournal()
        let all = entries(1...30)
        for entry in all { try expectEqual(journal.note(entry), true) }
        try await journal.commit(JournalBatch(entries: Array(all[..<7])))
        try await journal.commit(JournalBatch(entries: Array(all[7...])))
        try expectEqual(try await journal.entries(after: 0, limit: 100), all)
        try expectEqual(try await journal.entries(after: 4, limit: 5), Array(all[4..<9]))
        try expectEqual(try await journal.entries(after: 29, limit: 5), Array(all[29...]))
        try expectEqual(try await journal.entries(after: 30, limit: 5), [])
        try expectEqual(try await journal.entries(after: 31, limit: 5), [])
        try expectEqual(try await journal.entries(after: 0, limit: 0), [])
        try expectEqual(try await journal.lastPosition(), 30)
    }
    try await check.rule("committing twice is the same as committing once") { journal, _ in
        _ = try await journal.openJournal()
        try await journal.commit(JournalBatch(entries: entries(1...5)))
        try await journal.commit(JournalBatch(entries: entries(1...5)))
        try await journal.commit(JournalBatch(entries: entries(4...8)))
        try expectEqual(try await journal.entries(after: 0, limit: 100), entries(1...8))
    }
    try await check.rule("a batch that leaves a gap is refused as a whole") { journal, contacts in
        _ = try await journal.openJournal()
        try await journal.commit(JournalBatch(entries: entries(1...5)))
        for broken in [entries(7...8), [entries(6...6)[0], entries(8...8)[0]]] {
            do {
                try await journal.commit(JournalBatch(entries: broken, records: [record]))
                throw Mismatch(detail: "it was committed")
            } catch let damage as JournalDamage {
                try expectEqual(damage.reason, .missing)
            }
        }
        try expectEqual(try await journal.lastPosition(), 5)
        try expectEqual(try await contacts.records(), [])
    }
    try await check.rule("records are committed with their entries") { journal, contacts in
        _ = try await journal.openJournal()
        try await journal.commit(JournalBatch(entries: entries(1...2), records: [record]))
        try expectEqual(try await contacts.records(), [record])
    }
    try await check.rule("the newest snapshot comes back equal, and the state goes on from it") { journal, _ in
        _ = try await journal.openJournal()
        let all = entries(1...30)
        var state = CenterState()
        for entry in all[..<10] { state.apply(entry.event) }
        let first = JournalSnapshot(position: 10, state: state)
        for entry in all[10..<20] { state.apply(entry.event) }
        let second = JournalSnapshot(position: 20, state: state)
        try await journal.commit(JournalBatch(entries: Array(all[..<12]), snapshot: first))
        try expectEqual(try await journal.snapshot(), first)
        try await journal.commit(JournalBatch(entries: Array(all[12...]), snapshot: second))
        try expectEqual(try await journal.snapshot(), second)
        for entry in all[20...] { state.apply(entry.event) }
        try expectEqual(try await journal.state(), JournalSnapshot(position: 30, state: state))
    }
    try await check.rule("trimming never takes what the state needs, and says what is gone") { journal, _ in
        _ = try await journal.openJournal()
        let all = entries(1...30)
        try await journal.commit(JournalBatch(entries: all))
        try expectEqual(try await journal.trim(through: 30), 0)
        var state = CenterState()
        for entry in all[..<20] { state.apply(entry.event) }
        try await journal.commit(JournalBatch(snapshot: JournalSnapshot(position: 20, state: state)))
        try expectEqual(try await journal.trim(through: 12), 12)
        try expectEqual(try await journal.trim(through: 30), 8)
        try expectEqual(try await journal.trim(through: 30), 0)
        try expectEqual(try await journal.entries(after: 20, limit: 100), Array(all[20...]))
        do {
            _ = try await journal.entries(after: 19, limit: 100)
            throw Mismatch(detail: "trimmed entries were read")
        } catch let trimmed as JournalTrimmed {
            try expectEqual(trimmed.position, 20)
        }
        try await journal.commit(JournalBatch(entries: entries(31...33)))
        try expectEqual(try await journal.lastPosition(), 33)
    }
    try await check.rule("opened again it is the same, with nothing to recover") { journal, _ in
        _ = try await journal.openJournal()
        let all = entries(1...9)
        let snapshot = JournalSnapshot(position: 9, state: CenterState())
        for entry in all { journal.note(entry) }
        try await journal.commit(JournalBatch(entries: all, snapshot: snapshot))
        try await journal.closeJournal()
        let opening = try await journal.openJournal()
        try expectEqual(opening, JournalOpening(snapshot: snapshot, lastPosition: 9))
        try expectEqual(try await journal.entries(after: 0, limit: 100), all)
    }
}

private let start = Date(millisecondsSince1970: 1_763_763_600_123)

/// A few contacts one after the other, with text of every kind in them.
private func entries(_ positions: ClosedRange<UInt64>) -> [JournalEntry] {
    positions.map { position in
        let contact = ContactID("c\((position - 1) / 4)")
        let kind: CenterEvent.Kind =
            switch position % 4 {
            case 1:
                .contactArrived(
                    Contact(
                        id: contact, dialledNumber: "spr\u{E1}vka", callerNumber: "\"+34 911\\\n\u{1}",
                        arrivedAt: start, signallingID: "a/b@\u{1F4DE}"))
            case 2: .contactQueued(contact, "it's")
            case 3: .agentStateChanged("ann", .notReady("lunch: \u{2028}half"), until: start)
            default: .contactEnded(contact, .abandonedInQueue)
            }
        return JournalEntry(
            position: position, event: CenterEvent(kind, at: start.addingTimeInterval(Double(position))))
    }
}

private let record = ContactRecord(
    contact: Contact(id: "c1", dialledNumber: "support", callerNumber: "", arrivedAt: start), endedAt: start,
    terminalReason: .stopped)
