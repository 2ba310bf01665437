import CCSimulation
import ContactCenterKit
import Foundation
import Synchronization
import Testing

/// What tasks of a simulation write down, in the order in which they do.
final class Notebook: Sendable {
    private let notes = Mutex<[String]>([])
    func note(_ text: String) { notes.withLock { $0.append(text) } }
    var all: [String] { notes.withLock { $0 } }
}

/// How a simulation failed.
func simulationFailure(
    seed: UInt64 = 1, options: SimulationOptions = SimulationOptions(),
    _ body: @escaping @Sendable (World) async throws -> Void
) async throws -> SimulationError? {
    do {
        try await Simulation.run(seed: seed, options: options, body)
        return nil
    } catch let error as SimulationError { return error }
}

@Suite("Async code runs in virtual time")
struct SimulationTests {
    @Test("a year of sleep takes no time and wakes at the instant")
    func sleeps() async throws {
        let (instant, date) = try await Simulation.run(seed: 1) { world in
            try await world.time.sleep(until: .zero.advanced(by: .seconds(300 * 86_400)), tolerance: nil)
            return (world.time.now, world.time.date)
        }
        #expect(instant == .zero.advanced(by: .seconds(300 * 86_400)))
        #expect(date == Date(timeIntervalSince1970: 1_767_600_000 + 300 * 86_400))
    }

    @Test("children of groups, async let and actors take turns in one order, whatever threads there are")
    func order() async throws {
        actor Counter {
            var value = 0
            func next() -> Int {
                value += 1
                return value
            }
        }
        func run(_ seed: UInt64, _ scheduling: SimulationOptions.Scheduling) async throws -> [String] {
            try await Simulation.run(seed: seed, options: SimulationOptions(scheduling: scheduling)) { world in
                let notebook = Notebook()
                let counter = Counter()
                await withTaskGroup(of: Void.self) { group in
                    for index in 0..<20 {
                        group.addTask {
                            notebook.note("\(index) takes \(await counter.next())")
                            try? await world.time.sleep(until: .zero.advanced(by: .seconds(index % 3)), tolerance: nil)
                            async let other = counter.next()
                            notebook.note("\(index) then \(await other) at \(world.time.now.nanoseconds)")
                        }
                    }
                }
                return notebook.all
            }
        }
        let once = try await run(1, .inOrder)
        #expect(once.count == 40)
        #expect(try await run(1, .inOrder) == once)
        let shuffled = try await run(1, .shuffled)
        #expect(shuffled.sorted() != once.sorted() || shuffled != once)
        #expect(try await run(1, .shuffled) == shuffled)
        #expect(try await run(2, .shuffled) != shuffled)
    }

    @Test("a sleep that is cancelled ends at once with CancellationError")
    func cancelledSleep() async throws {
        let end = try await Simulation.run(seed: 1) { world in
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        try await world.time.sleep(until: .distantFuture, tolerance: nil)
                        return false
                    } catch { return error is CancellationError }
                }
                try? await world.time.sleep(until: .zero.advanced(by: .seconds(1)), tolerance: nil)
                group.cancelAll()
                return await group.next() == true && world.time.now == .zero.advanced(by: .seconds(1))
            }
        }
        #expect(end)
    }

    @Test("a body that waits for what never comes is told so")
    func stuck() async throws {
        let error = try await simulationFailure(seed: 3) { world in
            try await world.time.sleep(until: .zero.advanced(by: .seconds(5)), tolerance: nil)
            _ = await OneShot<Void>().value()
        }
        #expect(error?.code == .stuck)
        #expect(error?.at == .zero.advanced(by: .seconds(5)))
        #expect(error?.seed == 3)
    }

    @Test("a body that cannot even be cancelled does not hang the caller")
    func hung() async throws {
        let error = try await simulationFailure { _ in await OneShot<Void>().valueWhateverHappens() }
        #expect(error?.code == .stuck)
    }

    @Test("virtual time and the work of one instant have limits")
    func limits() async throws {
        let late = try await simulationFailure(options: SimulationOptions(timeLimit: .seconds(60))) { world in
            while true { try await world.time.sleep(until: world.time.now.advanced(by: .seconds(7)), tolerance: nil) }
        }
        #expect(late?.code == .timeLimit)
        let busy = try await simulationFailure(options: SimulationOptions(stepsMax: 1_000)) { _ in
            while !Task.isCancelled { await Task.yield() }
        }
        #expect(busy?.code == .stepLimit)
    }

    @Test("who waits for another thread is told that the run does not repeat")
    func foreign() async throws {
        let error = try await simulationFailure { _ in
            let late = OneShot<Void>()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { _ = await late.value() }
                group.addTask {
                    await Task.yield()
                    let done = OneShot<Void>()
                    Thread {
                        late.fulfil(())
                        done.fulfil(())
                    }.start()
                    while done.current == nil { await Task.yield() }
                }
            }
        }
        #expect(error?.code == .notRepeatable)
    }

    @Test("a timer that another thread sets is noticed")
    func foreignTimer() async throws {
        let error = try await simulationFailure { world in
            let done = OneShot<Void>()
            Thread {
                _ = try? world.host("10.0.0.1").signalling.wake(at: .zero) {}
                done.fulfil(())
            }.start()
            while done.current == nil { await Task.yield() }
        }
        #expect(error?.code == .notRepeatable)
    }

    @Test("what the body throws comes out")
    func throwing() async throws {
        struct Mine: Error {}
        await #expect(throws: Mine.self) { try await Simulation.run(seed: 1) { _ in throw Mine() } }
    }

    @Test("cancelling the caller cancels the body")
    func cancelled() async throws {
        let began = OneShot<Void>()
        let task = Task {
            try await Simulation.run(seed: 1) { world in
                began.fulfil(())
                while true {
                    try await world.time.sleep(until: world.time.now.advanced(by: .microseconds(1)), tolerance: nil)
                }
            }
        }
        _ = await began.value()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
