import CCCore
import Testing

@testable import CCSip

@Suite("URIs")
struct URITests {
    @Test("all parts of a SIP URI are read")
    func parts() throws {
        let uri = try #require(
            SipURI("sips:alice:secret@atlanta.example.com:5091;transport=TCP;lr?subject=project%20x&priority=urgent"))
        #expect(uri.scheme == "sips" && uri.isSIP && uri.isSecure)
        #expect(uri.user == "alice")
        #expect(uri.password == "secret")
        #expect(uri.host == "atlanta.example.com")
        #expect(uri.port == 5091)
        #expect(uri.transport == "tcp")
        #expect(uri.isLooseRouter)
        #expect(uri.headers == "subject=project%20x&priority=urgent")
    }

    @Test("other schemes are kept as they are")
    func opaque() throws {
        let uri = try #require(SipURI("TEL:+358-555-1234567;postd=pp22"))
        #expect(uri.scheme == "tel" && !uri.isSIP)
        #expect(uri.opaque == "+358-555-1234567;postd=pp22")
        #expect(uri.host == "" && uri.user == nil)
        #expect(uri.description == "TEL:+358-555-1234567;postd=pp22")
    }

    @Test(
        "malformed URIs are refused",
        arguments: [
            "", "sip:", "sip", ":x", "sip:@host", "sip:a@", "sip:a@host:", "sip:a@host:x", "sip:a@host:65536",
            "sip:a b@host",
            "sip:a@host;", "sip:a@host;;lr", "sip:a@host;=x", "sip:a@host?", "sip:%4@host", "sip:%zz@host",
            "sip:a@[::1",
            "<sip:a@host>", "1x:y", "sip:a@host; lr", "sip:host name",
        ])
    func malformed(text: String) {
        #expect(SipURI(text) == nil)
    }

    @Test("escapes are read as the characters they stand for and written where they are needed")
    func escaping() throws {
        let uri = try #require(SipURI("sip:sips%3Auser%40example.com@example.net;%6C%72;n%61me=v%61lue%25%34%31"))
        #expect(uri.user == "sips:user@example.com")
        #expect(uri.isLooseRouter)
        #expect(uri.parameters.value("name") == "value%41")
        #expect(SipURI(user: "a b@c:d", host: "x").description == "sip:a%20b%40c%3Ad@x")
        #expect(SipURI(user: "*72#", host: "x").description == "sip:*72%23@x")
        #expect(SipURI("sip:null-%00-null@example.com")?.user == "null-\0-null")
        var edited = uri
        edited.user = "ünï"
        #expect(edited.user == "ünï")
        #expect(edited.description.hasPrefix("sip:%C3%BCn%C3%AF@example.net;"))
    }

    @Test("a URI can be built and edited part by part")
    func editing() throws {
        var uri = SipURI(user: "bob", host: "2001:db8::10", port: 5070, transport: "TCP")
        #expect(uri.description == "sip:bob@[2001:db8::10]:5070;transport=tcp")
        uri.port = nil
        uri.host = "example.com"
        uri.transport = nil
        uri.parameters.set("lr")
        uri.password = "p"
        uri.headers = "a=b"
        #expect(uri.description == "sip:bob:p@example.com;lr?a=b")
        #expect(SipURI(uri.description) == uri)
        uri.user = nil
        #expect(uri.description == "sip:example.com;lr?a=b")
        uri.scheme = "sips"
        #expect(uri.description == "sips:example.com;lr?a=b")
        uri.host = "ex ample\r\n<x>"
        #expect(uri.host == "examplex")
    }

    @Test("IPv6 references keep their brackets (RFC 5118)")
    func ipv6() throws {
        #expect(SipURI("sip:[2001:db8::10]:5070")?.address == NetworkAddress(host: "2001:db8::10", port: 5070))
        #expect(SipURI("sip:[2001:db8::10:5070]")?.port == nil)
        #expect(SipURI("sip:user@[2001:db8::192.0.2.1]")?.host == "[2001:db8::192.0.2.1]")
        #expect(SipURI("sip:2001:db8::10") == nil)
        #expect(SipURI("sip:user@[2001:db8::10") == nil)
    }

    @Test(
        "these URIs are equal (RFC 3261 §19.1.4)",
        arguments: [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtlanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;security=on"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
            ),
            ("SIP:a@b", "sip:a@b"),
            ("sip:a%2fb@c", "sip:a%2Fb@c"),
        ])
    func equal(lhs: String, rhs: String) throws {
        let left = try #require(SipURI(lhs))
        let right = try #require(SipURI(rhs))
        #expect(left == right)
        #expect(left.hashValue == right.hashValue)
    }

    @Test(
        "these URIs differ (RFC 3261 §19.1.4)",
        arguments: [
            ("sip:ALICE@AtlanTa.CoM;Transport=udp", "sip:alice@AtlanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
            ("sip:a@b", "sips:a@b"), ("sip:a@b", "sip:b"), ("sip:a:x@b", "sip:a@b"),
            ("sip:a%3Bb@c", "sip:a;b@c"),
        ])
    func different(lhs: String, rhs: String) throws {
        #expect(try #require(SipURI(lhs)) != #require(SipURI(rhs)))
    }

    @Test("parameters keep their order, and names ignore case")
    func parameters() {
        var parameters = SipParameters()
        parameters.set("Expires", "60")
        parameters.set("+sip.instance", "<urn:uuid:0>")
        parameters.set("expires", "30")
        parameters.set("ob")
        #expect(parameters.description == ";expires=30;+sip.instance=\"<urn:uuid:0>\";ob")
        #expect(parameters.value("+SIP.instance") == "<urn:uuid:0>")
        #expect(parameters.contains("ob") && parameters.value("ob") == nil)
        parameters.remove("EXPIRES")
        #expect(parameters.pairs.map(\.name) == ["+sip.instance", "ob"])
    }
}
