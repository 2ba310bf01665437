/// What a peer's `a=fmtp` line asks of an Opus sender (RFC 7587 §6.1), as far as it matters for mono.
///
/// `stereo` and `sprop-stereo` are of no interest: one channel is always legal and is what we send.
public struct OpusParameters: Hashable, Sendable {
    /// `maxaveragebitrate` in bits a second, kept within 6000 to 510000; `nil`: 24000.
    public var maximumAverageBitrate: Int?
    /// `useinbandfec=1`: the receiver can use forward error correction.
    public var usesInBandFec: Bool
    /// `usedtx=1`: the receiver wants silence not to be sent.
    public var usesDtx: Bool
    /// `cbr=1`: the receiver wants constant bit rate.
    public var isConstantBitrate: Bool
    /// `maxplaybackrate` in hertz: no use in coding more bandwidth than half of it.
    public var maximumPlaybackRate: Int
    /// Loss in percent, 0 to 100, that the in-band error correction is sized for. Not from the SDP: from our settings
    /// or from the peer's receiver reports.
    public var expectedLossPercent: Int
    /// Effort of the encoder, 0 to 10: better sound for more time. 0 costs less than half of 5.
    public var complexity: Int

    public init(
        maximumAverageBitrate: Int? = nil, usesInBandFec: Bool = true, usesDtx: Bool = false,
        isConstantBitrate: Bool = false, maximumPlaybackRate: Int = 48_000, expectedLossPercent: Int = 5,
        complexity: Int = 5
    ) {
        self.maximumAverageBitrate = maximumAverageBitrate
        self.usesInBandFec = usesInBandFec
        self.usesDtx = usesDtx
        self.isConstantBitrate = isConstantBitrate
        self.maximumPlaybackRate = maximumPlaybackRate
        self.expectedLossPercent = expectedLossPercent
        self.complexity = complexity
    }

    /// Reads the parameters of a format, `maxplaybackrate=16000; useinbandfec=1`. Unknown and broken ones are skipped;
    /// absent ones take the defaults of RFC 7587 §6.1 (no error correction, no DTX).
    public init(fmtp: String) {
        self.init(usesInBandFec: false)
        for parameter in fmtp.split(separator: ";") {
            let parts = parameter.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let value = Int(parts[1].filter { $0 != " " }) else { continue }
            switch parts[0].filter({ $0 != " " }).lowercased() {
            case "maxaveragebitrate": maximumAverageBitrate = min(max(value, 6_000), 510_000)
            case "useinbandfec": usesInBandFec = value == 1
            case "usedtx": usesDtx = value == 1
            case "cbr": isConstantBitrate = value == 1
            case "maxplaybackrate": maximumPlaybackRate = min(max(value, 8_000), 48_000)
            default: break
            }
        }
    }
}
