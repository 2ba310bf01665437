internal import CCCore

/// A piece of mono audio: a prompt, music on hold, a test signal. Made once, shared by all who play it.
public struct AudioClip: Hashable, Sendable {
    public let samples: [Int16]
    /// In hertz.
    public let sampleRate: Int

    public init(samples: [Int16], sampleRate: Int) {
        self.samples = samples
        self.sampleRate = max(1, sampleRate)
    }

    public var duration: Duration { .microseconds(Int64(samples.count) * 1_000_000 / Int64(sampleRate)) }

    /// The same audio at another rate, with everything above half the lower rate filtered away.
    ///
    /// Costs about 50 ns a sample: do it once, not for each call. See ``Rates``.
    public func resampled(to rate: Int) -> AudioClip {
        guard rate != sampleRate, var resampler = try? Resampler(from: sampleRate, to: rate) else { return self }
        return AudioClip(samples: resampler.whole(samples), sampleRate: rate)
    }

    /// Root mean square relative to full scale, in dB; -100 for silence.
    public var level: Double { samples.span.level }

    /// One clip at the rates of all legs, made ahead of time.
    public struct Rates: Sendable {
        public let at8k: AudioClip
        public let at16k: AudioClip
        public let at48k: AudioClip

        public init(_ clip: AudioClip) {
            at8k = clip.resampled(to: 8_000)
            at16k = clip.resampled(to: 16_000)
            at48k = clip.resampled(to: 48_000)
        }

        /// The clip for a leg; 8000, 16000 or 48000 Hz.
        public subscript(sampleRate: Int) -> AudioClip {
            sampleRate <= 8_000 ? at8k : sampleRate <= 16_000 ? at16k : at48k
        }
    }

    /// Plays a clip frame by frame, once or round and round.
    public struct Player: Sendable {
        public let clip: AudioClip
        public let loops: Bool
        /// The next sample.
        public private(set) var position: Int

        /// - Parameters:
        ///   - clip: what is played, at the rate of the leg.
        ///   - loops: whether it begins anew at its end.
        ///   - position: the first sample to play; music on hold need not begin at its beginning.
        public init(_ clip: AudioClip, loops: Bool = false, from position: Int = 0) {
            self.clip = clip
            self.loops = loops
            self.position = clip.samples.isEmpty ? 0 : min(max(position, 0), clip.samples.count)
        }

        /// Nothing is left to play. Never for a clip that loops, unless it is empty.
        public var isFinished: Bool { clip.samples.isEmpty || (!loops && position >= clip.samples.count) }

        /// Replaces the samples of `frame`, whose length stays, by what comes next; silence after the end.
        public mutating func fill(_ frame: inout [Int16]) {
            let all = clip.samples
            let samples = all.span
            var next = position
            var target = frame.mutableSpan
            var filled = 0
            while filled < target.count {
                if loops, next >= samples.count { next = 0 }
                let run = min(target.count - filled, samples.count - next)
                guard run > 0 else { break }
                for index in 0..<run { target[filled + index] = samples[next + index] }
                filled += run
                next += run
            }
            for index in filled..<target.count { target[index] = 0 }
            position = next
        }
    }
}

extension Span<Int16> {
    /// Root mean square relative to full scale, in dB; -100 for silence.
    public var level: Double {
        var energy = 0.0
        for index in indices { energy += Double(self[index]) * Double(self[index]) }
        guard energy > 0 else { return -100 }
        return max(-100, 10 * decimalLogarithm(energy / Double(count) / (32768 * 32768)))
    }
}
