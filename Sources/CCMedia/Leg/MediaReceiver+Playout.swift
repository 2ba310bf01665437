public import CCCore

extension MediaReceiver {
    /// Replaces `frame` by the next 20 ms: ``frameSamples`` samples, always.
    /// - Parameters:
    ///   - frame: keeps its room from frame to frame.
    ///   - now: the nominal time of the tick. When ticks are made up for in a bunch, each has its own time.
    public mutating func nextFrame(into frame: inout [Int16], now: Instant) -> FrameKind {
        let samples = frameSamples
        var kind: FrameKind?
        while pcm.count < samples { kind = better(kind, refill(now)) }
        adjustDelay(now)
        if frame.count != samples { frame = [Int16](repeating: 0, count: samples) }
        take(into: &frame)
        if let kind { lastKind = kind }
        count(lastKind)
        return lastKind
    }

    /// Appends at least one sample to `pcm`.
    private mutating func refill(_ now: Instant) -> FrameKind {
        switch jitter.next(now: now, queued: queuedTicks) {
        case .packet:
            let payload = jitter.payload
            decoder.decode(payload.span, appendingTo: &pcm)
            return .audio
        case .lost(let ticks, let isFollowed):
            let samples = samples(ticks)
            if isFollowed {
                let next = jitter.payload
                decoder.recover(from: next.span, samples: samples, appendingTo: &pcm)
            } else {
                decoder.conceal(samples: samples, appendingTo: &pcm)
            }
            return .concealed
        case .silence(let ticks):
            pcm.append(contentsOf: repeatElement(0, count: samples(ticks)))
            return .silence
        case .empty(isPlaying: true):
            decoder.conceal(samples: frameSamples, appendingTo: &pcm)
            return .concealed
        case .empty(isPlaying: false):
            pcm.append(contentsOf: repeatElement(0, count: frameSamples))
            return .silence
        }
    }

    /// Follows the jitter buffer's advice by a pitch period at a time.
    private mutating func adjustDelay(_ now: Instant) {
        let coming = pcm.prefix(frameSamples)
        switch jitter.advice(now: now, queued: queuedTicks, isQuiet: Self.isQuiet(coming)) {
        case .keep: return
        case .lengthen:
            let added = TimeStretch.lengthen(&pcm, sampleRate: decoder.sampleRate)
            jitter.delayChanged(by: added * settings.codec.clockRate / decoder.sampleRate)
        case .shorten:
            // Cut from what is here and the packet that the advice has promised, if that leaves a whole frame.
            guard case .packet = jitter.next(now: now, queued: queuedTicks) else { return }
            let payload = jitter.payload
            decoder.decode(payload.span, appendingTo: &pcm)
            guard pcm.count >= frameSamples + TimeStretch.longest(at: decoder.sampleRate) else { return }
            let removed = TimeStretch.shorten(&pcm, sampleRate: decoder.sampleRate)
            jitter.delayChanged(by: -removed * settings.codec.clockRate / decoder.sampleRate)
        }
    }

    private mutating func take(into frame: inout [Int16]) {
        Self.copy(pcm, to: &frame)
        if pcm.count == frame.count {
            pcm.removeAll(keepingCapacity: true)
        } else {
            pcm.removeFirst(frame.count)
        }
    }

    private static func copy(_ pcm: [Int16], to frame: inout [Int16]) {
        let source = pcm.span
        var target = frame.mutableSpan
        for index in target.indices { target[index] = source[index] }
    }

    private mutating func count(_ kind: FrameKind) {
        counters.frames += 1
        switch kind {
        case .audio: break
        case .concealed: counters.concealedFrames += 1
        case .silence: counters.silentFrames += 1
        }
    }

    private var queuedTicks: Int { pcm.count * settings.codec.clockRate / decoder.sampleRate }

    private func samples(_ ticks: Int) -> Int { max(1, ticks * decoder.sampleRate / settings.codec.clockRate) }

    /// No sample above -44 dB.
    private static func isQuiet(_ pcm: ArraySlice<Int16>) -> Bool { !pcm.contains { $0.magnitude > 200 } }

    private func better(_ first: FrameKind?, _ second: FrameKind) -> FrameKind {
        guard let first, first != second else { return second }
        return first == .audio || second == .audio ? .audio : .concealed
    }
}
