/// The octets of WAV files, 16-bit PCM: a header and samples, for writers that work as they go.
///
/// Write ``header(sampleRate:channels:dataBytes:)`` with 0, then samples; from time to time write
/// ``riffLength(dataBytes:)`` at ``riffLengthOffset`` and ``dataLength(dataBytes:)`` at ``dataLengthOffset``.
public enum WavWriter {
    /// Octets of the header.
    public static let headerBytes = 44
    /// Where the header has the length of the RIFF chunk.
    public static let riffLengthOffset = 4
    /// Where the header has the length of the data chunk.
    public static let dataLengthOffset = 40
    /// The most octets of samples that a WAV file can hold; further ones are not counted in its header.
    public static let dataBytesMax = 0xFFFF_FFFF - 36

    /// The 44 octets before the samples.
    /// - Parameters:
    ///   - sampleRate: in hertz.
    ///   - channels: 1 or 2; up to 8.
    ///   - dataBytes: octets of samples that follow.
    public static func header(sampleRate: Int, channels: Int, dataBytes: Int) -> [UInt8] {
        let rate = min(max(sampleRate, 1), 192_000)
        let count = min(max(channels, 1), 8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerBytes)
        bytes += Array("RIFF".utf8)
        bytes += riffLength(dataBytes: dataBytes)
        bytes += Array("WAVEfmt ".utf8)
        bytes += littleEndian(16, bytes: 4)
        bytes += littleEndian(1, bytes: 2)
        bytes += littleEndian(count, bytes: 2)
        bytes += littleEndian(rate, bytes: 4)
        bytes += littleEndian(rate * count * 2, bytes: 4)
        bytes += littleEndian(count * 2, bytes: 2)
        bytes += littleEndian(16, bytes: 2)
        bytes += Array("data".utf8)
        bytes += dataLength(dataBytes: dataBytes)
        return bytes
    }

    /// The four octets that belong at ``riffLengthOffset``.
    public static func riffLength(dataBytes: Int) -> [UInt8] {
        littleEndian(min(max(dataBytes, 0), dataBytesMax) + 36, bytes: 4)
    }

    /// The four octets that belong at ``dataLengthOffset``.
    public static func dataLength(dataBytes: Int) -> [UInt8] {
        littleEndian(min(max(dataBytes, 0), dataBytesMax), bytes: 4)
    }

    /// Appends mono samples.
    public static func append(_ samples: Span<Int16>, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: samples.count * 2))
        var target = bytes.mutableSpan
        for index in samples.indices { put(samples[index], at: start + 2 * index, &target) }
    }

    /// Appends stereo samples; a channel that is shorter is silent at its end.
    public static func append(left: Span<Int16>, right: Span<Int16>, to bytes: inout [UInt8]) {
        let start = bytes.count
        let frames = max(left.count, right.count)
        bytes.append(contentsOf: repeatElement(0, count: frames * 4))
        var target = bytes.mutableSpan
        for index in left.indices { put(left[index], at: start + 4 * index, &target) }
        for index in right.indices { put(right[index], at: start + 4 * index + 2, &target) }
    }

    @inline(__always)
    private static func put(_ sample: Int16, at offset: Int, _ target: inout MutableSpan<UInt8>) {
        let bits = UInt16(bitPattern: sample)
        target[offset] = UInt8(truncatingIfNeeded: bits)
        target[offset + 1] = UInt8(truncatingIfNeeded: bits >> 8)
    }

    private static func littleEndian(_ value: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
