import CCCore
import CCMedia
import Testing

@Suite("Keys from telephone-events")
struct DtmfReceiverTests {
    /// event, end, duration, timestamp, milliseconds
    typealias Packet = (UInt8, Bool, UInt16, UInt32, Double)

    private func events(_ packets: [Packet], until end: Double = 0, clockRate: Int = 8000) -> [DtmfEvent] {
        var receiver = DtmfReceiver(clockRate: clockRate)
        var events: [DtmfEvent] = []
        for packet in packets {
            receiver.advance(now: .at(packet.4), into: &events)
            receiver.receive(
                .init(event: packet.0, isEnd: packet.1, volume: 10, duration: packet.2), timestamp: packet.3,
                now: .at(packet.4), into: &events)
        }
        receiver.advance(now: .at(end), into: &events)
        return events
    }

    private func key(_ character: Character) throws -> DtmfDigit { try #require(DtmfDigit(character)) }

    @Test("one press: told at its first packet and at its end, whatever is repeated")
    func onePress() throws {
        let five = try key("5")
        let packets: [Packet] = [
            (5, false, 160, 1000, 0), (5, false, 320, 1000, 20), (5, false, 320, 1000, 21), (5, false, 480, 1000, 40),
            (5, true, 800, 1000, 100), (5, true, 800, 1000, 101), (5, true, 800, 1000, 102),
        ]
        #expect(events(packets) == [.pressed(five), .released(five, held: .milliseconds(100))])
    }

    @Test("packets out of order, and late ones of a press that is over, count for nothing")
    func reordered() throws {
        let one = try key("1")
        let packets: [Packet] = [
            (1, false, 480, 1000, 0), (1, false, 160, 1000, 10), (1, true, 800, 1000, 20), (1, false, 640, 1000, 30),
            (1, true, 800, 1000, 40),
        ]
        #expect(events(packets) == [.pressed(one), .released(one, held: .milliseconds(100))])
    }

    @Test("the same key twice is two presses by its timestamps alone")
    func twice() throws {
        let nine = try key("9")
        let packets: [Packet] = [
            (9, false, 160, 1000, 0), (9, true, 800, 1000, 80), (9, false, 160, 2600, 200), (9, true, 400, 2600, 250),
        ]
        #expect(
            events(packets) == [
                .pressed(nine), .released(nine, held: .milliseconds(100)), .pressed(nine),
                .released(nine, held: .milliseconds(50)),
            ])
    }

    @Test("when all ends are lost, the next press ends it")
    func lostEndThenNext() throws {
        let (one, two) = (try key("1"), try key("2"))
        let packets: [Packet] = [(1, false, 400, 1000, 0), (2, false, 160, 3000, 150), (2, true, 320, 3000, 190)]
        #expect(
            events(packets) == [
                .pressed(one), .released(one, held: .milliseconds(50)), .pressed(two),
                .released(two, held: .milliseconds(40)),
            ])
    }

    @Test("when all ends are lost and nothing comes, time ends it")
    func lostEnd() throws {
        let hash = try key("#")
        #expect(events([(11, false, 400, 1000, 0)], until: 199) == [.pressed(hash)])
        #expect(
            events([(11, false, 400, 1000, 0)], until: 201) == [
                .pressed(hash), .released(hash, held: .milliseconds(50)),
            ])
    }

    @Test("when only an end arrives, it is a whole press")
    func onlyEnd() throws {
        let star = try key("*")
        #expect(
            events([(10, true, 640, 77, 0), (10, true, 640, 77, 20)]) == [
                .pressed(star), .released(star, held: .milliseconds(80)),
            ])
    }

    @Test("a press longer than its 16-bit duration is one press over its segments")
    func segments() throws {
        let seven = try key("7")
        let packets: [Packet] = [
            (7, false, 160, 1000, 0), (7, false, 0xFFFF, 1000, 180), (7, false, 160, 1000 + 0xFFFF, 200),
            (7, true, 1600, 1000 + 0xFFFF, 380),
        ]
        #expect(events(packets) == [.pressed(seven), .released(seven, held: .microseconds((65_535 + 1600) * 125))])
        // The last packet of the first segment is lost.
        let damaged: [Packet] = [(7, false, 65_440, 1000, 0), (7, true, 1600, 1000 + 0xFFFF, 20)]
        #expect(events(damaged) == [.pressed(seven), .released(seven, held: .microseconds((65_535 + 1600) * 125))])
    }

    @Test("timestamps may wrap around, and the clock may be 48 kHz")
    func wrap() throws {
        let zero = try key("0")
        let packets: [Packet] = [
            (0, true, 4800, 0xFFFF_FF00, 0), (0, false, 960, 0x0000_2000, 200), (0, true, 4800, 0x0000_2000, 300),
        ]
        let press: [DtmfEvent] = [.pressed(zero), .released(zero, held: .milliseconds(100))]
        #expect(events(packets, clockRate: 48_000) == press + press)
    }

    @Test("events that are no keys are nothing", arguments: [UInt8(16), 32, 255])
    func otherEvents(code: UInt8) {
        #expect(events([(code, false, 160, 1, 0), (code, true, 320, 1, 20)], until: 1000).isEmpty)
    }

    @Test("every key has its character, code and tones")
    func digits() throws {
        for (code, character) in "0123456789*#ABCD".enumerated() {
            let digit = try key(character)
            #expect(Int(digit.code) == code)
            #expect(digit.character == character)
            #expect(DtmfDigit(code: UInt8(code)) == digit)
        }
        #expect(DtmfDigit("d") == DtmfDigit("D"))
        #expect(DtmfDigit("x") == nil && DtmfDigit("é") == nil && DtmfDigit(code: 16) == nil)
        #expect(try key("5").frequencies == (770, 1336))
    }
}
