#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A WAV file that has been read: one array of samples for each channel.
///
/// Reads 8, 16, 24 and 32-bit PCM, 32-bit float, µ-law and A-law, plain and `WAVE_FORMAT_EXTENSIBLE`, with 1 to 8
/// channels at 4 to 192 kHz. Chunks that are unknown are skipped. A data chunk that is longer than the file, or whose
/// length was never filled in (the writer was killed), is read as far as the file goes.
public struct WavFile: Hashable, Sendable {
    /// Where reading ends if nothing else is said: 512 MiB.
    public static let bytesMax = 512 << 20

    public let sampleRate: Int
    public let encoding: WavEncoding
    /// Samples of each channel; all of the same length. At least one channel.
    public let channels: [[Int16]]
    /// Whether the file ends before the length that its header claims, or the header claims none.
    public let isTruncated: Bool

    /// Reads a file.
    /// - Throws: ``MediaError`` with `malformedWav`, `unsupportedWav` or `tooLarge`, naming the chunk and the offset;
    ///   Foundation's error when the file cannot be read.
    public init(path: String, bytesMax: Int = Self.bytesMax) throws {
        let url = URL(fileURLWithPath: path)
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? UInt64 ?? 0
        guard size <= bytesMax else { throw Self.tooLarge(bytesMax) }
        try self.init(parsing: [UInt8](Data(contentsOf: url)), bytesMax: bytesMax)
    }

    /// Reads a file's octets.
    /// - Throws: ``MediaError`` with `malformedWav`, `unsupportedWav` or `tooLarge`, naming the chunk and the offset.
    public init(parsing bytes: [UInt8], bytesMax: Int = Self.bytesMax) throws(MediaError) {
        guard bytes.count <= bytesMax else { throw Self.tooLarge(bytesMax) }
        var reader = WavReader(bytes)
        self = try reader.read()
    }

    init(sampleRate: Int, encoding: WavEncoding, channels: [[Int16]], isTruncated: Bool) {
        self.sampleRate = sampleRate
        self.encoding = encoding
        self.channels = channels
        self.isTruncated = isTruncated
    }

    public var duration: Duration { AudioClip(samples: channels[0], sampleRate: sampleRate).duration }

    /// One channel as a clip: 0 is the left one. `nil` when there is no such channel.
    public func channel(_ index: Int) -> AudioClip? {
        channels.indices.contains(index) ? AudioClip(samples: channels[index], sampleRate: sampleRate) : nil
    }

    /// All channels mixed down to one, at equal weight.
    public var clip: AudioClip {
        guard channels.count > 1 else { return AudioClip(samples: channels[0], sampleRate: sampleRate) }
        let mixed = channels[0].indices.map { index in
            Int16(channels.reduce(0) { $0 + Int($1[index]) } / channels.count)
        }
        return AudioClip(samples: mixed, sampleRate: sampleRate)
    }

    private static func tooLarge(_ limit: Int) -> MediaError {
        MediaError(.tooLarge, "the file is longer than \(limit) bytes")
    }
}

extension AudioClip {
    /// Reads a WAV file and mixes it down to one channel; see ``WavFile``.
    /// - Throws: ``MediaError``, or Foundation's error when the file cannot be read.
    public init(wav path: String) throws {
        self = try WavFile(path: path).clip
    }

    /// The clip as the octets of a WAV file, 16-bit PCM.
    public var wav: [UInt8] {
        var bytes = WavWriter.header(sampleRate: sampleRate, channels: 1, dataBytes: samples.count * 2)
        WavWriter.append(samples.span, to: &bytes)
        return bytes
    }
}
