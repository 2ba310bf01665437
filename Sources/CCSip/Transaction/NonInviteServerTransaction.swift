import CCCore

/// Non-INVITE server transaction (RFC 3261 §17.2.2).
///
/// | state | request again | user: 1xx | user: 200–699 | J | guard |
/// |---|---|---|---|---|---|
/// | trying | – | send → proceeding | send → completed | | failed |
/// | proceeding | resend last | send | send → completed | | failed |
/// | completed | resend last | – | – | → terminated | |
///
/// J is 64·T1, 0 when reliable. The guard, 64·T1 after the request, ends a transaction whose user never answers: by
/// then the client has given up (RFC 4320 §4.1).
struct NonInviteServerTransaction {
    enum State: Equatable { case trying, proceeding, completed, terminated }

    private(set) var state = State.trying
    private let timers: TransactionTimers
    private let reliable: Bool
    private var endAt: Instant?

    init(timers: TransactionTimers, reliable: Bool, now: Instant) {
        self.timers = timers
        self.reliable = reliable
        endAt = now + timers.timeout
    }

    enum OnRequest: Equatable {
        /// Send the last response again.
        case resend
        /// Absorbed.
        case ignore
    }

    /// The request came again.
    mutating func receivedRequest() -> OnRequest {
        state == .proceeding || state == .completed ? .resend : .ignore
    }

    enum OnRespond: Equatable {
        /// Send it.
        case send
        /// A final response was sent before: dropped.
        case ignore
    }

    mutating func respond(_ status: SipStatus, now: Instant) -> OnRespond {
        guard state == .trying || state == .proceeding else { return .ignore }
        if status.isProvisional {
            state = .proceeding
            return .send
        }
        state = reliable ? .terminated : .completed
        endAt = reliable ? nil : now + timers.timeout
        return .send
    }

    enum OnTimer: Equatable {
        /// The guard: nobody answered the request. The transaction is over.
        case failed
        /// Timer J: the transaction is over.
        case terminated
        /// Nothing is due.
        case none
    }

    mutating func timerFired(now: Instant) -> OnTimer {
        guard let endAt, endAt <= now else { return .none }
        let answered = state == .completed
        terminate()
        return answered ? .terminated : .failed
    }

    mutating func terminate() {
        state = .terminated
        endAt = nil
    }

    var nextDeadline: Instant? { endAt }
}
