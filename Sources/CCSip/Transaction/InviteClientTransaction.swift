import CCCore

/// INVITE client transaction (RFC 3261 §17.1.1 with RFC 6026 §7.2).
///
/// | state | 1xx | 2xx | 300–699 | A | B | D, M | guard |
/// |---|---|---|---|---|---|---|---|
/// | calling | deliver → proceeding | deliver → accepted | deliver, ACK → completed | retransmit | timed out | | |
/// | proceeding | deliver | deliver → accepted | deliver, ACK → completed | | | | timed out |
/// | completed | – | – | ACK | | | → terminated | |
/// | accepted | – | deliver | – | | | → terminated | |
///
/// A starts at T1 and doubles (unreliable transports only); B is 64·T1; D is 32 s, 0 when reliable; M is 64·T1.
/// The guard runs only after ``giveUp(at:)``: a cancelled INVITE that never gets its final response (§9.1).
struct InviteClientTransaction {
    enum State: Equatable { case calling, proceeding, completed, accepted, terminated }

    private(set) var state = State.calling
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
        /// The transaction user sees it and the transaction acknowledges it.
        case deliverAndAcknowledge
        /// A repeated final response: acknowledged again, seen by nobody.
        case acknowledge
        /// Dropped.
        case ignore
    }

    mutating func received(_ status: SipStatus, now: Instant) -> OnResponse {
        switch state {
        case .calling, .proceeding:
            retransmitAt = nil
            if status.isProvisional {
                if state == .calling { endAt = nil }
                state = .proceeding
                return .deliver
            }
            if status.isSuccess {
                state = .accepted
                endAt = now + timers.timeout
                return .deliver
            }
            state = reliable ? .terminated : .completed
            endAt = reliable ? nil : now + max(.seconds(32), timers.timeout)
            return .deliverAndAcknowledge
        case .completed:
            return status.code >= 300 ? .acknowledge : .ignore
        case .accepted:
            return status.isSuccess ? .deliver : .ignore
        case .terminated:
            return .ignore
        }
    }

    /// A final response must come by then, or the transaction times out.
    mutating func giveUp(at instant: Instant) {
        if state == .calling || state == .proceeding { endAt = min(endAt ?? instant, instant) }
    }

    enum OnTimer: Equatable {
        /// Timer A: send the request again.
        case retransmit
        /// Timer B or the guard: nobody answered. The transaction is over.
        case timedOut
        /// Timer D or M: the transaction is over.
        case terminated
        /// Nothing is due.
        case none
    }

    mutating func timerFired(now: Instant) -> OnTimer {
        if let endAt, endAt <= now {
            let heard = state == .completed || state == .accepted
            terminate()
            return heard ? .terminated : .timedOut
        }
        guard let at = retransmitAt, at <= now else { return .none }
        interval *= 2
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
