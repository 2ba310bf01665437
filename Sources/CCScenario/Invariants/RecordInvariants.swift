import CCCore

/// *Records tell the events*: the store has one record of every contact that ended, and each says what the contact's
/// events say. Checked at the end, when there are records to compare with.
public struct RecordsTellTheEvents: Invariant {
    public let rule = "records tell the events"
    private var timelines: [ContactID: ContactTimeline] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        if case .contactArrived(let contact) = event.kind, timelines[contact.id] == nil {
            timelines[contact.id] = ContactTimeline(contact)
        } else if let id = event.contact {
            timelines[id]?.apply(event)
        }
    }

    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {
        guard let records else { return }
        var stored: Set<ContactID> = []
        for record in records {
            guard stored.insert(record.id).inserted else {
                breaches.append(InvariantBreach(expected: "one record", seen: "several", contact: record.id))
                continue
            }
            guard let told = timelines[record.id]?.record else {
                breaches.append(
                    InvariantBreach(
                        expected: "a record of an ended contact", seen: "its end was not told", contact: record.id))
                continue
            }
            guard told != record, !isCut else { continue }
            breaches.append(
                InvariantBreach(expected: Self.text(told), seen: Self.text(record), contact: record.id))
        }
        guard !isCut else { return }
        for (id, timeline) in timelines.sorted(by: { $0.key < $1.key })
        where timeline.record != nil && !stored.contains(id) {
            breaches.append(InvariantBreach(expected: "a record of the contact", seen: "none", contact: id))
        }
    }

    private static func text(_ record: ContactRecord) -> String {
        (try? CenterJSON.line(record)) ?? "\(record.terminalReason)"
    }
}

/// *Figures add up*: as many contacts arrived as ended for one reason or another, and what the records count as offered,
/// answered and abandoned is what the events count.
public struct FiguresAddUp: Invariant {
    public let rule = "figures add up"
    private var arrived = 0
    private var reasons: [TerminalReason: Int] = [:]
    private var queued = 0
    private var answered = 0
    private var live: [ContactID: Mark] = [:]

    private struct Mark {
        let isInbound: Bool
        var isQueued = false
        var isAnswered = false
    }

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactArrived(let contact):
            arrived +=
                live.updateValue(Mark(isInbound: contact.direction == .inbound), forKey: contact.id) == nil ? 1 : 0
        case .contactQueued(let id, _): live[id]?.isQueued = true
        case .contactAnswered(let id, _): live[id]?.isAnswered = true
        case .contactEnded(let id, let reason):
            guard let mark = live.removeValue(forKey: id) else { return }
            reasons[reason, default: 0] += 1
            if mark.isInbound, mark.isQueued { queued += 1 }
            if mark.isInbound, mark.isQueued, mark.isAnswered { answered += 1 }
        default: break
        }
    }

    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {
        guard !isCut else { return }
        func compare(_ what: String, _ events: Int, _ others: Int) {
            guard events != others else { return }
            breaches.append(InvariantBreach(expected: "\(events) \(what), by the events", seen: "\(others)"))
        }
        compare("ended contacts", reasons.values.reduce(0, +), arrived - live.count)
        guard let records else { return }
        let summary = CenterSummary(of: records)
        compare("contacts", arrived - live.count, summary.contacts)
        compare("contacts, by their reasons", arrived - live.count, summary.reasons.values.reduce(0, +))
        compare("offered contacts", queued, summary.offered)
        compare("answered contacts", answered, summary.answered)
        compare(
            "contacts neither answered nor abandoned nor lost", 0,
            summary.offered - summary.answered - summary.abandoned - summary.lost)
        for reason in TerminalReason.allCases {
            compare("contacts \(reason)", reasons[reason, default: 0], summary.reasons[reason, default: 0])
        }
    }
}
