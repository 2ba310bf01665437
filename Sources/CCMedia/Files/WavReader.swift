/// Reads the chunks of a RIFF/WAVE file, forgiving where players are and exact about what it cannot read.
struct WavReader {
    private struct Format {
        var encoding: WavEncoding
        var channels: Int
        var sampleRate: Int
    }

    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func read() throws(MediaError) -> WavFile {
        guard bytes.count >= 12 else { throw error("shorter than a RIFF header", "RIFF", bytes.count) }
        guard name(at: 0) == "RIFF" else { throw error("no RIFF file", "RIFF", 0) }
        guard name(at: 8) == "WAVE" else { throw error("a RIFF file, but no WAVE", "RIFF", 8) }
        var format: Format?
        var offset = 12
        while offset + 8 <= bytes.count {
            let chunk = name(at: offset)
            let claimed = Int(uint32(offset + 4))
            let start = offset + 8
            switch chunk {
            case "fmt ": format = try readFormat(start, min(claimed, bytes.count - start))
            case "data":
                guard let format else { throw error("data before the format", chunk, offset) }
                return try readData(start, claimed, format)
            default: break
            }
            // Chunks are padded to an even length; the length itself may be nonsense.
            let (next, overflow) = start.addingReportingOverflow(claimed + claimed & 1)
            guard !overflow else { break }
            offset = next
        }
        throw error("there is no data chunk", format == nil ? "fmt " : "data", min(offset, bytes.count))
    }

    private func readFormat(_ start: Int, _ length: Int) throws(MediaError) -> Format {
        guard length >= 16 else { throw error("format chunk cut off", "fmt ", start) }
        var tag = uint16(start)
        let channels = Int(uint16(start + 2))
        let sampleRate = Int(uint32(start + 4))
        let blockAlign = Int(uint16(start + 12))
        let bits = uint16(start + 14)
        if tag == 0xFFFE {
            guard length >= 40 else { throw error("extensible format cut off", "fmt ", start) }
            // The sub-format's GUID begins with the tag.
            tag = uint16(start + 24)
        }
        guard let encoding = WavEncoding(tag: tag, bits: bits) else {
            throw unsupported("format \(tag) with \(bits) bits is not read", start)
        }
        guard (1...8).contains(channels) else { throw unsupported("\(channels) channels", start + 2) }
        guard (4_000...192_000).contains(sampleRate) else { throw unsupported("\(sampleRate) Hz", start + 4) }
        guard blockAlign == channels * encoding.bytesPerSample else {
            throw error("frames of \(blockAlign) bytes do not fit the format", "fmt ", start + 12)
        }
        return Format(encoding: encoding, channels: channels, sampleRate: sampleRate)
    }

    private func readData(_ start: Int, _ claimed: Int, _ format: Format) throws(MediaError) -> WavFile {
        let there = bytes.count - start
        // A recorder that was killed has left 0 or the greatest number as the length.
        let neverFilledIn = (claimed == 0 && there > 0) || claimed == 0xFFFF_FFFF
        let length = neverFilledIn ? there : min(claimed, there)
        let frameBytes = format.channels * format.encoding.bytesPerSample
        let frames = length / frameBytes
        var channels: [[Int16]] = []
        for channel in 0..<format.channels {
            var samples: [Int16] = []
            samples.reserveCapacity(frames)
            var offset = start + channel * format.encoding.bytesPerSample
            for _ in 0..<frames {
                samples.append(sample(offset, format.encoding))
                offset += frameBytes
            }
            channels.append(samples)
        }
        return WavFile(
            sampleRate: format.sampleRate, encoding: format.encoding, channels: channels,
            isTruncated: neverFilledIn || claimed > there)
    }

    private func sample(_ offset: Int, _ encoding: WavEncoding) -> Int16 {
        switch encoding {
        case .pcm8: Int16(Int(bytes[offset]) - 128) << 8
        case .pcm16: Int16(bitPattern: uint16(offset))
        case .pcm24: Int16(bitPattern: uint16(offset + 1))
        case .pcm32: Int16(bitPattern: uint16(offset + 2))
        case .float32: Self.sample(Float(bitPattern: uint32(offset)))
        case .muLaw: G711.decode(bytes[offset], law: .mu)
        case .aLaw: G711.decode(bytes[offset], law: .a)
        }
    }

    private static func sample(_ value: Float) -> Int16 {
        guard value.isFinite else { return 0 }
        return Int16(max(-32768, min(32767, value * 32768)))
    }

    private func uint16(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }

    private func uint32(_ offset: Int) -> UInt32 { UInt32(uint16(offset)) | UInt32(uint16(offset + 2)) << 16 }

    private func name(at offset: Int) -> String { String(decoding: bytes[offset..<(offset + 4)], as: UTF8.self) }

    private func error(_ message: String, _ chunk: String, _ offset: Int) -> MediaError {
        MediaError(.malformedWav, message, chunk: chunk, offset: offset)
    }

    private func unsupported(_ message: String, _ offset: Int) -> MediaError {
        MediaError(.unsupportedWav, message, chunk: "fmt ", offset: offset)
    }
}
