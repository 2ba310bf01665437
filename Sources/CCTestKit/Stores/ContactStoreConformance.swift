#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore

/// Checks that a contact store keeps what `ContactStore` promises.
///
/// - Parameter make: gives a fresh, empty store each time.
/// - Throws: ``ConformanceFailure`` with the name of the first rule that is broken.
public func checkContactStore(_ make: @escaping () async throws -> any ContactStore) async throws {
    let check = StoreCheck(make: make)

    try await check.rule("an empty store has no records") { store in
        try expectEqual(try await store.record("c1"), nil)
        try expectEqual(try await store.records(), [])
    }
    try await check.rule("a record with everything in it comes back equal") { store in
        try await store.save(full)
        try expectEqual(try await store.record(full.id), full)
        try expectEqual(try await store.records(), [full])
    }
    try await check.rule("a record with nothing in it comes back equal") { store in
        let bare = record("c1")
        try await store.save(bare)
        try expectEqual(try await store.record("c1"), bare)
    }
    try await check.rule("every terminal reason comes back") { store in
        let all = TerminalReason.allCases.enumerated().map { record(ContactID("c\($0.offset)"), reason: $0.element) }
        try await store.save(all)
        for one in all { try expectEqual(try await store.record(one.id), one) }
    }
    try await check.rule("text of any kind comes back unchanged") { store in
        let odd = record("'; drop table contact; --", caller: "sip:\u{1F4DE}é\n\"'%_\u{1}x", queue: "спр авка")
        try await store.save(odd)
        try expectEqual(try await store.record(odd.id), odd)
        try expectEqual(try await store.records(ContactFilter(queue: "спр авка")), [odd])
    }
    try await check.rule("saving twice is the same as saving once") { store in
        try await store.save(full)
        try await store.save(full)
        try expectEqual(try await store.records(), [full])
    }
    try await check.rule("a save replaces the record as a whole") { store in
        try await store.save(full)
        let bare = record(full.id, reason: .failedInternal)
        try await store.save(bare)
        try expectEqual(try await store.record(full.id), bare)
        try expectEqual(try await store.records(ContactFilter(agent: "bob")), [])
    }
    try await check.rule("of one id twice in a batch the last counts") { store in
        let last = record("c1", reason: .stopped)
        try await store.save([record("c1"), last])
        try expectEqual(try await store.records(), [last])
    }
    try await check.rule("an empty batch does nothing") { store in
        try await store.save([])
        try expectEqual(try await store.records(), [])
    }
    try await check.rule("records are listed newest first, then by descending id") { store in
        let records = [
            record("c1", at: 0), record("c9", at: 1), record("c3", at: 1), record("c10", at: 1),
            record("c0", at: 0.001),
        ]
        try await store.save(records)
        try expectEqual(try await store.records().map(\.id), ["c9", "c3", "c10", "c0", "c1"])
        try expectEqual(try await store.records(ContactFilter(limit: 2)).map(\.id), ["c9", "c3"])
        try expectEqual(try await store.records(ContactFilter(limit: 0)).map(\.id), [])
    }
    try await check.rule("each condition of a filter counts, and all together") { store in
        try await checkFilters(store)
    }
    try await check.rule("saves at the same time all arrive") { store in
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for number in 0..<20 { try await store.save(record(ContactID("w\(writer)-\(number)"))) }
                }
            }
            try await group.waitForAll()
        }
        try expectEqual(try await store.records().count, 160)
    }
}

private func checkFilters(_ store: any ContactStore) async throws {
    let other = record("c5", at: 5, tenant: "other")
    let records = [
        record("c1", at: 1, caller: "+34600", queue: "sales", agents: ["ann"]),
        record("c2", at: 2, queue: "sales", agents: ["ann", "bob"], reason: .abandonedInQueue),
        record("c3", at: 3, queue: "support", agents: ["bob", "bob"]),
        record("c4", at: 4, caller: "+34600", reason: .abandonedBeforeQueue),
        record("c6", at: 0, direction: .outbound, dialled: "+34600"),
        record("c7", at: 0, direction: .outbound, caller: "+34600"),
        other,
    ]
    try await store.save(records)
    let cases: [(ContactFilter, [ContactID])] = [
        (ContactFilter(), ["c5", "c4", "c3", "c2", "c1", "c7", "c6"]),
        (ContactFilter(tenant: "other"), ["c5"]),
        (ContactFilter(tenant: "nobody"), []),
        (ContactFilter(queue: "sales"), ["c2", "c1"]),
        (ContactFilter(agent: "bob"), ["c3", "c2"]),
        (ContactFilter(agent: "bo"), []),
        (ContactFilter(customer: "+34600"), ["c4", "c1", "c6"]),
        (ContactFilter(customer: "+3460"), []),
        (ContactFilter(tenant: .main, agent: "ann", customer: "+34600", from: date(0), limit: 20), ["c1"]),
        (ContactFilter(from: date(2)), ["c5", "c4", "c3", "c2"]),
        (ContactFilter(until: date(2)), ["c1", "c7", "c6"]),
        (ContactFilter(from: date(2), until: date(4)), ["c3", "c2"]),
        (ContactFilter(from: date(2.5), until: date(2.4)), []),
        (ContactFilter(reasons: [.abandonedInQueue, .abandonedBeforeQueue]), ["c4", "c2"]),
        (ContactFilter(reasons: []), []),
        (ContactFilter(tenant: .main, queue: "sales", agent: "bob", from: date(0)), ["c2"]),
        (ContactFilter(queue: "sales", until: date(9), reasons: [.abandonedInQueue, .crashed]), ["c2"]),
        (ContactFilter(agent: "bob", limit: 1), ["c3"]),
    ]
    for (filter, expected) in cases {
        let found = try await store.records(filter).map(\.id)
        guard found == expected else { throw Mismatch(detail: "found \(found) instead of \(expected) for \(filter)") }
    }
}

private func date(_ seconds: Double) -> Date {
    Date(millisecondsSince1970: 1_763_763_600_000 + Int64(seconds * 1000))
}

private func record(
    _ id: ContactID, at seconds: Double = 0, tenant: TenantID = .main, direction: Direction = .inbound,
    dialled: PhoneNumber = "support", caller: PhoneNumber = "+34911234567", queue: QueueID? = nil,
    agents: [AgentID] = [], reason: TerminalReason = .completedByCustomer
) -> ContactRecord {
    let contact = Contact(
        id: id, tenant: tenant, direction: direction, dialledNumber: dialled, callerNumber: caller,
        arrivedAt: date(seconds))
    let segments = agents.enumerated().map { number, agent in
        AgentSegment(
            agent: agent, reservation: ReservationID("r\(number)"), offeredAt: date(seconds), outcome: .noAnswer,
            ring: .seconds(20))
    }
    return ContactRecord(
        contact: contact, queue: queue, endedAt: date(seconds + 60), terminalReason: reason, segments: segments)
}

/// A record with a value in every field.
private let full = ContactRecord(
    contact: Contact(
        id: "c1", tenant: "acme", channel: .voice, direction: .outbound, dialledNumber: "+34911234567",
        callerNumber: "+34900111222", arrivedAt: date(0.123), signallingID: "a84b4c76e66710@pc33.example.com"),
    queue: "support", connectedAt: date(0.2), queuedAt: date(0.25), answeredAt: date(31.007), endedAt: date(290.999),
    terminalReason: .completedByAgent, queueWait: .milliseconds(30_757), digitCount: 3, recordings: ["rec2", "rec1"],
    media: MediaFigures(packetsExpected: 13_000, packetsLost: 17),
    segments: [
        AgentSegment(
            agent: "ann", reservation: "r1", offeredAt: date(0.25), outcome: .noAnswer, ring: .milliseconds(20_001)),
        AgentSegment(
            agent: "bob", reservation: "r2", offeredAt: date(20.251), outcome: .answered, answeredAt: date(31.007),
            releasedAt: date(290.999), ring: .milliseconds(10_756), talk: .milliseconds(200_000),
            hold: .milliseconds(59_992), wrapUp: .seconds(10),
            media: MediaFigures(packetsExpected: 12_990, packetsLost: 0)),
    ])
