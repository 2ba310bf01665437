import CCCore
import CCSip
import CCTelephony

/// Where the centre serves SIP and RTP, and with which limits.
public struct Phones: CenterPart, Hashable {
    /// The IP address to bind, for example `127.0.0.1`, `0.0.0.0` or `::`.
    public var host: String
    /// The SIP port, for UDP and TCP. 0 takes a free one.
    public var sipPort: UInt16
    /// The UDP ports for media, two for each call.
    public var rtpPorts: ClosedRange<UInt16>
    /// The address that others see when it is not the bound one: behind a static NAT.
    public var advertised: String?
    /// Calls at one time, callers and agents together.
    public var callsMax: Int
    /// Threads that move media. One is enough for several hundred calls.
    public var mediaLoops: Int
    /// What a waiting party hears.
    public var music: Prompt
    /// A WAV file that is played in the place of ``music``; it is read when the centre is made.
    public var musicFile: String?
    /// A party whose media stopped for so long is asked whether it is still there; nil never asks.
    public var silenceTimeout: Duration?
    /// What this centre offers, preferred first.
    public var codecs: [AudioCodec]
    /// The realm of digest authentication.
    public var realm: String
    /// The digest algorithms that phones are offered, preferred first; see
    /// `UserAgentConfiguration.digestAlgorithms`.
    public var digestAlgorithms: [DigestAlgorithm]

    public init(
        host: String = "127.0.0.1", sipPort: UInt16 = 5060, rtpPorts: ClosedRange<UInt16> = 20_000...29_999,
        advertised: String? = nil, callsMax: Int = 4_000, mediaLoops: Int = 1, music: Prompt = .music,
        silenceTimeout: Duration? = .seconds(30), codecs: [AudioCodec] = [.opus, .pcmu, .pcma],
        realm: String = "contactcenter", digestAlgorithms: [DigestAlgorithm] = [.md5]
    ) {
        self.host = host
        self.sipPort = sipPort
        self.rtpPorts = rtpPorts
        self.advertised = advertised
        self.callsMax = callsMax
        self.mediaLoops = mediaLoops
        self.music = music
        self.silenceTimeout = silenceTimeout
        self.codecs = codecs
        self.realm = realm
        self.digestAlgorithms = digestAlgorithms
    }

    public func add(to plan: inout CenterPlan) {
        plan.phones = self
        plan.hasPhones = true
    }
}
