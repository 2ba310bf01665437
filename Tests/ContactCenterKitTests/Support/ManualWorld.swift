import CCTelephony
import ContactCenterKit
import Foundation
import NIOCore
import Synchronization

/// A loop whose time stands still until a test moves it on. Everything runs at once, on the thread that asks for it.
final class ManualLoop: NetworkLoop {
    private struct State {
        var now = Instant.zero
        var timers: [Int: (at: Instant, work: @Sendable () -> Void)] = [:]
        var next = 0
    }

    private let state = Mutex(State())

    var now: Instant { state.withLock { $0.now } }

    func enqueue(_ job: consuming ExecutorJob) { job.runSynchronously(on: asUnownedSerialExecutor()) }
    func checkIsolated() {}
    func execute(_ work: @escaping @Sendable () -> Void) { work() }

    func wake(at deadline: Instant, _ work: @escaping @Sendable () -> Void) -> any Wakeup {
        let id = state.withLock { state in
            state.next += 1
            state.timers[state.next] = (deadline, work)
            return state.next
        }
        return Timer(loop: self, id: id)
    }

    /// Lets time pass, and what is due happen.
    func advance(by duration: Duration) {
        let end = now.advanced(by: duration)
        while let due = state.withLock({ state -> (@Sendable () -> Void)? in
            let first = state.timers.filter { $0.value.at <= end }.min { ($0.value.at, $0.key) < ($1.value.at, $1.key) }
            guard let first else { return nil }
            state.timers[first.key] = nil
            state.now = max(state.now, first.value.at)
            return first.value.work
        }) {
            due()
        }
        state.withLock { $0.now = end }
    }

    private struct Timer: Wakeup {
        let loop: ManualLoop
        let id: Int
        func cancel() { loop.state.withLock { $0.timers[id] = nil } }
    }

    func bindDatagram(
        _ address: NetworkAddress, bytesMax: Int, receive: @escaping @Sendable (ByteBuffer, NetworkAddress) -> Void
    ) async throws -> any DatagramSocket { throw Surprise("no network here") }

    func listen(
        _ address: NetworkAddress, accept: @escaping @Sendable (any StreamConnection) -> StreamEvents
    ) async throws -> any StreamListener { throw Surprise("no network here") }

    func connect(to address: NetworkAddress, events: StreamEvents) -> any StreamConnection {
        NoConnection(remote: address)
    }

    private struct NoConnection: StreamConnection {
        let remote: NetworkAddress
        func send(_ bytes: ByteBuffer) {}
        func close() {}
    }
}

/// The time of a ``ManualLoop``: who sleeps is awake at once.
struct ManualTime: TimeSource {
    let loop: ManualLoop

    var now: Instant { loop.now }
    var minimumResolution: Duration { .nanoseconds(1) }
    func date(at instant: Instant) -> Date {
        Date(millisecondsSince1970: 1_763_763_600_000 + instant.nanoseconds / 1_000_000)
    }
    func sleep(until deadline: Instant, tolerance: Duration?) async throws { await Task.yield() }
}
