import CCCore
import CCSip

/// What a user agent is and where it can be reached.
public struct UserAgentConfiguration: Sendable {
    /// Where SIP is served, over UDP and TCP alike; several for IPv4 beside IPv6. Port 0 takes a free one.
    public var listen: [NetworkAddress]
    /// The address that SIP and SDP show to others when it is not the bound one: behind a static NAT.
    public var advertised: IPAddress?
    public var media: MediaSettings
    public var capabilities: MediaCapabilities
    /// Calls at one time; a further INVITE is answered 503 with Retry-After.
    public var callsMax: Int
    /// TCP connections at one time; a further one is closed at once.
    public var connectionsMax: Int
    public var timers: TransactionTimers
    /// The realm of digest authentication.
    public var realm: String
    /// The digest algorithms that phones are offered, preferred first. MD5 alone by default: widely used phones take the
    /// first challenge only, or give up when one of them is SHA-256.
    public var digestAlgorithms: [DigestAlgorithm]
    /// The name in Server and User-Agent headers.
    public var product: String

    public init(
        listen: [NetworkAddress], advertised: IPAddress? = nil, media: MediaSettings = MediaSettings(),
        capabilities: MediaCapabilities = MediaCapabilities(), callsMax: Int = 4_000, connectionsMax: Int = 4_000,
        timers: TransactionTimers = TransactionTimers(), realm: String = "contactcenter",
        digestAlgorithms: [DigestAlgorithm] = [.md5], product: String = "ContactCenterKit"
    ) {
        self.listen = listen
        self.advertised = advertised
        self.media = media
        self.capabilities = capabilities
        self.callsMax = callsMax
        self.connectionsMax = connectionsMax
        self.timers = timers
        self.realm = realm
        self.digestAlgorithms = digestAlgorithms
        self.product = product
    }
}

/// What a user agent asks and tells the program around it.
public struct UserAgentHandlers: Sendable {
    /// Whether there is somebody at the dialled number: nil takes the call, a status refuses it (404, 480, 486 …).
    /// Called on the signalling loop, before anything is set up: it must be quick.
    public var screen: @Sendable (_ dialled: String, _ request: SipRequest) -> SipStatus?
    /// Handles a call. Returning from it ends the call; the other side's hang-up cancels its task.
    public var call: @Sendable (Call) async -> Void
    /// The secret of an account that may register; nil when there is no such account. Called on the signalling loop.
    public var secret: @Sendable (_ username: String) -> DigestSecret?
    /// A phone of an account became reachable, or no phone of it is any more.
    public var registration: @Sendable (_ username: String, _ isRegistered: Bool) -> Void

    public init(
        screen: @escaping @Sendable (String, SipRequest) -> SipStatus? = { _, _ in nil },
        call: @escaping @Sendable (Call) async -> Void,
        secret: @escaping @Sendable (String) -> DigestSecret? = { _ in nil },
        registration: @escaping @Sendable (String, Bool) -> Void = { _, _ in }
    ) {
        self.screen = screen
        self.call = call
        self.secret = secret
        self.registration = registration
    }
}

/// How an outgoing call is placed.
public struct CallOptions: Sendable {
    /// The calling party; nil shows the user agent's own address.
    public var from: NameAddress?
    /// The display and address part of the To header when it is not the target.
    public var to: NameAddress?
    /// Route headers to put in: an outbound proxy.
    public var routes: [SipURI]
    /// Where to send the request instead of what the target says: the source of a registration (RFC 5626).
    public var flow: SipFlow?
    /// The codecs to offer, preferred first, when they are not those of the user agent.
    public var codecs: [AudioCodec]?
    /// What this side takes part in: `inactive` is a call without audio.
    public var direction: MediaDirection
    /// A call that this one is to be bridged with: their media then run on the same loop.
    public var near: Call?
    /// How long the phone may ring.
    public var ringTimeout: Duration
    /// For a trunk that asks for digest authentication.
    public var credentials: DigestCredentials?
    /// More headers, for example `X-Contact-ID`.
    public var headers: [(HeaderName, String)]
    /// Called on the signalling loop when the phone rings.
    public var ringing: (@Sendable () -> Void)?

    public init(
        from: NameAddress? = nil, to: NameAddress? = nil, routes: [SipURI] = [], flow: SipFlow? = nil,
        codecs: [AudioCodec]? = nil, direction: MediaDirection = .sendReceive, near: Call? = nil,
        ringTimeout: Duration = .seconds(60),
        credentials: DigestCredentials? = nil,
        headers: [(HeaderName, String)] = [], ringing: (@Sendable () -> Void)? = nil
    ) {
        self.from = from
        self.to = to
        self.routes = routes
        self.flow = flow
        self.codecs = codecs
        self.direction = direction
        self.near = near
        self.ringTimeout = ringTimeout
        self.credentials = credentials
        self.headers = headers
        self.ringing = ringing
    }
}
