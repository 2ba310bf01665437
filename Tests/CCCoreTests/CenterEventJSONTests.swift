import CCCore
import Foundation
import Testing

@Suite("An event's JSON, written by hand")
struct CenterEventJSONTests {
    private func written(_ event: CenterEvent) -> String {
        var bytes = Array("[".utf8)
        event.appendJSON(to: &bytes)
        return String(String(decoding: bytes, as: UTF8.self).dropFirst())
    }

    @Test("is what the encoder writes, for every kind", arguments: CenterEventTests.kinds)
    func equal(kind: CenterEvent.Kind) throws {
        for milliseconds: Int64 in [0, 1_763_763_600_123, -1, 951_782_400_000, 253_402_300_799_999, .min, .max] {
            let event = CenterEvent(kind, at: Date(millisecondsSince1970: milliseconds), tenant: "acme")
            #expect(try written(event) == CenterJSON.line(event))
        }
    }

    @Test("escapes every character as the encoder does")
    func text() throws {
        let all = (0...0x2100).compactMap { Unicode.Scalar($0).map(Character.init) }
        for text in all.map(String.init) + ["", "a/b\\c\"d", "\u{1F4DE}\u{FEFF}\u{10FFFF}", String(all)] {
            let event = CenterEvent(.recordingFailed("c1", "r", text), at: Date(millisecondsSince1970: 5))
            #expect(try written(event) == CenterJSON.line(event))
        }
    }

    @Test("has the same dates as the formatter, on every day of 800 years")
    func dates() throws {
        for day in stride(from: -150_000, to: 150_000, by: 7) {
            let date = Date(millisecondsSince1970: Int64(day) * 86_400_000 + Int64(day * 7919 % 86_400_000))
            let line = written(CenterEvent(.centerStarted, at: date))
            #expect(line == "{\"date\":\"\(date.iso8601)\",\"tenant\":\"main\",\"type\":\"centerStarted\"}")
        }
    }

    @Test("is checked by the CRC-32 that everybody knows")
    func checksum() {
        var sum = Checksum()
        sum.add(Array("123456789".utf8))
        #expect(sum.value == 0xCBF4_3926)
        var pieces = Checksum()
        for piece in ["1", "2345", "", "6789"] { pieces.add(Array(piece.utf8)) }
        #expect(pieces.value == sum.value)
        var number = Checksum()
        number.add(0x3837_3635_3433_3231 as UInt64)
        number.add(Array("9".utf8))
        #expect(number.value == sum.value)
    }
}
