import CCCore
import NIOCore
import Testing

@testable import CCSip

let aliceMedia = NetworkAddress(ip: IPAddress(v4: 0xC000_0202), port: 20_000)
let bobMedia = NetworkAddress(ip: IPAddress(v4: 0xC000_0201), port: 30_000)

/// One session with a clock, and what it has done. The peer is played by the test.
struct SessionRig {
    var session: InviteSession
    var now = Instant(nanoseconds: 1_000_000_000)
    var actions: [InviteSession.Action] = []
    /// The server transactions come from a real layer, so that they are what a shell would hand in.
    var layer = LayerRig()
    /// The peer's half of offer and answer.
    var peer: OfferAnswer

    static let alice = SipURI(user: "alice", host: "192.0.2.2", port: 5060)
    static let bob = SipURI(user: "bob", host: "192.0.2.1", port: 5060)

    /// A caller, already started.
    static func caller(
        codecs: [AudioCodec] = [.opus, .pcmu, .pcma], credentials: DigestCredentials? = nil,
        headers: [(HeaderName, String)] = []
    ) -> SessionRig {
        let session = InviteSession(
            calling: bob, from: NameAddress(uri: alice), to: NameAddress(uri: bob), contact: alice,
            offerAnswer: OfferAnswer(
                local: aliceMedia, capabilities: MediaCapabilities(codecs: codecs), sessionID: 4_000),
            credentials: credentials, headers: headers,
            settings: InviteSession.Settings(userAgent: "test"), entropy: Entropy(seed: 21))
        var rig = SessionRig(session: session, peer: OfferAnswer(local: bobMedia, sessionID: 8_000))
        rig.session.start(now: rig.now, into: &rig.actions)
        return rig
    }

    /// A callee, already started, with the INVITE of a peer.
    static func callee(
        offer: Bool = true, _ change: (inout SipRequest) -> Void = { _ in }
    ) throws -> SessionRig {
        var layer = LayerRig()
        var peer = OfferAnswer(local: aliceMedia, sessionID: 4_000)
        var invite = makeRequest(.invite)
        invite.headers.add(.contact, "<sip:alice@192.0.2.2:5060>")
        if offer {
            invite.headers.add(.contentType, "application/sdp")
            invite.body = peer.makeOffer().body()
        }
        change(&invite)
        try layer.receive(invite)
        guard case .request(let request, let id, _)? = layer.taken().first else { throw CancellationError() }
        let session = InviteSession(
            incoming: request, transaction: id, contact: bob,
            offerAnswer: OfferAnswer(local: bobMedia, sessionID: 8_000), entropy: Entropy(seed: 22))
        var rig = SessionRig(session: session, layer: layer, peer: peer)
        rig.session.start(now: rig.now, into: &rig.actions)
        return rig
    }

    /// A caller whose call is up; nothing is left in `actions`.
    static func answeredCaller() throws -> SessionRig {
        var rig = SessionRig.caller()
        let (request, token) = try rig.request()
        rig.session.received(try rig.answer(request), to: token, now: rig.now, into: &rig.actions)
        #expect(rig.taken() == ["INVITE", "dialog", "ACK", "answered"])
        return rig
    }

    /// A callee whose call is up; nothing is left in `actions`.
    static func answeredCallee() throws -> SessionRig {
        var rig = try SessionRig.callee()
        rig.session.answer(now: rig.now, into: &rig.actions)
        let ok = try rig.response()
        _ = try rig.peer.receiveAnswer(SessionDescription(parsing: ok.body))
        try rig.acknowledge()
        #expect(rig.session.state == .confirmed)
        _ = rig.taken()
        return rig
    }

    /// The names of what has been done since the last time.
    mutating func taken() -> [String] {
        defer { actions = [] }
        return actions.map(\.name)
    }

    /// The last request that was sent.
    func request() throws -> (SipRequest, InviteSession.RequestToken) {
        for case .sendRequest(let request, let token) in actions.reversed() { return (request, token) }
        Issue.record("no request was sent")
        throw CancellationError()
    }

    /// The last response that was sent.
    func response() throws -> SipResponse {
        for case .respond(let response, _) in actions.reversed() { return response }
        Issue.record("no response was sent")
        throw CancellationError()
    }

    /// The peer's 2xx to an INVITE of ours, with the answer to its offer.
    mutating func answer(_ request: SipRequest, tag: String = "b1") throws -> SipResponse {
        var response = request.response(.ok, toTag: tag)
        response.headers.add(.contact, "<sip:bob@192.0.2.1:5064>")
        response.headers.add(.contentType, "application/sdp")
        response.body = try peer.receiveOffer(SessionDescription(parsing: request.body)).answer.body()
        return response
    }

    /// A request of the peer's inside the dialog.
    func peerRequest(_ method: SipMethod, cseq: Int = 100, body: SessionDescription? = nil) -> SipRequest {
        var request = makeRequest(method, branch: "z9hG4bK\(method)\(cseq)", cseq: cseq)
        request.headers[.callID] = session.callID
        let dialog = session.dialog
        request.headers[.from] = "<sip:peer@192.0.2.9>;tag=\(dialog?.id.remoteTag ?? "none")"
        request.headers[.to] = "<sip:me@192.0.2.9>;tag=\(dialog?.id.localTag ?? "none")"
        request.headers.add(.contact, "<sip:peer@192.0.2.9:5070>")
        if let body {
            request.headers.add(.contentType, "application/sdp")
            request.body = body.body()
        }
        return request
    }

    /// The peer's request comes in through a transaction.
    mutating func receive(_ request: SipRequest) throws {
        layer.now = now
        try layer.receive(request)
        guard case .request(let received, let id, _)? = layer.taken().first else {
            Issue.record("the request did not come through")
            return
        }
        session.received(received, transaction: id, now: now, into: &actions)
    }

    /// The peer's ACK to our 2xx.
    mutating func acknowledge(cseq: Int? = nil, body: SessionDescription? = nil) throws {
        let number = try cseq ?? Int(response().headers.cseq?.number ?? 0)
        session.acknowledged(peerRequest(.ack, cseq: number, body: body), now: now, into: &actions)
    }

    /// Lets time pass, firing every deadline at its own time; returns what was done and when, in milliseconds.
    mutating func wait(_ duration: Duration) -> [(Int, String)] {
        let start = now
        let end = now.advanced(by: duration)
        var done: [(Int, String)] = []
        while let deadline = session.nextDeadline, deadline <= end {
            now = max(now, deadline)
            actions = []
            session.advance(now: now, into: &actions)
            let milliseconds = Int(start.duration(to: now).inNanoseconds / 1_000_000)
            done += actions.map { (milliseconds, $0.name) }
            if session.nextDeadline == deadline {
                Issue.record("a deadline does not move")
                break
            }
        }
        now = end
        return done
    }
}

extension InviteSession.Action {
    /// A short name, for comparing.
    var name: String {
        switch self {
        case .sendRequest(let request, _): "\(request.method)"
        case .sendCancel: "CANCEL"
        case .sendAck: "ACK"
        case .respond(let response, _): "\(response.status.code)"
        case .dialogCreated: "dialog"
        case .ringing: "ringing"
        case .earlyMedia: "early media"
        case .answered: "answered"
        case .mediaChanged(let media): "media \(media.direction.rawValue)"
        case .renegotiationFailed(let status): "failed \(status?.code ?? 0)"
        case .digit(let digit, _): "digit \(digit)"
        case .referred: "referred"
        case .referralClosed: "closed"
        case .transferProgress(let status): "transfer \(status.code)"
        case .ended(let end): "ended \(end.cause.name)"
        }
    }
}

extension SessionEnd.Cause {
    var name: String {
        if case .rejected(let status) = self { "rejected \(status.code)" } else { "\(self)" }
    }
}
