import CCCore
import CCRouting
import CCScenario
import CCSip
import CCTelephony
import ContactCenterKit
import Synchronization

/// The people of a run: callers in their streets, agents at their desks.
extension TelephonyRun {
    // MARK: Callers

    /// Runs the callers' phones, and all callers on them; returns when the last one has hung up.
    func runStreets() async {
        guard await waitForCenter() else { return }
        await withTaskGroup(of: Void.self) { group in
            let streets = (0..<max(1, options.streets)).compactMap { street($0) }
            for street in streets { group.addTask { try? await street.run(UserAgentHandlers { _ in }) } }
            for street in streets { _ = await street.waitUntilListening() }
            await withTaskGroup(of: Void.self) { arrivals in
                for place in scenario.queues.indices {
                    arrivals.addTask { await self.arrivals(at: place, streets) }
                }
            }
            for street in streets { await street.stop(within: .zero) }
        }
    }

    /// Waits until the centre serves, and gives the agents a moment to register.
    private func waitForCenter() async -> Bool {
        while center == nil {
            guard (try? await world.time.sleep(for: .milliseconds(100))) != nil else { return false }
        }
        return await center?.waitUntilListening() != nil
    }

    private func street(_ place: Int) -> UserAgent? {
        guard let host = try? world.host(Self.address(ofStreet: place)) else { return nil }
        return UserAgent(
            configuration: UserAgentConfiguration(
                listen: [NetworkAddress(ip: host.ip, port: 5060)],
                media: MediaSettings(ports: 10_000...59_999, wideband: 8_000),
                capabilities: MediaCapabilities(codecs: [.pcmu]), callsMax: 20_000),
            network: host, time: world.time, entropy: world.entropy("street \(place)"))
    }

    /// The callers of one queue, as they arrive, with what chance gives each.
    private func arrivals(at place: Int, _ streets: [UserAgent]) async {
        let queue = scenario.queues[place]
        var arrivals = ArrivalGenerator(queue.arrivals, stream: streams.stream(.arrivals, place))
        var (patience, talk) = (streams.stream(.patience, place), streams.stream(.talk, place))
        let redials = Chance(streams.stream(.redials, place))
        await withDiscardingTaskGroup { callers in
            while let arrival = arrivals.next(), arrival.offset < scenario.horizon {
                guard (try? await world.time.sleep(until: .zero.advanced(by: arrival.offset), tolerance: nil)) != nil
                else {
                    return
                }
                let number = nextNumber()
                var waits = arrival.patience
                if waits == nil, case .drawn(let distribution) = queue.patience {
                    waits = distribution.sample(using: &patience)
                }
                let caller = SimulatedCaller(
                    number: "49\(1_000_000 + number)", dialled: Self.number(ofQueue: place),
                    patience: waits.map { .seconds($0) },
                    talk: .seconds(arrival.talk ?? queue.talk.sample(using: &talk)), isEndedByAgent: number % 3 == 0,
                    hasAudio: options.audioEvery > 0 && number % options.audioEvery == 0)
                callers.addTask { await self.call(caller, on: streets[number % streets.count], queue, redials) }
            }
        }
    }

    private func nextNumber() -> Int {
        notes.withLock {
            $0.lastCaller += 1
            return $0.lastCaller
        }
    }

    /// One customer: calls, and calls again when it was in vain.
    private func call(_ caller: SimulatedCaller, on street: UserAgent, _ queue: ScenarioQueue, _ chance: Chance) async {
        guard let ip = IPAddress(Self.centerAddress) else { return }
        var caller = caller
        var tries = 0
        let latest = Instant.zero.advanced(by: scenario.horizon + options.overtime)
        while true {
            let outcome = await caller.call(
                NetworkAddress(ip: ip, port: Self.sipPort), on: street, time: world.time, in: conversations,
                until: latest)
            notes.withLock { $0.result.outcomes[outcome, default: 0] += 1 }
            guard outcome != .served, let redials = queue.redials, tries < redials.triesMax,
                chance.unit() < redials.probability,
                !Task.isCancelled
            else { return }
            tries += 1
            guard (try? await world.time.sleep(for: .seconds(chance.draw(redials.delay)))) != nil,
                world.time.now < .zero.advanced(by: scenario.horizon)
            else { return }
            caller.number = "49\(1_000_000 + nextNumber())"
            guard world.time.now >= .zero.advanced(by: scenario.warmUp) else { continue }
            notes.withLock { $0.result.redials[queue.id, default: 0] += 1 }
        }
    }

    // MARK: Agents

    /// The hours of an agent's phone.
    func workDay(_ phone: SimulatedAgentPhone, place: Int) async {
        guard await waitForCenter() else { return }
        guard !phone.habits.shifts.isEmpty else { return await phone.work(until: nil, or: dayOver) }
        for shift in phone.habits.shifts.sorted(by: { $0.start < $1.start }) {
            await world.time.wait(for: dayOver, until: .zero.advanced(by: shift.start))
            guard dayOver.current == nil else { return }
            await phone.work(until: .zero.advanced(by: shift.end), or: dayOver)
        }
    }

    /// The person at the desk: finishes wrap-ups, takes breaks, and comes back from them and from mistakes.
    func atDesk(_ phone: SimulatedAgentPhone, place: Int) async {
        guard let box = states[phone.id] else { return }
        await withTaskGroup(of: Void.self) { group in
            let first = scenario.groups.prefix { $0.id != phone.habits.id }.reduce(0) { $0 + $1.count }
            for pause in phone.habits.breaks {
                let start = Instant.zero.advanced(by: pause.start + pause.stagger * (place - first))
                group.addTask {
                    await self.world.time.wait(for: self.dayOver, until: start)
                    guard self.dayOver.current == nil else { return }
                    await self.center?.pause(phone.id, reason: pause.reason)
                }
            }
            var state = await box.next()
            while let current = state {
                guard let delay = self.reaction(to: current, phone) else {
                    state = await box.next()
                    continue
                }
                state = await self.world.time.next(of: box, until: self.world.time.now.advanced(by: delay))
                guard state == nil, !box.isFinished else { continue }
                if current.state == .wrapUp {
                    await self.center?.wrapUpDone(phone.id)
                } else {
                    await self.center?.resume(phone.id)
                }
                state = await box.next()
            }
            group.cancelAll()
        }
    }

    /// How long a person stays in a state before doing something about it; nil leaves it as it is.
    private func reaction(to standing: Standing, _ phone: SimulatedAgentPhone) -> Duration? {
        switch standing.state {
        case .wrapUp: scenario.queues.first { $0.id == standing.queue }?.wrapUp.map { phone.draw($0) }
        case .notReady(let reason):
            phone.habits.breaks.first { $0.reason == reason }?.duration
                ?? phone.draw(phone.habits.mistakes.returnsAfter)
        case .checkedOut, .idle, .reserved, .talking: nil
        }
    }
}

/// A stream of chance that several tasks draw from, in their order.
final class Chance: Sendable {
    private let stream: Mutex<SplitMix64>

    init(_ stream: SplitMix64) { self.stream = Mutex(stream) }

    func unit() -> Double { stream.withLock { $0.unit() } }
    func draw(_ distribution: Distribution) -> Double { stream.withLock { distribution.sample(using: &$0) } }
}
