import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite struct RenegotiationTests {
    /// The peer's offer for its half of the session.
    private func offer(_ rig: inout SessionRig, hold: Bool = false) -> SessionDescription {
        rig.peer.setLocalHold(hold)
        return rig.peer.makeOffer()
    }

    // MARK: Ours

    @Test("hold offers sendonly in a re-INVITE, resume sendrecv, and the ACKs carry the numbers of their INVITEs")
    func holdAndResume() throws {
        for (isHold, direction) in [(true, MediaDirection.sendOnly), (false, .sendReceive)] {
            var rig = try SessionRig.answeredCaller()
            rig.session.hold(now: rig.now, into: &rig.actions)
            var (invite, token) = try rig.request()
            var ok = try rig.answer(invite)
            if !isHold {
                rig.session.received(ok, to: token, now: rig.now, into: &rig.actions)
                rig.session.resume(now: rig.now, into: &rig.actions)
                (invite, token) = try rig.request()
                ok = try rig.answer(invite)
            }
            let offered = try SessionDescription(parsing: invite.body)
            #expect(offered.direction(of: offered.media[0]) == direction)
            #expect(invite.headers.to?.tag == "b1")
            #expect(invite.headers.contacts.first?.uri == SessionRig.alice)
            #expect(invite.uri == SipURI("sip:bob@192.0.2.1:5064"))
            _ = rig.taken()
            rig.session.received(ok, to: token, now: rig.now, into: &rig.actions)
            guard case .sendAck(let ack)? = rig.actions.first else {
                Issue.record("no ACK")
                return
            }
            #expect(ack.headers.cseq?.number == invite.headers.cseq?.number)
            #expect(rig.taken() == ["ACK", "media \(direction.rawValue)"])
            #expect(rig.session.isLocalHold == isHold)
            rig.session.received(ok, to: token, now: rig.now, into: &rig.actions)
            #expect(rig.taken() == ["ACK"])
        }
    }

    @Test("hold and resume in quick succession: the second waits for the first")
    func queued() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (first, token) = try rig.request()
        rig.session.resume(now: rig.now, into: &rig.actions)
        rig.session.resume(now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE"])
        rig.session.received(try rig.answer(first), to: token, now: rig.now, into: &rig.actions)
        let (second, secondToken) = try rig.request()
        #expect(rig.taken() == ["ACK", "media sendonly", "INVITE"])
        rig.session.received(try rig.answer(second), to: secondToken, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["ACK", "media sendrecv"])
    }

    @Test("hold before the call is up takes effect with the answer")
    func early() throws {
        var rig = SessionRig.caller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        rig.session.received(try rig.answer(invite), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE", "dialog", "ACK", "answered", "INVITE"])
    }

    @Test("moving the media sends the new address")
    func move() throws {
        var rig = try SessionRig.answeredCaller()
        let elsewhere = NetworkAddress(ip: IPAddress(v4: 0xC000_0263), port: 40_000)
        rig.session.move(to: elsewhere, now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        let offered = try SessionDescription(parsing: invite.body)
        #expect(offered.media[0].port == 40_000)
        #expect(offered.connection?.address == "192.0.2.99")
        #expect(offered.origin.version != "1000")
        rig.session.received(try rig.answer(invite), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE", "ACK"])
    }

    @Test("a refused move keeps the old address in later offers")
    func refusedMove() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.move(
            to: NetworkAddress(ip: IPAddress(v4: 0xC000_0263), port: 40_000), now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        rig.session.received(invite.response(.notAcceptableHere), to: token, now: rig.now, into: &rig.actions)
        rig.session.hold(now: rig.now, into: &rig.actions)
        let offered = try SessionDescription(parsing: rig.request().0.body)
        #expect(offered.media[0].port == aliceMedia.port)
        #expect(offered.connection?.address == "192.0.2.2")
    }

    @Test("a refused re-INVITE changes nothing")
    func refused() throws {
        var rig = try SessionRig.answeredCaller()
        let before = rig.session.agreed
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        rig.session.received(
            invite.response(.notAcceptableHere), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE", "failed 488"])
        #expect(rig.session.agreed == before)
        #expect(!rig.session.isLocalHold)
        #expect(rig.session.state == .confirmed)
        // And it can be tried again.
        rig.session.hold(now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE"])
    }

    @Test("a 2xx to a re-INVITE without a usable answer leaves the media as it was")
    func unusableAnswer() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        rig.session.received(invite.response(.ok), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE", "ACK", "failed 0"])
        #expect(!rig.session.isLocalHold)
    }

    @Test("491 is retried: after 2.1 to 4 s by the caller, within 2 s by the callee")
    func glareRetry() throws {
        for isCaller in [true, false] {
            var rig = try isCaller ? SessionRig.answeredCaller() : SessionRig.answeredCallee()
            rig.session.hold(now: rig.now, into: &rig.actions)
            let (invite, token) = try rig.request()
            rig.session.received(invite.response(.requestPending), to: token, now: rig.now, into: &rig.actions)
            #expect(rig.taken() == ["INVITE"])
            let done = rig.wait(.seconds(5))
            #expect(done.map(\.1).prefix(1) == ["INVITE"])
            #expect((isCaller ? 2_100...4_000 : 0...2_000).contains(done.first?.0 ?? -1))
        }
    }

    @Test("a re-INVITE is refused 491 while ours is open")
    func glare() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        try rig.receive(rig.peerRequest(.invite, body: offer(&rig)))
        #expect(rig.taken() == ["INVITE", "491"])
        try rig.receive(rig.peerRequest(.update, cseq: 101, body: offer(&rig)))
        #expect(rig.taken() == ["491"])
    }

    @Test("what the peer's round has told it need not be told again after a 491")
    func settledByPeer() throws {
        var rig = try SessionRig.answeredCallee()
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        rig.session.received(invite.response(.requestPending), to: token, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        try rig.receive(rig.peerRequest(.invite, body: offer(&rig)))
        let answer = try SessionDescription(parsing: try rig.response().body)
        #expect(answer.direction(of: answer.media[0]) == .sendOnly)
        #expect(rig.taken() == ["200", "media sendonly"])
        try rig.acknowledge(cseq: 100)
        #expect(rig.wait(.seconds(10)).isEmpty)
    }

    @Test("a peer that does not know the call any more, or does not answer, ends it with BYE", arguments: [0, 1, 2])
    func lost(kind: Int) throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        _ = rig.taken()
        switch kind {
        case 0:
            rig.session.received(
                invite.response(.callOrTransactionDoesNotExist), to: token, now: rig.now, into: &rig.actions)
        case 1: rig.session.received(invite.response(.requestTimeout), to: token, now: rig.now, into: &rig.actions)
        default: rig.session.transactionFailed(token, .timeout, now: rig.now, into: &rig.actions)
        }
        #expect(rig.taken() == ["BYE", "ended noResponse"])
    }

    @Test("a re-INVITE that gets no final response is cancelled after 64·T1")
    func stuck() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        _ = rig.taken()
        let done = rig.wait(.seconds(60))
        #expect(done.map(\.0) == [32_000])
        #expect(done.map(\.1) == ["CANCEL"])
    }

    @Test("a challenged re-INVITE is sent again with credentials")
    func challenged() throws {
        var rig = SessionRig.caller(credentials: DigestCredentials(username: "alice", password: "secret"))
        let (first, firstToken) = try rig.request()
        rig.session.received(try rig.answer(first), to: firstToken, now: rig.now, into: &rig.actions)
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        var challenge = invite.response(.unauthorized)
        challenge.headers.add(.wwwAuthenticate, "Digest realm=\"b\", nonce=\"n\", qop=\"auth\"")
        _ = rig.taken()
        rig.session.received(challenge, to: token, now: rig.now, into: &rig.actions)
        let (second, secondToken) = try rig.request()
        #expect(second.headers.cseq?.number == 3)
        #expect(second.headers.contains(.authorization))
        _ = rig.taken()
        rig.session.received(try rig.answer(second), to: secondToken, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["ACK", "media sendonly"])
    }

    // MARK: The peer's

    @Test("the peer's hold is answered recvonly, its resume sendrecv")
    func peerHold() throws {
        var rig = try SessionRig.answeredCallee()
        try rig.receive(rig.peerRequest(.invite, cseq: 5, body: offer(&rig, hold: true)))
        let ok = try rig.response()
        let answer = try SessionDescription(parsing: ok.body)
        #expect(answer.direction(of: answer.media[0]) == .receiveOnly)
        #expect(ok.headers.contacts.first?.uri == SessionRig.bob)
        #expect(rig.taken() == ["200", "media recvonly"])
        _ = try rig.peer.receiveAnswer(answer)
        try rig.acknowledge(cseq: 5)
        try rig.receive(rig.peerRequest(.invite, cseq: 6, body: offer(&rig)))
        #expect(rig.taken() == ["200", "media sendrecv"])
    }

    @Test("hold from both sides is inactive, and each side's resume leaves the other's hold")
    func bothHold() throws {
        var rig = try SessionRig.answeredCallee()
        try rig.receive(rig.peerRequest(.invite, cseq: 5, body: offer(&rig, hold: true)))
        _ = try rig.peer.receiveAnswer(SessionDescription(parsing: try rig.response().body))
        try rig.acknowledge(cseq: 5)
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        rig.session.received(try rig.answer(invite), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.session.agreed?.direction == .inactive)
        rig.session.resume(now: rig.now, into: &rig.actions)
        let (again, againToken) = try rig.request()
        rig.session.received(try rig.answer(again), to: againToken, now: rig.now, into: &rig.actions)
        #expect(rig.session.agreed?.direction == .receiveOnly)
    }

    @Test(
        "a new address in a re-INVITE or UPDATE is taken, for media and for requests",
        arguments: [SipMethod.invite, .update])
    func newAddress(method: SipMethod) throws {
        var rig = try SessionRig.answeredCallee()
        let elsewhere = NetworkAddress(ip: IPAddress(v4: 0xC000_0263), port: 40_000)
        rig.peer.setLocalAddress(elsewhere)
        try rig.receive(rig.peerRequest(method, cseq: 5, body: offer(&rig)))
        #expect(rig.taken() == ["200", "media sendrecv"])
        #expect(rig.session.agreed?.remoteRTP == elsewhere)
        #expect(rig.session.dialog?.remoteTarget == SipURI("sip:peer@192.0.2.9:5070"))
    }

    @Test("a re-INVITE without a description gets our offer, and its ACK the answer")
    func withoutOffer() throws {
        var rig = try SessionRig.answeredCallee()
        try rig.receive(rig.peerRequest(.invite, cseq: 5))
        let offered = try SessionDescription(parsing: try rig.response().body)
        #expect(offered.direction(of: offered.media[0]) == .sendReceive)
        #expect(rig.taken() == ["200"])
        // Until the ACK, another round is not possible.
        try rig.receive(rig.peerRequest(.update, cseq: 6, body: offer(&rig)))
        #expect(rig.taken() == ["491"])
        rig.peer.rollback()
        rig.peer.setLocalHold(true)
        try rig.acknowledge(cseq: 5, body: rig.peer.receiveOffer(offered).answer)
        #expect(rig.taken() == ["media recvonly"])
    }

    @Test("a re-INVITE without a description, and an ACK without one, leaves everything as it was")
    func withoutAnything() throws {
        var rig = try SessionRig.answeredCallee()
        let before = rig.session.agreed
        try rig.receive(rig.peerRequest(.invite, cseq: 5))
        try rig.acknowledge(cseq: 5)
        #expect(rig.taken() == ["200"])
        #expect(rig.session.agreed == before)
        #expect(rig.session.state == .confirmed)
    }

    @Test("the 2xx to a re-INVITE is repeated, and given up with BYE")
    func unacknowledged() throws {
        var rig = try SessionRig.answeredCallee()
        try rig.receive(rig.peerRequest(.invite, cseq: 5, body: offer(&rig, hold: true)))
        #expect(rig.wait(.seconds(33)).suffix(2).map(\.1) == ["BYE", "ended noAcknowledgement"])
    }

    @Test("an offer that cannot be served is refused 488 and the call goes on")
    func notAcceptable() throws {
        var rig = try SessionRig.answeredCallee()
        let before = rig.session.agreed
        var bad = offer(&rig)
        bad.media[0].transport = "RTP/SAVP"
        try rig.receive(rig.peerRequest(.invite, cseq: 5, body: bad))
        try rig.receive(rig.peerRequest(.update, cseq: 6, body: bad))
        #expect(rig.taken() == ["488", "488"])
        #expect(rig.session.agreed == before)
    }

    @Test("a lost ACK does not stop the peer's next re-INVITE")
    func lostAcknowledgement() throws {
        var rig = try SessionRig.callee()
        rig.session.answer(now: rig.now, into: &rig.actions)
        _ = try rig.peer.receiveAnswer(SessionDescription(parsing: try rig.response().body))
        _ = rig.taken()
        try rig.receive(rig.peerRequest(.invite, cseq: 2, body: offer(&rig, hold: true)))
        #expect(rig.taken() == ["200", "media recvonly"])
        #expect(rig.session.state == .confirmed)
        try rig.acknowledge(cseq: 2)
        #expect(rig.wait(.seconds(60)).isEmpty)
    }

    @Test("a second INVITE before the first is answered is 500 with Retry-After")
    func tooEarly() throws {
        var rig = try SessionRig.callee()
        rig.peer.rollback()
        try rig.receive(rig.peerRequest(.invite, cseq: 2, body: offer(&rig)))
        let seconds = try #require(Int(try rig.response().headers[.retryAfter] ?? ""))
        #expect((0...10).contains(seconds))
        try rig.receive(rig.peerRequest(.update, cseq: 3, body: offer(&rig)))
        try rig.receive(rig.peerRequest(.update, cseq: 4))
        #expect(rig.taken() == ["dialog", "500", "500", "200"])
        #expect(rig.session.state == .incoming)
    }

    @Test("UPDATE without a description refreshes the target only")
    func targetRefresh() throws {
        var rig = try SessionRig.answeredCaller()
        try rig.receive(rig.peerRequest(.update, cseq: 5))
        #expect(rig.taken() == ["200"])
        #expect(rig.session.dialog?.remoteTarget.host == "192.0.2.9")
    }
}
