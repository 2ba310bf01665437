import CCCore
import CCMedia
import CCScenario
import CCSip
import CCTelephony
import Synchronization

/// An agent with a telephone on a host of its own: registers, answers after a while, talks, and makes the mistakes of its
/// group.
public final class SimulatedAgentPhone: Sendable {
    public let id: AgentID
    /// The IP address of the telephone's host.
    public let address: String
    public let password: String
    /// Answer delay and mistakes.
    public let habits: AgentGroup
    private let world: World
    private let center: NetworkAddress
    private let conversations: Conversations
    private let chance: Mutex<SplitMix64>
    private let doubled = Atomic<Int>(0)
    private let talking = Atomic<Int>(0)

    /// What the agent says, over and over.
    static let voice = Prompt(.speechLike(seed: 2, seconds: 2))
    /// How long a registration that failed is not tried again.
    static let registersAgainAfter = Duration.seconds(20)
    /// How long a telephone waits for its last call after work.
    static let overtimeMax = Duration.seconds(4 * 3_600)

    public init(
        id: AgentID, address: String, password: String, habits: AgentGroup, chance: SplitMix64, world: World,
        center: NetworkAddress, conversations: Conversations
    ) {
        self.id = id
        self.address = address
        self.password = password
        self.habits = habits
        self.world = world
        self.center = center
        self.conversations = conversations
        self.chance = Mutex(chance)
    }

    /// How many calls were answered while another one went on: none, in a sound centre.
    public var doubledCalls: Int { doubled.load(ordering: .relaxed) }

    /// A number of seconds by chance.
    func draw(_ distribution: Distribution) -> Duration {
        .nanoseconds(Int64(max(0, min(chance.withLock { distribution.sample(using: &$0) }, 1e6)) * 1e9))
    }

    private func unit() -> Double { chance.withLock { $0.unit() } }

    // MARK: At work

    /// Is at work until `end`, or until `leave`: registered, with a new telephone whenever one has died.
    public func work(until end: Instant?, or leave: OneShot<Void>) async {
        while !isOver(end, leave), !Task.isCancelled {
            let died = OneShot<Void>()
            guard let host = try? world.host(address) else { return }
            let phone = UserAgent(
                configuration: UserAgentConfiguration(
                    listen: [NetworkAddress(ip: host.ip, port: 5060)],
                    media: MediaSettings(ports: 20_000...20_099, wideband: 8_000),
                    capabilities: MediaCapabilities(codecs: [.pcmu]), callsMax: 8),
                network: host, time: world.time, entropy: world.entropy("phone \(id) \(world.time.now.nanoseconds)"))
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await phone.run(UserAgentHandlers { await self.handle($0, died: died) }) }
                group.addTask {
                    guard await died.value() != nil else { return }
                    host.cutOff()
                }
                guard await phone.waitUntilListening() != nil else { return group.cancelAll() }
                await self.stayRegistered(phone, until: end, or: leave, died: died)
                if died.current == nil { await phone.stop(within: Self.overtimeMax) }
                group.cancelAll()
            }
            guard died.current != nil else { return }
            try? await world.time.sleep(for: draw(habits.mistakes.returnsAfter))
        }
    }

    private func isOver(_ end: Instant?, _ leave: OneShot<Void>) -> Bool {
        leave.current != nil || end.map { $0 <= world.time.now } ?? false
    }

    private func stayRegistered(_ phone: UserAgent, until end: Instant?, or leave: OneShot<Void>, died: OneShot<Void>)
        async
    {
        let time = world.time
        while !isOver(end, leave), died.current == nil, !Task.isCancelled {
            do {
                try await phone.withRegistration(at: center, username: id.rawValue, password: password) {
                    await withTaskGroup(of: Void.self) { group in
                        group.addTask { _ = await died.value() }
                        group.addTask { await time.wait(for: leave, until: end) }
                        await group.next()
                        group.cancelAll()
                    }
                }
            } catch {
                await time.wait(for: died, until: time.now.advanced(by: Self.registersAgainAfter))
            }
        }
    }

    // MARK: Calls

    private enum Fate { case talks, rings, declines, hangsUpEarly, dies }

    private func fate() -> Fate {
        let mistakes = habits.mistakes
        var rest = unit()
        for (fate, probability) in [
            (Fate.rings, mistakes.noAnswer), (.declines, mistakes.declines), (.hangsUpEarly, mistakes.hangsUpEarly),
            (.dies, mistakes.phoneDies),
        ] {
            rest -= probability
            if rest < 0 { return fate }
        }
        return .talks
    }

    private func handle(_ call: Call, died: OneShot<Void>) async {
        let fate = fate()
        let delay = draw(habits.answerDelay)
        let share = unit()
        let isBusy = unit() < 0.5
        do {
            try await call.ring()
            guard fate != .rings else {
                await call.waitForEnd()
                return
            }
            try await world.time.sleep(for: delay)
            guard fate != .declines else { return await call.reject(isBusy ? .busyHere : .decline) }
            let conversation = conversations[call.from.uri.user ?? ""]
            let hasAudio = conversation?.caller.hasAudio ?? false
            try await call.answer(hasAudio ? .sendReceive : .inactive)
            if talking.add(1, ordering: .relaxed).newValue > 1 { doubled.add(1, ordering: .relaxed) }
            defer { talking.subtract(1, ordering: .relaxed) }
            conversation?.news.post(.served(id))
            let talk = conversation?.caller.talk ?? .zero
            try await withThrowingTaskGroup(of: Void.self) { group in
                if hasAudio { group.addTask { try await call.loop(Self.voice) } }
                switch fate {
                case .hangsUpEarly: try await world.time.sleep(for: talk * share)
                case .dies:
                    try await world.time.sleep(for: talk * share)
                    conversation?.news.post(.lost)
                    died.fulfil(())
                default:
                    if conversation?.caller.isEndedByAgent ?? true {
                        try await world.time.sleep(for: talk)
                    } else {
                        await call.waitForEnd()
                    }
                }
                group.cancelAll()
            }
        } catch {
            // The other side was faster, or the day is over: the scope's end hangs up what there is.
        }
    }
}
