import CCCore
import Foundation
import Synchronization

/// Runs async code in virtual time: production code, unchanged, on one thread, repeatably from a seed.
///
/// ```swift
/// try await Simulation.run(seed: 7) { world in
///     let center = try ContactCenter(
///         plan: plan, network: world.host("10.0.0.1"), time: world.time, entropy: world.entropy("center"))
///     ...
/// }
/// ```
///
/// Inside, every task waits for virtual time, bytes of the simulated network and other tasks of the simulation only. The
/// order of everything that happens follows from the seed and the options.
public enum Simulation {
    /// Runs `body` and the child tasks that it starts, until it returns.
    ///
    /// - Parameters:
    ///   - seed: Where all chance of the world comes from.
    ///   - body: Gets the world. It must not start unstructured tasks, use the main actor, or wait for other threads.
    /// - Throws: ``SimulationError`` when the simulation cannot go on; what `body` throws.
    public static func run<Result: Sendable>(
        seed: UInt64, options: SimulationOptions = SimulationOptions(),
        _ body: @escaping @Sendable (World) async throws -> Result
    ) async throws -> Result {
        let world = World(seed: seed, options: options)
        let outcome = OneShot<Swift.Result<Result, any Error>>()
        // The one task without a parent: a body that hangs must not hang the caller of the simulation.
        let task = Task(executorPreference: world.executor) {
            do {
                outcome.fulfil(.success(try await body(world)))
            } catch {
                outcome.fulfil(.failure(error))
            }
            world.scheduler.finish()
        }
        let halt = await withTaskCancellationHandler {
            await work(on: world, options, cancel: task.cancel)
        } onCancel: {
            world.scheduler.submit(on: Scheduler.taskLane, fromOutside: true, task.cancel)
        }
        if let halt { throw SimulationError(halt, world) }
        guard let result = outcome.current else { throw SimulationError(.stuck, world) }
        if world.scheduler.foreignCount > 0 { throw SimulationError(.notRepeatable, world) }
        return try result.get()
    }

    /// Works on a thread of the simulation's own. When it can go no further, cancels the body and lets it unwind.
    private static func work(
        on world: World, _ options: SimulationOptions, cancel: @escaping @Sendable () -> Void
    ) async -> SimulationError.Code? {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                let limit = Instant.zero.advanced(by: options.timeLimit)
                let halt = world.scheduler.run(timeLimit: limit, stepsMax: options.stepsMax)
                if halt != nil {
                    world.scheduler.submit(on: Scheduler.taskLane, cancel)
                    // Farewells have time-outs: the body gets a while to say them.
                    let patience = world.time.now.advanced(by: .seconds(300))
                    _ = world.scheduler.run(timeLimit: patience, stepsMax: options.stepsMax)
                }
                world.scheduler.clear()
                continuation.resume(returning: halt.map(SimulationError.Code.init))
            }
            thread.stackSize = 16 << 20
            thread.name = "simulation"
            thread.start()
        }
    }
}

/// How a simulation runs.
public struct SimulationOptions: Sendable, Hashable {
    /// Which of several things that could happen now happens first.
    public enum Scheduling: String, Sendable, Hashable, Codable, CaseIterable {
        /// The one that could happen first.
        case inOrder
        /// A random one, by the seed, as threads might: finds code that relies on an order nobody promises.
        case shuffled
    }

    public var scheduling: Scheduling
    /// The date at which virtual time begins.
    public var startDate: Date
    /// How far virtual time may go.
    public var timeLimit: Duration
    /// How many steps may be done at one instant: beyond, the code turns in circles.
    public var stepsMax: Int

    /// - Parameter startDate: Monday, 5 January 2026, 8:00 UTC by default.
    public init(
        scheduling: Scheduling = .inOrder, startDate: Date = Date(timeIntervalSince1970: 1_767_600_000),
        timeLimit: Duration = .seconds(366 * 86_400), stepsMax: Int = 50_000_000
    ) {
        self.scheduling = scheduling
        self.startDate = startDate
        self.timeLimit = timeLimit
        self.stepsMax = stepsMax
    }
}

/// Why a simulation cannot go on.
public struct SimulationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure; the name is stable.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String { case stuck, timeLimit, stepLimit, notRepeatable }
        private let name: Name

        private init(name: Name) { self.name = name }

        /// Tasks wait and nothing can ever wake them: neither a timer nor a datagram is under way.
        public static let stuck = Code(name: .stuck)
        /// Virtual time has reached ``SimulationOptions/timeLimit``.
        public static let timeLimit = Code(name: .timeLimit)
        /// Work goes on and on at one instant: ``SimulationOptions/stepsMax``.
        public static let stepLimit = Code(name: .stepLimit)
        /// Another thread has had a hand in it: a task waited for something that is not simulated.
        public static let notRepeatable = Code(name: .notRepeatable)

        init(_ halt: Scheduler.Halt) {
            switch halt {
            case .stuck: self.init(name: .stuck)
            case .timeLimit: self.init(name: .timeLimit)
            case .stepLimit: self.init(name: .stepLimit)
            }
        }

        public var description: String { name.rawValue }
    }

    public let code: Code
    public let seed: UInt64
    /// When it happened.
    public let at: Instant

    init(_ code: Code, _ world: World) {
        self.code = code
        seed = world.seed
        at = world.time.now
    }

    public var description: String {
        let reason =
            switch code {
            case .stuck:
                "tasks wait, and no timer or datagram is under way (or for something outside of the simulation)"
            case .timeLimit: "the limit of virtual time is reached"
            case .stepLimit: "work at one instant does not end"
            default: "another thread resumed a task, so the run would not repeat"
            }
        return "simulation \(code) at \(Double(at.nanoseconds) / 1e9) s, seed \(seed): \(reason)"
    }
}
