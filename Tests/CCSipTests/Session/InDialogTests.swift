import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite struct InDialogTests {
    @Test("the peer's BYE ends the call, with its Reason")
    func bye() throws {
        var rig = try SessionRig.answeredCaller()
        var bye = rig.peerRequest(.bye)
        bye.headers.add(.reason, "Q.850;cause=16")
        try rig.receive(bye)
        guard case .ended(let end)? = rig.actions.last else {
            Issue.record("not ended")
            return
        }
        #expect(end == SessionEnd(.remoteHangup, reason: "Q.850;cause=16"))
        #expect(rig.taken() == ["200", "ended remoteHangup"])
        #expect(rig.session.isTerminated)
    }

    @Test("hanging up sends BYE; the call is over at once, the session with the response")
    func hangup() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.bye(reason: "Q.850;cause=16", now: rig.now, into: &rig.actions)
        let (bye, token) = try rig.request()
        #expect(bye.headers[.reason] == "Q.850;cause=16")
        #expect(rig.taken() == ["BYE", "ended localHangup"])
        rig.session.bye(now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        rig.session.received(
            bye.response(.callOrTransactionDoesNotExist), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        #expect(rig.session.isTerminated)
    }

    @Test("a challenged BYE is sent again with credentials")
    func challengedBye() throws {
        var rig = SessionRig.caller(credentials: DigestCredentials(username: "alice", password: "secret"))
        let (invite, first) = try rig.request()
        rig.session.received(try rig.answer(invite), to: first, now: rig.now, into: &rig.actions)
        rig.session.bye(now: rig.now, into: &rig.actions)
        let (bye, token) = try rig.request()
        var challenge = bye.response(.proxyAuthenticationRequired)
        challenge.headers.add(.proxyAuthenticate, "Digest realm=\"p\", nonce=\"n\", qop=\"auth\"")
        _ = rig.taken()
        rig.session.received(challenge, to: token, now: rig.now, into: &rig.actions)
        #expect(try rig.request().0.headers.contains(.proxyAuthorization))
        #expect(rig.taken() == ["BYE"])
    }

    @Test("BYEs that cross are both answered")
    func crossing() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.bye(now: rig.now, into: &rig.actions)
        let (bye, token) = try rig.request()
        try rig.receive(rig.peerRequest(.bye))
        #expect(rig.taken() == ["BYE", "ended localHangup", "200"])
        rig.session.received(bye.response(.ok), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.session.isTerminated)
    }

    @Test(
        "BYE while our re-INVITE is open: answered, and a 2xx to the re-INVITE still acknowledged",
        arguments: [true, false])
    func byeRacingReinvite(isAccepted: Bool) throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        _ = rig.taken()
        try rig.receive(rig.peerRequest(.bye))
        #expect(rig.taken() == ["200", "CANCEL", "ended remoteHangup"])
        #expect(!rig.session.isTerminated)
        let final = try isAccepted ? rig.answer(invite) : invite.response(.requestTerminated)
        rig.session.received(final, to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == (isAccepted ? ["ACK"] : []))
        #expect(rig.session.isTerminated)
    }

    @Test("hanging up while our re-INVITE is open sends BYE at once")
    func hangupDuringReinvite() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.hold(now: rig.now, into: &rig.actions)
        let (invite, token) = try rig.request()
        _ = rig.taken()
        rig.session.bye(now: rig.now, into: &rig.actions)
        let (bye, byeToken) = try rig.request()
        #expect(rig.taken() == ["BYE", "CANCEL", "ended localHangup"])
        rig.session.received(bye.response(.ok), to: byeToken, now: rig.now, into: &rig.actions)
        #expect(!rig.session.isTerminated)
        rig.session.received(invite.response(.requestTerminated), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.session.isTerminated)
    }

    @Test("an older request is 500, one for another dialog 481, one after the end 481")
    func outOfPlace() throws {
        var rig = try SessionRig.answeredCaller()
        try rig.receive(rig.peerRequest(.info, cseq: 50))
        try rig.receive(rig.peerRequest(.info, cseq: 49))
        var foreign = rig.peerRequest(.info, cseq: 51)
        foreign.headers[.from] = "<sip:x@192.0.2.9>;tag=foreign"
        try rig.receive(foreign)
        rig.session.bye(now: rig.now, into: &rig.actions)
        try rig.receive(rig.peerRequest(.invite, cseq: 52))
        #expect(rig.taken() == ["200", "500", "481", "BYE", "ended localHangup", "481"])
    }

    @Test("OPTIONS is answered with what we can do; unknown methods are 405, demanded extensions 420")
    func methods() throws {
        var rig = try SessionRig.answeredCaller()
        try rig.receive(rig.peerRequest(.options, cseq: 50))
        #expect(try rig.response().headers[.allow] == SipCapabilities.allow)
        #expect(try rig.response().headers[.accept] == SipCapabilities.accept)
        for (number, method) in [SipMethod.subscribe, .prack, .publish, .message, "FOO"].enumerated() {
            try rig.receive(rig.peerRequest(method, cseq: 51 + number))
            #expect(try rig.response().status == .methodNotAllowed)
            #expect(try rig.response().headers[.allow] == SipCapabilities.allow)
        }
        for (number, method) in SipCapabilities.methods.enumerated()
        where method != .ack && method != .cancel && method != .bye {
            try rig.receive(rig.peerRequest(method, cseq: 70 + number))
            // A transfer to nobody, and news of an event that was not asked for.
            let expected = method == .refer ? SipStatus.badRequest : method == .notify ? SipStatus(489) : .ok
            #expect(try rig.response().status == expected, "\(method) is in Allow")
            if method == .invite { try rig.acknowledge(cseq: 70 + number) }
        }
        var demanding = rig.peerRequest(.options, cseq: 90)
        demanding.headers.add(.require, "timer")
        try rig.receive(demanding)
        #expect(try rig.response().status == .badExtension)
        #expect(try rig.response().headers[.unsupported] == "timer")
    }

    static let digits: [(String, String, Character?, Int, Int)] = [
        ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", "5", 160, 200),
        ("application/dtmf-relay", "Signal= *\nDuration= 300", "*", 300, 200),
        ("application/dtmf-relay", "Signal=11\r\n", "#", 250, 200),
        ("application/dtmf-relay", "Signal=d", "D", 250, 200),
        ("application/dtmf", " 9 ", "9", 250, 200),
        ("application/dtmf-relay", "Duration=160\r\n", nil, 0, 400),
        ("application/dtmf-relay", "Signal=x", nil, 0, 400),
        ("application/xml", "<x/>", nil, 0, 415),
    ]

    @Test("digits in INFO are understood", arguments: digits)
    func info(type: String, body: String, digit: Character?, milliseconds: Int, code: Int) throws {
        var rig = try SessionRig.answeredCaller()
        var info = rig.peerRequest(.info, cseq: 50)
        info.headers.add(.contentType, type)
        info.body = ByteBuffer(string: body)
        try rig.receive(info)
        #expect(try rig.response().status.code == code)
        if let digit {
            guard case .digit(digit, let duration)? = rig.actions.last else {
                Issue.record("no digit")
                return
            }
            #expect(duration == .milliseconds(milliseconds))
        } else {
            #expect(rig.actions.count == 1)
        }
    }

    @Test("digits go out one after another, each after the response to the one before")
    func sendDigits() throws {
        var rig = try SessionRig.answeredCaller()
        for digit in "12#" { rig.session.sendDigit(digit, now: rig.now, into: &rig.actions) }
        rig.session.sendDigit("x", now: rig.now, into: &rig.actions)
        var bodies: [String] = []
        for _ in 0..<3 {
            let (info, token) = try rig.request()
            #expect(rig.taken() == ["INFO"])
            bodies.append(String(buffer: info.body))
            rig.session.received(info.response(.ok), to: token, now: rig.now, into: &rig.actions)
        }
        #expect(bodies.map { String($0.prefix(8)) } == ["Signal=1", "Signal=2", "Signal=#"])
        #expect(rig.taken().isEmpty)
    }

    @Test("hold waits for the digit before it, so that neither arrives out of order")
    func oneAtATime() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.sendDigit("1", now: rig.now, into: &rig.actions)
        let (info, token) = try rig.request()
        rig.session.hold(now: rig.now, into: &rig.actions)
        rig.session.sendDigit("2", now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INFO"])
        rig.session.received(info.response(.ok), to: token, now: rig.now, into: &rig.actions)
        let (invite, inviteToken) = try rig.request()
        #expect(rig.taken() == ["INVITE"])
        rig.session.received(try rig.answer(invite), to: inviteToken, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["ACK", "media sendonly", "INFO"])
    }

    @Test("a digit that nobody takes is lost alone; a peer that does not know the call ends it")
    func refusedDigit() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.sendDigit("1", now: rig.now, into: &rig.actions)
        rig.session.sendDigit("2", now: rig.now, into: &rig.actions)
        let (one, oneToken) = try rig.request()
        rig.session.received(one.response(.unsupportedMediaType), to: oneToken, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INFO", "INFO"])
        rig.session.sendDigit("3", now: rig.now, into: &rig.actions)
        var lost = rig
        // The second INFO is answered 481.
        for (token, request) in lost.session.pending {
            lost.session.received(
                request.request.response(.callOrTransactionDoesNotExist), to: token, now: lost.now, into: &lost.actions)
        }
        #expect(lost.taken() == ["BYE", "ended noResponse"])
    }

    @Test("a probe ends the call only when the peer does not know it, or is silent")
    func probe() throws {
        for (status, expected) in [
            (SipStatus.ok, []), (.methodNotAllowed, []), (.callOrTransactionDoesNotExist, ["BYE", "ended noResponse"]),
        ] as [(SipStatus, [String])] {
            var rig = try SessionRig.answeredCaller()
            rig.session.probe(now: rig.now, into: &rig.actions)
            rig.session.probe(now: rig.now, into: &rig.actions)
            let (options, token) = try rig.request()
            #expect(rig.taken() == ["OPTIONS"])
            rig.session.received(options.response(status), to: token, now: rig.now, into: &rig.actions)
            #expect(rig.taken() == expected)
        }
    }

    @Test("a probe that nobody answers ends the call after ten times T1, and a late answer changes nothing")
    func silentProbe() throws {
        var rig = try SessionRig.answeredCaller()
        rig.session.probe(now: rig.now, into: &rig.actions)
        let (options, token) = try rig.request()
        let done = rig.wait(.seconds(30))
        #expect(done.map(\.0) == [5_000, 5_000])
        #expect(done.map(\.1) == ["BYE", "ended noResponse"])
        let (bye, byeToken) = try rig.request()
        _ = rig.taken()
        rig.session.received(options.response(.ok), to: token, now: rig.now, into: &rig.actions)
        rig.session.transactionFailed(token, .timeout, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        rig.session.received(bye.response(.ok), to: byeToken, now: rig.now, into: &rig.actions)
        #expect(rig.session.isTerminated)
    }

    @Test("a probe that is answered in time is over, and the next one gets its own time")
    func answeredProbe() throws {
        var rig = try SessionRig.answeredCaller()
        for _ in 0..<2 {
            rig.session.probe(now: rig.now, into: &rig.actions)
            let (options, token) = try rig.request()
            #expect(rig.taken() == ["OPTIONS"])
            #expect(rig.wait(.milliseconds(4_900)).isEmpty)
            rig.session.received(options.response(.ok), to: token, now: rig.now, into: &rig.actions)
            #expect(rig.session.nextDeadline == nil)
        }
        #expect(rig.session.state == .confirmed)
    }
}
