import ContactCenterKit
import Synchronization

/// All events of a centre, in their order.
final class EventLog: Sendable {
    /// Set when the test is over.
    let over = OneShot<Void>()
    private let events = Mutex<[CenterEvent]>([])
    private let lost = Mutex(0)

    var all: [CenterEvent] { events.withLock { $0 } }
    var kinds: [CenterEvent.Kind] { all.map(\.kind) }
    var missed: Int { lost.withLock { $0 } }

    func follow(_ subscription: EventBroadcast<CenterEvent>.Subscription) async {
        for await item in subscription {
            switch item {
            case .event(let event): events.withLock { $0.append(event) }
            case .missed(let count): lost.withLock { $0 += count }
            }
        }
    }

    /// The types of the events of a contact, or of the only one, in their order, without why it was offered.
    func story(of contact: ContactID? = nil) -> [String] {
        all.filter { $0.contact != nil && (contact == nil || $0.contact == contact) }.map(\.type)
            .filter { $0 != "routingDecided" }
    }

    /// What was known of a contact on its arrival.
    func arrived(_ contact: ContactID) -> Contact? {
        for case .contactArrived(let arrived) in kinds where arrived.id == contact { return arrived }
        return nil
    }

    func contains(_ condition: (CenterEvent.Kind) -> Bool) -> Bool { kinds.contains(where: condition) }

    /// Waits for an event.
    func wait(_ condition: @escaping @Sendable (CenterEvent.Kind) -> Bool) async throws {
        guard try await eventually({ self.contains(condition) }) else {
            throw Surprise("the event did not come; there were:\n" + all.map(\.description).joined(separator: "\n"))
        }
    }

    /// Waits for an event of a type, `count` times.
    func wait(for type: String, count: Int = 1) async throws {
        guard try await eventually({ self.all.count { $0.type == type } >= count }) else {
            throw Surprise("\(type) did not come; there were:\n" + all.map(\.description).joined(separator: "\n"))
        }
    }
}
