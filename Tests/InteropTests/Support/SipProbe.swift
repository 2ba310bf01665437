import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// One UDP socket that sends whatever it is told to a server on the loopback address and reads the answers.
final class SipProbe: Sendable {
    private let descriptor: Int32
    private let server: UInt16
    let port: UInt16

    /// - Parameter host: the loopback address to send from.
    init(server: UInt16, host: UInt32 = LoopbackAddress.usual, from port: UInt16? = nil) throws {
        self.server = server
        self.port = try port ?? FreePorts.one()
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        let bound = LoopbackAddress(host: host, port: self.port).withPointer { [descriptor] in bind(descriptor, $0, $1)
        }
        guard descriptor >= 0, bound == 0 else { throw Disappointment("cannot bind port \(self.port)") }
    }

    deinit { close(descriptor) }

    func send(_ bytes: [UInt8]) {
        _ = LoopbackAddress(port: server).withPointer { sendto(descriptor, bytes, bytes.count, 0, $0, $1) }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// The next datagram that has come; nil when none has.
    func receive() -> String? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    /// The first datagram that has `text` in it; nil when none comes in time. Others are dropped.
    func receive(containing text: String, within limit: Duration) async throws -> String? {
        var found: String?
        try? await eventually("an answer", within: limit) {
            while let datagram = receive() {
                if datagram.contains(text) {
                    found = datagram
                    return true
                }
            }
            return false
        }
        return found
    }

    /// Sends an INVITE and reads nothing.
    func invite(_ service: String, media: String = "m=audio 4000 RTP/AVP 0\r\n") {
        send(inviteText(service, media: media))
    }

    func inviteText(_ service: String, media: String = "m=audio 4000 RTP/AVP 0\r\n") -> String {
        let callID = "invite-\(UInt64.random(in: 0 ... .max))"
        let body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + media
        let head = """
            INVITE sip:\(service)@127.0.0.1:\(server) SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:\(port);rport;branch=z9hG4bK\(callID)
            From: <sip:probe@127.0.0.1:\(port)>;tag=1
            To: <sip:\(service)@127.0.0.1:\(server)>
            Call-ID: \(callID)
            CSeq: 1 INVITE
            Contact: <sip:probe@127.0.0.1:\(port)>
            Max-Forwards: 70
            Content-Type: application/sdp
            Content-Length: \(body.utf8.count)


            """
        return head.replacing("\n", with: "\r\n") + body
    }

    /// Asks the server what it can do: the plainest sign of life.
    /// - Returns: the answer's first line; nil when none came.
    func options(maxForwards: Int = 70, within limit: Duration = .seconds(5)) async throws -> String? {
        let callID = sendOptions(maxForwards: maxForwards)
        let answer = try await receive(containing: callID, within: limit)
        return answer.map { String($0.prefix { $0 != "\r" && $0 != "\r\n" && $0 != "\n" }) }
    }

    /// Sends an OPTIONS and reads nothing.
    /// - Returns: its Call-ID, by which its answer is known.
    func sendOptions(maxForwards: Int = 70) -> String {
        let callID = "probe-\(UInt64.random(in: 0 ... .max))"
        let request = """
            OPTIONS sip:127.0.0.1:\(server) SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:\(port);rport;branch=z9hG4bK\(callID)
            From: <sip:probe@127.0.0.1:\(port)>;tag=1
            To: <sip:127.0.0.1:\(server)>
            Call-ID: \(callID)
            CSeq: 1 OPTIONS
            Max-Forwards: \(maxForwards)
            Content-Length: 0


            """
        send(request.replacing("\n", with: "\r\n"))
        return callID
    }
}
