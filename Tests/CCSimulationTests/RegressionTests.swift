import CCSimulation
import ContactCenterKit
import Synchronization
import Testing

/// What simulations have found, each with its name.
@Suite("What was found once stays mended")
struct RegressionTests {
    @Test("a centre that is cancelled while its store fails ends, and does not turn in circles")
    func cancelledWhileTheStoreFails() async throws {
        try await withTemporaryFolder { folder in
            var plan = CenterTests.plan()
            plan.store = .sqlite(folder + "/center.sqlite")
            let (failures, farewell) = try await Simulation.run(seed: 8) { [plan] world in
                let machine = FailingMachine(try world.host("10.0.0.1"))
                let center = try ContactCenter(
                    plan: plan, network: machine, time: world.time, entropy: world.entropy("center"))
                let caller = try world.host("10.2.0.1")
                let phone = UserAgent(
                    configuration: UserAgentConfiguration(listen: [NetworkAddress(ip: caller.ip, port: 5060)]),
                    network: caller, time: world.time, entropy: world.entropy("phone"))
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try? await center.run() }
                    group.addTask { try? await phone.run(UserAgentHandlers { _ in }) }
                    let address = try #require(await center.waitUntilListening()?.first)
                    _ = await phone.waitUntilListening()
                    group.addTask {
                        _ = try? await phone.withCall(to: SipURI(user: "100", address: address)) {
                            await $0.waitForEnd()
                        }
                    }
                    try await world.sleep(for: .seconds(10))
                    // What happens from now on cannot be kept, and the caller says no goodbye.
                    machine.fail()
                    caller.cutOff()
                    let cancelledAt = world.time.now
                    group.cancelAll()
                    try await group.waitForAll()
                    return (machine.failures, cancelledAt.duration(to: world.time.now))
                }
            }
            #expect((1..<100).contains(failures))
            #expect(farewell < .seconds(60))
        }
    }

    /// Calls a number of a centre; 20 s later the caller's phone dies. Returns what the centre knows 500 s later.
    private static func deadPhone(
        _ number: String, _ direction: MediaDirection, agentsEnd: OneShot<CallEnd?> = OneShot()
    ) async throws -> (record: ContactRecord?, status: AgentStatus?, load: CenterLoad) {
        var plan = CenterTests.plan()
        plan.numbers.append(
            Number("200") { call, _ in
                try await call.answer()
                try await call.hold()
                await call.waitForEnd()
            })
        return try await Simulation.run(seed: 2) { [plan] world in
            try await world.withCenter(plan) { stage in
                try await stage.agent("anna", password: "secret") { call in
                    try? await call.answer(direction)
                    agentsEnd.fulfil(await call.waitForEnd())
                }
                let phone = try await stage.phone(at: "10.2.0.1")
                var options = CallOptions()
                options.direction = direction
                return try await withThrowingTaskGroup(of: Void.self) { [options] group in
                    group.addTask {
                        _ = try? await phone.withCall(to: stage.uri(number), options: options) { await $0.waitForEnd() }
                    }
                    try await world.sleep(for: .seconds(20))
                    // Nobody says goodbye for a dead phone.
                    try world.host("10.2.0.1").cutOff()
                    try await world.sleep(for: .seconds(500))
                    let record = try await stage.center.contacts.records(ContactFilter()).first
                    let status = await stage.center.status(of: "anna")
                    let load = await stage.center.load()
                    group.cancelAll()
                    return (record, status, load)
                }
            }
        }
    }

    @Test("a caller without audio whose phone dies is missed, and the contact ends")
    func deadInactiveParty() async throws {
        let agentsEnd = OneShot<CallEnd?>()
        let (record, status, load) = try await Self.deadPhone("100", .inactive, agentsEnd: agentsEnd)
        #expect(record?.terminalReason == .failedMediaTimeout)
        #expect(agentsEnd.current == .remoteHangup, "the agent's phone is told")
        #expect(status?.state == .idle)
        #expect(load.isNothing)
    }

    @Test("a caller on hold whose phone dies is missed, and the contact ends")
    func deadHeldParty() async throws {
        let (record, _, load) = try await Self.deadPhone("200", .sendReceive)
        #expect(record?.terminalReason == .failedMediaTimeout)
        #expect(load.isNothing)
    }

    @Test("whoever waits for an answer to a request of a user agent that has ended is told that none comes")
    func stoppedUserAgent() async throws {
        let (error, waited) = try await Simulation.run(seed: 3) { world in
            let host = try world.host("10.1.0.1")
            let phone = UserAgent(
                configuration: UserAgentConfiguration(listen: [NetworkAddress(ip: host.ip, port: 5060)]),
                network: host, time: world.time, entropy: world.entropy("phone"))
            // A machine that says nothing.
            let deaf = NetworkAddress(ip: try world.host("10.0.0.1").ip, port: 5060)
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try? await phone.run(UserAgentHandlers { _ in }) }
                _ = await phone.waitUntilListening()
                let outcome = OneShot<TelephonyError?>()
                let registered = Mutex(false)
                // Beside the group, so that its cancellation is not what ends the wait.
                async let registration: Void = {
                    do {
                        try await phone.withRegistration(at: deaf, username: "anna", password: "secret") {
                            registered.withLock { $0 = true }
                        }
                        outcome.fulfil(nil)
                    } catch {
                        outcome.fulfil(error as? TelephonyError)
                    }
                }()
                try await world.sleep(for: .seconds(1))
                let cancelledAt = world.time.now
                group.cancelAll()
                await registration
                #expect(!registered.withLock { $0 })
                return (outcome.current ?? nil, cancelledAt.duration(to: world.time.now))
            }
        }
        #expect(error?.code == .unreachable)
        #expect(waited < .seconds(5))
    }
}

/// A machine whose disk fails from some time on, but not for ever: whoever tries again without end is to be counted, and
/// to come to an end.
private final class FailingMachine: Network {
    static let failuresMax = 10_000

    private let host: SimulatedHost
    private let isFailing = Atomic<Bool>(false)
    private let count = Atomic<Int>(0)

    init(_ host: SimulatedHost) { self.host = host }

    func fail() { isFailing.store(true, ordering: .relaxed) }
    var failures: Int { count.load(ordering: .relaxed) }

    var signalling: any NetworkLoop { host.signalling }
    var media: [any NetworkLoop] { host.media }

    func resolve(host name: String, port: UInt16) async throws -> [NetworkAddress] {
        try await host.resolve(host: name, port: port)
    }

    func localAddress(toward remote: NetworkAddress) -> IPAddress? { host.localAddress(toward: remote) }

    func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        if isFailing.load(ordering: .relaxed), failures < Self.failuresMax {
            count.add(1, ordering: .relaxed)
            throw SimulatedFailure.disk
        }
        return try await host.blocking(work)
    }
}
