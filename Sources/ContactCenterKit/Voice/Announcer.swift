import CCCore
import CCMedia
import CCTelephony
import Synchronization

/// Speaks to one caller who waits: performs a queue's ``Comfort``, and is silent as soon as somebody is offered.
final class Announcer: Sendable {
    private struct State {
        var schedule: ComfortSchedule
        /// Fulfilled when it has to be silent; nil while it has to be.
        var interruption: OneShot<Void>? = OneShot()
        var resumption = OneShot<Void>()
        /// Something that has to be said before all else.
        var urgent: [Announcement] = []
    }

    private let call: Call
    private let center: ContactCenter
    private let contact: ContactID
    private let language: SpokenLanguage
    private let state: Mutex<State>

    init(_ call: Call, of contact: ContactID, _ comfort: Comfort?, language: SpokenLanguage, in center: ContactCenter) {
        self.call = call
        self.center = center
        self.contact = contact
        self.language = language
        state = Mutex(State(schedule: ComfortSchedule(comfort?.steps ?? [], from: center.time.now)))
    }

    /// Is silent from now on.
    func pause() {
        let interruption = state.withLock { state in
            defer { state.interruption = nil }
            return state.interruption
        }
        interruption?.fulfil(())
    }

    /// May speak again.
    func resume() {
        let resumption = state.withLock { state -> OneShot<Void>? in
            guard state.interruption == nil else { return nil }
            state.interruption = OneShot()
            defer { state.resumption = OneShot() }
            return state.resumption
        }
        resumption?.fulfil(())
    }

    /// Says something next, interrupting what is being said.
    func say(_ announcement: Announcement) {
        let interruption = state.withLock { state -> OneShot<Void>? in
            state.urgent.append(announcement)
            guard let before = state.interruption else { return nil }
            state.interruption = OneShot()
            return before
        }
        interruption?.fulfil(())
    }

    /// Speaks until the task is cancelled or the call is over.
    func run() async {
        while !Task.isCancelled, call.end == nil {
            let (interruption, resumption) = state.withLock { ($0.interruption, $0.resumption) }
            guard let interruption else {
                _ = await resumption.value()
                continue
            }
            await interruption.interrupting { await self.speak() }
        }
    }

    /// Waits for what is due next, and says it.
    private func speak() async {
        let next = state.withLock { state in state.urgent.isEmpty ? state.schedule.nextDue : center.time.now }
        guard let next else {
            _ = await call.waitForEnd()
            return
        }
        guard (try? await center.time.sleep(until: next, tolerance: nil)) != nil else { return }
        guard let prompt = await prompt() else { return }
        _ = try? await call.play(prompt)
    }

    private func prompt() async -> Prompt? {
        let now = center.time.now
        let content = state.withLock { state -> Comfort.Step.Content? in
            guard state.urgent.isEmpty else { return .announcement(state.urgent.removeFirst()) }
            return state.schedule.take(now: now)
        }
        switch content {
        case nil: return nil
        case .announcement(let announcement): return center.plan.prompt(of: announcement, in: language)
        case .position:
            guard let place = await center.desk.place(of: contact),
                state.withLock({ $0.schedule.mayAnnounce(position: place.position) })
            else { return nil }
            return center.plan.prompt(of: .phrase(.position(place.position)), in: language)
        case .estimatedWait(let most):
            guard let wait = await center.desk.place(of: contact)?.estimatedWait else { return nil }
            return center.plan.prompt(of: .phrase(.estimatedWait(wait, atMost: most)), in: language)
        }
    }
}

/// Where a contact stands in line.
struct WaitingPlace: Sendable, Hashable {
    /// 1 is next.
    var position: Int
    var estimatedWait: Duration?
}

extension OneShot<Void> {
    /// Runs `work` until it ends or this is fulfilled, which cancels it.
    func interrupting(_ work: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { _ = await self.value() }
            await group.next()
            group.cancelAll()
        }
    }
}

extension TimeSource {
    /// Runs `work` until it ends or the time is up, which cancels it.
    func atMost(_ limit: Duration, _ work: @escaping @Sendable () async -> Void) async {
        let deadline = now.advanced(by: limit)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await work() }
            group.addTask { try? await self.sleep(until: deadline, tolerance: nil) }
            await group.next()
            group.cancelAll()
        }
    }
}
