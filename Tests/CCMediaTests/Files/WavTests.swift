import CCMedia
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("WAV files")
struct WavTests {
    private let clip = AudioClip.speechLike(seed: 71, seconds: 1)

    private func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private func chunk(_ name: String, _ body: [UInt8], length: Int? = nil) -> [UInt8] {
        Array(name.utf8) + little(length ?? body.count, 4) + body + (body.count % 2 == 1 ? [0] : [])
    }

    private func format(_ tag: Int, channels: Int = 1, rate: Int = 8000, bits: Int, extra: [UInt8] = []) -> [UInt8] {
        let align = channels * bits / 8
        return little(tag, 2) + little(channels, 2) + little(rate, 4) + little(rate * align, 4) + little(align, 2)
            + little(bits, 2) + extra
    }

    private func file(_ chunks: [UInt8]...) -> [UInt8] {
        let body = Array("WAVE".utf8) + chunks.flatMap { $0 }
        return Array("RIFF".utf8) + little(body.count, 4) + body
    }

    @Test("what is written is read again, sample for sample", arguments: [8000, 16_000, 44_100, 48_000])
    func roundTrip(rate: Int) throws {
        let clip = AudioClip(samples: self.clip.samples, sampleRate: rate)
        let file = try WavFile(parsing: clip.wav)
        #expect(file.clip == clip)
        #expect(!file.isTruncated)
        #expect(file.encoding == .pcm16)
    }

    @Test("a file is read by its path, within the limit of its size")
    func path() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).wav")
        try Data(clip.wav).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        #expect(try AudioClip(wav: url.path) == clip)
        let error = #expect(throws: MediaError.self) { try WavFile(path: url.path, bytesMax: 100) }
        #expect(error?.code == .tooLarge)
        #expect(throws: (any Error).self) { try WavFile(path: url.path + ".missing") }
    }

    @Test("both channels of a stereo file can be had, and their mix")
    func stereo() throws {
        let (left, right): ([Int16], [Int16]) = ([100, 200, 300], [-100, 0])
        var bytes = WavWriter.header(sampleRate: 8000, channels: 2, dataBytes: 12)
        WavWriter.append(left: left.span, right: right.span, to: &bytes)
        let file = try WavFile(parsing: bytes)
        #expect(file.channels == [[100, 200, 300], [-100, 0, 0]])
        #expect(file.channel(1)?.samples == [-100, 0, 0])
        #expect(file.channel(2) == nil)
        #expect(file.clip.samples == [0, 100, 150])
    }

    @Test("every sample format is read")
    func encodings() throws {
        let cases: [([UInt8], [UInt8], [Int16])] = [
            (format(1, bits: 8), [128, 255, 0, 129], [0, 32_512, -32_768, 256]),
            (format(1, bits: 16), [0x34, 0x12, 0, 0x80], [0x1234, -32_768]),
            (format(1, bits: 24), [0xFF, 0x34, 0x12, 0, 0, 0x80], [0x1234, -32_768]),
            (format(1, bits: 32), [0xFF, 0xFF, 0x34, 0x12], [0x1234]),
            (
                format(3, bits: 32),
                little(Int(Float(0.5).bitPattern), 4) + little(Int(Float(-9).bitPattern), 4)
                    + little(Int(Float.nan.bitPattern), 4), [16_384, -32_768, 0]
            ),
            (format(6, bits: 8), [0xD5, 0xAA], [8, 32_256]),
            (format(7, bits: 8), [0xFF, 0x80], [0, 32_124]),
        ]
        for (header, data, samples) in cases {
            let bytes = file(chunk("fmt ", header), chunk("data", data))
            #expect(try WavFile(parsing: bytes).channels == [samples])
        }
    }

    @Test("WAVE_FORMAT_EXTENSIBLE is read by its sub-format")
    func extensible() throws {
        let guid = little(7, 2) + [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
        let header = format(0xFFFE, bits: 8, extra: little(22, 2) + little(8, 2) + little(4, 4) + guid)
        let bytes = file(chunk("fmt ", header), chunk("data", [0xFF, 0x80]))
        #expect(try WavFile(parsing: bytes).encoding == .muLaw)
        let cut = file(chunk("fmt ", Array(header.prefix(30))), chunk("data", [1]))
        #expect(throws: MediaError.self) { try WavFile(parsing: cut) }
    }

    @Test("unknown chunks, also of odd length, before and after are skipped")
    func oddChunks() throws {
        let bytes = file(
            chunk("LIST", [1, 2, 3]), chunk("fmt ", format(1, bits: 16, extra: [0, 0])), chunk("fact", [1]),
            chunk("data", [1, 0, 2, 0]), chunk("id3 ", [9]))
        #expect(try WavFile(parsing: bytes).channels == [[1, 2]])
    }

    @Test("a file whose writer was killed is read as far as it goes", arguments: [0, 0xFFFF_FFFF, 0x7000_0000, 4000])
    func staleLength(claimed: Int) throws {
        var bytes = clip.wav
        bytes.replaceSubrange(4..<8, with: little(claimed == 0 ? 0 : claimed, 4))
        bytes.replaceSubrange(40..<44, with: little(claimed, 4))
        bytes.append(7)
        let file = try WavFile(parsing: bytes)
        if claimed == 4000 {
            #expect(file.channels[0] == Array(clip.samples.prefix(2000)) && !file.isTruncated)
        } else {
            #expect(file.channels[0] == clip.samples && file.isTruncated)
        }
    }

    @Test("a file cut off anywhere is read or refused with the chunk's name, never worse")
    func cutOff() throws {
        let bytes = Array(clip.wav.prefix(200))
        for length in 0..<200 {
            let cut = Array(bytes.prefix(length))
            if length < 44 {
                let error = #expect(throws: MediaError.self) { try WavFile(parsing: cut) }
                #expect(error?.chunk != nil && error?.offset != nil)
            } else {
                #expect(try WavFile(parsing: cut).channels[0].count == (length - 44) / 2)
            }
        }
    }

    @Test("what cannot be read is refused with what and where")
    func refused() throws {
        let data = chunk("data", [0, 0])
        let cases: [([UInt8], MediaError.Code, String)] = [
            (Array("OggS".utf8) + [UInt8](repeating: 0, count: 40), .malformedWav, "RIFF"),
            (file(chunk("fmt ", format(85, bits: 16)), data), .unsupportedWav, "fmt "),
            (file(chunk("fmt ", format(1, bits: 12)), data), .unsupportedWav, "fmt "),
            (file(chunk("fmt ", format(1, channels: 0, bits: 16)), data), .unsupportedWav, "fmt "),
            (file(chunk("fmt ", format(1, channels: 9, bits: 16)), data), .unsupportedWav, "fmt "),
            (file(chunk("fmt ", format(1, rate: 100, bits: 16)), data), .unsupportedWav, "fmt "),
            (file(data, chunk("fmt ", format(1, bits: 16))), .malformedWav, "data"),
            (file(chunk("fmt ", format(1, bits: 16))), .malformedWav, "data"),
            (file(chunk("junk", [1, 2])), .malformedWav, "fmt "),
        ]
        for (bytes, code, chunk) in cases {
            let error = #expect(throws: MediaError.self) { try WavFile(parsing: bytes) }
            #expect(error?.code == code)
            #expect(error?.chunk == chunk)
        }
        let tooLarge = #expect(throws: MediaError.self) { try WavFile(parsing: clip.wav, bytesMax: 1000) }
        #expect(tooLarge?.code == .tooLarge)
    }

    @Test("the header can be mended while the file grows")
    func growing() throws {
        var bytes = WavWriter.header(sampleRate: 8000, channels: 1, dataBytes: 0)
        #expect(bytes.count == WavWriter.headerBytes)
        WavWriter.append(clip.samples.span, to: &bytes)
        let length = clip.samples.count * 2
        bytes.replaceSubrange(
            WavWriter.riffLengthOffset..<(WavWriter.riffLengthOffset + 4), with: WavWriter.riffLength(dataBytes: length)
        )
        bytes.replaceSubrange(
            WavWriter.dataLengthOffset..<(WavWriter.dataLengthOffset + 4), with: WavWriter.dataLength(dataBytes: length)
        )
        #expect(bytes == clip.wav)
        #expect(WavWriter.dataLength(dataBytes: Int.max) == little(WavWriter.dataBytesMax, 4))
        #expect(WavWriter.riffLength(dataBytes: Int.max) == [0xFF, 0xFF, 0xFF, 0xFF])
    }
}
