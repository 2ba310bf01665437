/// How agents spent the time for which they were signed in, and the shares that are reported of it.
///
/// The five parts add up to ``login`` exactly: an agent is in one state at any time.
public struct WorkTimes: Hashable, Sendable {
    /// Ready, and without a contact.
    public var idle = Duration.zero
    /// A contact was offered: the phone rang.
    public var ringing = Duration.zero
    /// With a customer, hold included.
    public var talking = Duration.zero
    public var wrapUp = Duration.zero
    /// Signed in, and taking no contacts for a stated reason.
    public var notReady = Duration.zero

    public init() {}

    /// The times of one agent, as a router tells them.
    public init(_ times: [AgentState: Duration]) {
        for (state, time) in times { add(time, in: state) }
    }

    /// Time checked out belongs to none of the parts.
    public mutating func add(_ time: Duration, in state: AgentState) {
        switch state {
        case .idle: idle += time
        case .reserved: ringing += time
        case .talking: talking += time
        case .wrapUp: wrapUp += time
        case .notReady: notReady += time
        case .checkedOut: break
        }
    }

    /// Ringing, talk and wrap-up.
    public var busy: Duration { ringing + talking + wrapUp }
    /// The time signed in.
    public var login: Duration { idle + busy + notReady }

    /// (ringing + talk + wrap-up) ÷ (the same + idle): how much of the time in which contacts could come was full of them.
    public var occupancy: Double? { share(busy, of: busy + idle) }
    /// (talk + wrap-up) ÷ time signed in.
    public var utilisation: Double? { share(talking + wrapUp, of: login) }
    /// Time not ready ÷ time signed in. Only what happens while signed in: absence is not known here.
    public var shrinkage: Double? { share(notReady, of: login) }

    private func share(_ part: Duration, of whole: Duration) -> Double? {
        whole > .zero ? part / whole : nil
    }

    public static func += (lhs: inout Self, rhs: Self) {
        lhs.idle += rhs.idle
        lhs.ringing += rhs.ringing
        lhs.talking += rhs.talking
        lhs.wrapUp += rhs.wrapUp
        lhs.notReady += rhs.notReady
    }
}
