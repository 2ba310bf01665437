public import CCCore

extension JitterBuffer {
    /// What should happen to the delay, see ``advice(now:queued:isQuiet:)``.
    public enum Advice: Hashable, Sendable {
        case keep
        /// More delay is wanted: stretch what is played.
        case lengthen
        /// Less delay would do: cut something out of what is played; a further packet is there for it.
        case shorten
    }

    /// What is due next. To be called until enough audio for the frame is there.
    /// - Parameters:
    ///   - now: the nominal time of the frame.
    ///   - queued: ticks of audio that have been taken out but not been played yet.
    public mutating func next(now: Instant, queued: Int) -> Output {
        while let head = entries.first {
            if state == .buffering {
                guard isReady(head, now) else { return .empty(isPlaying: false) }
                state = .playing
                position = head.timestamp
                madeUp = 0
            }
            starvedSince = nil
            skipExcess(queued: queued)
            guard let head = entries.first else { break }
            var gap = head.timestamp &- position
            if gap > 0 {
                let covered = min(gap, madeUp)
                position += covered
                gap -= covered
            }
            madeUp = 0
            if gap <= 0 || gap > Int64(clockRate) {
                if head.timestamp + Int64(head.ticks) > position { return deliver(head) }
                removeFirst()
                latePackets += 1
                continue
            }
            return fillGap(gap, before: head)
        }
        return starve(now)
    }

    /// Compares the delay with what the network needs. To be called once a frame, before the frame is taken.
    ///
    /// Growing is advised at once; shrinking when the delay was too long for a quarter of a second, at most each
    /// 100 ms unless it is much too long or the audio is quiet.
    public mutating func advice(now: Instant, queued: Int, isQuiet: @autoclosure () -> Bool) -> Advice {
        guard state == .playing, !estimator.isEmpty else { return .keep }
        trackLowest(delay(of: position &- Int64(queued), now))
        framesSinceShortening += 1
        // The next packet is wanted when what is queued does not fill a frame any more.
        let framesQueued = Int64(queued / (clockRate / 50))
        if delay(of: position, now) &+ framesQueued &* 20_000_000 < needed { return .lengthen }
        let limit = needed + 40_000_000
        guard entries.first?.timestamp == position, let newest = entries.last else { return .keep }
        let waiting = nanoseconds(newest.timestamp + Int64(newest.ticks) &- position + Int64(queued))
        let lowest = min(lowestDelay.current, lowestDelay.last)
        guard lowestDelay.last != .max, lowest > limit, waiting > limit else { return .keep }
        guard framesSinceShortening >= 5 || lowest > limit + 100_000_000 || isQuiet() else { return .keep }
        framesSinceShortening = 0
        return .shorten
    }

    /// To be told when advice was taken: by how many ticks the delay has become longer (or shorter, if negative).
    public mutating func delayChanged(by ticks: Int) {
        let change = nanoseconds(Int64(ticks))
        if lowestDelay.current != .max { lowestDelay.current += change }
        if lowestDelay.last != .max { lowestDelay.last += change }
    }

    /// How long the sample at `timestamp` would have waited if it were played now and had come as fast as possible.
    private func delay(of timestamp: Int64, _ now: Instant) -> Int64 {
        now.nanoseconds &- estimator.fastest &- nanoseconds(timestamp)
    }

    private func isReady(_ head: Entry, _ now: Instant) -> Bool {
        if delay(of: head.timestamp, now) >= needed + 5_000_000 { return true }
        guard let last = entries.last else { return false }
        return nanoseconds(last.timestamp &- head.timestamp) >= needed + 20_000_000
    }

    private mutating func deliver(_ head: Entry) -> Output {
        lend(head)
        position = head.timestamp + Int64(head.ticks)
        lastSequence = head.sequence
        lastTicks = max(1, head.ticks)
        removeFirst()
        return .packet
    }

    /// Hands the octets of an entry over in ``payload``: the arrays change places, nothing is copied.
    private mutating func lend(_ entry: Entry) {
        swap(&payload, &slots[entry.slot])
    }

    private mutating func fillGap(_ gap: Int64, before head: Entry) -> Output {
        if head.sequence == lastSequence &+ 1 {
            let ticks = min(gap, Int64(clockRate / 50))
            position += ticks
            return .silence(ticks: Int(ticks))
        }
        let ticks = min(gap, Int64(lastTicks))
        position += ticks
        let isFollowed = position == head.timestamp
        if isFollowed { payload = slots[head.slot] }
        return .lost(ticks: Int(ticks), isFollowed: isFollowed)
    }

    private mutating func starve(_ now: Instant) -> Output {
        guard state == .playing else { return .empty(isPlaying: false) }
        let since = starvedSince ?? now
        starvedSince = since
        if now.nanoseconds &- since.nanoseconds >= Self.starvation {
            state = .buffering
            lowestDelay = (.max, .max)
            return .empty(isPlaying: false)
        }
        madeUp += Int64(clockRate / 50)
        return .empty(isPlaying: true)
    }

    /// More than the greatest delay waits: the oldest packets go, down to the target.
    private mutating func skipExcess(queued: Int) {
        guard let newest = entries.last else { return }
        let end = newest.timestamp + Int64(newest.ticks) + Int64(queued)
        guard nanoseconds(end &- position) > maximum + 40_000_000 else { return }
        while entries.count > 1, let head = entries.first, nanoseconds(end &- head.timestamp) > needed + 40_000_000 {
            removeFirst()
            skippedPackets += 1
        }
        guard let head = entries.first, head.timestamp > position else { return }
        position = head.timestamp
        lastSequence = head.sequence &- 1
        lowestDelay = (.max, .max)
    }

    private mutating func trackLowest(_ delay: Int64) {
        lowestDelay.current = min(lowestDelay.current, delay)
        lowestDelayFrames += 1
        guard lowestDelayFrames >= 12 else { return }
        lowestDelayFrames = 0
        lowestDelay = (.max, lowestDelay.current)
    }
}
