import CCCore
import CCSip
import Logging
import NIOCore

/// The sockets of a user agent: one UDP and one TCP listener for each address, and the TCP connections by flow.
/// Belongs to the signalling loop.
struct Transports {
    /// A connection over which nothing comes at first is closed after this time.
    static let silentMax = Duration.seconds(30)
    /// A connection over which nothing comes any more is closed after this time: the longest registration is over then.
    static let idleMax = Duration.seconds(7_500)
    /// How often idle connections are looked for.
    static let sweepEvery = Duration.seconds(10)

    /// What a TCP peer may send before a whole message is there is limited by ``SipStreamParser``.
    struct Connection {
        /// A closed connection's late events must not touch the next one between the same addresses.
        let id: Int
        let stream: any StreamConnection
        var parser = SipStreamParser()
        var heardAt: Instant
        var hasSpoken = false
    }

    private(set) var datagrams: [any DatagramSocket] = []
    private(set) var listeners: [any StreamListener] = []
    private(set) var connections: [SipFlow: Connection] = [:]
    private(set) var nextSweep: Instant?
    private var lastConnection = 0

    mutating func add(_ socket: any DatagramSocket) { datagrams.append(socket) }
    mutating func add(_ listener: any StreamListener) { listeners.append(listener) }

    /// Registers a connection that `make` makes for the name it is given.
    mutating func open(_ flow: SipFlow, now: Instant, _ make: (_ id: Int) -> any StreamConnection) {
        lastConnection += 1
        connections[flow]?.stream.close()
        connections[flow] = Connection(id: lastConnection, stream: make(lastConnection), heardAt: now)
        if nextSweep == nil { nextSweep = now.advanced(by: Self.sweepEvery) }
    }

    /// False when it is another connection that stands between these addresses now, or none.
    mutating func close(_ flow: SipFlow, id: Int? = nil) -> Bool {
        guard let connection = connections[flow], id == nil || connection.id == id else { return false }
        connections[flow] = nil
        connection.stream.close()
        return true
    }

    /// The connections, oldest first.
    private var inOrder: [Connection] { connections.values.sorted { $0.id < $1.id } }

    mutating func closeConnections() {
        for connection in inOrder { connection.stream.close() }
        connections = [:]
    }

    /// Closes connections that hold a place and say nothing. Their events follow.
    mutating func sweep(now: Instant) {
        guard let due = nextSweep, due <= now else { return }
        for connection in inOrder {
            let limit = connection.hasSpoken ? Self.idleMax : Self.silentMax
            if connection.heardAt.duration(to: now) > limit { connection.stream.close() }
        }
        nextSweep = connections.isEmpty ? nil : now.advanced(by: Self.sweepEvery)
    }

    /// Takes bytes of a connection and returns what is complete; the error of a hopeless stream comes last.
    mutating func received(
        _ bytes: ByteBuffer, on flow: SipFlow, id: Int, now: Instant
    ) -> [Result<SipStreamParser.Event, SipParseError>] {
        guard connections[flow]?.id == id else { return [] }
        var events: [Result<SipStreamParser.Event, SipParseError>] = []
        connections[flow]?.heardAt = now
        connections[flow]?.parser.append(bytes)
        do throws(SipParseError) {
            while let event = try connections[flow]?.parser.next() { events.append(.success(event)) }
        } catch {
            events.append(.failure(error))
        }
        if !events.isEmpty { connections[flow]?.hasSpoken = true }
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

extension SipURI {
    /// What a request to this URI travels by: UDP unless it asks for TCP.
    var wantedTransport: SipTransport { transport?.lowercased() == "tcp" ? .tcp : .udp }
}
