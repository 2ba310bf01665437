import CCCore
import NIOCore

/// The signalling of one call, on either side of it (RFC 3261 §13 to §15, RFC 3264, RFC 3311).
///
/// | state | means | left by |
/// |---|---|---|
/// | calling | our INVITE is out | 2xx → confirmed; refusal, failure → terminated; ``cancel(reason:now:into:)`` → ending |
/// | incoming | an INVITE waits for our answer | ``answer(now:into:)`` → answered; CANCEL, BYE, ``reject(_:headers:now:into:)`` → terminated |
/// | answered | our 2xx waits for its ACK | ACK → confirmed; none in 64·T1 → ending |
/// | confirmed | the call is up | BYE from either side → ending |
/// | ending | over for the user, not yet for the protocol | last transaction done → terminated |
/// | terminated | forget it | |
///
/// ``Action/ended(_:)`` comes exactly once, when the call is over for its user: from then on media is useless. The
/// session stays in use until ``isTerminated``: it still acknowledges a 2xx that crossed a CANCEL, answers a BYE that
/// crossed ours, and waits for an ACK before it may send BYE.
///
/// The shell does what the actions say, keeps the session under every ``DialogID`` it was told of, and hands back what
/// comes: responses and failures with their ``RequestToken``, requests of its dialogs, ACKs, CANCEL, and time.
public struct InviteSession: Sendable {
    /// Names a request of this session that went out with ``Action/sendRequest(_:token:)``.
    public struct RequestToken: Hashable, Sendable {
        let number: Int
    }

    /// What the shell has to do, and what it has to know.
    public enum Action: Sendable {
        /// Start a client transaction towards ``SipRequest/nextHop``; hand what comes back in with this token.
        case sendRequest(SipRequest, token: RequestToken)
        /// Cancel the INVITE that went out with this token (``TransactionLayer/cancel(_:reason:now:into:)``).
        case sendCancel(RequestToken, reason: String?)
        /// Send an ACK to a 2xx, without a transaction (``TransactionLayer/transmit(_:over:into:)``).
        case sendAck(SipRequest)
        /// Answer a server transaction. A 2xx to INVITE comes again and again until it is acknowledged.
        case respond(SipResponse, ServerTransactionID)
        /// From now on requests with this dialog identifier belong here.
        case dialogCreated(DialogID)
        /// The peer's phone rings.
        case ringing
        /// Media flows before the answer: the peer's (183) or ours (``InviteSession/progress(now:into:)``).
        case earlyMedia(NegotiatedAudio)
        /// The call is up.
        case answered(NegotiatedAudio)
        /// A later round agreed something else: hold, resume, a new address or codec.
        case mediaChanged(NegotiatedAudio)
        /// Our hold, resume or move was refused, with the peer's status or for want of a usable answer; the media stays
        /// as agreed before.
        case renegotiationFailed(SipStatus?)
        /// A digit came in an INFO.
        case digit(Character, duration: Duration)
        /// The peer wishes to transfer the call; say how it goes with ``InviteSession/report(_:_:now:into:)``.
        case referred(Referral)
        /// The peer has had the last word on its transfer, or will not get it.
        case referralClosed
        /// How our own transfer goes, as the peer says; a final status is the last word.
        case transferProgress(SipStatus)
        /// The call is over for its user.
        case ended(SessionEnd)
    }

    public enum State: Sendable, Equatable { case calling, incoming, answered, confirmed, ending, terminated }

    /// Which side of the initial INVITE this is.
    public enum Role: Sendable, Equatable { case caller, callee }

    /// What is the same for all calls of an endpoint.
    public struct Settings: Sendable {
        public var timers: TransactionTimers
        /// How long a peer may ring before the caller gives up.
        public var ringTimeout: Duration
        /// The value of User-Agent and Server; nil leaves them out.
        public var userAgent: String?

        public init(
            timers: TransactionTimers = TransactionTimers(), ringTimeout: Duration = .seconds(180),
            userAgent: String? = nil
        ) {
            self.timers = timers
            self.ringTimeout = ringTimeout
            self.userAgent = userAgent
        }
    }

    public let role: Role
    public internal(set) var state: State
    /// The initial INVITE: as received, or as last sent.
    public internal(set) var invite: SipRequest
    /// The dialog, once there is a single one: the callee's at once, the caller's with the first 2xx.
    public internal(set) var dialog: Dialog?
    public internal(set) var offerAnswer: OfferAnswer

    let settings: Settings
    let contact: SipURI
    let entropy: Entropy
    let localTag: String
    var credentials: DigestCredentials?

    // Requests out
    var tokenCount = 0
    var pending: [RequestToken: PendingRequest] = [:]
    /// The ACKs of the last INVITEs, for repeated 2xx.
    var acknowledgements: [SentAcknowledgement] = []
    var digits: [DtmfInfo] = []
    /// The challenges met so far, by the header field that answers them.
    var challenges: [HeaderName: Challenge] = [:]

    // Caller
    var earlyDialogs: [EarlyDialog] = []
    /// Further 2xx of a forked INVITE: ended as soon as they come.
    var forks: [Dialog] = []
    var hasRung = false

    // Callee
    var serverInvite: ServerInvite?
    /// Our answer to the offer in the initial INVITE.
    var firstAnswer: SessionDescription?
    var lastProvisional: SipResponse?

    // Renegotiation
    var renegotiationWanted = false

    // Transfer
    /// Transfers of the peer's that have had no final report.
    var referrals: [UInt32] = []
    /// What is to be told of them, oldest first.
    var reports: [(referral: Referral, status: SipStatus)] = []
    /// A transfer of ours has had none.
    var isReferring = false

    // Deadlines
    var answerBy: Instant?
    var repeatProvisionalAt: Instant?
    var retryAt: Instant?
    var lingerUntil: Instant?

    /// BYE is due as soon as the ACK has come.
    var byeWanted = false
    var byeReason: String?
    var extraHeaders: [(HeaderName, String)] = []

    /// A request of ours that has no final response yet.
    struct PendingRequest: Sendable {
        enum Purpose: Sendable, Equatable { case initialInvite, reinvite, bye, forkBye, digit, probe, refer, notify }
        var purpose: Purpose
        var request: SipRequest
        /// An INVITE that has waited too long for its final response is cancelled then.
        var cancelAt: Instant?
        /// A probe that has waited too long for any answer ends the call then.
        var giveUpAt: Instant?
        /// Authorization or Proxy-Authorization, once it carries credentials.
        var authorized: Set<HeaderName> = []
        var authenticationRounds = 0
    }

    struct Challenge: Sendable {
        var values: [String]
        /// How often its nonce has been used.
        var nonceCount: UInt32 = 0
    }

    struct SentAcknowledgement: Sendable {
        var token: RequestToken
        var remoteTag: String
        var request: SipRequest
    }

    /// The caller's view of one of the phones that an INVITE reached.
    struct EarlyDialog: Sendable {
        var dialog: Dialog
        /// Offer and answer as they stand when this phone's early answer is taken for good.
        var offerAnswer: OfferAnswer?
    }

    /// An INVITE of the peer's that is not through: unanswered, or answered 2xx and not acknowledged.
    struct ServerInvite: Sendable {
        var transaction: ServerTransactionID
        var request: SipRequest
        /// The 2xx, repeated until the ACK comes.
        var response: SipResponse?
        /// The ACK must bring the answer to our offer.
        var awaitsAnswer = false
        var interval: Duration = .zero
        var retransmitAt: Instant?
        var giveUpAt: Instant?
    }

    // MARK: Making one

    /// A call to be placed with ``start(now:into:)``.
    ///
    /// - Parameters:
    ///   - target: the Request-URI.
    ///   - from: who calls; its tag is set here.
    ///   - to: whom; usually the target without parameters.
    ///   - routes: proxies to go through, nearest first; written with `lr` as given.
    ///   - contact: where the peer's later requests reach this side.
    ///   - credentials: for proxies and peers that ask with 401 or 407.
    ///   - headers: further header fields of the initial INVITE.
    public init(
        calling target: SipURI, from: NameAddress, to: NameAddress, routes: [SipURI] = [], contact: SipURI,
        offerAnswer: OfferAnswer, credentials: DigestCredentials? = nil, headers: [(HeaderName, String)] = [],
        callID: String? = nil, settings: Settings = Settings(), entropy: Entropy
    ) {
        var from = from
        let tag = entropy.token()
        from.tag = tag
        var request = SipRequest(method: .invite, uri: target)
        for route in routes { request.headers.add(.route, NameAddress(uri: route).description) }
        request.headers.add(.maxForwards, "70")
        request.headers.add(.from, from.description)
        request.headers.add(.to, to.description)
        request.headers.add(.callID, callID ?? entropy.token(bytes: 16))
        request.headers.add(.cseq, "1 INVITE")
        request.headers.add(.contact, NameAddress(uri: contact).description)
        request.headers.add(.allow, SipCapabilities.allow)
        if let userAgent = settings.userAgent { request.headers.add(.userAgent, userAgent) }
        for (name, value) in headers { request.headers.add(name, value) }
        role = .caller
        state = .calling
        invite = request
        localTag = tag
        self.offerAnswer = offerAnswer
        self.contact = contact
        self.credentials = credentials
        self.settings = settings
        self.entropy = entropy
    }

    /// A call that has come; ``start(now:into:)`` looks whether it can be served.
    ///
    /// - Parameters:
    ///   - request: the INVITE, without a To tag.
    ///   - headers: header fields for our responses, for example a Reason or an identity.
    public init(
        incoming request: SipRequest, transaction: ServerTransactionID, contact: SipURI, offerAnswer: OfferAnswer,
        headers: [(HeaderName, String)] = [], settings: Settings = Settings(), entropy: Entropy
    ) {
        role = .callee
        state = .incoming
        invite = request
        localTag = entropy.token()
        dialog = Dialog(answering: request, localTag: localTag)
        serverInvite = ServerInvite(transaction: transaction, request: request)
        extraHeaders = headers
        self.offerAnswer = offerAnswer
        self.contact = contact
        self.settings = settings
        self.entropy = entropy
    }

    // MARK: Looking at one

    public var callID: String { invite.headers.callID ?? "" }
    /// Nothing is left to do: the shell may forget the session.
    public var isTerminated: Bool { state == .terminated }
    /// What the last round agreed.
    public var agreed: NegotiatedAudio? { offerAnswer.agreed }
    /// Whether this side has asked the peer to stop sending.
    public var isLocalHold: Bool { offerAnswer.isLocalHold }

    /// Every dialog whose requests belong here.
    public var dialogIDs: [DialogID] {
        (dialog.map { [$0.id] } ?? []) + earlyDialogs.map(\.dialog.id) + forks.map(\.id)
    }

    /// The server transaction of the initial INVITE or of a re-INVITE that is not through.
    public var serverTransaction: ServerTransactionID? { serverInvite?.transaction }

    // MARK: Beginning

    /// Caller: sends the INVITE. Callee: refuses what cannot be served, with ``Action/ended(_:)``; otherwise the state is
    /// still `incoming` and the call may be rung, answered or rejected.
    public mutating func start(now: Instant, into actions: inout [Action]) {
        switch role {
        case .caller: startCalling(now: now, into: &actions)
        case .callee: startAnswering(now: now, into: &actions)
        }
    }
}
