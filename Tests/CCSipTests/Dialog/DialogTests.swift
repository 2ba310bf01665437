import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite struct DialogTests {
    private func invite() -> SipRequest {
        var request = makeRequest(.invite, cseq: 7)
        request.headers.add(.contact, "<sip:alice@192.0.2.2:5062>")
        request.headers.add(.recordRoute, "<sip:p2.example.com;lr>, <sip:p1.example.com;lr>")
        return request
    }

    private func answer(_ status: SipStatus = .ok) -> SipResponse {
        var response = invite().response(status, toTag: "b1")
        response.headers.add(.contact, "<sip:bob@192.0.2.1:5064>")
        return response
    }

    @Test("the server side takes the route as recorded, the client side in reverse")
    func routes() throws {
        let server = try #require(Dialog(answering: invite(), localTag: "b1"))
        let client = try #require(Dialog(answered: invite(), by: answer()))
        #expect(server.routeSet.map(\.uri.host) == ["p2.example.com", "p1.example.com"])
        #expect(client.routeSet.map(\.uri.host) == ["p1.example.com", "p2.example.com"])
        #expect(server.id == DialogID(callID: "call-1", localTag: "b1", remoteTag: "a1"))
        #expect(client.id == DialogID(callID: "call-1", localTag: "a1", remoteTag: "b1"))
        #expect(server.remoteTarget == SipURI("sip:alice@192.0.2.2:5062"))
        #expect(client.remoteTarget == SipURI("sip:bob@192.0.2.1:5064"))
        #expect(server.state == .early)
        #expect(client.state == .confirmed)
    }

    @Test("a request inside the dialog has target, route, tags and the next number")
    func request() throws {
        var client = try #require(Dialog(answered: invite(), by: answer()))
        let bye = client.makeRequest(.bye)
        #expect(bye.uri == SipURI("sip:bob@192.0.2.1:5064"))
        #expect(bye.headers.routes.map(\.uri.host) == ["p1.example.com", "p2.example.com"])
        #expect(bye.headers.cseq == CSeq(number: 8, method: .bye))
        #expect(bye.headers.from?.tag == "a1")
        #expect(bye.headers.to?.tag == "b1")
        #expect(bye.headers.maxForwards == 70)
        #expect(bye.nextHop.host == "p1.example.com")
        #expect(client.makeAcknowledgement(cseq: 7).headers.cseq == CSeq(number: 7, method: .ack))
        var server = try #require(Dialog(answering: invite(), localTag: "b1"))
        #expect(server.makeRequest(.bye).headers.cseq?.number == 1)
        #expect(server.makeRequest(.bye).headers.cseq?.number == 2)
    }

    @Test("both sides find the dialog by the requests they receive")
    func identifiers() throws {
        var client = try #require(Dialog(answered: invite(), by: answer()))
        var server = try #require(Dialog(answering: invite(), localTag: "b1"))
        #expect(DialogID(incoming: client.makeRequest(.bye)) == server.id)
        #expect(DialogID(incoming: server.makeRequest(.bye)) == client.id)
        #expect(DialogID(incoming: invite()) == nil)
        #expect(DialogID(incoming: answer()) == client.id)
    }

    @Test("a strict router takes the Request-URI, and the target ends the route")
    func strictRouting() throws {
        var response = answer()
        response.headers[.recordRoute] = "<sip:loose.example.com;lr>, <sip:strict.example.com>"
        var dialog = try #require(Dialog(answered: invite(), by: response))
        let bye = dialog.makeRequest(.bye)
        #expect(bye.uri == SipURI("sip:strict.example.com"))
        #expect(
            bye.headers.routes.map(\.uri) == [SipURI("sip:loose.example.com;lr"), SipURI("sip:bob@192.0.2.1:5064")])
    }

    @Test("older requests are out of order, later and equal ones are in order")
    func order() throws {
        var dialog = try #require(Dialog(answering: invite(), localTag: "b1"))
        #expect(dialog.received(makeRequest(.info, cseq: 6)) == .outOfOrder)
        #expect(dialog.received(makeRequest(.info, cseq: 12)) == .inOrder)
        #expect(dialog.received(makeRequest(.info, cseq: 11)) == .outOfOrder)
        #expect(dialog.remoteSequence == 12)
    }

    @Test("the 2xx's Contact and Record-Route replace those of the provisional response")
    func confirm() throws {
        var dialog = try #require(Dialog(answered: invite(), by: answer(.ringing)))
        #expect(dialog.state == .early)
        var ok = answer()
        ok.headers[.contact] = "<sip:bob@192.0.2.88>"
        ok.headers[.recordRoute] = "<sip:p9.example.com;lr>"
        dialog.confirm(by: ok)
        #expect(dialog.state == .confirmed)
        #expect(dialog.remoteTarget.host == "192.0.2.88")
        #expect(dialog.routeSet.map(\.uri.host) == ["p9.example.com"])
    }

    @Test("a peer of RFC 2543 without a tag has a dialog too")
    func noTag() throws {
        var request = invite()
        request.headers[.from] = "<sip:alice@192.0.2.2>"
        let dialog = try #require(Dialog(answering: request, localTag: "b1"))
        #expect(dialog.id.remoteTag.isEmpty)
        var bye = makeRequest(.bye)
        bye.headers[.from] = "<sip:alice@192.0.2.2>"
        bye.headers[.to] = "<sip:bob@192.0.2.1>;tag=b1"
        #expect(DialogID(incoming: bye) == dialog.id)
    }

    @Test("an INVITE without Contact makes no dialog")
    func noContact() {
        #expect(Dialog(answering: makeRequest(.invite), localTag: "b") == nil)
    }
}
