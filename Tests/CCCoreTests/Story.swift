import CCCore
import Foundation

/// A contact's timeline, told in seconds after its arrival.
struct Story {
    static let start = Date(millisecondsSince1970: 1_763_763_600_000)
    var timeline: ContactTimeline

    init(_ id: ContactID = "c1", direction: Direction = .inbound) {
        timeline = ContactTimeline(
            Contact(
                id: id, direction: direction, dialledNumber: "support", callerNumber: "+34911234567",
                arrivedAt: Self.start))
    }

    var record: ContactRecord? { timeline.record }

    mutating func tell(_ seconds: Double, _ kind: CenterEvent.Kind, tenant: TenantID = .main) {
        timeline.apply(CenterEvent(kind, at: Self.start.addingTimeInterval(seconds), tenant: tenant))
    }

    /// Offered to an agent and answered.
    mutating func answer(_ seconds: Double, by agent: AgentID = "ann") {
        tell(seconds - 1, .contactOffered("c1", agent, "r1"))
        tell(seconds, .contactAnswered("c1", agent))
    }
}
