import NIOCore
import Testing

@testable import CCSip

@Suite("Messages")
struct MessageTests {
    @Test("an everyday INVITE is read field by field")
    func invite() throws {
        let request = try TestData.request(TestData.message("sip-corpus/1_invite.sip"))
        let headers = request.headers
        #expect(request.method == .invite)
        #expect(request.uri.description == "sip:queue-sales@cc.example.com;transport=udp")
        #expect(headers.vias.map(\.branch) == ["z9hG4bK-proxy-77ef4c", "z9hG4bK776asdhds"])
        #expect(headers.topVia?.rport == 5060 && headers.topVia?.received == "192.0.2.10")
        #expect(headers.from?.displayName == "Alice Caller")
        #expect(headers.from?.uri.user == "+14155550100")
        #expect(headers.from?.tag == "1928301774")
        #expect(headers.to?.tag == nil)
        #expect(headers.callID == "a84b4c76e66710-5f2e@198.51.100.24")
        #expect(headers.cseq == CSeq(number: 314_159, method: .invite))
        #expect(headers.contacts.first?.uri.port == 5062)
        #expect(headers.routes.first?.uri.isLooseRouter == true)
        #expect(headers.recordRoutes.first?.uri.parameters.value("ftag") == "1928301774")
        #expect(headers.contentType == "application/sdp")
        #expect(request.body.readableBytes == 268)
    }

    @Test("a tortuous INVITE is read as if it were a plain one")
    func tortuous() throws {
        let headers = try TestData.request(TestData.message("rfc4475/wsinv.dat")).headers
        #expect(headers.vias.map(\.transport) == ["UDP", "TCP", "UDP"])
        #expect(headers.vias.map(\.branch) == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
        #expect(headers.from?.displayName == #"J Rosenberg \""#)
        #expect(headers.from?.tag == "98asjd8")
        #expect(headers.to?.tag == "1918181833n")
        #expect(headers.cseq == CSeq(number: 9, method: .invite))
        #expect(headers.maxForwards == 68)
        #expect(headers["Subject"] == "")
        #expect(headers.contacts.first?.parameters.value("q") == "0.33")
        #expect(headers["NewFangledHeader"] == "newfangled value continued newfangled value")
    }

    @Test(
        "every message that parses is written so that it parses to the same",
        arguments: TestData.corpus + TestData.torture)
    func roundTrip(path: String) throws {
        guard let first = try? SipMessage(parsing: TestData.message(path)) else { return }
        let second = try SipMessage(parsing: first.serialized())
        #expect(second.serialized() == first.serialized())
        #expect(second.body == first.body)
        for name in first.headers.names where name != .contentLength {
            #expect(second.headers.values(name) == first.headers.values(name))
        }
    }

    @Test("octets behind Content-Length are ignored, and without it the body goes to the end")
    func bodies() throws {
        let long = try TestData.request(TestData.options("Content-Length: 3\nContent-Type: text/plain", body: "abcdef"))
        #expect(String(buffer: long.body) == "abc")
        let open = try TestData.request(TestData.options("Content-Type: text/plain", body: "abcdef"))
        #expect(String(buffer: open.body) == "abcdef")
    }

    @Test("a response copies what RFC 3261 §8.2.6.2 names, and gives To a tag")
    func response() throws {
        let request = try TestData.request(TestData.message("sip-corpus/1_invite.sip"))
        let ringing = request.response(.ringing, toTag: "abc")
        #expect(ringing.headers.values(.via) == request.headers.values(.via))
        #expect(ringing.headers.recordRoutes.count == 1)
        #expect(ringing.headers.to?.tag == "abc")
        #expect(ringing.headers.names == [.via, .via, .recordRoute, .from, .to, .callID, .cseq])
        let text = String(buffer: ringing.serialized())
        #expect(text.hasPrefix("SIP/2.0 180 Ringing\r\nVia: "))
        #expect(text.hasSuffix("\r\nContent-Length: 0\r\n\r\n"))
        #expect(request.response(.busyHere, toTag: "abc").headers.recordRoutes.isEmpty)
        #expect(request.response(.trying, toTag: "abc").headers.to?.tag == nil)
        let bye = try TestData.request(TestData.message("sip-corpus/4_bye.sip"))
        #expect(bye.response(.ok, reason: "Fine", toTag: "new").headers.to?.tag == "a6c85cf")
        #expect(bye.response(.ok, reason: "Fine").reason == "Fine")
    }

    @Test("a 100 takes over the Timestamp")
    func timestamp() throws {
        let request = try TestData.request(TestData.options("Timestamp: 54.25"))
        #expect(request.response(.trying).headers[.timestamp] == "54.25")
        #expect(request.response(.ok, toTag: "x").headers[.timestamp] == nil)
    }

    @Test("a reason phrase cannot smuggle in a header field")
    func reasonInjection() {
        let response = SipResponse(status: .ok, reason: "Fine\r\nVia: SIP/2.0/UDP evil")
        #expect(String(buffer: response.serialized()) == "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n")
    }

    @Test("a request is written with its true Content-Length")
    func contentLength() throws {
        var headers = SipHeaders()
        headers.add(.contentLength, "999")
        let uri = SipURI(user: "a", host: "b")
        let request = SipRequest(method: .message, uri: uri, headers: headers, body: ByteBuffer(string: "hi"))
        #expect(String(buffer: request.serialized()) == "MESSAGE sip:a@b SIP/2.0\r\nContent-Length: 2\r\n\r\nhi")
    }

    @Test("a refused request can be answered when enough of it was read")
    func answer() throws {
        let error = #expect(throws: SipParseError.self) {
            try SipMessage(parsing: TestData.message("rfc4475/mismatch01.dat"))
        }
        #expect(error?.code == .methodMismatch)
        let response = try #require(error?.response(toTag: "t"))
        #expect(response.status == 400)
        #expect(response.headers.callID == "mismatch01.dj0234sxdfl3")
        let version = #expect(throws: SipParseError.self) {
            try SipMessage(parsing: TestData.message("rfc4475/badvers.dat"))
        }
        #expect(version?.response(toTag: "t")?.status == 505)
        let missing = #expect(throws: SipParseError.self) {
            try SipMessage(parsing: TestData.message("rfc4475/insuf.dat"))
        }
        #expect(missing?.code == .missingHeader)
        let known = try #require(missing?.response(toTag: "t"))
        #expect(known.status == 400)
        #expect(known.headers.topVia?.branch == "z9hG4bKkdj.insuf" && known.headers.cseq?.number == 193_942)
        #expect(known.headers.to == nil && known.headers.from == nil && known.headers.callID == nil)
        let badVia = #expect(throws: SipParseError.self) {
            try SipMessage(parsing: TestData.message("rfc4475/badinv01.dat"))
        }
        #expect(badVia?.response(toTag: "t")?.headers[.via] == "SIP/2.0/UDP 192.0.2.15;;,;,,")
    }

    @Test("a refused request without Via or CSeq gets no answer, for nobody would know what it answers")
    func unanswerable() throws {
        for lines in ["CSeq: 1 INVITE", "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1"] {
            let error = #expect(throws: SipParseError.self) {
                try SipMessage(parsing: ByteBuffer(string: "INVITE sip:a@b SIP/2.0\r\n\(lines)\r\n\r\n"))
            }
            #expect(error?.status == 400 && error?.response(toTag: "t") == nil)
        }
    }

    @Test("messages beyond the limits are refused")
    func limits() {
        let many = TestData.options(String(repeating: "X: y\n", count: 260) + "Z: z")
        #expect(throws: SipParseError.self) { try SipMessage(parsing: many) }
        let large = TestData.options("X: " + String(repeating: "y", count: 65_536))
        let error = #expect(throws: SipParseError.self) { try SipMessage(parsing: large) }
        #expect(error?.code == .tooLarge)
    }

    @Test(
        "what is no SIP message is discarded without an answer",
        arguments: ["", "\r\n\r\n", "\0\0\0\0", "GET / HTTP/1.1\r\n\r\n", "hello\r\n\r\n", "INVITE sip:a@b\r\n\r\n"])
    func garbage(text: String) {
        let verdict = MessageVerdict(parsing: ByteBuffer(string: text))
        #expect(!verdict.isAccepted && verdict.status == nil)
    }

    @Test("a lone CR or LF in the header fields is refused", arguments: ["X: a\rb", "X: a\u{0}\nb"])
    func loneLineEnds(header: String) throws {
        let bytes = ByteBuffer(
            string: "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP a\r\nFrom: <sip:a@b>\r\nTo: <sip:a@b>\r\n"
                + "Call-ID: 1\r\nCSeq: 1 OPTIONS\r\n\(header)\r\n\r\n")
        #expect(throws: SipParseError.self) { try SipMessage(parsing: bytes) }
    }

    @Test("a message in a small part of a large receive buffer does not keep that buffer")
    func copies() throws {
        var large = ByteBufferAllocator().buffer(capacity: 65_536)
        var message = try TestData.message("sip-corpus/1_invite.sip")
        large.writeBuffer(&message)
        let parsed = try SipMessage(parsing: large)
        #expect(parsed.headers.bytes.capacity < 4_096)
        #expect(parsed.body.storageCapacity < 4_096)
    }
}

@Suite("What a server can serve")
struct RequestCheckTests {
    private func refusal(_ bytes: ByteBuffer) throws -> RequestCheck.Refusal? {
        RequestCheck.standard.refusal(of: try TestData.request(bytes))
    }

    @Test("a plain OPTIONS is served")
    func served() throws {
        #expect(try refusal(TestData.options()) == nil)
    }

    @Test("an unsupported extension is named in Unsupported")
    func extensions() throws {
        let request = try TestData.request(TestData.message("rfc4475/bext01.dat"))
        let refusal = try #require(RequestCheck.standard.refusal(of: request))
        let response = RequestCheck.standard.response(to: request, refusal, toTag: "t")
        #expect(response.status == .badExtension)
        #expect(response.headers[.unsupported] == "nothingsupportsthis, nothingsupportsthiseither")
    }

    @Test("an unsupported method is told which are allowed")
    func methods() throws {
        let found = try refusal(TestData.message("rfc4475/intmeth.dat"))
        #expect(found?.status == .methodNotAllowed)
        #expect(found?.headers.first?.1 == "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY, REGISTER")
    }

    @Test("an unknown body is refused with what is accepted, unless it is optional")
    func bodies() throws {
        let found = try refusal(TestData.message("rfc4475/invut.dat"))
        #expect(found?.status == .unsupportedMediaType)
        #expect(found?.headers.first?.1 == "application/sdp, multipart/mixed, multipart/alternative")
        #expect(
            try refusal(
                TestData.options("Content-Type: text/x\nContent-Disposition: render; handling=optional", body: "x"))
                == nil)
        #expect(
            try refusal(TestData.options("Content-Type: application/sdp\ne: gzip", body: "x"))?.status
                == .unsupportedMediaType)
    }

    @Test("an ACK is never refused")
    func ack() throws {
        var request = try TestData.request(TestData.message("sip-corpus/3_ack.sip"))
        request.headers.add(.require, "foo")
        #expect(RequestCheck.standard.refusal(of: request) == nil)
    }
}
