internal import COpus

/// libopus's decoder, mono (stereo streams are mixed down by libopus), with its loss concealment.
///
/// Not a value, and owned like ``OpusEncoder``.
public final class OpusDecoder: @unchecked Sendable {
    /// The longest packet of RFC 6716: 120 ms.
    public static let packetMillisecondsMax = 120

    private let state: OpaquePointer
    public let sampleRate: Int

    /// - Parameter sampleRate: of the PCM wanted: 8000, 12000, 16000, 24000 or 48000, whatever the sender coded.
    /// - Throws: ``MediaError/Code/codec``.
    public init(sampleRate: Int) throws(MediaError) {
        var error: Int32 = 0
        guard [8_000, 12_000, 16_000, 24_000, 48_000].contains(sampleRate),
            let state = opus_decoder_create(Int32(sampleRate), 1, &error), error == OPUS_OK
        else { throw MediaError(.codec, "no Opus decoder for \(sampleRate) Hz (\(error))") }
        self.state = state
        self.sampleRate = sampleRate
    }

    deinit { opus_decoder_destroy(state) }

    /// Length of a packet in ticks of the 48 kHz RTP clock, from its first octets; `nil` when it is not a legal packet.
    public static func duration(of packet: Span<UInt8>) -> Int? {
        guard packet.count > 0 else { return nil }
        let samples = packet.withUnsafeBufferPointer { octets in
            guard let base = octets.baseAddress else { return Int32(OPUS_INVALID_PACKET) }
            return opus_packet_get_nb_samples(base, Int32(clamping: octets.count), 48_000)
        }
        return samples > 0 ? Int(samples) : nil
    }

    /// Appends the packet's audio, 2.5 to 120 ms, to `pcm`.
    /// - Returns: the number of samples.
    /// - Throws: ``MediaError/Code/codec`` when the packet is corrupt; nothing is appended then.
    @discardableResult
    public func decode(_ packet: Span<UInt8>, appendingTo pcm: inout [Int16]) throws(MediaError) -> Int {
        try run(packet, samplesMax: sampleRate * Self.packetMillisecondsMax / 1000, isRecovery: false, into: &pcm)
    }

    /// Appends what the in-band error correction of `next` knows of the packet before it; where it knows nothing,
    /// concealment.
    /// - Parameters:
    ///   - next: the packet after the lost one.
    ///   - samples: length of the lost packet: a multiple of 2.5 ms.
    ///   - pcm: where the audio goes.
    @discardableResult
    public func recover(
        from next: Span<UInt8>, samples: Int, appendingTo pcm: inout [Int16]
    ) throws(MediaError) -> Int {
        try run(next, samplesMax: samples, isRecovery: true, into: &pcm)
    }

    /// Appends `samples` (a multiple of 2.5 ms, at most 120 ms) of audio made up from what came before.
    @discardableResult
    public func conceal(samples: Int, appendingTo pcm: inout [Int16]) throws(MediaError) -> Int {
        try run(Span(), samplesMax: samples, isRecovery: false, into: &pcm)
    }

    private func run(
        _ packet: Span<UInt8>, samplesMax: Int, isRecovery: Bool, into pcm: inout [Int16]
    ) throws(MediaError) -> Int {
        guard samplesMax > 0, samplesMax <= sampleRate * Self.packetMillisecondsMax / 1000 else {
            throw MediaError(.codec, "\(samplesMax) samples are not a length that Opus has")
        }
        let start = pcm.count
        pcm.append(contentsOf: repeatElement(0, count: samplesMax))
        let decoded = packet.withUnsafeBufferPointer { octets in
            pcm.withUnsafeMutableBufferPointer { samples in
                guard let base = samples.baseAddress else { return OPUS_ALLOC_FAIL }
                return opus_decode(
                    state, octets.baseAddress, Int32(clamping: octets.count), base + start, Int32(samplesMax),
                    isRecovery ? 1 : 0)
            }
        }
        let count = max(0, Int(decoded))
        pcm.removeLast(samplesMax - min(count, samplesMax))
        guard decoded >= 0 else { throw MediaError(.codec, "libopus cannot decode the packet (\(decoded))") }
        return count
    }
}
