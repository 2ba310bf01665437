#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
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

/// *Counted at answer*: a contact counts as answered from its answer on, and at that date, whatever comes after: it does
/// not end as abandoned unless it was put in line again, and its record has the date of its first answer.
public struct CountedAtAnswer: Invariant {
    public let rule = "counted at answer"
    private var answered: Set<ContactID> = []
    private var dates: [ContactID: Date] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactAnswered(let id, _):
            answered.insert(id)
            if dates.count < 1_000_000, dates[id] == nil { dates[id] = event.date }
        case .contactQueued(let id, _): answered.remove(id)
        case .contactEnded(let id, let reason):
            guard answered.remove(id) != nil, reason == .abandonedInQueue || reason == .abandonedWhileRinging else {
                return
            }
            breaches.append(
                InvariantBreach(expected: "an answered contact, completed", seen: "\(reason)", contact: id))
        default: break
        }
    }

    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {
        guard let records, !isCut, dates.count < 1_000_000 else { return }
        for record in records where record.answeredAt != dates[record.id] {
            breaches.append(
                InvariantBreach(
                    expected: "answered at \(dates[record.id]?.iso8601 ?? "no time")",
                    seen: record.answeredAt?.iso8601 ?? "not answered", contact: record.id))
        }
    }
}

/// *Figures add up*: at every instant as many contacts arrived as have ended for one reason or another or are live, and
/// what the records count as offered, answered and abandoned is what the events count.
public struct FiguresAddUp: Invariant {
    public let rule = "figures add up"
    private var arrived = 0
    private var reasons: [TerminalReason: Int] = [:]
    private var queued = 0
    private var answered = 0
    private var live: [ContactID: Mark] = [:]
    /// What does not add up once never does again.
    private var isWrong = false

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
            compareLive(event, &breaches)
        case .contactQueued(let id, _): live[id]?.isQueued = true
        case .contactAnswered(let id, _): live[id]?.isAnswered = true
        case .contactEnded(let id, let reason):
            reasons[reason, default: 0] += 1
            let mark = live.removeValue(forKey: id)
            compareLive(event, &breaches)
            guard let mark else { return }
            if mark.isInbound, mark.isQueued { queued += 1 }
            if mark.isInbound, mark.isQueued, mark.isAnswered { answered += 1 }
        default: break
        }
    }

    private mutating func compareLive(_ event: CenterEvent, _ breaches: inout [InvariantBreach]) {
        let ended = reasons.values.reduce(0, +)
        guard !isWrong, arrived != ended + live.count else { return }
        isWrong = true
        breaches.append(
            InvariantBreach(
                expected: "\(arrived) contacts, ended or live", seen: "\(ended) ended, \(live.count) live",
                contact: event.contact))
    }

    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {
        guard !isCut else { return }
        func compare(_ what: String, _ events: Int, _ others: Int) {
            guard events != others else { return }
            breaches.append(InvariantBreach(expected: "\(events) \(what), by the events", seen: "\(others)"))
        }
        if !isWrong { compare("ended contacts", reasons.values.reduce(0, +), arrived - live.count) }
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
