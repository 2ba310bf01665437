import CCCore
import CCSip
import CCTelephony
import NIOCore

/// A bare UDP socket that speaks SIP text: for peers that behave in ways no user agent of ours would.
struct RawPhone {
    let address: NetworkAddress
    private let socket: any DatagramSocket
    private let inbox: Mailbox<SipMessage>
    private let loop = NIONetwork.shared.signalling

    init() async throws {
        let inbox = Mailbox<SipMessage>(limit: 100)
        self.inbox = inbox
        let any = NetworkAddress(ip: IPAddress(v4: 0x7F00_0001), port: 0)
        socket = try await loop.bindDatagram(any, bytesMax: 65_535) { bytes, _ in
            if let message = try? SipMessage(parsing: bytes) { inbox.post(message) }
        }
        address = socket.local
    }

    /// Sends text with line ends made right.
    func send(_ text: String, to remote: NetworkAddress) {
        let wire = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
        loop.execute { [socket] in socket.send(ByteBuffer(string: wire), to: remote) }
    }

    func send(_ response: SipResponse, to remote: NetworkAddress) {
        loop.execute { [socket] in socket.send(response.serialized(), to: remote) }
    }

    /// The next request with this method; nil when none comes in time.
    func request(_ method: SipMethod, within limit: Duration = .seconds(5)) async throws -> SipRequest? {
        try await next(within: limit) {
            if case .request(let request) = $0, request.method == method { request } else { nil }
        }
    }

    /// The next response with this status; nil when none comes in time.
    func response(_ status: SipStatus, within limit: Duration = .seconds(5)) async throws -> SipResponse? {
        try await next(within: limit) {
            if case .response(let response) = $0, response.status == status { response } else { nil }
        }
    }

    private func next<Found: Sendable>(
        within limit: Duration, _ pick: @escaping @Sendable (SipMessage) -> Found?
    ) async throws -> Found? {
        try await withThrowingTaskGroup(of: Found?.self) { group in
            group.addTask { [inbox] in
                while let message = await inbox.next() { if let found = pick(message) { return found } }
                return nil
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            let found = try await group.next() ?? nil
            group.cancelAll()
            return found
        }
    }

    func close() { loop.execute { [socket] in socket.close(whenClosed: {}) } }
}
