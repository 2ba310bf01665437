import CCCore
import CCRouting
import CCTestKit
import Foundation
import Testing

@Suite("The state that events make of a centre")
struct CenterStateRouterTests {
    @Test("is what the router answers, and comes back from the coded events", arguments: 0..<60 as Range<UInt64>)
    func agrees(seed: UInt64) throws {
        var world = RandomWorld(seed: seed, changesSettings: seed % 3 == 0)
        var teller = Teller()
        var rebuilt = CenterState()
        var told = 0
        for step in 0..<400 {
            let (event, now) = world.next()
            teller.before(event, world.checker.router, now)
            let actions = try world.perform(event, now, step: step)
            teller.after(event, actions, now)

            for event in teller.events[told...] {
                var bytes: [UInt8] = []
                event.appendJSON(to: &bytes)
                rebuilt.apply(try CenterJSON.value(CenterEvent.self, from: String(decoding: bytes, as: UTF8.self)))
            }
            told = teller.events.count
            try #require(rebuilt == teller.state, "seed \(seed), step \(step): \(event)")
            try compare(teller.state, world, teller, now, "seed \(seed), step \(step): \(event)")
            if step % 100 == 99 {
                // As from a snapshot.
                rebuilt = try CenterJSON.value(CenterState.self, from: CenterJSON.line(rebuilt))
                #expect(rebuilt == teller.state)
            }
        }
        #expect(told > 100 && teller.records > 5)
    }

    private func compare(_ state: CenterState, _ world: RandomWorld, _ teller: Teller, _ now: Instant, _ place: String)
        throws
    {
        let router = world.checker.router
        #expect(Set(state.contacts.keys).isSuperset(of: world.checker.liveContacts), "\(place)")
        for (id, timeline) in state.contacts {
            switch (router.position(of: id), timeline.standing) {
            case (.waiting, .waiting), (nil, .inHand), (nil, .ended): break
            case (.reserved(let reservation), .offered(let queue, let agent, let offer)):
                #expect(reservation.id == offer && reservation.agent == agent && reservation.queue == queue, "\(place)")
            case (.talking(let agent), .talking(let other)): #expect(agent == other, "\(place)")
            case (let position, let standing):
                Issue.record("\(place): \(id) is \(String(describing: position)), the events say \(standing)")
            }
        }
        for agent in world.agents {
            let status = try #require(router.status(of: agent.id, now: now))
            let standing = state.agent(agent.id)
            #expect(status.state == standing?.state ?? .checkedOut, "\(place): \(agent.id)")
            #expect(status.contact == standing?.contact, "\(place): \(agent.id)")
            #expect(status.until.map(teller.date) == standing?.until, "\(place): \(agent.id)")
        }
        for queue in world.queues {
            #expect(router.waitingCount(in: queue.id) == state.waitingCount(in: queue.id), "\(place): \(queue.id)")
        }
    }
}

/// Tells what happens between a router and its world, as the desk of a centre does.
private struct Teller {
    private(set) var state = CenterState()
    private(set) var events: [CenterEvent] = []
    private(set) var records = 0
    private var now = Instant.zero

    func date(_ instant: Instant) -> Date {
        Date(millisecondsSince1970: 1_763_763_600_000).addingTimeInterval(Double(instant.nanoseconds) / 1e9)
            .roundedToMilliseconds
    }

    mutating func tell(_ kind: CenterEvent.Kind) {
        let event = CenterEvent(kind, at: date(now))
        if state.apply(event) != nil { records += 1 }
        events.append(event)
    }

    /// What is told before the router decides.
    mutating func before(_ event: RoutingEvent, _ router: Router, _ now: Instant) {
        self.now = now
        switch event {
        case .contactArrived(let id, let queue, _):
            guard router.position(of: id) == nil else { return }
            if state.contacts[id] == nil {
                tell(.contactArrived(Contact(id: id, dialledNumber: "1", callerNumber: "2", arrivedAt: date(now))))
            }
            tell(.contactQueued(id, queue))
        case .contactEnded(let id):
            guard let timeline = state.contacts[id], timeline.record == nil else { return }
            switch router.position(of: id) {
            case .talking(let agent): tell(.contactReleased(id, agent))
            case .reserved(let reservation): tell(.offerEnded(id, reservation.agent, .withdrawn))
            case .waiting, .ringing, .parked, nil: break
            }
            tell(.contactEnded(id, timeline.reason(forHangUpBy: .customer)))
            tell(.mediaMeasured(id, nil, MediaFigures(packetsExpected: 5, packetsLost: 0)))
            tell(.contactClosed(id))
        case .offerAccepted(let id):
            guard let (contact, agent) = offer(id) else { return }
            tell(.contactAnswered(contact, agent))
        case .offerRefused(let id, let reason):
            guard let (contact, agent) = offer(id) else { return }
            tell(.offerEnded(contact, agent, OfferOutcome(reason)))
        case .agentLost(let agent):
            guard let contact = router.status(of: agent, now: now)?.contact,
                case .talking(agent) = router.position(of: contact), let queue = state.contacts[contact]?.queueForTests
            else { return }
            tell(.contactReleased(contact, agent))
            tell(.contactQueued(contact, queue))
        default: break
        }
    }

    private func offer(_ id: ReservationID) -> (ContactID, AgentID)? {
        for (contact, timeline) in state.contacts {
            if case .offered(_, let agent, id) = timeline.standing { return (contact, agent) }
        }
        return nil
    }

    /// What follows from the router's actions.
    mutating func after(_ event: RoutingEvent, _ actions: [Router.Action], _ now: Instant) {
        self.now = now
        for action in actions {
            switch action {
            case .offer(let offer): tell(.contactOffered(offer.contact, offer.agent, offer.id))
            case .cancelOffer(let offer, let reason):
                guard reason != .contactEnded else { break }
                tell(.offerEnded(offer.contact, offer.agent, reason == .noAnswer ? .noAnswer : .unreachable))
            case .agentStateChanged(let agent, let state, let until, _):
                tell(.agentStateChanged(agent, state, until: until.map(date)))
            case .wrapUpEnded(let contact, let agent): tell(.wrapUpEnded(contact, agent))
            case .rejected(let contact, let reason):
                guard reason != .duplicate else { break }
                tell(.contactDequeued(contact))
            case .treated, .requeued, .decided: break
            }
        }
    }
}

extension ContactTimeline {
    /// The queue that it came from.
    fileprivate var queueForTests: QueueID? {
        var ended = self
        ended.apply(CenterEvent(.contactEnded(contact.id, .stopped), at: contact.arrivedAt))
        return ended.record?.queue
    }
}
