internal import COpus

/// libopus's encoder, mono, one 20 ms packet at a time (RFC 6716).
///
/// Not a value: the codec's state lives in libopus. It belongs to one ``MediaSender``, which belongs to one event
/// loop; it is never used from two places at once, and that is what makes sending it between threads safe.
public final class OpusEncoder: @unchecked Sendable {
    /// The longest packet that is made, in octets (RFC 6716 §3.2.1: a frame is at most 1275).
    public static let packetBytesMax = 1275

    private let state: OpaquePointer
    public let sampleRate: Int
    public private(set) var parameters: OpusParameters

    /// - Parameters:
    ///   - sampleRate: of the PCM: 8000, 12000, 16000, 24000 or 48000.
    ///   - parameters: what the peer asks for.
    /// - Throws: ``MediaError/Code/codec``.
    public init(sampleRate: Int, parameters: OpusParameters = OpusParameters()) throws(MediaError) {
        var error: Int32 = 0
        guard [8_000, 12_000, 16_000, 24_000, 48_000].contains(sampleRate),
            let state = opus_encoder_create(Int32(sampleRate), 1, OPUS_APPLICATION_VOIP, &error), error == OPUS_OK
        else { throw MediaError(.codec, "no Opus encoder for \(sampleRate) Hz (\(error))") }
        self.state = state
        self.sampleRate = sampleRate
        self.parameters = parameters
        apply()
    }

    deinit { opus_encoder_destroy(state) }

    /// Takes over new parameters in mid-stream, for instance after a re-negotiation.
    public func update(_ parameters: OpusParameters) {
        self.parameters = parameters
        apply()
    }

    /// Codes one frame of 2.5, 5, 10, 20, 40 or 60 ms into `packet`, whose former contents are replaced.
    ///
    /// A packet of at most two octets need not be sent: with DTX it stands for silence.
    /// - Throws: ``MediaError/Code/codec`` when the frame has another length, or libopus refuses.
    public func encode(_ pcm: Span<Int16>, into packet: inout [UInt8]) throws(MediaError) {
        let missing = Self.packetBytesMax - packet.count
        if missing > 0 { packet.append(contentsOf: repeatElement(0, count: missing)) }
        let written = pcm.withUnsafeBufferPointer { samples in
            packet.withUnsafeMutableBufferPointer { octets in
                guard let input = samples.baseAddress, let output = octets.baseAddress else { return OPUS_BAD_ARG }
                return opus_encode(state, input, Int32(samples.count), output, Int32(Self.packetBytesMax))
            }
        }
        guard written >= 0 else {
            packet.removeAll(keepingCapacity: true)
            throw MediaError(.codec, "libopus cannot encode \(pcm.count) samples (\(written))")
        }
        packet.removeLast(packet.count - Int(written))
    }

    private func apply() {
        let bitrate = min(max(parameters.maximumAverageBitrate ?? 24_000, 6_000), 510_000)
        _ = ccopus_set_bitrate(state, Int32(bitrate))
        _ = ccopus_set_vbr(state, parameters.isConstantBitrate ? 0 : 1)
        _ = ccopus_set_complexity(state, Int32(min(max(parameters.complexity, 0), 10)))
        _ = ccopus_set_inband_fec(state, parameters.usesInBandFec ? 1 : 0)
        let loss = parameters.usesInBandFec ? parameters.expectedLossPercent : 0
        _ = ccopus_set_packet_loss(state, Int32(min(max(loss, 0), 100)))
        _ = ccopus_set_dtx(state, parameters.usesDtx ? 1 : 0)
        _ = ccopus_set_max_bandwidth(state, bandwidth)
    }

    private var bandwidth: Int32 {
        switch parameters.maximumPlaybackRate {
        case ..<12_000: OPUS_BANDWIDTH_NARROWBAND
        case ..<16_000: OPUS_BANDWIDTH_MEDIUMBAND
        case ..<24_000: OPUS_BANDWIDTH_WIDEBAND
        case ..<48_000: OPUS_BANDWIDTH_SUPERWIDEBAND
        default: OPUS_BANDWIDTH_FULLBAND
        }
    }
}
