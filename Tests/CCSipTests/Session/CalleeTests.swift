import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite struct CalleeTests {
    @Test("180, 183 with early media, 200: each has our tag and Contact, the last two our answer")
    func answered() throws {
        var rig = try SessionRig.callee()
        #expect(rig.taken() == ["dialog"])
        rig.session.ring(now: rig.now, into: &rig.actions)
        let ringing = try rig.response()
        #expect(ringing.headers.to?.tag == rig.session.dialog?.id.localTag)
        #expect(ringing.headers.contacts.first?.uri == SessionRig.bob)
        #expect(ringing.body.readableBytes == 0)
        rig.session.progress(now: rig.now, into: &rig.actions)
        let progress = try rig.response()
        rig.session.answer(now: rig.now, into: &rig.actions)
        let ok = try rig.response()
        #expect(rig.taken() == ["180", "183", "early media", "200", "answered"])
        #expect(progress.body == ok.body)
        #expect(ok.headers[.contentType] == "application/sdp")
        #expect(ok.headers[.allow] == SipCapabilities.allow)
        #expect(!ok.headers.contains(.supported))
        #expect(rig.session.agreed?.remoteRTP == aliceMedia)
        #expect(rig.session.state == .answered)
    }

    @Test("the 2xx is repeated from T1 up to T2 until its ACK comes")
    func repeatsSuccess() throws {
        var rig = try SessionRig.callee()
        rig.session.answer(now: rig.now, into: &rig.actions)
        let cseq = Int(try #require(try rig.response().headers.cseq).number)
        let done = rig.wait(.seconds(10))
        #expect(done.map(\.0) == [500, 1_500, 3_500, 7_500])
        #expect(done.allSatisfy { $0.1 == "200" })
        // An ACK with another number is not it.
        try rig.acknowledge(cseq: cseq + 1)
        #expect(rig.session.state == .answered)
        try rig.acknowledge(cseq: cseq)
        #expect(rig.session.state == .confirmed)
        #expect(rig.wait(.seconds(100)).isEmpty)
    }

    @Test("without an ACK in 64·T1 the call is ended with BYE")
    func noAcknowledgement() throws {
        var rig = try SessionRig.callee()
        rig.session.answer(now: rig.now, into: &rig.actions)
        let done = rig.wait(.seconds(40))
        #expect(done.suffix(2).map(\.1) == ["BYE", "ended noAcknowledgement"])
        #expect(done.last?.0 == 32_000)
        #expect(done.dropLast(2).count == 10)
        let (_, token) = try rig.request()
        rig.session.transactionFailed(token, .timeout, now: rig.now, into: &rig.actions)
        #expect(rig.session.isTerminated)
    }

    @Test("delayed offer: our 200 offers, the ACK answers, and then the call is up")
    func delayedOffer() throws {
        var rig = try SessionRig.callee(offer: false)
        rig.session.progress(now: rig.now, into: &rig.actions)
        #expect(try rig.response().body.readableBytes == 0)
        rig.session.answer(now: rig.now, into: &rig.actions)
        let ok = try rig.response()
        #expect(rig.taken() == ["dialog", "183", "200"])
        let round = try rig.peer.receiveOffer(SessionDescription(parsing: ok.body))
        try rig.acknowledge(cseq: 1, body: round.answer)
        #expect(rig.taken() == ["answered"])
        #expect(rig.session.agreed?.remoteRTP == aliceMedia)
        #expect(rig.session.agreed?.codec == .opus)
    }

    @Test("delayed offer without an answer in the ACK ends the call")
    func delayedOfferUnanswered() throws {
        var rig = try SessionRig.callee(offer: false)
        rig.session.answer(now: rig.now, into: &rig.actions)
        _ = rig.taken()
        try rig.acknowledge(cseq: 1)
        #expect(rig.taken() == ["BYE", "ended notAcceptable"])
    }

    static let refusals: [(String, @Sendable (inout SipRequest) -> Void, Int, HeaderName?, String)] = [
        ("Require: 100rel", { $0.headers.add(.require, "100rel, timer") }, 420, .unsupported, "rejected 420"),
        ("no Contact", { $0.headers.removeAll(.contact) }, 400, nil, "rejected 400"),
        ("another body", { $0.headers[.contentType] = "application/xml" }, 415, .accept, "rejected 415"),
        ("rubbish for SDP", { $0.body = ByteBuffer(string: "rubbish") }, 400, nil, "rejected 400"),
        (
            "no common codec",
            {
                $0.body = ByteBuffer(
                    string: String(buffer: $0.body).replacing(" RTP/AVP 111 0 8 ", with: " RTP/AVP 9 "))
            }, 488,
            nil, "notAcceptable"
        ),
        (
            "SRTP only",
            { $0.body = ByteBuffer(string: String(buffer: $0.body).replacing("RTP/AVP", with: "RTP/SAVP")) }, 488, nil,
            "notAcceptable"
        ),
    ]

    @Test("what cannot be served is refused at once", arguments: refusals.indices)
    func refused(index: Int) throws {
        let (_, change, code, header, cause) = Self.refusals[index]
        let rig = try SessionRig.callee(offer: true, change)
        let response = try rig.response()
        #expect(response.status.code == code)
        if let header { #expect(response.headers.contains(header)) }
        #expect(rig.actions.last?.name == "ended \(cause)")
        #expect(rig.session.isTerminated)
    }

    @Test("Supported: timer and 100rel do not disturb")
    func supportedIsNoDemand() throws {
        let rig = try SessionRig.callee { $0.headers.add(.supported, "timer, 100rel, replaces") }
        #expect(rig.session.state == .incoming)
    }

    @Test("an offer inside a multipart body is found")
    func multipart() throws {
        let rig = try SessionRig.callee { request in
            let description = String(buffer: request.body)
            request.headers[.contentType] = "multipart/mixed; boundary=\"b1\""
            request.body = ByteBuffer(
                string:
                    "--b1\r\nContent-Type: application/isup\r\n\r\nxx\r\n--b1\r\nContent-Type: application/sdp\r\n\r\n"
                    + description + "\r\n--b1--\r\n")
        }
        #expect(rig.session.state == .incoming)
        #expect(rig.session.agreed?.remoteRTP == aliceMedia)
    }

    @Test("rejecting answers with the status and its header fields")
    func reject() throws {
        var rig = try SessionRig.callee()
        rig.session.reject(.busyHere, headers: [(.retryAfter, "30")], now: rig.now, into: &rig.actions)
        #expect(try rig.response().headers[.retryAfter] == "30")
        #expect(rig.taken() == ["dialog", "486", "ended rejected 486"])
        rig.session.answer(now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
    }

    @Test("hanging up a call that is not answered is 480")
    func hangupUnanswered() throws {
        var rig = try SessionRig.callee()
        rig.session.bye(reason: "Q.850;cause=16", now: rig.now, into: &rig.actions)
        #expect(try rig.response().headers[.reason] == "Q.850;cause=16")
        #expect(rig.taken() == ["dialog", "480", "ended localHangup"])
        #expect(rig.session.isTerminated)
    }

    @Test("CANCEL ends an unanswered call with 487, and does nothing to an answered one")
    func cancelled() throws {
        var rig = try SessionRig.callee()
        let transaction = try #require(rig.session.serverTransaction)
        var answered = rig
        rig.session.cancelled(transaction, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["dialog", "487", "ended cancelledByCaller"])
        #expect(rig.session.isTerminated)
        answered.session.answer(now: rig.now, into: &answered.actions)
        answered.session.cancelled(transaction, now: rig.now, into: &answered.actions)
        #expect(answered.taken() == ["dialog", "200", "answered"])
    }

    @Test("BYE before the answer ends the call like CANCEL")
    func byeUnanswered() throws {
        var rig = try SessionRig.callee()
        try rig.receive(rig.peerRequest(.bye))
        #expect(rig.taken() == ["dialog", "200", "487", "ended cancelledByCaller"])
        #expect(rig.session.isTerminated)
    }

    @Test("the caller's Expires is kept, and rings out as 487")
    func expires() throws {
        var rig = try SessionRig.callee { $0.headers.add(.expires, "20") }
        rig.session.ring(now: rig.now, into: &rig.actions)
        let done = rig.wait(.seconds(60))
        #expect(done.map(\.1) == ["487", "ended noAnswer"])
        #expect(done.first?.0 == 20_000)
    }

    @Test("a provisional response is repeated every minute, so that no proxy gives up")
    func keepsRinging() throws {
        var rig = try SessionRig.callee()
        rig.session.ring(now: rig.now, into: &rig.actions)
        #expect(rig.wait(.seconds(150)).map(\.0) == [60_000, 120_000])
    }

    @Test("BYE waits for the ACK to our 2xx, or until that is given up")
    func hangupBeforeAcknowledgement() throws {
        var rig = try SessionRig.callee()
        rig.session.answer(now: rig.now, into: &rig.actions)
        _ = rig.taken()
        rig.session.bye(now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["ended localHangup"])
        #expect(rig.wait(.milliseconds(600)).map(\.1) == ["200"])
        var lost = rig
        rig.actions = []
        try rig.acknowledge(cseq: 1)
        #expect(rig.taken() == ["BYE"])
        #expect(lost.wait(.seconds(40)).last?.1 == "BYE")
    }

    @Test("a failing transport ends an unanswered call")
    func transportFailure() throws {
        var rig = try SessionRig.callee()
        let transaction = try #require(rig.session.serverTransaction)
        rig.session.serverTransactionFailed(transaction, .transportError, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["dialog", "ended transportFailure"])
    }
}
