import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Runs the tasks of a simulation: the body, the child tasks of groups, and actors without an executor of their own.
final class SimulatedTaskExecutor: TaskExecutor {
    private let scheduler: Scheduler

    init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    func enqueue(_ job: consuming ExecutorJob) {
        let unowned = UnownedJob(job)
        scheduler.submit(on: Scheduler.taskLane) { unowned.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// The clock of a simulation. It stands still while anything can be done, and then jumps.
public struct VirtualTime: TimeSource {
    public typealias Duration = Swift.Duration

    let scheduler: Scheduler
    /// The date at the beginning of the simulation.
    public let start: Date

    public var now: Instant { scheduler.now }
    public var minimumResolution: Duration { .nanoseconds(1) }

    public func date(at instant: Instant) -> Date {
        start.addingTimeInterval(Double(instant.nanoseconds) / 1e9)
    }

    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let alarm = OneShot<Void>()
        let timer = scheduler.wake(at: deadline, on: Scheduler.taskLane) { alarm.fulfil(()) }
        guard await alarm.value() != nil else {
            timer.set()
            throw CancellationError()
        }
    }
}
