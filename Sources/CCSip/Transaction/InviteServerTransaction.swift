import CCCore

/// INVITE server transaction (RFC 3261 §17.2.1 with RFC 6026 §7.1).
///
/// | state | INVITE again | ACK | user: 1xx | user: 2xx | user: 300–699 | 100 due | G | H | I, L |
/// |---|---|---|---|---|---|---|---|---|---|
/// | proceeding | resend last | – | send | send → accepted | send → completed | send 100 | | | |
/// | completed | resend last | → confirmed | – | – | – | | resend | failed | |
/// | confirmed | – | – | – | – | – | | | | → terminated |
/// | accepted | – | deliver | – | send | – | | | | → terminated |
///
/// 100 (Trying) is due after 200 ms without a word from the user. G starts at T1, doubles up to T2 (unreliable
/// transports only); H is 64·T1; I is T4, 0 when reliable; L is 64·T1. The user repeats its 2xx itself.
struct InviteServerTransaction {
    enum State: Equatable { case proceeding, completed, confirmed, accepted, terminated }

    private(set) var state = State.proceeding
    private let timers: TransactionTimers
    private let reliable: Bool
    private var tryingAt: Instant?
    private var retransmitAt: Instant?
    private var endAt: Instant?
    private var interval: Duration

    init(timers: TransactionTimers, reliable: Bool, now: Instant) {
        self.timers = timers
        self.reliable = reliable
        interval = timers.t1
        tryingAt = now + .milliseconds(200)
    }

    enum OnRequest: Equatable {
        /// Send the last response again, if there is one.
        case resend
        /// Absorbed.
        case ignore
    }

    /// The INVITE came again.
    mutating func receivedInvite() -> OnRequest {
        state == .proceeding || state == .completed ? .resend : .ignore
    }

    enum OnAcknowledgement: Equatable {
        /// It belongs to a 2xx: the transaction user sees it.
        case deliver
        /// It ended the repetition of a refusal, or came too often.
        case ignore
    }

    mutating func receivedAcknowledgement(now: Instant) -> OnAcknowledgement {
        switch state {
        case .accepted: return .deliver
        case .completed:
            retransmitAt = nil
            state = reliable ? .terminated : .confirmed
            endAt = reliable ? nil : now + timers.t4
            return .ignore
        case .proceeding, .confirmed, .terminated: return .ignore
        }
    }

    enum OnRespond: Equatable {
        /// Send it.
        case send
        /// The state does not allow it: dropped.
        case ignore
    }

    mutating func respond(_ status: SipStatus, now: Instant) -> OnRespond {
        switch state {
        case .proceeding:
            tryingAt = nil
            if status.isProvisional { return .send }
            endAt = now + timers.timeout
            if status.isSuccess {
                state = .accepted
            } else {
                state = .completed
                retransmitAt = reliable ? nil : now + interval
            }
            return .send
        case .accepted: return status.isSuccess ? .send : .ignore
        case .completed, .confirmed, .terminated: return .ignore
        }
    }

    enum OnTimer: Equatable {
        /// The user was silent for 200 ms: send 100 (Trying).
        case trying
        /// Timer G: send the final response again.
        case resend
        /// Timer H: the refusal was never acknowledged. The transaction is over.
        case failed
        /// Timer I or L: the transaction is over.
        case terminated
        /// Nothing is due.
        case none
    }

    mutating func timerFired(now: Instant) -> OnTimer {
        if let endAt, endAt <= now {
            let acknowledged = state != .completed
            terminate()
            return acknowledged ? .terminated : .failed
        }
        if let at = tryingAt, at <= now {
            tryingAt = nil
            return .trying
        }
        guard let at = retransmitAt, at <= now else { return .none }
        interval = min(interval * 2, timers.t2)
        retransmitAt = now + interval
        return .resend
    }

    mutating func terminate() {
        state = .terminated
        tryingAt = nil
        retransmitAt = nil
        endAt = nil
    }

    var nextDeadline: Instant? { earliest(tryingAt, earliest(retransmitAt, endAt)) }
}
