import CCCore
import NIOCore
import Testing

@testable import CCSip

/// Seeded mutations of all test messages. What is checked is that nothing traps, that whatever parses can be read in
/// full and written, and that what is written parses again.
@Suite("Fuzzing")
struct FuzzTests {
    static let mutationsPerSeed = 12_500

    @Test("mutated messages never trap and what parses stays readable", arguments: UInt64(1)...8)
    func mutations(seed: UInt64) throws {
        let entropy = Entropy(seed: seed)
        let messages = try TestData.everyMessage().map { Array($0.readableBytesView) }
        var accepted = 0
        for _ in 0..<Self.mutationsPerSeed {
            let bytes = mutated(messages, entropy)
            var stream = SipStreamParser()
            stream.append(ByteBuffer(bytes: bytes))
            while let event = try? stream.next() {
                if case .message(let message) = event { touch(message) }
            }
            guard let message = try? SipMessage(parsing: ByteBuffer(bytes: bytes)) else { continue }
            accepted += 1
            touch(message)
            let again = try? SipMessage(parsing: message.serialized())
            #expect(again != nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(accepted > Self.mutationsPerSeed / 20)
    }

    @Test("random bytes never trap", arguments: UInt64(1)...4)
    func noise(seed: UInt64) {
        let entropy = Entropy(seed: seed)
        for _ in 0..<2_000 {
            let bytes = (0..<Int(entropy.next() % 300)).map { _ in UInt8(truncatingIfNeeded: entropy.next()) }
            _ = MessageVerdict(parsing: ByteBuffer(bytes: bytes))
            let text = String(decoding: bytes, as: UTF8.self)
            _ = (SipURI(text), NameAddress(text), Via(text), DigestFields("Digest " + text))
            _ = SipURI("sip:" + text).map(use)
        }
    }

    private func mutated(_ messages: [[UInt8]], _ entropy: Entropy) -> [UInt8] {
        func pick(_ count: Int) -> Int { Int(entropy.next() % UInt64(max(count, 1))) }
        let special = Array("\r\n \t:;,=<>\"\\@[]?%*/.0\0\u{7F}".utf8)
        var bytes = messages[pick(messages.count)]
        for _ in 0...pick(4) {
            guard !bytes.isEmpty else { break }
            let place = pick(bytes.count)
            switch pick(6) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: entropy.next())
            case 1: bytes[place] = special[pick(special.count)]
            case 2: bytes.insert(special[pick(special.count)], at: place)
            case 3: bytes.removeSubrange(place..<min(bytes.count, place + 1 + pick(8)))
            case 4:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + pick(40))], at: pick(bytes.count))
            default:
                if pick(8) == 0 { bytes.removeSubrange(place...) } else { bytes[place] ^= 0x20 }
            }
        }
        return bytes
    }

    private func touch(_ message: SipMessage) {
        let headers = message.headers
        for name in headers.names { _ = (headers[name], headers.values(name)) }
        for via in headers.vias { _ = (via.branch, via.rport, via.received, via.description) }
        for address in [headers.from, headers.to].compactMap({ $0 }) + headers.contacts + headers.routes {
            _ = (address.displayName, address.tag, address.description)
            use(address.uri)
        }
        _ = (headers.callID, headers.cseq, headers.maxForwards, headers.expires, headers.contentType, headers.allow)
        if case .request(let request) = message {
            use(request.uri)
            _ = RequestCheck.standard.refusal(of: request)
            _ = request.response(.ok, toTag: "t").serialized()
        }
    }

    private func use(_ uri: SipURI) {
        _ = (
            uri.user, uri.password, uri.host, uri.port, uri.headers, uri.address, uri.isLooseRouter,
            uri.parameters.pairs
        )
        #expect(uri == uri)
        var edited = uri
        edited.port = 5060
        _ = edited.hashValue
    }
}
