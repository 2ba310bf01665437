import ContactCenterKit
import NIOCore
import Synchronization
import Testing

@Suite("An INVITE without an offer", .timeLimit(.minutes(5)))
struct LateOfferTests {
    /// RFC 3261 §13.2.1: the 200 makes the offer, and the ACK brings the answer.
    @Test("is answered with one, and its caller waits in the queue as any other")
    func lateOffer() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let phone = try await BarePhone.make(calling: rig.address)
            phone.send(.invite, sequence: 1)
            let answer = try await phone.response(200)
            #expect(answer.body.readableBytes > 0)
            phone.toTag = answer.headers.to?.tag
            // Nothing goes on before the ACK.
            #expect(!rig.events.story().contains("contactConnected"))
            phone.send(.ack, sequence: 1, description: phone.description)
            try await rig.events.wait(for: "contactConnected")
            #expect(await rig.center.waiting(in: "support") == 1)
            phone.send(.bye, sequence: 2)
            #expect(try await rig.records().first?.terminalReason == .abandonedInQueue)
        }
    }
}

/// A phone that sends the requests that a test writes, over a socket of its own.
private final class BarePhone: Sendable {
    private let socket: any DatagramSocket
    private let center: NetworkAddress
    private let received: Inbox
    private let tag = Mutex<String?>(nil)

    final class Inbox: Sendable {
        let responses = Mutex<[SipResponse]>([])
    }

    static func make(calling center: NetworkAddress) async throws -> BarePhone {
        let inbox = Inbox()
        let local = NetworkAddress(ip: center.ip, port: 0)
        let socket = try await NIONetwork.shared.signalling.bindDatagram(local, bytesMax: 65_535) { bytes, _ in
            guard case .response(let response)? = try? SipMessage(parsing: bytes) else { return }
            inbox.responses.withLock { $0.append(response) }
        }
        return BarePhone(socket: socket, center: center, received: inbox)
    }

    init(socket: any DatagramSocket, center: NetworkAddress, received: Inbox) {
        self.socket = socket
        self.center = center
        self.received = received
    }

    deinit { NIONetwork.shared.signalling.execute { [socket] in socket.close {} } }

    var toTag: String? {
        get { tag.withLock { $0 } }
        set { tag.withLock { $0 = newValue } }
    }

    var description: String {
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"
    }

    func send(_ method: SipMethod, sequence: UInt32, description: String = "") {
        var request = SipRequest(method: method, uri: SipURI(user: "support", address: center))
        request.headers[.via] = "SIP/2.0/UDP \(socket.local);branch=z9hG4bK-\(method.name)-\(sequence);rport"
        request.headers[.from] = "<sip:bare@127.0.0.1>;tag=bare"
        request.headers[.to] = "<sip:support@127.0.0.1>" + (toTag.map { ";tag=" + $0 } ?? "")
        request.headers[.callID] = "bare-\(socket.local.port)"
        request.headers[.cseq] = "\(sequence) \(method.name)"
        request.headers[.contact] = "<sip:bare@\(socket.local)>"
        request.headers[.maxForwards] = "70"
        if !description.isEmpty {
            request.headers[.contentType] = "application/sdp"
            request.body = ByteBuffer(string: description)
        }
        let bytes = request.serialized()
        NIONetwork.shared.signalling.execute { [socket, center] in socket.send(bytes, to: center) }
    }

    func response(_ status: Int) async throws -> SipResponse {
        @Sendable func found() -> SipResponse? { received.responses.withLock { $0.first { $0.status.code == status } } }
        _ = try await eventually { found() != nil }
        guard let response = found() else { throw Surprise("no \(status)") }
        return response
    }
}
