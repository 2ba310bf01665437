/// Named pieces of speech in one file, coded with Opus at 16 kHz. `Scripts/prompts.py` writes it and states its form.
///
/// Every length in the file is checked: a damaged file is an error, never more than that.
struct ClipBank: Sendable {
    static let sampleRate = 16_000
    static let bytesMax = 16 << 20
    /// A minute: no word is longer.
    static let samplesMax = 60 * sampleRate
    private static let magic = Array("CCKCLIPS".utf8)

    private struct Entry {
        var samples: Int
        var data: Range<Int>
    }

    private let bytes: [UInt8]
    /// The coder's delay: so many samples at the beginning of each clip are not its own.
    private let lookahead: Int
    private let entries: [String: Entry]

    /// - Throws: ``MediaError`` `malformedClips` or `tooLarge`.
    init(parsing bytes: [UInt8]) throws(MediaError) {
        guard bytes.count <= Self.bytesMax else {
            throw MediaError(.tooLarge, "clips of \(bytes.count) bytes")
        }
        guard bytes.count >= 14, Array(bytes[..<8]) == Self.magic, Self.uint16(bytes, 8) == 1 else {
            throw MediaError(.malformedClips, "no file of clips of version 1", offset: 0)
        }
        var entries: [String: Entry] = [:]
        var offset = 14
        for _ in 0..<Self.uint16(bytes, 12) {
            guard offset < bytes.count else { throw Self.cutOff(offset) }
            let name = (offset + 1)..<(offset + 1 + Int(bytes[offset]))
            guard name.upperBound + 8 <= bytes.count else { throw Self.cutOff(offset) }
            let samples = Self.uint32(bytes, name.upperBound)
            let start = name.upperBound + 8
            let length = Self.uint32(bytes, name.upperBound + 4)
            guard samples <= Self.samplesMax, length <= bytes.count - start else { throw Self.cutOff(name.upperBound) }
            entries[String(decoding: bytes[name], as: UTF8.self)] = Entry(
                samples: samples, data: start..<(start + length))
            offset = start + length
        }
        self.bytes = bytes
        self.entries = entries
        lookahead = Self.uint16(bytes, 10)
    }

    var names: [String] { entries.keys.sorted() }

    /// Decodes a clip.
    ///
    /// - Throws: ``MediaError`` `unknownClip`, `malformedClips` or `codec`.
    func clip(_ name: String) throws(MediaError) -> AudioClip {
        guard let entry = entries[name] else { throw MediaError(.unknownClip, "there is no clip '\(name)'") }
        let decoder = try OpusDecoder(sampleRate: Self.sampleRate)
        var samples: [Int16] = []
        samples.reserveCapacity(entry.samples + lookahead + Self.sampleRate / 50)
        var offset = entry.data.lowerBound
        while offset + 2 <= entry.data.upperBound, samples.count < entry.samples + lookahead {
            let packet = (offset + 2)..<(offset + 2 + Self.uint16(bytes, offset))
            guard packet.upperBound <= entry.data.upperBound else { throw Self.cutOff(offset) }
            try decoder.decode(bytes.span.extracting(packet), appendingTo: &samples)
            offset = packet.upperBound
        }
        guard samples.count >= entry.samples + lookahead else { throw Self.cutOff(offset) }
        return AudioClip(
            samples: Array(samples[lookahead..<(lookahead + entry.samples)]), sampleRate: Self.sampleRate)
    }

    private static func uint16(_ bytes: [UInt8], _ offset: Int) -> Int {
        Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
    }

    private static func uint32(_ bytes: [UInt8], _ offset: Int) -> Int {
        uint16(bytes, offset) | uint16(bytes, offset + 2) << 16
    }

    private static func cutOff(_ offset: Int) -> MediaError {
        MediaError(.malformedClips, "a clip is cut off", offset: offset)
    }
}
