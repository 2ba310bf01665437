import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite struct TransactionLayerServerTests {
    /// Lets a request in and returns its transaction.
    private func accept(
        _ request: SipRequest, _ rig: inout LayerRig, over flow: SipFlow = LayerRig.flow
    ) throws -> (SipRequest, ServerTransactionID) {
        try rig.receive(request, over: flow)
        let action = try #require(rig.taken().first)
        guard case .request(let received, let id, _) = action else {
            Issue.record("\(action.name) instead of a request")
            throw CancellationError()
        }
        return (received, id)
    }

    @Test("a repeated INVITE is absorbed until there is a response, then answered with the last one")
    func repeated() throws {
        var rig = LayerRig()
        let (request, id) = try accept(makeRequest(.invite), &rig)
        try rig.receive(makeRequest(.invite))
        #expect(rig.taken().isEmpty)
        rig.layer.respond(request.response(.ringing, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        try rig.receive(makeRequest(.invite))
        #expect(rig.taken().map(\.name) == ["send 180", "send 180"])
        rig.layer.respond(request.response(.ok, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        try rig.receive(makeRequest(.invite))
        #expect(rig.taken().map(\.name) == ["send 200"])
    }

    @Test("100 goes out after 200 ms of silence, and to a repeated INVITE after that")
    func trying() throws {
        var rig = LayerRig()
        _ = try accept(makeRequest(.invite), &rig)
        rig.wait(.milliseconds(300))
        try rig.receive(makeRequest(.invite))
        let sent = rig.sent()
        #expect(sent.compactMap(\.response?.status) == [.trying, .trying])
        #expect(sent[0].headers.to?.tag == nil)
    }

    @Test("a refusal is repeated until its ACK comes, which nobody sees")
    func refusal() throws {
        var rig = LayerRig()
        let (request, id) = try accept(makeRequest(.invite), &rig)
        rig.layer.respond(request.response(.busyHere, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        rig.wait(.milliseconds(1_600))
        #expect(rig.taken().map(\.name) == ["send 486", "send 486", "send 486"])
        try rig.receive(makeRequest(.ack))
        rig.wait(.seconds(6))
        #expect(rig.taken().map(\.name) == ["server ended"])
        #expect(rig.layer.serverTransactionCount == 0)
    }

    @Test("a refusal that is never acknowledged is reported after 64·T1")
    func unacknowledged() throws {
        var rig = LayerRig()
        let (request, id) = try accept(makeRequest(.invite), &rig)
        rig.layer.respond(request.response(.busyHere, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        rig.wait(.seconds(33))
        #expect(rig.taken().map(\.name).suffix(2) == ["server failed timeout", "server ended"])
    }

    @Test("an ACK to a 2xx is reported, in its own transaction or in the INVITE's")
    func acknowledged() throws {
        var rig = LayerRig()
        let (request, id) = try accept(makeRequest(.invite), &rig)
        rig.layer.respond(request.response(.ok, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        try rig.receive(makeRequest(.ack, branch: "z9hG4bKtwo"))
        try rig.receive(makeRequest(.ack))
        #expect(rig.taken().map(\.name) == ["acknowledged", "acknowledged"])
    }

    @Test("CANCEL is answered 200 with the INVITE's tag and reported, as long as the INVITE is unanswered")
    func cancel() throws {
        var rig = LayerRig()
        let (request, id) = try accept(makeRequest(.invite), &rig)
        rig.layer.respond(request.response(.ringing, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        try rig.receive(makeRequest(.cancel))
        let actions = rig.taken()
        #expect(actions.map(\.name) == ["send 200", "cancelled"])
        #expect(actions[0].message?.headers.to?.tag == "b")
        #expect(actions[0].message?.headers.cseq?.method == .cancel)
        guard case .cancelled(id) = actions[1] else {
            Issue.record("another outcome")
            return
        }
        try rig.receive(makeRequest(.cancel))
        #expect(rig.taken().map(\.name) == ["send 200"])
    }

    @Test("CANCEL after the answer changes nothing; CANCEL without its INVITE is answered 481")
    func lateCancel() throws {
        var rig = LayerRig()
        let (request, id) = try accept(makeRequest(.invite), &rig)
        rig.layer.respond(request.response(.ok, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        try rig.receive(makeRequest(.cancel))
        #expect(rig.taken().map(\.name) == ["send 200"])
        try rig.receive(makeRequest(.cancel, branch: "z9hG4bKelse"))
        #expect(rig.taken().map(\.name) == ["send 481"])
    }

    @Test("responses go to the source address, at the source port when rport was asked for, else at Via's port")
    func replyAddress() throws {
        let source = NetworkAddress(ip: IPAddress(v4: 0xCB00_7109), port: 33_333)
        let flow = SipFlow(transport: .udp, local: LayerRig.flow.local, remote: source)
        for (via, port, received) in [
            ("SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bKa;rport", 33_333, "203.0.113.9"),
            ("SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bKb", 5_070, "203.0.113.9"),
            ("SIP/2.0/UDP phone.example.com;branch=z9hG4bKc", 5_060, "203.0.113.9"),
            ("SIP/2.0/UDP 203.0.113.9:5099;branch=z9hG4bKd", 5_099, nil),
            ("SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKe;maddr=192.0.2.200", 5_060, "203.0.113.9"),
        ] as [(String, UInt16, String?)] {
            var rig = LayerRig()
            let (request, id) = try accept(makeRequest(.options, via: via), &rig, over: flow)
            rig.layer.respond(request.response(.ok, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
            guard case .transmit(_, let reply)? = rig.actions.first else {
                Issue.record("another outcome")
                return
            }
            #expect(reply.remote == NetworkAddress(ip: source.ip, port: port))
            #expect(request.headers.topVia?.received == received)
            #expect(request.headers.topVia?.rport == (via.contains("rport") ? 33_333 : nil))
        }
    }

    @Test("over TCP the response goes back through the connection, whatever Via says")
    func replyConnection() throws {
        var rig = LayerRig()
        let via = "SIP/2.0/TCP 10.0.0.1:5070;branch=z9hG4bKa"
        let (request, id) = try accept(makeRequest(.options, via: via), &rig, over: LayerRig.tcp)
        rig.layer.respond(request.response(.ok, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        guard case .transmit(_, LayerRig.tcp)? = rig.actions.first else {
            Issue.record("another outcome")
            return
        }
        #expect(rig.layer.serverTransactionCount == 0)
    }

    @Test("a sender of RFC 2543, without a magic cookie, is matched by what its messages have in common")
    func rfc2543() throws {
        var rig = LayerRig()
        let via = "SIP/2.0/UDP 192.0.2.2;branch=1"
        let (request, id) = try accept(makeRequest(.invite, via: via), &rig)
        rig.layer.respond(request.response(.ringing, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        try rig.receive(makeRequest(.invite, via: via))
        #expect(rig.taken().map(\.name) == ["send 180", "send 180"])
        try rig.receive(makeRequest(.cancel, via: via))
        #expect(rig.taken().map(\.name) == ["send 200", "cancelled"])
        rig.layer.respond(request.response(.requestTerminated, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        var ack = makeRequest(.ack, via: via)
        ack.headers[.to] = "<sip:bob@192.0.2.1>;tag=b"
        try rig.receive(ack)
        rig.wait(.milliseconds(900))
        #expect(rig.taken().map(\.name) == ["send 487"])
        // Another number is another transaction.
        _ = try accept(makeRequest(.invite, via: via, cseq: 2), &rig)
    }

    @Test("the same branch from another sent-by is another transaction")
    func sentBy() throws {
        var rig = LayerRig()
        _ = try accept(makeRequest(.options), &rig)
        var other = makeRequest(.options, via: "SIP/2.0/UDP 192.0.2.99:5060;branch=z9hG4bKone")
        other.headers[.callID] = "call-2"
        _ = try accept(other, &rig)
    }

    @Test("a request that comes a second time on another path is answered 482")
    func merged() throws {
        var rig = LayerRig()
        _ = try accept(makeRequest(.invite), &rig)
        try rig.receive(makeRequest(.invite, branch: "z9hG4bKother"))
        #expect(rig.taken().map(\.name) == ["send 482"])
        try rig.receive(makeRequest(.ack, branch: "z9hG4bKother"))
        #expect(rig.taken().isEmpty)
    }

    @Test("above the limit a new request is answered 503 with Retry-After, one inside a dialog is still served")
    func overload() throws {
        var rig = LayerRig(limit: 4)
        for number in 0..<4 {
            var request = makeRequest(.invite, branch: "z9hG4bK\(number)")
            request.headers[.callID] = "call-\(number)"
            _ = try accept(request, &rig)
        }
        var fifth = makeRequest(.invite, branch: "z9hG4bKfive")
        fifth.headers[.callID] = "call-five"
        try rig.receive(fifth)
        try rig.receive(fifth)
        let answers = rig.sent().compactMap(\.response)
        #expect(answers.map(\.status) == [.serviceUnavailable, .serviceUnavailable])
        #expect(answers[0].headers[.retryAfter] == "10")
        #expect(answers[0].headers.to?.tag == answers[1].headers.to?.tag)
        #expect(rig.layer.serverTransactionCount == 4)
        var bye = makeRequest(.bye, branch: "z9hG4bKbye")
        bye.headers[.to] = "<sip:bob@192.0.2.1>;tag=b"
        _ = try accept(bye, &rig)
        // CANCEL of a call that was let in works in any case.
        var cancel = makeRequest(.cancel, branch: "z9hG4bK2")
        cancel.headers[.callID] = "call-2"
        try rig.receive(cancel)
        #expect(rig.taken().map(\.name) == ["send 200", "cancelled"])
    }

    @Test("a request that nobody answers ends by itself, and so does everything else")
    func noLeaks() throws {
        var rig = LayerRig()
        _ = try accept(makeRequest(.options), &rig)
        rig.wait(.seconds(33))
        #expect(rig.taken().map(\.name) == ["server failed timeout", "server ended"])
        #expect(rig.layer.serverTransactionCount == 0)
        #expect(rig.layer.merged.isEmpty)
        #expect(rig.layer.serverKeys.isEmpty)
    }

    @Test("a closed connection ends the requests that came over it")
    func transportFailure() throws {
        var rig = LayerRig()
        _ = try accept(makeRequest(.invite), &rig, over: LayerRig.tcp)
        rig.layer.transportFailed(LayerRig.tcp, now: rig.now, into: &rig.actions)
        #expect(rig.taken().map(\.name) == ["server failed transportError", "server ended"])
    }

    @Test("a response for a transaction that is over is dropped")
    func lateResponse() throws {
        var rig = LayerRig()
        let (request, id) = try accept(makeRequest(.options), &rig)
        rig.layer.respond(request.response(.ok, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        rig.wait(.seconds(33))
        _ = rig.taken()
        rig.layer.respond(request.response(.ok, toTag: "b"), to: id, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
    }
}
