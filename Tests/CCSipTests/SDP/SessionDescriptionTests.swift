import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite struct SessionDescriptionTests {
    static let full = """
        v=0\r
        o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1\r
        s=Call to John Smith\r
        i=SDP Offer #1\r
        u=http://www.jdoe.example.com/home.html\r
        e=Jane Doe <jane@jdoe.example.com>\r
        p=+1 617 555-6011\r
        c=IN IP4 198.51.100.1\r
        b=AS:128\r
        t=0 0\r
        X=something new\r
        a=sendrecv\r
        m=audio 49170 RTP/AVP 0 96\r
        a=rtpmap:96 opus/48000/2\r
        m=video 51372/2 RTP/AVP 99\r
        i=a picture\r
        c=IN IP6 2001:db8::2\r
        b=AS:256\r
        a=rtpmap:99 h263-1998/90000\r
        a=inactive\r

        """

    @Test("a description with every kind of line survives the round trip")
    func roundTrip() throws {
        let description = try SessionDescription(parsing: Self.full)
        #expect(description.serialized() == Self.full)
        #expect(try SessionDescription(parsing: description.body()) == description)
    }

    @Test("bare line feeds and trailing empty lines are understood")
    func bareLineFeeds() throws {
        let text = Self.full.filter { $0 != "\r" }.replacing("\r\n", with: "\n") + "\n\n"
        #expect(try SessionDescription(parsing: text).serialized() == Self.full)
    }

    @Test("a section's connection and direction come before the session's")
    func scope() throws {
        let description = try SessionDescription(parsing: Self.full)
        #expect(description.connection(of: description.media[0])?.address == "198.51.100.1")
        #expect(description.connection(of: description.media[1])?.address == "2001:db8::2")
        #expect(description.direction(of: description.media[0]) == .sendReceive)
        #expect(description.direction(of: description.media[1]) == .inactive)
        #expect(description.media[1].portCount == 2)
    }

    @Test("missing s= and t= lines are forgiven")
    func forgiven() throws {
        let description = try SessionDescription(
            parsing: "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\n")
        #expect(description.name == "-")
        #expect(description.times == ["0 0"])
        #expect(description.media.count == 1)
    }

    static let bad: [(String, SdpError.Code, Int)] = [
        ("", .version, 0),
        ("v=1\r\n", .version, 1),
        ("o=- 1 1 IN IP4 192.0.2.1\r\n", .version, 1),
        ("v=0\r\ns=-\r\n", .missing, 0),
        ("v=0\r\no=- 1 1 IN IP4\r\n", .origin, 2),
        ("v=0\r\no=- one 1 IN IP4 192.0.2.1\r\n", .origin, 2),
        ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nc=IN IP4\r\n", .connection, 3),
        ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio\r\n", .media, 3),
        ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 70000 RTP/AVP 0\r\n", .media, 3),
        ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio +5 RTP/AVP 0\r\n", .media, 3),
        ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\nm=audio 5/0 RTP/AVP 0\r\n", .media, 3),
        ("v=0\r\nnonsense\r\n", .line, 2),
        ("v=0\r\n\r\no=- 1 1 IN IP4 192.0.2.1\r\n", .line, 3),
        ("v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n" + String(repeating: "a=x\r\n", count: 2_000), .tooLarge, 2_001),
        (
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n" + String(repeating: "m=audio 1 RTP/AVP 0\r\n", count: 65), .tooLarge,
            67
        ),
        ("v=0\r\ns=" + String(repeating: "x", count: 70_000), .tooLarge, 0),
    ]

    @Test("a broken description is refused with the place of the mistake", arguments: bad)
    func broken(text: String, code: SdpError.Code, line: Int) {
        let error = #expect(throws: SdpError.self) { try SessionDescription(parsing: text) }
        #expect(error?.code == code)
        #expect(error?.line == line)
    }

    @Test("bytes that are not UTF-8 are refused")
    func notText() {
        let error = #expect(throws: SdpError.self) {
            try SessionDescription(parsing: ByteBuffer(bytes: [0x76, 0x3D, 0xFF]))
        }
        #expect(error?.code == .text)
    }

    @Test("no mutation of a description makes the parser do anything but parse or refuse")
    func fuzz() {
        var random = SeededGenerator(state: 7)
        for _ in 0..<3_000 {
            var bytes = Array(Self.full.utf8)
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: place)
                }
            }
            guard let description = try? SessionDescription(parsing: ByteBuffer(bytes: bytes)) else { continue }
            #expect((try? SessionDescription(parsing: description.serialized())) != nil)
            var machine = OfferAnswer(local: .init(ip: .init(v4: 0x7F00_0001), port: 4000), sessionID: 1)
            _ = try? machine.receiveOffer(description)
            var offerer = OfferAnswer(local: .init(ip: .init(v4: 0x7F00_0001), port: 4000), sessionID: 1)
            _ = offerer.makeOffer()
            _ = try? offerer.receiveAnswer(description)
        }
    }
}

/// A repeatable generator for tests (xorshift).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
