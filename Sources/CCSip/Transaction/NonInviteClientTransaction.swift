import CCCore

/// Non-INVITE client transaction (RFC 3261 §17.1.2).
///
/// | state | 1xx | 200–699 | E | F | K |
/// |---|---|---|---|---|---|
/// | trying | deliver → proceeding | deliver → completed | retransmit | timed out | |
/// | proceeding | deliver | deliver → completed | retransmit | timed out | |
/// | completed | – | – | | | → terminated |
///
/// E starts at T1, doubles up to T2, and is T2 in proceeding (unreliable transports only); F is 64·T1;
/// K is T4, 0 when reliable.
struct NonInviteClientTransaction {
    enum State: Equatable { case trying, proceeding, completed, terminated }

    private(set) var state = State.trying
    private let timers: TransactionTimers
    private let reliable: Bool
    private var retransmitAt: Instant?
    private var endAt: Instant?
    private var interval: Duration

    init(timers: TransactionTimers, reliable: Bool, now: Instant) {
        self.timers = timers
        self.reliable = reliable
        interval = timers.t1
        retransmitAt = reliable ? nil : now + interval
        endAt = now + timers.timeout
    }

    enum OnResponse: Equatable {
        /// The transaction user sees it.
        case deliver
        /// Dropped.
        case ignore
    }

    mutating func received(_ status: SipStatus, now: Instant) -> OnResponse {
        guard state == .trying || state == .proceeding else { return .ignore }
        if status.isProvisional {
            state = .proceeding
            return .deliver
        }
        state = reliable ? .terminated : .completed
        retransmitAt = nil
        endAt = reliable ? nil : now + timers.t4
        return .deliver
    }

    enum OnTimer: Equatable {
        /// Timer E: send the request again.
        case retransmit
        /// Timer F: nobody answered. The transaction is over.
        case timedOut
        /// Timer K: the transaction is over.
        case terminated
        /// Nothing is due.
        case none
    }

    mutating func timerFired(now: Instant) -> OnTimer {
        if let endAt, endAt <= now {
            let heard = state == .completed
            terminate()
            return heard ? .terminated : .timedOut
        }
        guard let at = retransmitAt, at <= now else { return .none }
        interval = state == .proceeding ? timers.t2 : min(interval * 2, timers.t2)
        retransmitAt = now + interval
        return .retransmit
    }

    mutating func terminate() {
        state = .terminated
        retransmitAt = nil
        endAt = nil
    }

    var nextDeadline: Instant? { earliest(retransmitAt, endAt) }
}
