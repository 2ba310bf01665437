/// An audio encoding as `a=rtpmap` names it.
public struct AudioCodec: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The encoding name: `opus` in lower case, all others in upper case (names compare without case).
    public let name: String
    /// The RTP clock in Hz.
    public let clockRate: Int
    public let channels: Int

    public init(name: some StringProtocol, clockRate: Int, channels: Int = 1) {
        let lower = name.lowercased()
        self.name = lower == "opus" ? lower : name.uppercased()
        self.clockRate = clockRate
        self.channels = channels
    }

    /// RFC 7587: always written `opus/48000/2`, whatever is sent.
    public static let opus = AudioCodec(name: "opus", clockRate: 48_000, channels: 2)
    /// G.711 µ-law, static payload type 0.
    public static let pcmu = AudioCodec(name: "PCMU", clockRate: 8_000)
    /// G.711 A-law, static payload type 8.
    public static let pcma = AudioCodec(name: "PCMA", clockRate: 8_000)

    /// RFC 4733 events at a codec's clock.
    static func telephoneEvent(clockRate: Int) -> AudioCodec {
        AudioCodec(name: "telephone-event", clockRate: clockRate)
    }

    var isTelephoneEvent: Bool { name == "TELEPHONE-EVENT" }

    /// The payload type that RFC 3551 fixes for it.
    var staticPayloadType: UInt8? {
        switch self {
        case .pcmu: 0
        case .pcma: 8
        default: nil
        }
    }

    /// The codec that a payload type means without an `a=rtpmap`.
    static func fixed(payloadType: UInt8) -> AudioCodec? {
        switch payloadType {
        case 0: .pcmu
        case 8: .pcma
        default: nil
        }
    }

    /// `opus/48000/2`, `PCMU/8000`.
    public var description: String {
        let written = isTelephoneEvent ? "telephone-event" : name
        return channels == 1 ? "\(written)/\(clockRate)" : "\(written)/\(clockRate)/\(channels)"
    }

    /// Whether a peer's `a=rtpmap` means this codec. Opus counts whatever channel number a peer writes.
    func matches(_ other: AudioCodec) -> Bool {
        name == other.name && clockRate == other.clockRate && (channels == other.channels || name == "opus")
    }
}

/// The Opus parameters of RFC 7587 §6.1. What a side declares is what it wants to receive.
public struct OpusParameters: Hashable, Sendable, Codable {
    /// Bits per second, 6,000 to 510,000; nil leaves it to the sender.
    public var maxAverageBitrate: Int?
    /// Hz, 8,000 to 48,000: the highest rate worth sending.
    public var maxPlaybackRate: Int?
    public var useInbandFEC: Bool
    public var stereo: Bool
    public var constantBitrate: Bool
    public var useDTX: Bool

    public init(
        maxAverageBitrate: Int? = nil, maxPlaybackRate: Int? = nil, useInbandFEC: Bool = false, stereo: Bool = false,
        constantBitrate: Bool = false, useDTX: Bool = false
    ) {
        self.maxAverageBitrate = maxAverageBitrate
        self.maxPlaybackRate = maxPlaybackRate
        self.useInbandFEC = useInbandFEC
        self.stereo = stereo
        self.constantBitrate = constantBitrate
        self.useDTX = useDTX
    }

    /// Reads an `a=fmtp` value's parameters. Unknown ones and values out of range are passed over.
    public init(formatParameters text: some StringProtocol) {
        self.init()
        for field in text.split(separator: ";") {
            let pair = field.split(separator: "=", maxSplits: 1).map {
                String($0.filter { !$0.isWhitespace }).lowercased()
            }
            guard pair.count == 2 else { continue }
            switch (pair[0], Int(pair[1])) {
            case ("maxaveragebitrate", let rate?) where (6_000...510_000).contains(rate): maxAverageBitrate = rate
            case ("maxplaybackrate", let rate?) where (8_000...48_000).contains(rate): maxPlaybackRate = rate
            case ("useinbandfec", let flag): useInbandFEC = flag == 1
            case ("stereo", let flag): stereo = flag == 1
            case ("cbr", let flag): constantBitrate = flag == 1
            case ("usedtx", let flag): useDTX = flag == 1
            default: break
            }
        }
    }

    /// The `a=fmtp` parameters that differ from the RFC's defaults; nil when there are none.
    public var formatParameters: String? {
        var fields: [String] = []
        if let maxPlaybackRate { fields.append("maxplaybackrate=\(maxPlaybackRate)") }
        if let maxAverageBitrate { fields.append("maxaveragebitrate=\(maxAverageBitrate)") }
        if useInbandFEC { fields.append("useinbandfec=1") }
        if stereo { fields.append("stereo=1") }
        if constantBitrate { fields.append("cbr=1") }
        if useDTX { fields.append("usedtx=1") }
        return fields.isEmpty ? nil : fields.joined(separator: ";")
    }
}

/// What this side can do with audio.
public struct MediaCapabilities: Sendable, Equatable {
    /// Preferred first.
    public var codecs: [AudioCodec]
    /// Whether DTMF is sent and received as RFC 4733 events.
    public var telephoneEvent: Bool
    /// The packet length this side wishes to receive.
    public var ptime: Duration
    /// The Opus parameters that this side declares.
    public var opus: OpusParameters
    /// Whether offers propose RTP and RTCP on one port (RFC 5761). An offer that proposes it is accepted either way.
    public var offersRtcpMux: Bool

    public init(
        codecs: [AudioCodec] = [.opus, .pcmu, .pcma], telephoneEvent: Bool = true, ptime: Duration = .milliseconds(20),
        opus: OpusParameters = OpusParameters(useInbandFEC: true), offersRtcpMux: Bool = false
    ) {
        self.codecs = codecs
        self.telephoneEvent = telephoneEvent
        self.ptime = ptime
        self.opus = opus
        self.offersRtcpMux = offersRtcpMux
    }
}
