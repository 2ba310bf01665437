import Synchronization

/// Sends each value to every subscriber, and never waits for any of them.
///
/// Each subscriber has its own buffer of a stated size. When it is full, its oldest values are dropped, and before the
/// next value the subscriber is told how many it missed. A slow consumer thus costs bounded memory and nobody's time.
public final class EventBroadcast<Element: Sendable>: Sendable {
    /// What a subscriber gets.
    public enum Item: Sendable {
        case event(Element)
        /// So many values in a row were dropped here, because the subscriber was too slow.
        case missed(Int)
    }

    private struct State {
        /// In the order in which they came.
        var subscribers: [Buffer] = []
        var isFinished = false
    }

    private let state = Mutex(State())

    public init() {}

    /// Every value that is sent from now on, as an asynchronous sequence. It ends with the broadcast, or when its task
    /// is cancelled. The subscription lasts for as long as the sequence or an iterator of it is kept.
    ///
    /// - Parameter bufferMax: how many unread values are kept, at least 1.
    public func subscribe(bufferMax: Int = 1024) -> Subscription {
        let buffer = Buffer(capacity: max(1, bufferMax))
        let isFinished = state.withLock { state in
            if !state.isFinished { state.subscribers.append(buffer) }
            return state.isFinished
        }
        if isFinished { buffer.finish() }
        return Subscription(token: Token(broadcast: self, buffer: buffer))
    }

    /// Gives the value to every subscriber. Values sent by one task after another arrive in that order.
    public func send(_ element: Element) {
        state.withLock { state in
            for buffer in state.subscribers { buffer.append(element) }
        }
    }

    /// Ends all subscriptions, once each has read what it has in its buffer. Later values are dropped.
    public func finish() {
        let subscribers = state.withLock { state in
            state.isFinished = true
            defer { state.subscribers = [] }
            return state.subscribers
        }
        for buffer in subscribers { buffer.finish() }
    }

    public var subscriberCount: Int { state.withLock { $0.subscribers.count } }

    private func remove(_ buffer: Buffer) {
        // The buffer is destroyed outside of the lock.
        _ = state.withLock { state in
            state.subscribers.firstIndex { $0 === buffer }.map { state.subscribers.remove(at: $0) }
        }
    }

    /// One subscriber's view of the broadcast. Iterate it once; iterators of one subscription share its buffer.
    public struct Subscription: AsyncSequence, Sendable {
        public typealias Failure = Never
        fileprivate let token: Token

        public func makeAsyncIterator() -> Iterator { Iterator(token: token) }

        public struct Iterator: AsyncIteratorProtocol {
            fileprivate let token: Token

            public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> Item? {
                await token.buffer.next()
            }

            public mutating func next() async -> Item? { await token.buffer.next() }
        }
    }

    /// Ends the subscription when the last copy of the sequence and its iterators is gone.
    fileprivate final class Token: Sendable {
        let broadcast: EventBroadcast
        let buffer: Buffer

        init(broadcast: EventBroadcast, buffer: Buffer) {
            self.broadcast = broadcast
            self.buffer = buffer
        }

        deinit { broadcast.remove(buffer) }
    }
}

extension EventBroadcast {
    /// One subscriber's unread values, or the tasks that wait for one.
    fileprivate final class Buffer: Sendable {
        private struct State {
            var unread: LossyRing<Element>
            var isFinished = false
            var nextWaiter: UInt64 = 0
            var waiters: [(id: UInt64, continuation: CheckedContinuation<Item?, Never>)] = []
        }

        private let state: Mutex<State>

        init(capacity: Int) { state = Mutex(State(unread: LossyRing(capacity: capacity))) }

        func append(_ element: Element) {
            let waiter = state.withLock { state -> CheckedContinuation<Item?, Never>? in
                guard !state.isFinished else { return nil }
                if !state.waiters.isEmpty { return state.waiters.removeFirst().continuation }
                state.unread.push(element)
                return nil
            }
            waiter?.resume(returning: .event(element))
        }

        func finish() {
            let waiters = state.withLock { state in
                state.isFinished = true
                defer { state.waiters = [] }
                return state.waiters
            }
            for waiter in waiters { waiter.continuation.resume(returning: nil) }
        }

        func next() async -> Item? {
            let id = state.withLock { state in
                state.nextWaiter += 1
                return state.nextWaiter
            }
            return await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let item = state.withLock { state -> Item?? in
                        if Task.isCancelled { return .some(nil) }
                        if let missed = state.unread.takeMissed() { return .missed(missed) }
                        if let element = state.unread.pop() { return .event(element) }
                        if state.isFinished { return .some(nil) }
                        state.waiters.append((id, continuation))
                        return nil
                    }
                    if let item { continuation.resume(returning: item) }
                }
            } onCancel: {
                let waiter = state.withLock { state -> CheckedContinuation<Item?, Never>? in
                    guard let index = state.waiters.firstIndex(where: { $0.id == id }) else { return nil }
                    return state.waiters.remove(at: index).continuation
                }
                waiter?.resume(returning: nil)
            }
        }
    }
}
