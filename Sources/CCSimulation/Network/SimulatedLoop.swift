import CCCore
import CCTelephony
import NIOCore
import Synchronization

/// A loop of a simulated host: sockets, timers and the actors bound to it run one at a time, in its lane.
final class SimulatedLoop: NetworkLoop {
    private let ip: IPAddress
    private let network: SimulatedNetwork
    private let scheduler: Scheduler
    private let lane: Int
    private let isDead = Atomic<Bool>(false)
    private let lastPort = Atomic<UInt16>(32_767)

    init(ip: IPAddress, network: SimulatedNetwork, scheduler: Scheduler) {
        self.ip = ip
        self.network = network
        self.scheduler = scheduler
        lane = scheduler.addLane()
    }

    func cutOff() { isDead.store(true, ordering: .relaxed) }
    var isCutOff: Bool { isDead.load(ordering: .relaxed) }

    var now: Instant { scheduler.now }

    func execute(_ work: @escaping @Sendable () -> Void) { scheduler.submit(on: lane, work) }

    func wake(at deadline: Instant, _ work: @escaping @Sendable () -> Void) -> any Wakeup {
        SimulatedWakeup(cancellation: scheduler.wake(at: deadline, on: lane, work))
    }

    // MARK: Executor

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        scheduler.submit(on: lane) { unowned.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { precondition(scheduler.isRunning(lane), "not on this loop of the simulation") }

    func isIsolatingCurrentContext() -> Bool? { scheduler.isRunning(lane) }

    // MARK: Sockets

    func bindDatagram(
        _ address: NetworkAddress, bytesMax: Int,
        receive: @escaping @Sendable (ByteBuffer, NetworkAddress) -> Void
    ) async throws -> any DatagramSocket {
        try bound(address) { local in
            let socket = SimulatedDatagramSocket(
                local: local, loop: self, network: network, bytesMax: bytesMax, receive)
            return network.bind(socket) ? socket : nil
        }
    }

    func listen(
        _ address: NetworkAddress, accept: @escaping @Sendable (any StreamConnection) -> StreamEvents
    ) async throws -> any StreamListener {
        try bound(address) { local in
            let listener = SimulatedListener(local: local, loop: self, network: network, accept: accept)
            return network.listen(listener) ? listener : nil
        }
    }

    /// Binds at the wanted port, or at a free one for port 0.
    private func bound<Socket>(_ address: NetworkAddress, _ make: (NetworkAddress) -> Socket?) throws -> Socket {
        guard !isCutOff, address.ip == ip || address.ip.isUnspecified else {
            throw TelephonyError(.unreachable, "cannot bind \(address): this host is \(ip)")
        }
        guard address.port == 0 else {
            if let socket = make(NetworkAddress(ip: ip, port: address.port)) { return socket }
            throw TelephonyError(.addressInUse, "\(address) is in use")
        }
        for _ in 0..<28_000 {
            if let socket = make(NetworkAddress(ip: ip, port: ephemeralPort())) { return socket }
        }
        throw TelephonyError(.addressInUse, "no free port on \(ip)")
    }

    /// The next port that the system would choose.
    func ephemeralPort() -> UInt16 {
        32_768 + (lastPort.wrappingAdd(1, ordering: .relaxed).newValue &- 32_768) % 28_000
    }

    func connect(to address: NetworkAddress, events: StreamEvents) -> any StreamConnection {
        let near = SimulatedStream(loop: self, ip: ip, remote: address, network: network)
        near.connect(events: events)
        return near
    }
}

struct SimulatedWakeup: Wakeup {
    let cancellation: Scheduler.Cancellation
    func cancel() { cancellation.set() }
}

/// A bound UDP address of a simulated host.
final class SimulatedDatagramSocket: DatagramSocket {
    let local: NetworkAddress
    private let loop: SimulatedLoop
    private let network: SimulatedNetwork
    private let bytesMax: Int
    private let receive: @Sendable (ByteBuffer, NetworkAddress) -> Void
    private let isClosed = Atomic<Bool>(false)

    init(
        local: NetworkAddress, loop: SimulatedLoop, network: SimulatedNetwork, bytesMax: Int,
        _ receive: @escaping @Sendable (ByteBuffer, NetworkAddress) -> Void
    ) {
        self.local = local
        self.loop = loop
        self.network = network
        self.bytesMax = bytesMax
        self.receive = receive
    }

    func send(_ bytes: ByteBuffer, to remote: NetworkAddress) {
        guard !isClosed.load(ordering: .relaxed), !loop.isCutOff, remote.port != 0 else { return }
        network.send(bytes, from: local, to: remote)
    }

    func deliver(_ bytes: ByteBuffer, from source: NetworkAddress) {
        loop.execute { [self] in
            guard !isClosed.load(ordering: .relaxed), !loop.isCutOff else { return }
            var bytes = bytes
            receive(bytes.readSlice(length: min(bytes.readableBytes, bytesMax)) ?? bytes, source)
        }
    }

    func close(whenClosed: @escaping @Sendable () -> Void) {
        loop.execute { [self] in
            isClosed.store(true, ordering: .relaxed)
            network.unbind(self)
            whenClosed()
        }
    }
}
