import ContactCenterKit
import Foundation
import Synchronization

/// A whole centre on loopback, with real sockets, and phones around it: `street` places calls, agents' phones are added
/// with ``phone(_:registers:codecs:_:)``.
struct Rig: Sendable {
    let center: ContactCenter
    let address: NetworkAddress
    let street: UserAgent
    let events: EventLog
    private let jobs: AsyncStream<@Sendable () async -> Void>.Continuation
    private let cancellation: OneShot<Void>

    /// Builds the centre from `plan`, on ports of its own, and runs it while `body` runs.
    ///
    /// - Parameter isSecond: Another centre of the same test runs already.
    static func run<Result: Sendable>(
        isSecond: Bool = false, @CenterBuilder _ plan: () throws -> CenterPlan,
        body: @escaping @Sendable (Rig) async throws -> Result
    ) async throws -> Result {
        let center = try center(plan: try plan())
        if isSecond { return try await run(alone: center, isCancelled: false, body: body) }
        return try await run(center, body: body)
    }

    /// A centre on free ports that is otherwise as planned.
    static func center(plan: CenterPlan, network: (any Network)? = nil) throws -> ContactCenter {
        var plan = plan
        plan.phones.sipPort = 0
        plan.phones.rtpPorts = Ports.next(calls: 64)
        return try ContactCenter(plan: plan, network: network)
    }

    /// - Parameter isCancelled: The centre's task may be cancelled, with ``cancelCenter()``.
    static func run<Result: Sendable>(
        _ center: ContactCenter, isCancelled: Bool = false, body: @escaping @Sendable (Rig) async throws -> Result
    ) async throws -> Result {
        try await Turnstile.shared.pass { try await run(alone: center, isCancelled: isCancelled, body: body) }
    }

    private static func run<Result: Sendable>(
        alone center: ContactCenter, isCancelled: Bool, body: @escaping @Sendable (Rig) async throws -> Result
    ) async throws -> Result {
        let (jobs, post) = AsyncStream<@Sendable () async -> Void>.makeStream()
        let events = EventLog()
        let cancellation = OneShot<Void>()
        let subscription = center.events(bufferMax: 100_000)
        let street = UserAgent(configuration: phoneConfiguration())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                guard isCancelled else { return try await center.run() }
                await first {
                    try? await center.run()
                } or: {
                    _ = await cancellation.value()
                }
            }
            group.addTask { await events.follow(subscription) }
            group.addTask { try await street.run(UserAgentHandlers { _ in }) }
            group.addTask {
                await withDiscardingTaskGroup { people in for await job in jobs { people.addTask { await job() } } }
                // A phone takes its registration back while there is somebody to answer.
                center.stop()
            }
            guard let address = await center.waitUntilListening()?.first, await street.waitUntilListening() != nil
            else {
                group.cancelAll()
                try await group.waitForAll()
                throw TelephonyError(.unreachable, "not listening")
            }
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(
                    try await body(
                        Rig(
                            center: center, address: address, street: street, events: events, jobs: post,
                            cancellation: cancellation)))
            } catch {
                outcome = .failure(error)
            }
            events.over.fulfil(())
            await street.stop(within: .zero)
            post.finish()
            try await group.waitForAll()
            return try outcome.get()
        }
    }

    func cancelCenter() { cancellation.fulfil(()) }

    /// The URI of a number of the centre.
    func uri(_ user: String) -> SipURI { SipURI(user: user, address: address) }

    /// Calls a number from the street.
    func call<Result: Sendable>(
        _ number: String, as caller: String = "+15550100", codecs: [AudioCodec] = [.pcmu],
        _ body: @escaping @Sendable (Call) async throws -> Result
    ) async throws -> Result {
        var options = CallOptions()
        options.from = NameAddress(uri: SipURI(user: caller, host: "127.0.0.1"))
        options.codecs = codecs
        return try await street.withCall(to: uri(number), options: options, body)
    }

    /// Calls a number that nobody answers, and gives up when `condition` holds.
    func ring(_ number: String, until condition: @escaping @Sendable () async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await call(number) { _ in throw Surprise("somebody answered") } }
            _ = try await eventually(condition)
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }

    /// Calls a number and returns how it was refused.
    func refusal(_ number: String) async -> Int? {
        await failure { try await call(number) { _ in } }?.sipStatus
    }

    /// Does something beside the test until the rig ends.
    func beside(_ job: @escaping @Sendable () async -> Void) { jobs.yield(job) }

    /// Starts a phone that handles its calls with `behaviour`. When it registers, its agent is idle on return, or in
    /// another state that follows from it.
    @discardableResult
    func phone(
        _ name: String, registers: Bool = true, codecs: [AudioCodec] = [.pcmu],
        _ behaviour: @escaping AgentPhone.Behaviour, until state: AgentState = .idle
    ) async throws -> AgentPhone {
        let agent = UserAgent(configuration: Self.phoneConfiguration(codecs: codecs))
        let phone = AgentPhone(name: name, agent: agent, behaviour: behaviour)
        beside { try? await agent.run(UserAgentHandlers { await phone.handle($0) }) }
        beside {
            await events.over.valueWhateverHappens()
            await agent.stop(within: .zero)
        }
        guard await agent.waitUntilListening() != nil else { throw Surprise("no phone") }
        if registers { try await register(phone, until: state) }
        return phone
    }

    /// Registers a phone until it is told to unregister, or the rig ends.
    func register(_ phone: AgentPhone, until state: AgentState = .idle) async throws {
        let registered = OneShot<Void>()
        let leaving = phone.newRegistration()
        beside {
            try? await phone.agent.withRegistration(at: address, username: phone.name, password: "secret") {
                registered.fulfil(())
                await first {
                    _ = await leaving.value()
                } or: {
                    _ = await events.over.value()
                }
            }
        }
        await registered.valueWhateverHappens()
        try await reaches(phone.id, state)
    }

    /// Waits until the agent is on the line, and lets both say what they have to say.
    func talk(_ agent: AgentID, _ start: OneShot<Void>, _ caller: Caller, says voice: Voice) async throws {
        try await reaches(agent, .talking)
        // The two are connected a moment after the agent has answered.
        try await Task.sleep(for: .milliseconds(300))
        start.fulfil(())
        try await caller.call.play(voice.prompt)
        try await Task.sleep(for: .milliseconds(400))
    }

    /// Waits until an agent is in a state.
    func reaches(_ agent: AgentID, _ state: AgentState) async throws {
        guard try await eventually({ await center.status(of: agent)?.state == state }) else {
            throw Surprise("\(agent) is \(String(describing: await center.status(of: agent)?.state)), not \(state)")
        }
    }

    /// Waits until so many contacts have ended here and are in the store, and returns what is in the store, oldest first.
    func records(_ count: Int = 1) async throws -> [ContactRecord] {
        _ = try await eventually {
            let ended = events.all.filter { $0.type == "contactEnded" }.compactMap(\.contact)
            let stored = Set(try await center.contacts.records().map(\.id))
            return ended.count >= count && stored.isSuperset(of: ended)
        }
        return try await center.contacts.records().reversed()
    }

    static func phoneConfiguration(codecs: [AudioCodec] = [.pcmu, .opus, .pcma]) -> UserAgentConfiguration {
        var configuration = UserAgentConfiguration(listen: [NetworkAddress(ip: IPAddress(v4: 0x7F00_0001), port: 0)])
        configuration.capabilities.codecs = codecs
        configuration.media.ports = Ports.next(calls: 24)
        return configuration
    }
}

/// Something happened in a test that its story does not have.
struct Surprise: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A range of media ports for each user agent, so that tests beside each other meet no foreign packets: below those that
/// a system gives away itself. Ports that other programs hold are passed over by the engine.
enum Ports {
    private static let first = 10_000
    private static let given = Atomic<Int>(0)

    static func next(calls: Int) -> ClosedRange<UInt16> {
        let ports = 2 * calls
        let start = first + given.add(ports, ordering: .relaxed).oldValue % 9_000
        return UInt16(start)...UInt16(start + ports - 1)
    }
}

/// Lets a few tests through at a time: audio is real time, and a machine has only so many cores.
actor Turnstile {
    static let shared = Turnstile(places: 4)

    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    nonisolated func pass<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        guard places == 0 else { return places -= 1 }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Waits until a condition holds, looking again and again, for at most `limit`.
func eventually(
    within limit: Duration = .seconds(10), _ condition: @Sendable () async throws -> Bool
) async throws -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return try await condition()
}

/// The telephony error that `body` throws; nil when it throws none, or another one.
func failure(_ body: @Sendable () async throws -> Void) async -> TelephonyError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? TelephonyError
    }
}

/// Runs two waits until the first of them is over.
func first(_ one: @escaping @Sendable () async -> Void, or other: @escaping @Sendable () async -> Void) async {
    await withTaskGroup { group in
        group.addTask { await one() }
        group.addTask { await other() }
        await group.next()
        group.cancelAll()
    }
}

/// A folder of its own for one test.
func withTemporaryFolder<T>(_ body: (String) async throws -> T) async throws -> T {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("cctests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
}

/// Counts down, from any thread.
final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    /// True as often as was asked for.
    var goesOn: Bool { left.subtract(1, ordering: .relaxed).oldValue > 0 }
}
