import CCCore
import NIOCore

/// The machine's network and its threads, or a simulated one: the seam through which every byte, timer and blocking
/// file operation of a centre goes.
///
/// ``NIONetwork`` is the real one. All protocols of the seam are used from the outside in: the telephony stack asks
/// for sockets, and the network calls back on the loop that owns the socket.
public protocol Network: BlockingWork {
    /// Where signalling runs.
    var signalling: any NetworkLoop { get }
    /// Where media runs: one engine for each loop. Never empty.
    var media: [any NetworkLoop] { get }
    /// The addresses of a host name or literal, best first.
    ///
    /// - Throws: ``TelephonyError`` with code `unreachable` when the name has no address.
    func resolve(host: String, port: UInt16) async throws -> [NetworkAddress]
    /// The address of this machine that a peer would see datagrams come from; nil when there is no route to it.
    func localAddress(toward remote: NetworkAddress) -> IPAddress?
}

/// One thread's worth of network. Sockets, timers and the actors bound to it run on it one at a time, so that an actor
/// with this executor may handle a datagram without leaving the thread that received it.
public protocol NetworkLoop: SerialExecutor {
    var now: Instant { get }
    /// Runs `work` on the loop soon, in order of the calls.
    func execute(_ work: @escaping @Sendable () -> Void)
    /// Runs `work` on the loop once at `deadline` or soon after, unless the wake-up is cancelled first.
    func wake(at deadline: Instant, _ work: @escaping @Sendable () -> Void) -> any Wakeup
    /// Binds a UDP socket. `receive` is called on the loop for each datagram.
    ///
    /// - Parameter bytesMax: The longest datagram that is read; what is longer is cut.
    /// - Throws: ``TelephonyError`` with code `addressInUse` or `unreachable`.
    func bindDatagram(
        _ address: NetworkAddress, bytesMax: Int,
        receive: @escaping @Sendable (ByteBuffer, NetworkAddress) -> Void
    ) async throws -> any DatagramSocket
    /// Listens for TCP connections. `accept` is called on the loop for each and returns what to do with its bytes.
    ///
    /// - Throws: ``TelephonyError`` with code `addressInUse` or `unreachable`.
    func listen(
        _ address: NetworkAddress, accept: @escaping @Sendable (any StreamConnection) -> StreamEvents
    ) async throws -> any StreamListener
    /// Starts a TCP connection and returns at once. Bytes sent before it stands are kept, up to a limit; when it fails,
    /// `events.closed` is called.
    func connect(to address: NetworkAddress, events: StreamEvents) -> any StreamConnection
}

/// A timer that has not fired yet.
public protocol Wakeup: Sendable {
    func cancel()
}

public protocol DatagramSocket: Sendable {
    /// The bound address with the port that the system chose.
    var local: NetworkAddress { get }
    /// Sends one datagram now, or drops it when the socket's buffer is full: as UDP does. To be called on the socket's loop.
    func send(_ bytes: ByteBuffer, to remote: NetworkAddress)
    /// Closes the socket and calls back, on its loop, when the port is free again.
    func close(whenClosed: @escaping @Sendable () -> Void)
}

public protocol StreamListener: Sendable {
    var local: NetworkAddress { get }
    func close() async
}

public protocol StreamConnection: Sendable {
    var remote: NetworkAddress { get }
    func send(_ bytes: ByteBuffer)
    func close()
}

/// What to do when a TCP connection has bytes or ends. Both are called on the connection's loop.
public struct StreamEvents: Sendable {
    public var received: @Sendable (ByteBuffer) -> Void
    public var closed: @Sendable () -> Void

    public init(received: @escaping @Sendable (ByteBuffer) -> Void, closed: @escaping @Sendable () -> Void) {
        self.received = received
        self.closed = closed
    }
}
