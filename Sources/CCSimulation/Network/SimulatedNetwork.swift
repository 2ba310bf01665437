import CCCore
import CCTelephony
import NIOCore
import Synchronization

/// The wires between simulated hosts: decides for each datagram whether, when and how often it arrives.
///
/// UDP datagrams suffer what their ``Link`` says. TCP streams keep their order and lose nothing; loss delays them by a
/// retransmission time-out, and a partition holds them up until it is healed.
public final class SimulatedNetwork: Sendable {
    /// Datagrams that may be under way at once; more are dropped, as by a router whose queue is full.
    public static let inFlightMax = 1_000_000
    /// The retransmission time-out of streams.
    static let retransmission = Duration.milliseconds(200)

    fileprivate struct State {
        var usual = Link.lan
        var links: [Direction: Link] = [:]
        var cuts: Set<Direction> = []
        /// When the last datagram of a direction arrives: jitter does not reorder.
        var lastArrival: [Direction: Instant] = [:]
        /// The same for pieces of streams, which nothing reorders.
        var lastPiece: [Direction: Instant] = [:]
        var dead: Set<IPAddress> = []
        var sockets: [NetworkAddress: SimulatedDatagramSocket] = [:]
        var listeners: [NetworkAddress: SimulatedListener] = [:]
        var names: [String: IPAddress] = [:]
        var held: [Direction: [@Sendable () -> Void]] = [:]
        var inFlight = 0
        var figures = NetworkFigures()
        var digest = Digest()
    }

    private let state = Mutex(State())
    private let scheduler: Scheduler
    private let entropy: Entropy

    init(scheduler: Scheduler, entropy: Entropy) {
        self.scheduler = scheduler
        self.entropy = entropy
    }

    // MARK: What a test arranges

    /// The link of all directions that have none of their own.
    public var usualLink: Link {
        get { state.withLock { $0.usual } }
        set { state.withLock { $0.usual = newValue } }
    }

    /// Gives one direction a link of its own; nil takes it back.
    public func setLink(_ link: Link?, from: IPAddress, to: IPAddress) {
        state.withLock { $0.links[Direction(from: from, to: to)] = link }
    }

    /// Lets nothing through between two hosts, in both directions, until ``heal(_:_:)``.
    public func partition(_ first: IPAddress, _ second: IPAddress) {
        state.withLock { state in
            state.cuts.insert(Direction(from: first, to: second))
            state.cuts.insert(Direction(from: second, to: first))
        }
    }

    /// Ends a partition. Streams go on; datagrams that were sent meanwhile are lost.
    public func heal(_ first: IPAddress, _ second: IPAddress) {
        for direction in [Direction(from: first, to: second), Direction(from: second, to: first)] {
            let held = state.withLock { state in
                state.cuts.remove(direction)
                return state.held.removeValue(forKey: direction) ?? []
            }
            for send in held { send() }
        }
    }

    /// Lets a host name lead to an address.
    public func setAddress(of name: String, to address: IPAddress) {
        state.withLock { $0.names[name.lowercased()] = address }
    }

    /// What has travelled so far.
    public var figures: NetworkFigures { state.withLock { $0.figures } }

    /// A number that two runs share when every datagram and every piece of a stream had the same bytes, way and time in
    /// both.
    public var digest: UInt64 { state.withLock { $0.digest.value } }

    // MARK: Names and sockets

    func address(of name: String) -> IPAddress? { state.withLock { $0.names[name.lowercased()] } }

    /// Gives a socket its address; false when another has it.
    func bind(_ socket: SimulatedDatagramSocket) -> Bool {
        state.withLock { state in
            guard state.sockets[socket.local] == nil else { return false }
            state.sockets[socket.local] = socket
            return true
        }
    }

    func unbind(_ socket: SimulatedDatagramSocket) {
        state.withLock { state in
            if state.sockets[socket.local] === socket { state.sockets[socket.local] = nil }
        }
    }

    func listen(_ listener: SimulatedListener) -> Bool {
        state.withLock { state in
            guard state.listeners[listener.local] == nil else { return false }
            state.listeners[listener.local] = listener
            return true
        }
    }

    func unlisten(_ listener: SimulatedListener) {
        state.withLock { state in
            if state.listeners[listener.local] === listener { state.listeners[listener.local] = nil }
        }
    }

    func listener(at address: NetworkAddress) -> SimulatedListener? { state.withLock { $0.listeners[address] } }

    /// The UDP addresses that are bound on a host, by port.
    func boundAddresses(of ip: IPAddress) -> [NetworkAddress] {
        state.withLock { $0.sockets.keys.filter { $0.ip == ip } }.sorted { $0.port < $1.port }
    }

    /// A machine is on at the address.
    func switchOn(_ ip: IPAddress) { state.withLock { _ = $0.dead.remove(ip) } }

    func isOn(_ ip: IPAddress) -> Bool { state.withLock { !$0.dead.contains(ip) } }

    /// Takes everything off a host that has died.
    func forget(_ ip: IPAddress) {
        state.withLock { state in
            state.dead.insert(ip)
            state.sockets = state.sockets.filter { $0.key.ip != ip }
            state.listeners = state.listeners.filter { $0.key.ip != ip }
        }
    }

    // MARK: Datagrams

    func send(_ bytes: ByteBuffer, from source: NetworkAddress, to target: NetworkAddress) {
        let direction = Direction(from: source.ip, to: target.ip)
        let now = scheduler.now
        let arrivals: [Instant] = state.withLock { state in
            state.figures.sent += 1
            let link = state.links[direction] ?? state.usual
            guard !state.cuts.contains(direction), state.inFlight < Self.inFlightMax,
                link.loss == 0 || entropy.unit() >= link.loss
            else {
                state.figures.lost += 1
                return []
            }
            let copies = link.duplication > 0 && entropy.unit() < link.duplication ? 2 : 1
            state.inFlight += copies
            return (0..<copies).map { _ in state.arrival(direction, link, now, entropy) }
        }
        for arrival in arrivals {
            scheduler.run(at: arrival, on: Scheduler.networkLane) { [self] in arrived(bytes, from: source, to: target) }
        }
    }

    private func arrived(_ bytes: ByteBuffer, from source: NetworkAddress, to target: NetworkAddress) {
        let now = scheduler.now
        let socket = state.withLock { state in
            state.inFlight -= 1
            let socket = state.sockets[target]
            guard socket != nil else {
                state.figures.unheard += 1
                return socket
            }
            state.figures.delivered += 1
            state.digest.add(UInt64(bitPattern: now.nanoseconds))
            state.digest.add(source)
            state.digest.add(target)
            bytes.withUnsafeReadableBytes { state.digest.add($0) }
            return socket
        }
        socket?.deliver(bytes, from: source)
    }

    // MARK: Streams

    /// Calls `arrive` when a piece of a stream reaches its end, after everything sent before it.
    ///
    /// - Parameter bytes: What the piece holds, for the digest; nil for a piece that only says something.
    func sendStream(
        from: IPAddress, to: IPAddress, _ bytes: ByteBuffer? = nil, _ arrive: @escaping @Sendable () -> Void
    ) {
        let direction = Direction(from: from, to: to)
        let now = scheduler.now
        let arrival: Instant? = state.withLock { state in
            guard !state.cuts.contains(direction) else {
                state.held[direction, default: []].append { [self] in sendStream(from: from, to: to, bytes, arrive) }
                return nil
            }
            let link = state.links[direction] ?? state.usual
            var arrival = link.arrival(of: now, entropy)
            if link.loss > 0, entropy.unit() < link.loss { arrival = arrival.advanced(by: Self.retransmission) }
            arrival = max(arrival, state.lastPiece[direction] ?? arrival)
            state.lastPiece[direction] = arrival
            if let bytes {
                state.digest.add(UInt64(bitPattern: arrival.nanoseconds))
                bytes.withUnsafeReadableBytes { state.digest.add($0) }
            }
            return arrival
        }
        if let arrival { scheduler.run(at: arrival, on: Scheduler.networkLane, arrive) }
    }
}

extension SimulatedNetwork.State {
    fileprivate mutating func arrival(
        _ direction: Direction, _ link: Link, _ now: Instant, _ entropy: Entropy
    ) -> Instant {
        var arrival = link.arrival(of: now, entropy)
        if link.reordering > 0, entropy.unit() < link.reordering {
            return arrival.advanced(by: Link.reorderingDelay)
        }
        guard link.jitter > .zero || lastArrival[direction] != nil else { return arrival }
        arrival = max(arrival, lastArrival[direction] ?? arrival)
        lastArrival[direction] = arrival
        return arrival
    }
}

extension Link {
    /// When what is sent now arrives if nothing else happens to it.
    fileprivate func arrival(of now: Instant, _ entropy: Entropy) -> Instant {
        let arrival = now.advanced(by: latency)
        return jitter > .zero ? arrival.advanced(by: jitter * entropy.unit()) : arrival
    }
}

/// What has travelled over a simulated network.
public struct NetworkFigures: Hashable, Sendable, Codable {
    /// Datagrams that hosts have sent.
    public var sent = 0
    /// Datagrams that reached a socket, duplicates included.
    public var delivered = 0
    /// Datagrams that the network lost.
    public var lost = 0
    /// Datagrams for addresses at which nobody listened.
    public var unheard = 0
}
