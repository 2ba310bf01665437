import CCCore
import HeapModule

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import Synchronization

/// Runs everything of a simulation, one piece of work after another on one thread, and owns virtual time.
///
/// A piece of work is a task's step, an actor's job or a callback of the network. Each belongs to a lane: one lane for
/// tasks, one for each network loop. Time stands still while anything is ready and jumps to the next timer when nothing
/// is.
final class Scheduler: Sendable {
    typealias Work = @Sendable () -> Void

    /// The lane of tasks that run on no actor of a network loop.
    static let taskLane = 0
    /// The lane in which datagrams and streams arrive.
    static let networkLane = 1

    /// Why the run ends before its body does.
    enum Halt: Equatable { case stuck, timeLimit, stepLimit }

    struct Timer: Comparable {
        let at: Instant
        /// Timers of one instant fire in the order in which they were set.
        let number: UInt64
        let lane: Int
        let work: Work
        let cancelled: Cancellation?

        static func < (lhs: Self, rhs: Self) -> Bool { (lhs.at, lhs.number) < (rhs.at, rhs.number) }
        static func == (lhs: Self, rhs: Self) -> Bool { lhs.number == rhs.number }
    }

    /// Whether a timer was called off. A timer that was stays in the heap until it is due.
    final class Cancellation: Sendable {
        private let flag = Atomic<Bool>(false)
        var isSet: Bool { flag.load(ordering: .relaxed) }
        func set() { flag.store(true, ordering: .relaxed) }
    }

    fileprivate struct State {
        var ready: ReadyQueue
        var timers = Heap<Timer>()
        var now = Instant.zero
        var lastTimer: UInt64 = 0
        var laneCount = 2
        var currentLane: Int?
        var owner: UInt?
        var foreignCount = 0
        var steps = 0
        var isFinished = false
    }

    private let state: Mutex<State>

    init(order: SimulationOptions.Scheduling, entropy: Entropy) {
        state = Mutex(State(ready: ReadyQueue(order: order, entropy: entropy)))
    }

    var now: Instant { state.withLock { $0.now } }
    /// Pieces of work done so far.
    var steps: Int { state.withLock { $0.steps } }
    /// Pieces of work that other threads have brought in: what depends on them is not repeatable.
    var foreignCount: Int { state.withLock { $0.foreignCount } }

    func addLane() -> Int {
        state.withLock { state in
            defer { state.laneCount += 1 }
            return state.laneCount
        }
    }

    /// - Parameter fromOutside: Another thread may ask for this: it ends the run anyway.
    func submit(on lane: Int, fromOutside: Bool = false, _ work: @escaping Work) {
        let caller = Self.thisThread
        state.withLock { state in
            if let owner = state.owner, owner != caller, !fromOutside { state.foreignCount += 1 }
            state.ready.append(work, lane: lane)
        }
    }

    func wake(at deadline: Instant, on lane: Int, _ work: @escaping Work) -> Cancellation {
        let cancellation = Cancellation()
        add(at: deadline, lane: lane, work, cancellation)
        return cancellation
    }

    /// Like ``wake(at:on:_:)`` for what is never called off.
    func run(at deadline: Instant, on lane: Int, _ work: @escaping Work) {
        add(at: deadline, lane: lane, work, nil)
    }

    private func add(at deadline: Instant, lane: Int, _ work: @escaping Work, _ cancellation: Cancellation?) {
        let caller = Self.thisThread
        state.withLock { state in
            if let owner = state.owner, owner != caller { state.foreignCount += 1 }
            state.lastTimer += 1
            state.timers.insert(
                Timer(
                    at: max(deadline, state.now), number: state.lastTimer, lane: lane, work: work,
                    cancelled: cancellation))
        }
    }

    /// Whether the calling code runs in a lane.
    func isRunning(_ lane: Int) -> Bool {
        let caller = Self.thisThread
        return state.withLock { $0.currentLane == lane && $0.owner == caller }
    }

    /// The body is over: ``run(timeLimit:stepsMax:)`` returns after the piece of work that says so.
    func finish() { state.withLock { $0.isFinished = true } }

    /// Works until ``finish()``, or until a limit is reached or nothing can ever happen any more.
    ///
    /// - Parameters:
    ///   - timeLimit: How far virtual time may go.
    ///   - stepsMax: How many pieces of work may be done at one instant.
    func run(timeLimit: Instant, stepsMax: Int) -> Halt? {
        state.withLock { $0.owner = Self.thisThread }
        defer { state.withLock { $0.owner = nil } }
        var stepsNow = 0
        while true {
            var halt: Halt?
            let next: Work? = state.withLock { state -> Work? in
                state.currentLane = nil
                guard !state.isFinished else { return nil }
                if state.ready.isEmpty {
                    stepsNow = 0
                    halt = state.nextInstant(timeLimit)
                    if halt != nil { return nil }
                }
                guard let (lane, work) = state.ready.next() else { return nil }
                state.currentLane = lane
                state.steps += 1
                return work
            }
            guard let next else { return halt }
            next()
            stepsNow += 1
            if stepsNow > stepsMax { return .stepLimit }
        }
    }

    /// Lets go of everything that was still to come.
    func clear() {
        let left = state.withLock { state in
            defer {
                state.timers = Heap()
                state.ready.clear()
            }
            return (state.timers, state.ready)
        }
        withExtendedLifetime(left) {}
    }

    private static var thisThread: UInt {
        #if canImport(Darwin)
        UInt(bitPattern: pthread_self())
        #else
        UInt(pthread_self())
        #endif
    }
}

extension Scheduler.State {
    /// Goes to the next instant at which something is due, and makes all of it ready.
    fileprivate mutating func nextInstant(_ limit: Instant) -> Scheduler.Halt? {
        while let first = timers.min, first.cancelled?.isSet == true { timers.removeMin() }
        guard let first = timers.min else { return .stuck }
        guard first.at <= limit else { return .timeLimit }
        now = first.at
        while let timer = timers.min, timer.at == now {
            timers.removeMin()
            if timer.cancelled?.isSet != true { ready.append(timer.work, lane: timer.lane) }
        }
        return nil
    }
}
