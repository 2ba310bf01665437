import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite("Transfer (REFER)")
struct ReferTests {
    private func refer(_ rig: SessionRig, to target: String, _ headers: [(HeaderName, String)] = []) -> SipRequest {
        var request = rig.peerRequest(.refer)
        request.headers.add(.referTo, target)
        for (name, value) in headers { request.headers.add(name, value) }
        return request
    }

    private func referral(_ rig: SessionRig) throws -> Referral {
        for case .referred(let referral) in rig.actions { return referral }
        Issue.record("no referral")
        throw CancellationError()
    }

    @Test("is accepted with 202, reported at once, and its outcome in a last NOTIFY")
    func accepted() throws {
        var rig = try SessionRig.answeredCallee()
        try rig.receive(refer(rig, to: "<sip:sales@192.0.2.1>"))
        #expect(try rig.response().status == .accepted)
        let (trying, token) = try rig.request()
        #expect(trying.method == .notify)
        #expect(trying.headers[.event] == "refer;id=100")
        #expect(trying.headers["Subscription-State"]?.hasPrefix("active") == true)
        #expect(trying.headers.contentType == "message/sipfrag")
        #expect(String(buffer: trying.body) == "SIP/2.0 100 Trying\r\n")
        let wish = try referral(rig)
        #expect(wish.target == SipURI("sip:sales@192.0.2.1"))
        #expect(wish.replaces == nil)
        _ = rig.taken()
        // The next report waits for the answer to the first, or it might overtake it.
        rig.session.report(wish, .ok, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        rig.session.received(trying.response(.ok), to: token, now: rig.now, into: &rig.actions)
        let (last, _) = try rig.request()
        #expect(last.headers["Subscription-State"] == "terminated;reason=noresource")
        #expect(String(buffer: last.body) == "SIP/2.0 200 OK\r\n")
        _ = rig.taken()
        rig.session.report(wish, .ok, now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty, "the last word is said once")
    }

    @Test("Replaces names the dialog whose place the new call takes, also escaped")
    func replaces() throws {
        var rig = try SessionRig.answeredCallee()
        try rig.receive(
            refer(rig, to: "<sip:bob@192.0.2.1?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2>", [("Refer-Sub", "false")]))
        let wish = try referral(rig)
        #expect(wish.replaces == Referral.Replaces(callID: "a@b", toTag: "1", fromTag: "2"))
        #expect(wish.target == SipURI("sip:bob@192.0.2.1"))
        #expect(!rig.taken().contains("NOTIFY"), "a peer that wants no reports gets none")
    }

    @Test(
        "without one usable Refer-To is answered 400, and nobody is told",
        arguments: ["", "<tel:+15550100>", "nonsense <", "<sip:a@192.0.2.1>, <sip:b@192.0.2.1>"])
    func malformed(target: String) throws {
        var rig = try SessionRig.answeredCallee()
        try rig.receive(target.isEmpty ? rig.peerRequest(.refer) : refer(rig, to: target))
        #expect(rig.taken() == ["400"])
    }

    @Test("of ours is sent with Refer-To, and the peer's reports are its outcome")
    func outgoing() throws {
        var rig = try SessionRig.answeredCaller()
        let other = Referral.Replaces(callID: "x@y", toTag: "t", fromTag: "f")
        let target = try #require(SipURI("sip:carol@192.0.2.7"))
        let isSent = rig.session.refer(to: target, replaces: other, now: rig.now, into: &rig.actions)
        #expect(isSent)
        let (request, token) = try rig.request()
        #expect(request.method == .refer)
        // What we write is what we read.
        let read = try #require(Referral(request))
        #expect(read.replaces == other && read.target == target)
        let again = rig.session.refer(to: target, now: rig.now, into: &rig.actions)
        #expect(!again)
        rig.session.received(request.response(.accepted), to: token, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        for (cseq, line) in ["SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here"].enumerated() {
            var notify = rig.peerRequest(.notify, cseq: 100 + cseq)
            notify.headers.add(.event, "refer")
            notify.headers.add("Subscription-State", cseq == 0 ? "active" : "terminated;reason=noresource")
            notify.headers.add(.contentType, "message/sipfrag")
            notify.body = ByteBuffer(string: line + "\r\n")
            try rig.receive(notify)
        }
        let progress = rig.actions.compactMap { action in
            if case .transferProgress(let status) = action { status.code } else { nil }
        }
        #expect(progress == [100, 486])
    }

    @Test("of ours that is refused, or not answered, fails, and the call goes on")
    func refused() throws {
        for isAnswered in [true, false] {
            var rig = try SessionRig.answeredCaller()
            _ = rig.session.refer(to: SessionRig.bob, now: rig.now, into: &rig.actions)
            let (request, token) = try rig.request()
            _ = rig.taken()
            if isAnswered {
                rig.session.received(request.response(SipStatus(603)), to: token, now: rig.now, into: &rig.actions)
            } else {
                rig.session.transactionFailed(token, .timeout, now: rig.now, into: &rig.actions)
            }
            guard case .transferProgress(let status)? = rig.actions.first else {
                Issue.record("nothing was told")
                return
            }
            #expect(status.code == (isAnswered ? 603 : 408))
            #expect(rig.session.state == .confirmed)
        }
    }
}
