import CCCore
import CCTelephony
import NIOCore
import Synchronization

final class SimulatedListener: StreamListener {
    let local: NetworkAddress
    let loop: SimulatedLoop
    private let network: SimulatedNetwork
    let accept: @Sendable (any StreamConnection) -> StreamEvents

    init(
        local: NetworkAddress, loop: SimulatedLoop, network: SimulatedNetwork,
        accept: @escaping @Sendable (any StreamConnection) -> StreamEvents
    ) {
        self.local = local
        self.loop = loop
        self.network = network
        self.accept = accept
    }

    func close() async { network.unlisten(self) }
}

/// One end of a simulated TCP connection.
final class SimulatedStream: StreamConnection {
    /// Bytes that may wait for the connection to stand; with more it is closed.
    static let pendingBytesMax = 1 << 20
    /// A connection to a host that does not respond is given up after this time.
    static let connectTimeout = Duration.seconds(30)

    let remote: NetworkAddress
    private let loop: SimulatedLoop
    private let ip: IPAddress
    private let network: SimulatedNetwork

    private struct State {
        var events: StreamEvents?
        var peer: SimulatedStream?
        var pending: [ByteBuffer] = []
        var pendingBytes = 0
        var isClosed = false
    }

    private let state = Mutex(State())

    init(loop: SimulatedLoop, ip: IPAddress, remote: NetworkAddress, network: SimulatedNetwork) {
        self.loop = loop
        self.ip = ip
        self.remote = remote
        self.network = network
    }

    /// Asks the other host for a connection; the answer comes a round trip later.
    func connect(events: StreamEvents) {
        state.withLock { $0.events = events }
        let source = NetworkAddress(ip: ip, port: loop.ephemeralPort())
        network.sendStream(from: ip, to: remote.ip) { [self] in
            let listener = network.listener(at: remote)
            guard let listener, !listener.loop.isCutOff else {
                return network.sendStream(from: remote.ip, to: ip) { [self] in ended() }
            }
            let far = SimulatedStream(loop: listener.loop, ip: remote.ip, remote: source, network: network)
            far.state.withLock { $0.peer = self }
            listener.loop.execute { [self] in
                let events = listener.accept(far)
                far.state.withLock { $0.events = events }
                network.sendStream(from: remote.ip, to: ip) { [self] in stands(with: far) }
            }
        }
        _ = loop.wake(at: loop.now.advanced(by: Self.connectTimeout)) { [self] in
            if state.withLock({ $0.peer == nil && !$0.isClosed }) { ended() }
        }
    }

    private func stands(with peer: SimulatedStream) {
        let (pending, isClosed) = state.withLock { state in
            state.peer = peer
            defer { state.pending = [] }
            return (state.pending, state.isClosed)
        }
        for bytes in pending { transmit(bytes, to: peer) }
        if isClosed { network.sendStream(from: ip, to: remote.ip) { peer.ended() } }
    }

    func send(_ bytes: ByteBuffer) {
        enum Way { case peer(SimulatedStream), later, full, closed }
        let way: Way = state.withLock { state in
            guard !state.isClosed else { return .closed }
            if let peer = state.peer { return .peer(peer) }
            state.pendingBytes += bytes.readableBytes
            guard state.pendingBytes <= Self.pendingBytesMax else { return .full }
            state.pending.append(bytes)
            return .later
        }
        switch way {
        case .peer(let peer): transmit(bytes, to: peer)
        case .full: ended()
        case .later, .closed: break
        }
    }

    private func transmit(_ bytes: ByteBuffer, to peer: SimulatedStream) {
        guard !loop.isCutOff else { return }
        network.sendStream(from: ip, to: remote.ip, bytes) { peer.received(bytes) }
    }

    private func received(_ bytes: ByteBuffer) {
        guard !loop.isCutOff else { return reset() }
        loop.execute { [self] in
            guard !loop.isCutOff else { return }
            let events = state.withLock { $0.isClosed ? nil : $0.events }
            events?.received(bytes)
        }
    }

    /// A machine that was switched on again knows nothing of the connections of the one before it.
    private func reset() {
        guard network.isOn(ip) else { return }
        let peer = state.withLock { state in
            defer {
                state.events = nil
                state.peer = nil
                state.isClosed = true
            }
            return state.peer
        }
        if let peer { network.sendStream(from: ip, to: remote.ip) { peer.ended() } }
    }

    func close() {
        let peer: SimulatedStream? = state.withLock { state in
            guard !state.isClosed else { return nil }
            state.isClosed = true
            return state.peer
        }
        if let peer, !loop.isCutOff { network.sendStream(from: ip, to: remote.ip) { peer.ended() } }
        notifyClosed()
    }

    /// The other end has closed, or was never there. What came before is handed over first.
    private func ended() {
        loop.execute { [self] in
            let isFirst = state.withLock { state in
                defer { state.isClosed = true }
                return !state.isClosed
            }
            if isFirst { notifyClosed() }
        }
    }

    /// Says once, on the loop, that it is over.
    private func notifyClosed() {
        loop.execute { [self] in
            let events = state.withLock { state in
                defer {
                    state.events = nil
                    state.peer = nil
                }
                return state.events
            }
            events?.closed()
        }
    }
}
