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
        do {
            let channel = try await bootstrap.bind(to: address.socketAddress()).get()
            guard let local = channel.localAddress.flatMap(NetworkAddress.init) else {
                throw TelephonyError(.unreachable, "\(address) has no local address")
            }
            return NIODatagramSocket(channel: channel, local: local)
        } catch {
            // The bootstrap leaves the socket of a failed bind open.
            try? await made.current?.close().get()
            throw TelephonyError(binding: address, error)
        }
    }
}

/// A bound UDP channel. Used on its loop only.
final class NIODatagramSocket: DatagramSocket {
    let local: NetworkAddress
    private let channel: any NIOCore.Channel
    /// A socket mostly sends to one peer: its address is kept in the operating system's form.
    private let last: NIOLoopBoundBox<(remote: NetworkAddress, address: SocketAddress)?>

    init(channel: any NIOCore.Channel, local: NetworkAddress) {
        self.channel = channel
        self.local = local
        last = .makeEmptyBox(eventLoop: channel.eventLoop)
    }

    func send(_ bytes: ByteBuffer, to remote: NetworkAddress) {
        if last.value?.remote != remote {
            guard let address = try? remote.socketAddress() else { return }
            last.value = (remote, address)
        }
        guard let address = last.value?.address else { return }
        channel.writeAndFlush(AddressedEnvelope(remoteAddress: address, data: bytes), promise: nil)
    }

    func close(whenClosed: @escaping @Sendable () -> Void) {
        // Closing twice is the only failure, and it leaves the port free all the same.
        channel.close().whenComplete { _ in whenClosed() }
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
