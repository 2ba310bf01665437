/// PCM in, payloads out, whatever the codec.
///
/// A value, but with Opus it refers to the state that libopus keeps: use one copy.
public struct AudioEncoder: Sendable {
    public let codec: AudioCodecKind
    /// Of the PCM, in hertz: 8000 for G.711; 8000, 16000 or 48000 for Opus.
    public let sampleRate: Int

    private let opus: OpusEncoder?

    /// - Parameters:
    ///   - codec: of the payloads.
    ///   - sampleRate: the rate wanted; ``AudioCodecKind/sampleRate(wanted:)`` says which one it will be.
    ///   - parameters: for Opus: what the peer asks for.
    /// - Throws: ``MediaError/Code/codec`` when libopus cannot be used.
    public init(
        codec: AudioCodecKind, sampleRate: Int, parameters: OpusParameters = OpusParameters()
    ) throws(MediaError) {
        self.codec = codec
        self.sampleRate = codec.sampleRate(wanted: sampleRate)
        opus = codec == .opus ? try OpusEncoder(sampleRate: self.sampleRate, parameters: parameters) : nil
    }

    /// Replaces `payload` by the coded frame. With G.711 a frame may have any length; with Opus 2.5 to 60 ms.
    ///
    /// - Returns: false when nothing needs to be sent: Opus in a silence with DTX, or a frame that cannot be coded.
    public mutating func encode(_ pcm: Span<Int16>, into payload: inout [UInt8]) -> Bool {
        if let law = codec.law {
            payload.removeAll(keepingCapacity: true)
            G711.encode(pcm, law: law, appendingTo: &payload)
            return pcm.count > 0
        }
        guard let opus, (try? opus.encode(pcm, into: &payload)) != nil else { return false }
        return payload.count > 2 || !opus.parameters.usesDtx
    }

    /// Takes over new Opus parameters; of no effect for G.711.
    public func update(_ parameters: OpusParameters) { opus?.update(parameters) }
}
