/// Payloads in, PCM out, whatever the codec; and something plausible where a payload is missing.
///
/// A value, but with Opus it refers to the state that libopus keeps: use one copy.
public struct AudioDecoder: Sendable {
    public let codec: AudioCodecKind
    /// Of the PCM, in hertz: 8000 for G.711; 8000, 16000 or 48000 for Opus.
    public let sampleRate: Int

    private let opus: OpusDecoder?
    private var concealment: G711Concealment?

    /// - Parameters:
    ///   - codec: of the payloads.
    ///   - sampleRate: the rate wanted; ``AudioCodecKind/sampleRate(wanted:)`` says which one it will be.
    /// - Throws: ``MediaError/Code/codec`` when libopus cannot be used.
    public init(codec: AudioCodecKind, sampleRate: Int) throws(MediaError) {
        self.codec = codec
        self.sampleRate = codec.sampleRate(wanted: sampleRate)
        if codec == .opus {
            opus = try OpusDecoder(sampleRate: self.sampleRate)
            concealment = nil
        } else {
            opus = nil
            concealment = G711Concealment()
        }
    }

    /// Length of a payload in ticks of the RTP clock; `nil` when it is empty or not of this codec.
    public func duration(of payload: Span<UInt8>) -> Int? {
        guard codec != .opus else { return OpusDecoder.duration(of: payload) }
        return payload.count > 0 ? payload.count : nil
    }

    /// Appends a payload's audio to `pcm`.
    ///
    /// A corrupt Opus packet is concealed for 20 ms, like a lost one.
    public mutating func decode(_ payload: Span<UInt8>, appendingTo pcm: inout [Int16]) {
        if let law = codec.law {
            let start = pcm.count
            G711.decode(payload, law: law, appendingTo: &pcm)
            concealment?.received(&pcm, from: start)
        } else if payload.count == 0 || (try? opus?.decode(payload, appendingTo: &pcm)) == nil {
            conceal(samples: sampleRate / 50, appendingTo: &pcm)
        }
    }

    /// Appends `samples` of audio for a lost payload.
    public mutating func conceal(samples: Int, appendingTo pcm: inout [Int16]) {
        if concealment != nil {
            concealment?.conceal(samples: samples, appendingTo: &pcm)
            return
        }
        let end = pcm.count + max(0, samples)
        let unit = sampleRate / 400
        while pcm.count < end {
            let missing = min(end - pcm.count, sampleRate * OpusDecoder.packetMillisecondsMax / 1000)
            let whole = (missing + unit - 1) / unit * unit
            guard (try? opus?.conceal(samples: whole, appendingTo: &pcm)) ?? 0 > 0 else { break }
        }
        if pcm.count < end { pcm.append(contentsOf: repeatElement(0, count: end - pcm.count)) }
        if pcm.count > end { pcm.removeLast(pcm.count - end) }
    }

    /// Appends `samples` of audio for a lost payload whose successor has come: with Opus's in-band error correction
    /// when the successor carries it, else by concealment.
    public mutating func recover(from next: Span<UInt8>, samples: Int, appendingTo pcm: inout [Int16]) {
        let start = pcm.count
        let whole = samples % (sampleRate / 400) == 0 && next.count > 0
        guard whole, let opus, (try? opus.recover(from: next, samples: samples, appendingTo: &pcm)) == samples else {
            pcm.removeLast(pcm.count - start)
            return conceal(samples: samples, appendingTo: &pcm)
        }
    }
}
