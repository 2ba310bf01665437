import CCSimulation
import ContactCenterKit
import NIOCore
import Synchronization
import Testing

@Suite("The simulated network does what its links say")
struct NetworkTests {
    /// Sends numbered datagrams, ten milliseconds apart, and returns the numbers in the order of their arrival, each with
    /// the time that it took.
    static func send(
        _ count: Int, over link: Link, seed: UInt64 = 1,
        arrange: @escaping @Sendable (World, Int) -> Void = { _, _ in }
    ) async throws -> [(number: Int, time: Duration)] {
        try await Simulation.run(seed: seed) { world in
            world.network.usualLink = link
            let arrived = Mutex<[(Int, Duration)]>([])
            let (near, far) = (try world.host("10.0.0.1"), try world.host("10.0.0.2"))
            let socket = try await near.signalling.bindDatagram(
                NetworkAddress(ip: near.ip, port: 5060), bytesMax: 100
            ) { _, _ in }
            let target = NetworkAddress(ip: far.ip, port: 7)
            _ = try await far.signalling.bindDatagram(target, bytesMax: 100) { bytes, source in
                guard source == socket.local, let number = bytes.getInteger(at: 0, as: Int.self) else { return }
                let sent = Instant.zero.advanced(by: .milliseconds(10 * number))
                arrived.withLock { $0.append((number, sent.duration(to: world.time.now))) }
            }
            for number in 0..<count {
                arrange(world, number)
                socket.send(ByteBuffer(integer: number), to: target)
                try await world.sleep(for: .milliseconds(10))
            }
            try await world.sleep(for: .seconds(10))
            return arrived.withLock { $0.map { ($0.0, $0.1) } }
        }
    }

    @Test("a plain link delivers everything in order, after its latency")
    func latency() async throws {
        let arrived = try await Self.send(100, over: Link(latency: .milliseconds(25)))
        #expect(arrived.map(\.number) == Array(0..<100))
        #expect(arrived.allSatisfy { $0.time == .milliseconds(25) })
    }

    @Test("jitter delays without reordering")
    func jitter() async throws {
        let arrived = try await Self.send(2_000, over: Link(latency: .milliseconds(5), jitter: .milliseconds(50)))
        #expect(arrived.map(\.number) == Array(0..<2_000))
        #expect(arrived.allSatisfy { (.milliseconds(5)...Duration.milliseconds(55)).contains($0.time) })
        #expect(Set(arrived.map(\.time)).count > 1_000)
    }

    @Test("loss, duplication and reordering have the shares that were asked for")
    func shares() async throws {
        let lossy = try await Self.send(10_000, over: Link(loss: 0.1))
        // Binomial: a standard deviation is 30.
        #expect((8_880...9_120).contains(lossy.count))
        let doubled = try await Self.send(10_000, over: Link(duplication: 0.1))
        #expect((10_880...11_120).contains(doubled.count))
        let mixed = try await Self.send(10_000, over: Link(reordering: 0.1))
        #expect(mixed.count == 10_000)
        let overtaken = zip(mixed, mixed.dropFirst()).count { $0.number > $1.number }
        // An overtaken datagram next to another one counts once: 0.1 · 0.9 of them and a little more.
        #expect((700...1_100).contains(overtaken))
    }

    @Test("nothing crosses a partition, and everything does afterwards")
    func partition() async throws {
        let arrived = try await Self.send(300, over: .lan) { world, number in
            let (near, far) = (IPAddress(v4: 0x0A00_0001), IPAddress(v4: 0x0A00_0002))
            if number == 100 { world.network.partition(near, far) }
            if number == 200 { world.network.heal(near, far) }
        }
        #expect(arrived.map(\.number) == Array(0..<100) + Array(200..<300))
    }

    @Test("a host that is cut off hears nothing, and its successor has the address")
    func cutOff() async throws {
        let arrived = try await Self.send(300, over: .lan) { world, number in
            if number == 100 { try? world.host("10.0.0.2").cutOff() }
        }
        // The hundredth was under way.
        #expect(arrived.map(\.number) == Array(0..<99) || arrived.map(\.number) == Array(0..<100))
    }

    @Test("an address belongs to one socket, and is free again when that is closed")
    func addressInUse() async throws {
        let codes = try await Simulation.run(seed: 1) { world in
            let host = try world.host("10.0.0.1")
            let address = NetworkAddress(ip: host.ip, port: 5060)
            var codes: [TelephonyError.Code] = []
            func bind(_ address: NetworkAddress) async throws -> (any DatagramSocket)? {
                do {
                    return try await host.signalling.bindDatagram(address, bytesMax: 100) { _, _ in }
                } catch let error as TelephonyError {
                    codes.append(error.code)
                    return nil
                }
            }
            let first = try #require(try await bind(address))
            #expect(try await bind(address) == nil)
            #expect(try await bind(NetworkAddress(ip: IPAddress(v4: 0x0A00_0009), port: 5060)) == nil)
            await withCheckedContinuation { done in first.close { done.resume() } }
            #expect(try await bind(address) != nil)
            let free = try #require(try await bind(NetworkAddress(ip: host.ip, port: 0)))
            #expect(free.local.port >= 32_768)
            #expect(host.boundAddresses == [address, free.local])
            return codes
        }
        #expect(codes == [.addressInUse, .unreachable])
    }

    @Test(
        "streams keep their order and lose nothing, over a lossy link and across a partition",
        arguments: [Link.poor, Link(loss: 0.1)])
    func streams(link: Link) async throws {
        let received = try await Simulation.run(seed: 1) { world in
            world.network.usualLink = link
            let (near, far) = (try world.host("10.0.0.1"), try world.host("10.0.0.2"))
            let received = Mutex<[Int]>([])
            let address = NetworkAddress(ip: far.ip, port: 5060)
            let ended = OneShot<Void>()
            let listener = try await far.signalling.listen(address) { _ in
                StreamEvents(
                    received: { bytes in
                        var bytes = bytes
                        while let number = bytes.readInteger(as: Int.self) { received.withLock { $0.append(number) } }
                    }, closed: { ended.fulfil(()) })
            }
            let stream = near.signalling.connect(
                to: address, events: StreamEvents(received: { _ in }, closed: {}))
            for number in 0..<1_000 {
                if number == 300 { world.network.partition(near.ip, far.ip) }
                if number == 600 { world.network.heal(near.ip, far.ip) }
                stream.send(ByteBuffer(integer: number))
                try await world.sleep(for: .milliseconds(3))
            }
            stream.close()
            _ = await ended.value()
            await listener.close()
            return received.withLock { $0 }
        }
        let isWhole = received == Array(0..<1_000)
        #expect(isWhole, "\(received.count) pieces, the last \(received.last ?? -1)")
    }

    @Test("a connection to a machine that died and came back is closed by the next bytes")
    func resetStream() async throws {
        let time = try await Simulation.run(seed: 1) { world in
            let (near, far) = (try world.host("10.0.0.1"), try world.host("10.0.0.2"))
            let address = NetworkAddress(ip: far.ip, port: 5060)
            _ = try await far.signalling.listen(address) { _ in StreamEvents(received: { _ in }, closed: {}) }
            let closed = OneShot<Void>()
            let stream = near.signalling.connect(
                to: address, events: StreamEvents(received: { _ in }, closed: { closed.fulfil(()) }))
            try await world.sleep(for: .seconds(1))
            far.cutOff()
            stream.send(ByteBuffer(integer: 1))
            try await world.sleep(for: .seconds(100))
            #expect(closed.current == nil, "a dead machine says nothing")
            _ = try world.host("10.0.0.2")
            stream.send(ByteBuffer(integer: 2))
            _ = await closed.value()
            return world.time.now
        }
        #expect(time == .zero.advanced(by: .milliseconds(101_002)))
    }

    @Test("a connection to nobody is closed after a round trip, one into the void after its time-out")
    func refusedStreams() async throws {
        let times = try await Simulation.run(seed: 1) { world in
            world.network.usualLink = Link(latency: .milliseconds(10))
            let (near, far) = (try world.host("10.0.0.1"), try world.host("10.0.0.2"))
            let address = NetworkAddress(ip: far.ip, port: 5060)
            func closing() async -> Duration {
                let (start, closed) = (world.time.now, OneShot<Void>())
                _ = near.signalling.connect(
                    to: address, events: StreamEvents(received: { _ in }, closed: { closed.fulfil(()) }))
                _ = await closed.value()
                return start.duration(to: world.time.now)
            }
            let refused = await closing()
            world.network.partition(near.ip, far.ip)
            return (refused, await closing())
        }
        #expect(times == (.milliseconds(20), .seconds(30)))
    }

    @Test("a disk is as slow and as broken as arranged, and a dead machine's keeps nothing")
    func disk() async throws {
        try await Simulation.run(seed: 1) { world in
            let host = try world.host("10.0.0.1")
            host.disk = SimulatedDisk(latency: .milliseconds(80))
            #expect(try await host.blocking { 7 } == 7)
            #expect(world.time.now == .zero.advanced(by: .milliseconds(80)))
            host.disk = SimulatedDisk(fails: true)
            await #expect(throws: SimulatedFailure.disk) { try await host.blocking { 7 } }
            host.disk = SimulatedDisk()
            host.cutOff()
            await #expect(throws: SimulatedFailure.hostCutOff) { try await host.blocking { 7 } }
            #expect(try await world.host("10.0.0.1").blocking { 7 } == 7)
        }
    }
}
