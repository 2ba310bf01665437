import Foundation

/// A solver on a thread of its own, and no longer than it may: solvers ask for the time between steps of theirs, and a
/// step can be long. One that does not stop is left behind; its thread ends when it notices.
final class TimedSolve: @unchecked Sendable {
    private let condition = NSCondition()
    private var continuation: CheckedContinuation<MixedIntegerAnswer?, Never>?

    private init(_ continuation: CheckedContinuation<MixedIntegerAnswer?, Never>) { self.continuation = continuation }

    /// The share of the time that the solver is told.
    private static let told = 0.95

    /// - Returns: nil when the solver failed or did not stop.
    static func answer(
        _ solver: any MixedIntegerSolver, _ program: MixedIntegerProgram, from start: [Double]?, seconds: Double
    ) async -> MixedIntegerAnswer? {
        await withCheckedContinuation { continuation in
            let solve = TimedSolve(continuation)
            let limit = Date(timeIntervalSinceNow: seconds)
            let work = Thread { solve.end(try? solver.solve(program, from: start, seconds: seconds * told)) }
            work.name = "solver"
            work.stackSize = 16 << 20
            work.start()
            let watch = Thread { solve.wait(until: limit) }
            watch.name = "solver's time"
            watch.start()
        }
    }

    private func wait(until limit: Date) {
        condition.lock()
        while continuation != nil, condition.wait(until: limit) {}
        condition.unlock()
        end(nil)
    }

    /// Only the first end counts.
    private func end(_ answer: MixedIntegerAnswer?) {
        condition.lock()
        let waiting = continuation
        continuation = nil
        condition.signal()
        condition.unlock()
        waiting?.resume(returning: answer)
    }
}
