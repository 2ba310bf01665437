import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite struct CallerTests {
    @Test("the INVITE has what RFC 3261 asks for, and an offer")
    func invite() throws {
        let rig = SessionRig.caller(headers: [("P-Asserted-Identity", "<sip:100@example.com>")])
        let (invite, _) = try rig.request()
        #expect(invite.uri == SessionRig.bob)
        #expect(invite.headers.from?.tag?.isEmpty == false)
        #expect(invite.headers.to?.tag == nil)
        #expect(invite.headers.contacts.first?.uri == SessionRig.alice)
        #expect(invite.headers.maxForwards == 70)
        #expect(invite.headers[.allow] == "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, REFER, NOTIFY")
        #expect(!invite.headers.contains(.supported))
        #expect(invite.headers[.userAgent] == "test")
        #expect(invite.headers["P-Asserted-Identity"] == "<sip:100@example.com>")
        #expect(try SessionDescription(parsing: invite.body).media.count == 1)
    }

    @Test("routes go into the INVITE, and the first is its next hop")
    func routes() throws {
        var session = InviteSession(
            calling: SessionRig.bob, from: NameAddress(uri: SessionRig.alice), to: NameAddress(uri: SessionRig.bob),
            routes: [try #require(SipURI("sip:proxy.example.com:5080;lr"))], contact: SessionRig.alice,
            offerAnswer: OfferAnswer(local: aliceMedia, sessionID: 1), entropy: Entropy(seed: 1))
        var actions: [InviteSession.Action] = []
        session.start(now: .zero, into: &actions)
        #expect(session.invite.nextHop.port == 5080)
        #expect(session.invite.headers[.route] == "<sip:proxy.example.com:5080;lr>")
    }

    @Test("ringing, early media and the answer come up in order")
    func answered() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        #expect(rig.taken() == ["INVITE"])
        rig.session.received(invite.response(.trying), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        rig.session.received(invite.response(.ringing, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        rig.session.received(invite.response(.ringing, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["dialog", "ringing"])
        let ok = try rig.answer(invite)
        var progress = ok
        progress.status = .sessionProgress
        rig.session.received(progress, to: token, now: rig.now, into: &rig.actions)
        rig.session.received(progress, to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["early media"])
        rig.session.received(ok, to: token, now: rig.now, into: &rig.actions)
        #expect(rig.session.agreed?.remoteRTP == bobMedia)
        guard case .sendAck(let ack)? = rig.actions.first else {
            Issue.record("no ACK")
            return
        }
        #expect(ack.uri == SipURI("sip:bob@192.0.2.1:5064"))
        #expect(ack.headers.cseq == CSeq(number: 1, method: .ack))
        #expect(ack.headers.to?.tag == "b1")
        #expect(rig.taken() == ["ACK", "answered"])
        #expect(rig.session.state == .confirmed)
    }

    @Test("a 2xx without a description takes the early answer of the same phone")
    func earlyAnswer() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        var progress = try rig.answer(invite)
        progress.status = .sessionProgress
        rig.session.received(progress, to: token, now: rig.now, into: &rig.actions)
        rig.session.received(invite.response(.ok, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken().suffix(2) == ["ACK", "answered"])
        #expect(rig.session.agreed?.remoteRTP == bobMedia)
    }

    @Test("a 2xx whose media is unusable is acknowledged and ended with BYE", arguments: [0, 1, 2])
    func unusableAnswer(kind: Int) throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        var ok = try rig.answer(invite)
        if kind == 0 { ok.body = ByteBuffer() }
        if kind == 1 { ok.body = ByteBuffer(string: "rubbish") }
        if kind == 2 {
            let text = String(buffer: ok.body).replacing("m=audio 30000", with: "m=audio 0")
            ok.body = ByteBuffer(string: text)
        }
        _ = rig.taken()
        rig.session.received(ok, to: token, now: rig.now, into: &rig.actions)
        let (bye, byeToken) = try rig.request()
        #expect(rig.taken() == ["dialog", "ACK", "BYE", "ended notAcceptable"])
        rig.session.received(bye.response(.ok), to: byeToken, now: rig.now, into: &rig.actions)
        #expect(rig.session.isTerminated)
    }

    @Test("every repetition of the 2xx is acknowledged again, also in a running call")
    func repeatedSuccess() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        let ok = try rig.answer(invite)
        for _ in 0..<3 { rig.session.received(ok, to: token, now: rig.now, into: &rig.actions) }
        #expect(rig.taken() == ["INVITE", "dialog", "ACK", "answered", "ACK", "ACK"])
    }

    @Test("forked: early dialogs are told apart, the first 2xx wins, a second is acknowledged and ended")
    func forked() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        _ = rig.taken()
        for tag in ["b1", "b2"] {
            rig.session.received(invite.response(.ringing, toTag: tag), to: token, now: rig.now, into: &rig.actions)
        }
        #expect(rig.taken() == ["dialog", "ringing", "dialog"])
        #expect(Set(rig.session.dialogIDs.map(\.remoteTag)) == ["b1", "b2"])
        rig.session.received(try rig.answer(invite, tag: "b2"), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["ACK", "answered"])
        #expect(rig.session.dialog?.id.remoteTag == "b2")
        let second = try rig.answer(invite, tag: "b1")
        rig.session.received(second, to: token, now: rig.now, into: &rig.actions)
        let (bye, byeToken) = try rig.request()
        #expect(bye.headers.to?.tag == "b1")
        #expect(rig.taken() == ["ACK", "dialog", "BYE"])
        rig.session.received(second, to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["ACK"])
        rig.session.received(bye.response(.ok), to: byeToken, now: rig.now, into: &rig.actions)
        #expect(rig.session.state == .confirmed)
        // Hanging up waits out the time in which further phones may answer.
        rig.session.bye(now: rig.now, into: &rig.actions)
        let (last, lastToken) = try rig.request()
        rig.session.received(last.response(.ok), to: lastToken, now: rig.now, into: &rig.actions)
        #expect(!rig.session.isTerminated)
        rig.session.received(try rig.answer(invite, tag: "b3"), to: token, now: rig.now, into: &rig.actions)
        let (third, thirdToken) = try rig.request()
        #expect(third.headers.to?.tag == "b3")
        rig.session.received(third.response(.ok), to: thirdToken, now: rig.now, into: &rig.actions)
        _ = rig.wait(.seconds(33))
        #expect(rig.session.isTerminated)
    }

    @Test("a refusal ends the call with its status, Reason, Retry-After and other addresses")
    func refused() throws {
        for (status, cause) in [
            (SipStatus.busyHere, "rejected 486"), (.movedTemporarily, "rejected 302"), (.decline, "rejected 603"),
        ] {
            var rig = SessionRig.caller()
            let (invite, token) = try rig.request()
            var response = invite.response(status, toTag: "b1")
            response.headers.add(.reason, "Q.850;cause=17")
            response.headers.add(.retryAfter, "120 (lunch)")
            response.headers.add(.contact, "<sip:carol@192.0.2.3>")
            rig.session.received(response, to: token, now: rig.now, into: &rig.actions)
            guard case .ended(let end)? = rig.actions.last else {
                Issue.record("not ended")
                return
            }
            #expect(end.cause.name == cause)
            #expect(end.reason == "Q.850;cause=17")
            #expect(end.retryAfter == .seconds(120))
            #expect(end.alternatives.count == (status.code < 400 ? 1 : 0))
            #expect(rig.session.isTerminated)
        }
    }

    @Test("no response at all ends the call; so does a failing transport")
    func failed() throws {
        for (failure, cause) in [(TransactionFailure.timeout, "noResponse"), (.transportError, "transportFailure")] {
            var rig = SessionRig.caller()
            let (_, token) = try rig.request()
            rig.session.transactionFailed(token, failure, now: rig.now, into: &rig.actions)
            #expect(rig.taken() == ["INVITE", "ended \(cause)"])
            #expect(rig.session.isTerminated)
        }
    }

    @Test("a phone that rings for too long is cancelled")
    func ringTimeout() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        rig.session.received(invite.response(.ringing, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.wait(.seconds(200)).map(\.1) == ["CANCEL", "ended noAnswer"])
        rig.actions = []
        rig.session.received(
            invite.response(.requestTerminated, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        #expect(rig.session.isTerminated)
    }

    @Test("cancelling ends the call for its user at once, and for the protocol with the 487")
    func cancel() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        rig.session.cancel(reason: "SIP;cause=200", now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE", "CANCEL", "ended localHangup"])
        rig.session.cancel(now: rig.now, into: &rig.actions)
        rig.session.received(invite.response(.ringing, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        #expect(!rig.session.isTerminated)
        rig.session.received(
            invite.response(.requestTerminated, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.session.isTerminated)
    }

    @Test("a 2xx that crosses the CANCEL is acknowledged and ended with BYE")
    func cancelCrossing() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        rig.session.received(invite.response(.ringing, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        rig.session.cancel(now: rig.now, into: &rig.actions)
        _ = rig.taken()
        rig.session.received(try rig.answer(invite), to: token, now: rig.now, into: &rig.actions)
        let (bye, byeToken) = try rig.request()
        #expect(rig.taken() == ["ACK", "BYE"])
        #expect(bye.headers.cseq?.number == 2)
        rig.session.received(bye.response(.ok), to: byeToken, now: rig.now, into: &rig.actions)
        #expect(rig.session.isTerminated)
    }

    @Test("a challenge is answered with credentials, once")
    func authentication() throws {
        var rig = SessionRig.caller(credentials: DigestCredentials(username: "alice", password: "secret"))
        let (invite, token) = try rig.request()
        var challenge = invite.response(.proxyAuthenticationRequired, toTag: "p")
        challenge.headers.add(.proxyAuthenticate, "Digest realm=\"p\", nonce=\"n1\", qop=\"auth\", algorithm=MD5")
        _ = rig.taken()
        rig.session.received(challenge, to: token, now: rig.now, into: &rig.actions)
        let (second, secondToken) = try rig.request()
        #expect(rig.taken() == ["INVITE"])
        #expect(second.headers[.proxyAuthorization]?.contains("username=\"alice\"") == true)
        #expect(second.headers.cseq?.number == 2)
        #expect(second.headers.callID == invite.headers.callID)
        #expect(second.headers.to?.tag == nil)
        // The phone behind the proxy asks too; the proxy's credentials go along, used once more.
        var phone = second.response(.unauthorized, toTag: "b")
        phone.headers.add(.wwwAuthenticate, "Digest realm=\"b\", nonce=\"n2\", qop=\"auth\", algorithm=SHA-256")
        rig.session.received(phone, to: secondToken, now: rig.now, into: &rig.actions)
        let (third, thirdToken) = try rig.request()
        #expect(third.headers[.authorization]?.contains("nc=00000001") == true)
        #expect(third.headers[.proxyAuthorization]?.contains("nc=00000002") == true)
        #expect(third.headers.cseq?.number == 3)
        _ = rig.taken()
        // Refused credentials end it.
        var refused = third.response(.unauthorized, toTag: "b")
        refused.headers.add(.wwwAuthenticate, "Digest realm=\"b\", nonce=\"n3\", qop=\"auth\"")
        rig.session.received(refused, to: thirdToken, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["ended rejected 401"])
    }

    @Test("a stale nonce is no refusal")
    func staleNonce() throws {
        var rig = SessionRig.caller(credentials: DigestCredentials(username: "alice", password: "secret"))
        for number in 1...2 {
            let (invite, token) = try rig.request()
            var challenge = invite.response(.unauthorized, toTag: "b")
            challenge.headers.add(
                .wwwAuthenticate, "Digest realm=\"b\", nonce=\"n\(number)\", qop=\"auth\", stale=\(number == 2)")
            rig.session.received(challenge, to: token, now: rig.now, into: &rig.actions)
        }
        let (invite, token) = try rig.request()
        #expect(invite.headers.cseq?.number == 3)
        rig.session.received(try rig.answer(invite), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.session.state == .confirmed)
        rig.session.bye(now: rig.now, into: &rig.actions)
        #expect(try rig.request().0.headers.cseq?.number == 4)
    }

    @Test("without credentials a challenge is a refusal")
    func noCredentials() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        var challenge = invite.response(.unauthorized, toTag: "b")
        challenge.headers.add(.wwwAuthenticate, "Digest realm=\"b\", nonce=\"n\"")
        rig.session.received(challenge, to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE", "ended rejected 401"])
    }

    @Test("BYE on an early dialog is answered, and the call given up")
    func earlyBye() throws {
        var rig = SessionRig.caller()
        let (invite, token) = try rig.request()
        rig.session.received(invite.response(.ringing, toTag: "b1"), to: token, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        var bye = rig.peerRequest(.bye, cseq: 1)
        bye.headers[.from] = "<sip:bob@192.0.2.1>;tag=b1"
        bye.headers[.to] = invite.headers[.from]
        try rig.receive(bye)
        #expect(rig.taken() == ["200", "CANCEL", "ended remoteHangup"])
    }
}
