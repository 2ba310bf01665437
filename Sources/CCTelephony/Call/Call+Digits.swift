import CCCore

/// How keys are collected. The two timers are those of every IVR: until the first key, and between two keys.
public struct DigitCollection: Sendable {
    /// At most this many keys, 1 or more.
    public var max: Int
    /// The key that ends the input and is not part of it.
    public var terminator: Character?
    public var firstTimeout: Duration
    public var interDigitTimeout: Duration

    public init(
        max: Int, terminator: Character? = "#", firstTimeout: Duration = .seconds(5),
        interDigitTimeout: Duration = .seconds(3)
    ) {
        self.max = Swift.max(1, max)
        self.terminator = terminator
        self.firstTimeout = firstTimeout
        self.interDigitTimeout = interDigitTimeout
    }
}

extension Call {
    /// The keys that the other side presses (RFC 4733 events or INFO), from the first unread one on. Keys pressed while
    /// nobody reads are kept, up to ``digitsMax``. Ends with the call. One reader at a time.
    public var digits: Digits { Digits(keys: keys) }

    public struct Digits: AsyncSequence, Sendable {
        let keys: Mailbox<Character>

        public struct AsyncIterator: AsyncIteratorProtocol {
            let keys: Mailbox<Character>
            public mutating func next() async -> Character? { await keys.next() }
        }

        public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(keys: keys) }
    }

    /// Forgets the keys that were pressed and not read yet.
    public func clearDigits() { keys.clear() }

    /// Waits for one key; nil when none comes in time.
    ///
    /// - Throws: ``TelephonyError`` `callEnded`; `CancellationError`.
    public func digit(within timeout: Duration) async throws -> Character? {
        let deadline = agent.time.now.advanced(by: timeout)
        let key = await withTaskGroup(of: Character?.self) { [keys, time = agent.time] group in
            group.addTask { await keys.next() }
            group.addTask {
                try? await time.sleep(until: deadline, tolerance: nil)
                return nil
            }
            // A key that came together with the deadline is not lost: it is taken from whichever child returns it.
            let first = await group.next() ?? nil
            group.cancelAll()
            let second = await group.next() ?? nil
            return first ?? second
        }
        if key == nil {
            try Task.checkCancellation()
            try requireAlive()
        }
        return key
    }

    /// Collects keys until `max` are there, the terminator is pressed or a timer runs out. Plays nothing; run it beside
    /// ``play(_:)`` in a task group for barge-in.
    ///
    /// - Returns: The keys so far, empty when none was pressed.
    public func collectDigits(_ collection: DigitCollection) async throws -> String {
        var collected = ""
        while collected.count < collection.max {
            let timeout = collected.isEmpty ? collection.firstTimeout : collection.interDigitTimeout
            guard let key = try await digit(within: timeout), key != collection.terminator else { break }
            collected.append(key)
        }
        return collected
    }

    /// Sends DTMF to the other side as RFC 4733 events, in the place of audio.
    ///
    /// - Parameters:
    ///   - digits: 0-9, *, #, A-D; other characters are left out.
    ///   - duration: Of each tone, 40 ms to 1 s.
    ///   - gap: Between two tones, 40 ms to 1 s.
    public func send(
        digits: String, duration: Duration = .milliseconds(100), gap: Duration = .milliseconds(60)
    ) async throws {
        let leg = try await agent.leg(of: id)
        leg.engine.post { $0.sendDigits(leg.id, digits, duration: duration, gap: gap) }
    }
}
