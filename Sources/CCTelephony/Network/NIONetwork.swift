import CCCore
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The machine's real network, on SwiftNIO event loops: one for signalling, the others for media.
public final class NIONetwork: Network {
    /// For programs with one centre: two threads that live as long as the process.
    public static let shared = NIONetwork()

    private let threads: NIOThreads
    public let signalling: any NetworkLoop
    public let media: [any NetworkLoop]

    /// - Parameter mediaLoops: Threads for media, at least 1. One moves several hundred calls.
    public init(time: SystemTime = SystemTime(), mediaLoops: Int = 1) {
        Self.raiseDescriptorLimit()
        let threads = NIOThreads(count: 1 + max(1, mediaLoops))
        let loops = threads.group.makeIterator().map { NIOLoop($0, of: threads, time: time) }
        self.threads = threads
        signalling = loops[0]
        media = Array(loops.dropFirst())
    }

    /// Look-ups may hang for long: they have threads of their own, so that no recording waits for a name server.
    private static let resolvers = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    public func resolve(host: String, port: UInt16) async throws -> [NetworkAddress] {
        if let address = NetworkAddress(host: host, port: port) { return [address] }
        return try await Self.run(on: Self.resolvers) {
            let resolved = try? SocketAddress.makeAddressResolvingHost(host, port: Int(port))
            guard let address = resolved.flatMap(NetworkAddress.init) else {
                throw TelephonyError(.unreachable, "no address for host \(host)")
            }
            return [address]
        }
    }

    public func localAddress(toward remote: NetworkAddress) -> IPAddress? {
        // Connecting a datagram socket sends nothing: the system only looks its route up.
        #if canImport(Darwin)
        let kind = SOCK_DGRAM
        #else
        let kind = Int32(SOCK_DGRAM.rawValue)
        #endif
        guard let address = try? remote.socketAddress() else { return nil }
        let descriptor = socket(remote.ip.isIPv4 ? AF_INET : AF_INET6, kind, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard address.withSockAddr({ connect(descriptor, $0, socklen_t($1)) }) == 0 else { return nil }
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let named = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard named == 0 else { return nil }
        return withUnsafeBytes(of: &storage) { bytes in
            if remote.ip.isIPv4 {
                return IPAddress(v4: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
            }
            return IPAddress(
                v6: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)))
        }
    }

    public func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await Self.run(on: .singleton, work)
    }

    /// Not the pool's own `async` form: it drops the work of a cancelled task, and a hang-up cancels.
    private static func run<Result: Sendable>(
        on pool: NIOThreadPool, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            pool.submit { _ in continuation.resume(with: Swift.Result(catching: work)) }
        }
    }

    /// Each call holds up to four descriptors; the customary soft limit of 1,024 would be 250 calls.
    private static func raiseDescriptorLimit() {
        #if canImport(Darwin)
        let resource = RLIMIT_NOFILE
        #else
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #endif
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(limit.rlim_max, 1_000_000)
        _ = setrlimit(resource, &limit)
    }
}

/// The threads of a network. They end when nobody holds the network or one of its loops any more.
private final class NIOThreads: Sendable {
    let group: MultiThreadedEventLoopGroup

    init(count: Int) { group = MultiThreadedEventLoopGroup(numberOfThreads: count) }

    deinit { group.shutdownGracefully { _ in } }
}

/// A SwiftNIO event loop as a ``NetworkLoop``.
final class NIOLoop: NetworkLoop {
    let eventLoop: any EventLoop
    private let threads: NIOThreads
    private let time: SystemTime

    fileprivate init(_ eventLoop: any EventLoop, of threads: NIOThreads, time: SystemTime) {
        self.eventLoop = eventLoop
        self.threads = threads
        self.time = time
    }

    var now: Instant { time.now }

    func execute(_ work: @escaping @Sendable () -> Void) { eventLoop.execute(work) }

    func wake(at deadline: Instant, _ work: @escaping @Sendable () -> Void) -> any Wakeup {
        let delay = max(0, now.duration(to: deadline).inNanoseconds)
        return NIOWakeup(scheduled: eventLoop.scheduleTask(in: .nanoseconds(delay), work))
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        eventLoop.execute { unowned.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { eventLoop.preconditionInEventLoop() }

    func isIsolatingCurrentContext() -> Bool? { eventLoop.inEventLoop }
}

private struct NIOWakeup: Wakeup {
    let scheduled: Scheduled<Void>
    func cancel() { scheduled.cancel() }
}

extension NetworkAddress {
    /// From the operating system's form. IPv4 peers of a dual-stack socket, shown as `::ffff:a.b.c.d`, become IPv4.
    init?(_ address: SocketAddress) {
        guard address.protocol == .inet || address.protocol == .inet6 else { return nil }
        // Port and address stand at the same offsets on all systems: 2 and 4 in sockaddr_in, 2 and 8 in sockaddr_in6.
        self = address.withSockAddr { pointer, size in
            let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
            func word<Word: FixedWidthInteger>(_ offset: Int, _: Word.Type) -> Word {
                Word(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Word.self))
            }
            let port = word(2, UInt16.self)
            if address.protocol == .inet { return NetworkAddress(ip: IPAddress(v4: word(4, UInt32.self)), port: port) }
            let (high, low) = (word(8, UInt64.self), word(16, UInt64.self))
            let isMapped = high == 0 && low >> 32 == 0xFFFF
            return NetworkAddress(
                ip: isMapped ? IPAddress(v4: UInt32(truncatingIfNeeded: low)) : IPAddress(v6: high, low), port: port)
        }
    }

    /// The operating system's form.
    ///
    /// - Throws: never in practice: 4 and 16 bytes are what an address may have.
    func socketAddress() throws -> SocketAddress {
        var packed = ByteBuffer()
        if let bits = ip.v4Bits {
            packed.writeInteger(bits)
        } else if let (high, low) = ip.v6Bits {
            packed.writeInteger(high)
            packed.writeInteger(low)
        }
        return try SocketAddress(packedIPAddress: packed, port: Int(port))
    }
}
