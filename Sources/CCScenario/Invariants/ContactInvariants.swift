import CCCore

/// *No contact lost*: each contact arrives once, before anything else happens to it, and ends; at the end nothing is open.
public struct NoContactLost: Invariant {
    public let rule = "no contact lost"
    private var open: Set<ContactID> = []
    private var ended = RecentSet<ContactID>(capacity: 100_000)

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactArrived(let contact):
            guard !open.insert(contact.id).inserted || ended.contains(contact.id) else { return }
            breaches.append(
                InvariantBreach(expected: "one arrival of each contact", seen: "another", contact: contact.id))
        case .contactEnded(let id, _):
            if open.remove(id) == nil, !ended.contains(id) { unknown(id, event, &breaches) }
            ended.insert(id)
        case .contactConnected(let id), .contactQueued(let id, _), .contactOffered(let id, _, _),
            .contactAnswered(let id, _), .contactReleased(let id, _):
            if !open.contains(id), !ended.contains(id) { unknown(id, event, &breaches) }
        default: break
        }
    }

    private func unknown(_ id: ContactID, _ event: CenterEvent, _ breaches: inout [InvariantBreach]) {
        breaches.append(
            InvariantBreach(expected: "the contact's arrival first", seen: "\(event)", contact: id, agent: event.agent))
    }

    public mutating func finish(isCut: Bool, records: [ContactRecord]?, into breaches: inout [InvariantBreach]) {
        guard !isCut else { return }
        for id in open.sorted() {
            breaches.append(
                InvariantBreach(expected: "every contact has ended", seen: "it is still open", contact: id))
        }
    }
}

/// *One terminal reason*: a contact ends once, and afterwards it is neither queued nor offered nor answered. Its wrap-up,
/// its recording and its media may still be told of.
public struct OneTerminalReason: Invariant {
    public let rule = "one terminal reason"
    private var ended = RecentSet<ContactID>(capacity: 100_000)

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactEnded(let id, _):
            if ended.contains(id) { add("it ended again: \(event)", id, event, &breaches) }
            ended.insert(id)
        case .contactQueued(let id, _), .contactOffered(let id, _, _), .contactAnswered(let id, _),
            .contactReleased(let id, _):
            if ended.contains(id) { add("after its end: \(event)", id, event, &breaches) }
        default: break
        }
    }

    private func add(_ seen: String, _ id: ContactID, _ event: CenterEvent, _ breaches: inout [InvariantBreach]) {
        breaches.append(
            InvariantBreach(expected: "one end of the contact, and nothing after it", seen: seen, contact: id))
    }
}

/// *Holds balanced*: nobody holds a contact twice, and nobody resumes what they do not hold. A contact may end on hold.
public struct HoldsBalanced: Invariant {
    public let rule = "holds balanced"
    private var holders: [ContactID: Set<Party>] = [:]

    public init() {}

    public mutating func observe(_ event: CenterEvent, into breaches: inout [InvariantBreach]) {
        switch event.kind {
        case .contactHeld(let id, let party):
            guard !holders[id, default: []].insert(party).inserted else { return }
            breaches.append(
                InvariantBreach(
                    expected: "the \(party) resumes before holding again", seen: "held twice", contact: id))
        case .contactResumed(let id, let party):
            guard holders[id]?.remove(party) == nil else { return }
            breaches.append(
                InvariantBreach(expected: "the \(party) holds the contact", seen: "resumed without", contact: id))
        // The agent's phone, and what it held, is gone.
        case .contactReleased(let id, _): holders[id]?.remove(.agent)
        case .contactEnded(let id, _): holders[id] = nil
        default: break
        }
    }
}
