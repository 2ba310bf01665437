import CCCore
import NIOCore
import Testing

@testable import CCSip

/// A layer with a clock, and what it has done.
struct LayerRig {
    var layer: TransactionLayer
    var now = Instant(nanoseconds: 1_000_000_000)
    var actions: [TransactionLayer.Action] = []
    static let flow = SipFlow(
        transport: .udp, local: NetworkAddress(ip: IPAddress(v4: 0xC000_0201), port: 5060),
        remote: NetworkAddress(ip: IPAddress(v4: 0xC000_0202), port: 5060))
    static let tcp = SipFlow(transport: .tcp, local: flow.local, remote: flow.remote)

    init(limit: Int = 1_000) {
        layer = TransactionLayer(entropy: Entropy(seed: 3), serverTransactionsMax: limit)
    }

    /// What has been done since the last time.
    mutating func taken() -> [TransactionLayer.Action] {
        defer { actions = [] }
        return actions
    }

    /// The messages sent since the last time; other actions are dropped.
    mutating func sent() -> [SipMessage] { taken().compactMap(\.message) }

    mutating func receive(_ text: String, over flow: SipFlow = flow) throws {
        let wire = ByteBuffer(string: text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n"))
        layer.received(try SipMessage(parsing: wire), over: flow, now: now, into: &actions)
    }

    mutating func receive(_ response: SipResponse, over flow: SipFlow = flow) throws {
        layer.received(try SipMessage(parsing: response.serialized()), over: flow, now: now, into: &actions)
    }

    mutating func receive(_ request: SipRequest, over flow: SipFlow = flow) throws {
        layer.received(try SipMessage(parsing: request.serialized()), over: flow, now: now, into: &actions)
    }

    /// Lets time pass, firing every timer at its own time.
    mutating func wait(_ duration: Duration) {
        let end = now.advanced(by: duration)
        while let deadline = layer.nextDeadline, deadline <= end {
            now = max(now, deadline)
            layer.advance(now: now, into: &actions)
        }
        now = end
    }
}

extension TransactionLayer.Action {
    var message: SipMessage? {
        guard case .transmit(let bytes, _) = self else { return nil }
        return try? SipMessage(parsing: bytes)
    }

    /// A short name, for comparing.
    var name: String {
        switch self {
        case .transmit:
            switch message {
            case .request(let request)?: "send \(request.method)"
            case .response(let response)?: "send \(response.status.code)"
            case nil: "send rubbish"
            }
        case .request(let request, _, _): "request \(request.method)"
        case .cancelled: "cancelled"
        case .acknowledged: "acknowledged"
        case .response(let response, _): "response \(response.status.code)"
        case .failed(_, let failure): "failed \(failure)"
        case .serverFailed(_, let failure): "server failed \(failure)"
        case .clientEnded: "client ended"
        case .serverEnded: "server ended"
        }
    }
}

extension SipMessage {
    var request: SipRequest? { if case .request(let request) = self { request } else { nil } }
    var response: SipResponse? { if case .response(let response) = self { response } else { nil } }
}

func makeRequest(_ method: SipMethod, branch: String = "z9hG4bKone", via: String? = nil, cseq: Int = 1) -> SipRequest {
    var request = SipRequest(method: method, uri: SipURI(user: "bob", host: "192.0.2.1"))
    request.headers.add(.via, via ?? "SIP/2.0/UDP 192.0.2.2:5060;branch=\(branch);rport")
    request.headers.add(.maxForwards, "70")
    request.headers.add(.from, "<sip:alice@192.0.2.2>;tag=a1")
    request.headers.add(.to, "<sip:bob@192.0.2.1>")
    request.headers.add(.callID, "call-1")
    request.headers.add(.cseq, "\(cseq) \(method)")
    return request
}

@Suite struct TransactionLayerClientTests {
    private func invite() -> SipRequest {
        var request = makeRequest(.invite)
        request.headers.removeAll(.via)
        request.headers.add(.route, "<sip:proxy.example.com;lr>")
        return request
    }

    @Test("a request goes out with a Via of its own: cookie, fresh branch, rport")
    func via() throws {
        var rig = LayerRig()
        _ = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        _ = rig.layer.send(invite(), over: LayerRig.tcp, now: rig.now, into: &rig.actions)
        let vias = rig.sent().compactMap { $0.headers.topVia }
        #expect(vias.map(\.transport) == ["UDP", "TCP"])
        #expect(vias.map(\.host) == ["192.0.2.1", "192.0.2.1"])
        #expect(vias.allSatisfy { $0.branch?.hasPrefix("z9hG4bK") == true })
        #expect(vias[0].branch != vias[1].branch)
        #expect(vias[0].wantsRport)
    }

    @Test("Via names the public address when there is one of the same family")
    func sentBy() {
        var rig = LayerRig()
        rig.layer.sentBy[.udp] = [
            NetworkAddress(ip: IPAddress(v6: 1, 2), port: 5062),
            NetworkAddress(ip: IPAddress(v4: 0xCB00_7105), port: 5060),
        ]
        _ = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        #expect(rig.sent().first?.headers.topVia?.host == "203.0.113.5")
    }

    @Test("an INVITE without an answer is repeated seven times in all and fails after 32 s")
    func timeout() {
        var rig = LayerRig()
        _ = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        rig.wait(.seconds(40))
        #expect(
            rig.taken().map(\.name) == Array(repeating: "send INVITE", count: 7) + ["failed timeout", "client ended"])
        #expect(rig.layer.clientTransactionCount == 0)
        #expect(rig.layer.nextDeadline == nil)
    }

    @Test("a refusal is acknowledged hop by hop, with the INVITE's branch, Route and number, and again when repeated")
    func acknowledgement() throws {
        var rig = LayerRig()
        _ = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        let sent = try #require(rig.sent().first?.request)
        let busy = sent.response(.busyHere, toTag: "b1")
        try rig.receive(busy)
        let actions = rig.taken()
        #expect(actions.map(\.name) == ["send ACK", "response 486"])
        let ack = try #require(actions[0].message?.request)
        #expect(ack.headers.topVia?.branch == sent.headers.topVia?.branch)
        #expect(ack.headers.values(.via).count == 1)
        #expect(ack.headers[.route] == "<sip:proxy.example.com;lr>")
        #expect(ack.headers.cseq == CSeq(number: 1, method: .ack))
        #expect(ack.headers.to?.tag == "b1")
        #expect(ack.headers.maxForwards == 70)
        #expect(ack.uri == sent.uri)
        try rig.receive(busy)
        #expect(rig.taken().map(\.name) == ["send ACK"])
        rig.wait(.seconds(32))
        #expect(rig.taken().map(\.name) == ["client ended"])
    }

    @Test("2xx are delivered each time; the ACK is the user's")
    func success() throws {
        var rig = LayerRig()
        _ = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        let ok = try #require(rig.sent().first?.request).response(.ok, toTag: "b1")
        try rig.receive(ok)
        try rig.receive(ok)
        #expect(rig.taken().map(\.name) == ["response 200", "response 200"])
        rig.wait(.seconds(33))
        #expect(rig.taken().map(\.name) == ["client ended"])
    }

    @Test("responses that are not ours are dropped: another branch, sent-by or method")
    func stray() throws {
        var rig = LayerRig()
        _ = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        let sent = try #require(rig.sent().first?.request)
        var wrongHost = sent.response(.ok, toTag: "b")
        var via = try #require(sent.headers.topVia)
        via.host = "192.0.2.77"
        wrongHost.headers[.via] = via.description
        try rig.receive(wrongHost)
        var wrongMethod = sent.response(.ok, toTag: "b")
        wrongMethod.headers[.cseq] = "1 OPTIONS"
        try rig.receive(wrongMethod)
        var wrongBranch = sent.response(.ok, toTag: "b")
        wrongBranch.headers[.via] = "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKother"
        try rig.receive(wrongBranch)
        #expect(rig.taken().isEmpty)
    }

    @Test("CANCEL waits for a provisional response, and then has the INVITE's branch, Route, To and number")
    func cancel() throws {
        var rig = LayerRig()
        let id = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        let sent = try #require(rig.sent().first?.request)
        rig.layer.cancel(id, reason: "SIP;cause=200", now: rig.now, into: &rig.actions)
        #expect(rig.taken().isEmpty)
        try rig.receive(sent.response(.ringing, toTag: "b1"))
        let actions = rig.taken()
        #expect(actions.map(\.name) == ["response 180", "send CANCEL"])
        let cancel = try #require(actions[1].message?.request)
        #expect(cancel.headers.topVia?.branch == sent.headers.topVia?.branch)
        #expect(cancel.headers.to?.tag == nil)
        #expect(cancel.headers.cseq == CSeq(number: 1, method: .cancel))
        #expect(cancel.headers[.route] == sent.headers[.route])
        #expect(cancel.headers[.reason] == "SIP;cause=200")
        #expect(cancel.headers.maxForwards == 70)
        try rig.receive(cancel.response(.ok, toTag: "b1"))
        #expect(rig.taken().isEmpty)
        try rig.receive(sent.response(.requestTerminated, toTag: "b1"))
        #expect(rig.taken().map(\.name) == ["send ACK", "response 487"])
        rig.wait(.seconds(40))
        #expect(rig.layer.clientTransactionCount == 0)
    }

    @Test("a 200 that crosses the CANCEL is delivered; a CANCEL after it is not sent")
    func cancelCrossing() throws {
        var rig = LayerRig()
        let id = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        let sent = try #require(rig.sent().first?.request)
        try rig.receive(sent.response(.ringing, toTag: "b1"))
        rig.layer.cancel(id, now: rig.now, into: &rig.actions)
        rig.layer.cancel(id, now: rig.now, into: &rig.actions)
        try rig.receive(sent.response(.ok, toTag: "b1"))
        rig.layer.cancel(id, now: rig.now, into: &rig.actions)
        #expect(rig.taken().map(\.name) == ["response 180", "send CANCEL", "response 200"])
    }

    @Test("a cancelled INVITE that never gets its final response fails 64·T1 after the CANCEL")
    func cancelTimeout() throws {
        var rig = LayerRig()
        let id = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        let sent = try #require(rig.sent().first?.request)
        try rig.receive(sent.response(.ringing, toTag: "b1"))
        rig.wait(.seconds(100))
        rig.layer.cancel(id, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        rig.wait(.seconds(33))
        #expect(rig.taken().map(\.name).filter { $0 != "send CANCEL" } == ["failed timeout", "client ended"])
        #expect(rig.layer.clientTransactionCount == 0)
    }

    @Test("a closed connection fails what waits on it, and nothing else")
    func transportFailure() throws {
        var rig = LayerRig()
        _ = rig.layer.send(invite(), over: LayerRig.tcp, now: rig.now, into: &rig.actions)
        _ = rig.layer.send(invite(), over: LayerRig.flow, now: rig.now, into: &rig.actions)
        _ = rig.taken()
        rig.layer.transportFailed(LayerRig.tcp, now: rig.now, into: &rig.actions)
        #expect(rig.taken().map(\.name) == ["failed transportError", "client ended"])
        #expect(rig.layer.clientTransactionCount == 1)
    }

    @Test("nothing is repeated over TCP")
    func reliable() {
        var rig = LayerRig()
        _ = rig.layer.send(invite(), over: LayerRig.tcp, now: rig.now, into: &rig.actions)
        rig.wait(.seconds(33))
        #expect(rig.taken().map(\.name) == ["send INVITE", "failed timeout", "client ended"])
    }

    @Test("an ACK to a 2xx goes out without a transaction")
    func statelessAck() {
        var rig = LayerRig()
        var ack = makeRequest(.ack)
        ack.headers.removeAll(.via)
        rig.layer.transmit(ack, over: LayerRig.flow, into: &rig.actions)
        #expect(rig.layer.clientTransactionCount == 0)
        #expect(rig.sent().first?.headers.topVia?.branch?.hasPrefix("z9hG4bK") == true)
    }
}
