import CCCore
import NIOCore
import NIOPosix

extension NIOLoop {
    func listen(
        _ address: NetworkAddress, accept: @escaping @Sendable (any StreamConnection) -> StreamEvents
    ) async throws -> any StreamListener {
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let remote = channel.remoteAddress.flatMap(NetworkAddress.init) else {
                        throw TelephonyError(.unreachable, "connection without a remote address")
                    }
                    let connection = NIOStreamConnection(remote: remote, connected: channel)
                    let handler = StreamReceiver(events: accept(connection), connection: connection)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            let channel = try await bootstrap.bind(to: address.socketAddress()).get()
            guard let local = channel.localAddress.flatMap(NetworkAddress.init) else {
                throw TelephonyError(.unreachable, "\(address) has no local address")
            }
            return NIOStreamListener(channel: channel, local: local)
        } catch {
            throw TelephonyError(binding: address, error)
        }
    }

    func connect(to address: NetworkAddress, events: StreamEvents) -> any StreamConnection {
        let connection = NIOStreamConnection(remote: address, loop: eventLoop)
        guard let target = try? address.socketAddress() else {
            eventLoop.execute(events.closed)
            return connection
        }
        ClientBootstrap(group: eventLoop)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = StreamReceiver(events: events, connection: connection)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(to: target)
            .whenComplete { result in
                switch result {
                case .success(let channel): connection.connected(channel)
                case .failure: events.closed()
                }
            }
        return connection
    }
}

private struct NIOStreamListener: StreamListener {
    let channel: any NIOCore.Channel
    let local: NetworkAddress

    func close() async { try? await channel.close().get() }
}

/// One TCP connection. Its state belongs to its event loop.
final class NIOStreamConnection: StreamConnection {
    /// Bytes kept for a connection that does not stand yet, and bytes that a slow peer may leave unread.
    static let pendingBytesMax = 1 << 20

    private struct State {
        var channel: (any NIOCore.Channel)?
        var pending: [ByteBuffer] = []
        var pendingBytes = 0
        var isClosed = false
    }

    let remote: NetworkAddress
    private let loop: any EventLoop
    private let state: NIOLoopBoundBox<State>

    init(remote: NetworkAddress, connected channel: any NIOCore.Channel) {
        self.remote = remote
        loop = channel.eventLoop
        state = NIOLoopBoundBox(State(channel: channel), eventLoop: channel.eventLoop)
    }

    init(remote: NetworkAddress, loop: any EventLoop) {
        self.remote = remote
        self.loop = loop
        state = NIOLoopBoundBox.makeBoxSendingValue(State(), eventLoop: loop)
    }

    func send(_ bytes: ByteBuffer) {
        loop.execute { [self] in
            guard !state.value.isClosed else { return }
            state.value.pendingBytes += bytes.readableBytes
            guard state.value.pendingBytes <= Self.pendingBytesMax else { return closeNow() }
            guard let channel = state.value.channel else { return state.value.pending.append(bytes) }
            write(bytes, to: channel)
        }
    }

    func close() { loop.execute { [self] in closeNow() } }

    func connected(_ channel: any NIOCore.Channel) {
        guard !state.value.isClosed else { return channel.close(promise: nil) }
        state.value.channel = channel
        let waiting = state.value.pending
        state.value.pending = []
        for bytes in waiting { write(bytes, to: channel) }
    }

    private func write(_ bytes: ByteBuffer, to channel: any NIOCore.Channel) {
        let size = bytes.readableBytes
        channel.writeAndFlush(bytes).whenComplete { [self] _ in state.value.pendingBytes -= size }
    }

    private func closeNow() {
        state.value.isClosed = true
        state.value.pending = []
        state.value.channel?.close(promise: nil)
    }
}

private final class StreamReceiver: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let events: StreamEvents
    private let connection: NIOStreamConnection

    init(events: StreamEvents, connection: NIOStreamConnection) {
        self.events = events
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { events.received(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) {
        connection.close()
        events.closed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
