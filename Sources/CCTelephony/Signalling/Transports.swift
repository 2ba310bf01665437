import CCCore
import CCSip
import Logging
import NIOCore

/// The sockets of a user agent: one UDP and one TCP listener for each address, and the TCP connections by flow.
/// Belongs to the signalling loop.
struct Transports {
    /// What a TCP peer may send before a whole message is there is limited by ``SipStreamParser``.
    struct Connection {
        let stream: any StreamConnection
        var parser = SipStreamParser()
    }

    private(set) var datagrams: [any DatagramSocket] = []
    private(set) var listeners: [any StreamListener] = []
    private(set) var connections: [SipFlow: Connection] = [:]

    mutating func add(_ socket: any DatagramSocket) { datagrams.append(socket) }
    mutating func add(_ listener: any StreamListener) { listeners.append(listener) }

    mutating func open(_ flow: SipFlow, _ stream: any StreamConnection) {
        connections[flow] = Connection(stream: stream)
    }

    mutating func close(_ flow: SipFlow) { connections.removeValue(forKey: flow)?.stream.close() }

    /// Takes bytes of a connection and returns what is complete; the error of a hopeless stream comes last.
    mutating func received(_ bytes: ByteBuffer, on flow: SipFlow) -> [Result<SipStreamParser.Event, SipParseError>] {
        guard connections[flow] != nil else { return [] }
        var events: [Result<SipStreamParser.Event, SipParseError>] = []
        connections[flow]?.parser.append(bytes)
        do throws(SipParseError) {
            while let event = try connections[flow]?.parser.next() { events.append(.success(event)) }
        } catch {
            events.append(.failure(error))
        }
        return events
    }

    /// The bound socket that talks to a peer: same address family, and the one that the flow names if there is one.
    func socket(for flow: SipFlow) -> (any DatagramSocket)? {
        guard datagrams.count > 1 else { return datagrams.first }
        let family = datagrams.filter { $0.local.ip.isIPv4 == flow.remote.ip.isIPv4 }
        return family.first { $0.local == flow.local } ?? family.first { $0.local.port == flow.local.port }
            ?? family.first
    }

    func send(_ bytes: ByteBuffer, over flow: SipFlow) -> Bool {
        switch flow.transport {
        case .udp:
            guard let socket = socket(for: flow) else { return false }
            socket.send(bytes, to: flow.remote)
        case .tcp:
            guard let connection = connections[flow] else { return false }
            connection.stream.send(bytes)
        }
        return true
    }
}
