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

extension NIOLoop {
    func bindDatagram(
        _ address: NetworkAddress, bytesMax: Int,
        receive: @escaping @Sendable (ByteBuffer, NetworkAddress) -> Void
    ) async throws -> any DatagramSocket {
        let binder = DatagramBinder(eventLoop: eventLoop, bytesMax: bytesMax, receive: receive)
        do {
            let channel = try await binder.bind(address).get()
            guard let local = channel.localAddress.flatMap(NetworkAddress.init) else {
                throw TelephonyError(.unreachable, "\(address) has no local address")
            }
            let socket = NIODatagramSocket(local: local, binder: binder)
            try await eventLoop.submit { socket.adopt(channel) }.get()
            return socket
        } catch {
            throw TelephonyError(binding: address, error)
        }
    }
}

/// Makes a UDP channel, as often as it takes.
struct DatagramBinder: Sendable {
    let eventLoop: any EventLoop
    let bytesMax: Int
    let receive: @Sendable (ByteBuffer, NetworkAddress) -> Void

    func bind(_ address: NetworkAddress) -> EventLoopFuture<any NIOCore.Channel> {
        let target: SocketAddress
        do { target = try address.socketAddress() } catch { return eventLoop.makeFailedFuture(error) }
        let made = OneShot<any NIOCore.Channel>()
        let bootstrap = DatagramBootstrap(group: eventLoop)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: bytesMax))
            .channelOption(.maxMessagesPerRead, value: 32)
            .channelOption(.socketOption(.so_rcvbuf), value: 1 << 20)
            .channelInitializer { channel in
                made.fulfil(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DatagramReceiver(receive))
                }
            }
        return bootstrap.bind(to: target).flatMapError { error in
            // The bootstrap leaves the socket of a failed bind open.
            guard let channel = made.current else { return eventLoop.makeFailedFuture(error) }
            return channel.close().flatMapErrorThrowing { _ in }.flatMapThrowing { throw error }
        }
    }
}

/// A bound UDP socket that stays bound. Used on its loop only.
///
/// A channel is closed by the library when the system refuses a single datagram (no route, a forbidden address); for a
/// server that would be the end of all calls because of one peer. So what can be known to be refused is not sent, and a
/// channel that is closed all the same is replaced by another on the same port.
final class NIODatagramSocket: DatagramSocket {
    /// How long after a loss, or after a failed try, the port is bound again.
    static let rebindAfter = TimeAmount.milliseconds(100)

    private struct State {
        var channel: (any NIOCore.Channel)?
        var isClosed = false
        /// A socket mostly sends to one peer: its address is kept in the operating system's form.
        var last: (remote: NetworkAddress, address: SocketAddress)?
    }

    let local: NetworkAddress
    private let binder: DatagramBinder
    private let state: NIOLoopBoundBox<State>

    init(local: NetworkAddress, binder: DatagramBinder) {
        self.local = local
        self.binder = binder
        state = .makeBoxSendingValue(State(), eventLoop: binder.eventLoop)
    }

    func adopt(_ channel: any NIOCore.Channel) {
        guard !state.value.isClosed else { return channel.close(promise: nil) }
        state.value.channel = channel
        channel.closeFuture.whenComplete { [self] _ in
            state.value.channel = nil
            rebind()
        }
    }

    private func rebind() {
        guard !state.value.isClosed else { return }
        binder.eventLoop.scheduleTask(in: Self.rebindAfter) { [self] in
            guard !state.value.isClosed else { return }
            binder.bind(local).whenComplete { [self] result in
                switch result {
                case .success(let channel): adopt(channel)
                case .failure: rebind()
                }
            }
        }
    }

    func send(_ bytes: ByteBuffer, to remote: NetworkAddress) {
        if state.value.last?.remote != remote {
            guard let address = sendable(remote) else { return }
            state.value.last = (remote, address)
        }
        guard let address = state.value.last?.address else { return }
        state.value.channel?.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: bytes), promise: nil)
    }

    /// The address in the system's form; nil for what this socket can never send to.
    private func sendable(_ remote: NetworkAddress) -> SocketAddress? {
        guard remote.port != 0, remote.ip.v4Bits != .max else { return nil }
        guard remote.ip.isIPv4 != local.ip.isIPv4 else { return try? remote.socketAddress() }
        // A socket on `::` reaches IPv4 peers by their mapped addresses.
        guard let bits = remote.ip.v4Bits, local.ip.isUnspecified else { return nil }
        let mapped = IPAddress(v6: 0, 0xFFFF_0000_0000 | UInt64(bits))
        return try? NetworkAddress(ip: mapped, port: remote.port).socketAddress()
    }

    func close(whenClosed: @escaping @Sendable () -> Void) {
        binder.eventLoop.execute { [self] in
            state.value.isClosed = true
            guard let channel = state.value.channel else { return whenClosed() }
            channel.close().whenComplete { _ in whenClosed() }
        }
    }
}

private final class DatagramReceiver: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let receive: @Sendable (ByteBuffer, NetworkAddress) -> Void
    private var lastSource: (SocketAddress, NetworkAddress)?

    init(_ receive: @escaping @Sendable (ByteBuffer, NetworkAddress) -> Void) { self.receive = receive }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        if let (known, source) = lastSource, known == envelope.remoteAddress {
            receive(envelope.data, source)
        } else if let source = NetworkAddress(envelope.remoteAddress) {
            lastSource = (envelope.remoteAddress, source)
            receive(envelope.data, source)
        }
    }

    /// ICMP errors of single datagrams (port unreachable) arrive here: they concern one peer, not the socket.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}

extension TelephonyError {
    init(binding address: NetworkAddress, _ error: any Error) {
        if let known = error as? TelephonyError {
            self = known
        } else if let io = error as? IOError, io.errnoCode == EADDRINUSE {
            self.init(.addressInUse, "\(address) is in use", cause: error)
        } else {
            self.init(.unreachable, "cannot bind \(address): \(error)", cause: error)
        }
    }
}
