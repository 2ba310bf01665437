import CCCore
import CCTelephony
import Synchronization

/// A machine in the simulated network: what a `ContactCenter` or a `UserAgent` is given as its network.
public final class SimulatedHost: Network {
    public let ip: IPAddress
    public let signalling: any NetworkLoop
    public let media: [any NetworkLoop]

    private let network: SimulatedNetwork
    private let time: VirtualSleep
    private let loops: [SimulatedLoop]

    private struct State {
        var isCutOff = false
        var disk = SimulatedDisk()
    }

    private let state = Mutex(State())

    init(ip: IPAddress, network: SimulatedNetwork, scheduler: Scheduler, mediaLoops: Int) {
        let loops = (0...max(1, mediaLoops)).map { _ in SimulatedLoop(ip: ip, network: network, scheduler: scheduler) }
        self.ip = ip
        self.network = network
        self.loops = loops
        time = VirtualSleep(scheduler: scheduler)
        signalling = loops[0]
        media = Array(loops.dropFirst())
    }

    // MARK: What a test arranges

    /// As if the machine died: from now on it sends and receives nothing, and its disk keeps nothing.
    ///
    /// Its tasks go on until they are cancelled, and nobody notices. ``World/host(_:mediaLoops:)`` then switches on a new
    /// machine at the same address.
    public func cutOff() {
        state.withLock { $0.isCutOff = true }
        for loop in loops { loop.cutOff() }
        network.forget(ip)
    }

    public var isCutOff: Bool { state.withLock { $0.isCutOff } }
    public var isDead: Bool { isCutOff }

    /// How the disk of this machine behaves.
    public var disk: SimulatedDisk {
        get { state.withLock { $0.disk } }
        set { state.withLock { $0.disk = newValue } }
    }

    /// The UDP addresses that are bound, in the order of their ports.
    public var boundAddresses: [NetworkAddress] { network.boundAddresses(of: ip) }

    // MARK: Network

    public func resolve(host: String, port: UInt16) async throws -> [NetworkAddress] {
        if let address = NetworkAddress(host: host, port: port) { return [address] }
        guard let ip = network.address(of: host) else {
            throw TelephonyError(.unreachable, "no address for host \(host)")
        }
        return [NetworkAddress(ip: ip, port: port)]
    }

    public func localAddress(toward remote: NetworkAddress) -> IPAddress? { ip }

    public func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let latency = disk.latency
        if latency > .zero { await time.sleep(latency) }
        guard !isCutOff else { throw SimulatedFailure.hostCutOff }
        if disk.fails { throw SimulatedFailure.disk }
        return try work()
    }
}

/// The disk of a simulated host.
public struct SimulatedDisk: Hashable, Sendable {
    /// How long each piece of blocking work takes.
    public var latency: Duration
    /// Whether every piece of blocking work fails.
    public var fails: Bool

    public init(latency: Duration = .zero, fails: Bool = false) {
        self.latency = latency
        self.fails = fails
    }
}

/// What simulated machines throw by arrangement.
public enum SimulatedFailure: Error, Hashable, Sendable {
    /// The machine is dead.
    case hostCutOff
    /// The disk fails.
    case disk
}

/// Sleeps also in a cancelled task: a disk does not hurry.
struct VirtualSleep: Sendable {
    let scheduler: Scheduler

    func sleep(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            scheduler.run(at: scheduler.now.advanced(by: duration), on: Scheduler.taskLane) { continuation.resume() }
        }
    }
}
