import Synchronization

/// A bounded queue between a producing side and one reader that waits. A cancelled wait loses no element.
public final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var isFinished = false
        var waiter: (id: Int, continuation: CheckedContinuation<Element?, Never>)?
        var nextWaiter = 0

        /// The next element, or nil in it at the end; nil when the reader has to wait.
        mutating func take() -> Element?? {
            if !elements.isEmpty { return .some(elements.removeFirst()) }
            return isFinished ? .some(nil) : nil
        }
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: Elements kept while nobody reads; the newest beyond it are refused.
    public init(limit: Int) { self.limit = limit }

    /// False when the mailbox is full or finished, and the element is dropped.
    ///
    /// - Parameter beforehand: is called when the element is taken, before anybody can read it. It must not use the mailbox.
    @discardableResult
    public func post(_ element: Element, beforehand: () -> Void = {}) -> Bool {
        var isTaken = true
        let waiter: CheckedContinuation<Element?, Never>? = state.withLock { state in
            guard !state.isFinished, state.waiter != nil || state.elements.count < limit else {
                isTaken = false
                return nil
            }
            beforehand()
            guard let waiter = state.waiter else {
                state.elements.append(element)
                return nil
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume(returning: element)
        return isTaken
    }

    /// What is queued can still be read; after it the reader gets nil.
    public func finish() {
        let waiter = state.withLock { state in
            state.isFinished = true
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.continuation.resume(returning: nil)
    }

    /// Whether ``finish()`` was called.
    public var isFinished: Bool { state.withLock { $0.isFinished } }

    /// Takes everything that is queued, without waiting.
    public func drain() -> [Element] {
        state.withLock { state in
            defer { state.elements = [] }
            return state.elements
        }
    }

    /// Drops what is queued.
    public func clear() { state.withLock { $0.elements = [] } }

    /// The next element; nil when the mailbox is finished or the waiting task is cancelled.
    /// A second reader takes the place of the first, which gets nil.
    public func next() async -> Element? {
        let id = ticket()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                wait(id, continuation, isCancelled: { Task.isCancelled })
            }
        } onCancel: {
            let waiter = state.withLock { state -> CheckedContinuation<Element?, Never>? in
                guard let waiter = state.waiter, waiter.id == id else { return nil }
                state.waiter = nil
                return waiter.continuation
            }
            waiter?.resume(returning: nil)
        }
    }

    /// Everything that is queued, waiting for a first element; empty when the mailbox is finished and read to its end.
    /// Does not end when the task is cancelled: for a reader that must read to the end.
    public func nextBatch() async -> [Element] {
        let id = ticket()
        let first = await withCheckedContinuation { wait(id, $0, isCancelled: { false }) }
        guard let first else { return [] }
        return state.withLock { state in
            defer { state.elements = [] }
            return [first] + state.elements
        }
    }

    private func ticket() -> Int {
        state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
    }

    private func wait(
        _ id: Int, _ continuation: CheckedContinuation<Element?, Never>, isCancelled: () -> Bool
    ) {
        var ready: Element??
        let displaced: CheckedContinuation<Element?, Never>? = state.withLock { state in
            ready = state.take()
            if ready == nil, isCancelled() { ready = .some(nil) }
            guard ready == nil else { return nil }
            defer { state.waiter = (id, continuation) }
            return state.waiter?.continuation
        }
        displaced?.resume(returning: nil)
        if let ready { continuation.resume(returning: ready) }
    }
}
