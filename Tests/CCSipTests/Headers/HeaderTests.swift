import NIOCore
import Testing

@testable import CCSip

@Suite("Header fields")
struct HeaderTests {
    @Test("names compare without case, and compact forms equal the long ones")
    func names() {
        #expect(HeaderName("CALL-id") == .callID)
        #expect(HeaderName("i") == .callID)
        #expect(HeaderName("I") == .callID)
        #expect(HeaderName("X-Mine") == HeaderName("x-mine"))
        #expect(HeaderName("X-Mine").hashValue == HeaderName("x-MINE").hashValue)
        #expect(HeaderName("X-Mine") != HeaderName("X-Yours"))
        #expect(HeaderName("l").text == "Content-Length")
    }

    @Test("every known name is found by its long and its compact form", arguments: HeaderKind.allCases)
    func table(kind: HeaderKind) {
        guard kind != .other else { return }
        #expect(HeaderKind(name: kind.name) == kind)
        #expect(HeaderKind(name: kind.name.uppercased()) == kind)
        #expect(HeaderKind(name: kind.name + "x") == .other)
        // Without its last letter, To is its own compact form.
        if kind != .to { #expect(HeaderKind(name: String(kind.name.dropLast())) != kind) }
        if let compact = kind.compact { #expect(HeaderKind(name: compact) == kind) }
    }

    @Test("a name that differs in its middle only is another name")
    func middle() {
        #expect(HeaderKind(name: "Proxy-Auxhenticate") == .other)
        #expect(HeaderKind(name: "Proxy-Authenticate") == .proxyAuthenticate)
    }

    @Test("lists are split at commas outside of quotes and angle brackets")
    func lists() throws {
        let request = try TestData.request(
            TestData.options(
                """
                Contact: "Bell, Alexander" <sip:a@example.com;x=1,2>;q=0.5 , <sip:b@example.com>
                m: sip:c@example.com
                Allow: INVITE,ACK ,  BYE
                Subject: lunch, maybe
                """))
        let headers = request.headers
        #expect(headers.values(.contact).count == 3)
        #expect(headers.contacts.map(\.displayName) == ["Bell, Alexander", nil, nil])
        #expect(headers.contacts.map { $0.uri.user } == ["a", "b", "c"])
        #expect(headers.contacts[0].parameters.value("q") == "0.5")
        #expect(headers.allow == [.invite, .ack, .bye])
        #expect(headers.values("Subject") == ["lunch, maybe"])
    }

    @Test("folded lines read as one line")
    func folding() throws {
        let request = try TestData.request(
            TestData.options("Subject: I know you're there,\n pick up the phone\n\t and talk"))
        #expect(request.headers["Subject"] == "I know you're there, pick up the phone and talk")
    }

    @Test("a header field can be set, added, put first, removed and popped")
    func editing() throws {
        var headers = SipHeaders()
        headers.add(.via, "SIP/2.0/UDP a;branch=z9hG4bKa, SIP/2.0/TCP b")
        headers.add("X-One", "1")
        headers.prepend(.via, "SIP/2.0/UDP c")
        headers.add(.via, "SIP/2.0/UDP d")
        #expect(headers.vias.map(\.host) == ["c", "a", "b", "d"])
        #expect(headers.names == [.via, .via, .via, "X-One"])
        headers.removeFirst(.via)
        #expect(headers.topVia?.branch == "z9hG4bKa")
        headers.removeFirst(.via)
        #expect(headers.values(.via) == ["SIP/2.0/TCP b", "SIP/2.0/UDP d"])
        headers[.via] = "SIP/2.0/UDP e"
        #expect(headers.vias.map(\.host) == ["e"])
        headers["x-one"] = nil
        #expect(headers["X-One"] == nil)
        #expect(headers.count == 1)
        var written = ByteBuffer()
        headers.write(into: &written)
        #expect(String(buffer: written) == "Via: SIP/2.0/UDP e\r\n")
    }

    @Test("a popped value leaves the rest of its line to be written")
    func poppedLine() throws {
        var request = try TestData.request(TestData.options("Route: <sip:p1;lr>, <sip:p2;lr>"))
        request.headers.removeFirst(.route)
        let text = String(buffer: request.serialized())
        #expect(text.contains("\r\nRoute: <sip:p2;lr>\r\n"))
        let again = try TestData.request(request.serialized())
        #expect(again.headers.routes.map { $0.uri.host } == ["p2"])
    }

    @Test("a value cannot smuggle in another header field")
    func injection() {
        var headers = SipHeaders()
        headers.add("X-Note", "a\r\nVia: SIP/2.0/UDP evil")
        var written = ByteBuffer()
        headers.write(into: &written)
        #expect(String(buffer: written) == "X-Note: a  Via: SIP/2.0/UDP evil\r\n")
    }

    @Test("numbers have their ranges")
    func numbers() throws {
        let request = try TestData.request(
            TestData.options("Expires: 100000000000000000000\nMin-Expires: ten\nContent-Length: 0"))
        #expect(request.headers.maxForwards == 70)
        #expect(request.headers.expires == 0xFFFF_FFFF)
        #expect(request.headers.minExpires == nil)
        #expect(request.headers.contentLength == 0)
    }

    @Test("a star is the contact that removes all bindings")
    func star() throws {
        let request = try TestData.request(TestData.options("Contact: *"))
        #expect(request.headers.hasStarContact)
        #expect(request.headers.contacts.isEmpty)
    }

    @Test("option tags are read in lower case and media types without parameters")
    func tags() throws {
        let request = try TestData.request(
            TestData.options("k: 100rel, Timer\nRequire: Foo\nc: Application/SDP ; charset=utf-8"))
        #expect(request.headers.supported == ["100rel", "timer"])
        #expect(request.headers.require == ["foo"])
        #expect(request.headers.contentType == "application/sdp")
    }
}

@Suite("Via and name-addr values")
struct ValueTests {
    @Test("a Via's parts are read, whatever white space stands between them")
    func via() throws {
        let via = try #require(Via("SIP / 2.0 / tcp   [2001:db8::9:1] : 5070 ; rport ; branch = z9hG4bK87asdks7"))
        #expect(via.transport == "TCP")
        #expect(via.host == "[2001:db8::9:1]")
        #expect(via.port == 5070)
        #expect(via.branch == "z9hG4bK87asdks7")
        #expect(via.wantsRport && via.rport == nil)
        #expect(via.description == "SIP/2.0/TCP [2001:db8::9:1]:5070;rport;branch=z9hG4bK87asdks7")
    }

    @Test("received takes an IPv6 address with and without brackets (RFC 5118 §4.5)")
    func receivedIPv6() throws {
        for address in ["[2001:db8::9:255]", "2001:db8::9:255"] {
            let via = try #require(Via("SIP/2.0/UDP [2001:db8::9:1];received=\(address);branch=z9hG4bKas3-111"))
            #expect(via.received == address)
            #expect(via.branch == "z9hG4bKas3-111")
        }
    }

    @Test("a receiver can note where a request came from")
    func received() throws {
        var via = Via(transport: "UDP", host: "10.1.1.1", port: 4540, branch: "z9hG4bKkjshdyff")
        via.parameters.set("rport")
        via.received = "192.0.2.1"
        via.rport = 9988
        #expect(
            via.description
                == "SIP/2.0/UDP 10.1.1.1:4540;branch=z9hG4bKkjshdyff;rport=9988;received=192.0.2.1")
        #expect(Via(via.description) == via)
        via.received = nil
        #expect(!via.parameters.contains("received"))
    }

    @Test(
        "a malformed Via is refused",
        arguments: [
            "", "SIP/2.0 192.0.2.1", "SIP/2.0/UDP", "HTTP/1.1/UDP host", "SIP/2.0/UDP host:99999",
            "SIP/2.0/UDP host;;x",
            "SIP/2.0/UDP host:", "SIP/2.0/UDP [::1", "SIP/2.0/UDP []", "SIP/2.0/UDP a, SIP/2.0/UDP b",
        ])
    func badVia(text: String) {
        #expect(Via(text) == nil)
    }

    @Test("a name-addr's display name, URI and parameters are told apart")
    func nameAddress() throws {
        let address = try #require(
            NameAddress(#""J \"R\" Rosenberg, \\" <sip:jdrosen@example.com;lr;x=1> ; tag = 98asjd8;note="a;b""#))
        #expect(address.displayName == #"J "R" Rosenberg, \"#)
        #expect(address.uri.description == "sip:jdrosen@example.com;lr;x=1")
        #expect(address.tag == "98asjd8")
        #expect(address.parameters.value("note") == "a;b")
        #expect(NameAddress(address.description) == address)
    }

    @Test("without angle brackets parameters belong to the header field")
    func bare() throws {
        let address = try #require(NameAddress("sip:alice@example.com;tag=88sja8x"))
        #expect(address.tag == "88sja8x")
        #expect(address.uri.parameters.isEmpty)
        #expect(address.description == "<sip:alice@example.com>;tag=88sja8x")
        #expect(NameAddress("sip:alice@example.com?Subject=x") == nil)
    }

    @Test("a tag can be set and replaced")
    func tag() throws {
        var address = NameAddress(displayName: "Agent", uri: SipURI(user: "agent1", host: "example.com"))
        address.tag = "a"
        address.tag = "b"
        #expect(address.description == "\"Agent\" <sip:agent1@example.com>;tag=b")
        address.tag = nil
        #expect(address.parameters.isEmpty)
    }

    @Test(
        "a malformed name-addr is refused",
        arguments: [
            "", "\"open <sip:a@b>", "\"x\" sip:a@b", "<sip:a@b", "<>", "<sip:>", "Bell, A <sip:a@b>", "<sip:a@b>;",
            "<sip:a@b> x",
        ])
    func badAddress(text: String) {
        #expect(NameAddress(text) == nil)
    }

    @Test("a CSeq number stays below 2³¹")
    func cseq() throws {
        func parse(_ text: String) -> CSeq? {
            let bytes = Array(text.utf8)
            return CSeq(bytes, 0..<bytes.count)
        }
        #expect(parse("2147483647 INVITE") == CSeq(number: 2_147_483_647, method: .invite))
        #expect(parse("0009  \r\n ACK") == CSeq(number: 9, method: .ack))
        for bad in ["2147483648 INVITE", "1", "1INVITE", "-1 INVITE", "1 INV ITE", ""] { #expect(parse(bad) == nil) }
    }
}
