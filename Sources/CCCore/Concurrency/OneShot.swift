import Synchronization

/// A value that arrives once and that any number of tasks may wait for. Waiting can be cancelled; the value stays.
public final class OneShot<Value: Sendable>: Sendable {
    private struct State {
        var value: Value?
        var nextWaiter = 0
        /// In the order in which they came: that is also the order in which they are told.
        var waiters: [(id: Int, continuation: CheckedContinuation<Value?, Never>)] = []
        /// Those who cannot be cancelled.
        var patient: [CheckedContinuation<Value, Never>] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// The value when it is there already.
    public var current: Value? { state.withLock { $0.value } }

    /// The first value wins; later ones are ignored and answered with false.
    @discardableResult
    public func fulfil(_ value: Value) -> Bool {
        let before: State? = state.withLock { state in
            guard state.value == nil else { return nil }
            defer {
                state.value = value
                state.waiters = []
                state.patient = []
            }
            return state
        }
        guard let before else { return false }
        for waiter in before.waiters { waiter.continuation.resume(returning: value) }
        for waiter in before.patient { waiter.resume(returning: value) }
        return true
    }

    /// Waits for the value; nil when the waiting task is cancelled first.
    public func value() async -> Value? {
        let id = state.withLock {
            $0.nextWaiter += 1
            return $0.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: Value?? = state.withLock {
                    if let value = $0.value { return .some(value) }
                    if Task.isCancelled { return .some(nil) }
                    $0.waiters.append((id, continuation))
                    return nil
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Value?, Never>? in
                guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                return state.waiters.remove(at: index).continuation
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Waits for the value, however long, also when the waiting task is cancelled: for what is sure to come.
    public func valueWhateverHappens() async -> Value {
        await withCheckedContinuation { continuation in
            let ready: Value? = state.withLock { state in
                if state.value == nil { state.patient.append(continuation) }
                return state.value
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
