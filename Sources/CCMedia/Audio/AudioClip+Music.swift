extension AudioClip {
    /// Music on hold, of our own making: eight slow bars in G, plucked chords with a quiet melody over them; about 21
    /// seconds that loop without a seam, at -26 dB.
    public static func holdMusic(sampleRate: Int = 16_000) -> AudioClip {
        let composer = HoldMusic(sampleRate: min(max(sampleRate, 8_000), 48_000))
        return AudioClip(samples: composer.render(), sampleRate: composer.sampleRate)
    }
}

/// Adds up notes in a ring: what rings on over the end sounds at the beginning, so the loop has no seam.
struct HoldMusic {
    let sampleRate: Int

    /// Seconds of a beat: 92 a minute.
    private static let beat = 60.0 / 92
    private static let bars = 8
    /// Root and kind of each bar, as semitones from A4 = 440 Hz.
    private static let chords: [[Int]] = [
        [-26, -14, -10, -7, -3], [-17, -5, -2, 2, 5], [-21, -9, -5, -2, 2], [-19, -7, -3, 0, 4],
        [-26, -14, -10, -7, -2], [-24, -12, -9, -5, 0], [-21, -9, -5, -2, 3], [-19, -7, -3, 0, 3],
    ]
    /// Bar, beat, length in beats, semitones from A4.
    private static let melody: [(bar: Int, beat: Double, length: Double, note: Int)] = [
        (0, 0, 1.5, 2), (0, 1.5, 0.5, 5), (0, 2, 2, 10), (1, 0, 1.5, 7), (1, 1.5, 1.5, 9), (2, 0, 1, 10), (2, 1, 1, 7),
        (2, 2, 2, 3), (3, 0, 2, 5), (3, 2.5, 0.5, 2), (3, 3, 1, 0), (4, 0, 1.5, 2), (4, 1.5, 0.5, 5), (4, 2, 2, 9),
        (5, 0, 1.5, 7), (5, 2, 1, 3), (5, 3, 1, 5), (6, 0, 2, 7), (6, 2, 1, 3), (6, 3, 1, 2), (7, 0, 2.5, 0),
        (7, 3, 1, -3),
    ]

    func render() -> [Int16] {
        let beatsPerBar = 4.0
        let length = Int(Double(Self.bars) * beatsPerBar * Self.beat * Double(sampleRate))
        var ring = [Double](repeating: 0, count: length)
        for bar in 0..<Self.bars {
            let start = Double(bar) * beatsPerBar
            let chord = Self.chords[bar]
            pluck(chord[0], at: start, beats: 4, level: 0.55, into: &ring)
            for (index, step) in [1, 2, 3, 4, 3, 2, 3].enumerated() {
                pluck(chord[step], at: start + 0.5 + 0.5 * Double(index), beats: 2.5, level: 0.3, into: &ring)
            }
        }
        for note in Self.melody {
            sing(note.note, at: Double(note.bar) * beatsPerBar + note.beat, beats: note.length, into: &ring)
        }
        return levelled(ring)
    }

    /// A string: five partials, the higher ones die sooner.
    private func pluck(_ note: Int, at beat: Double, beats: Double, level: Double, into ring: inout [Double]) {
        add(note, at: beat, beats: beats, into: &ring) { time, partial in
            let attack = min(1, time / 0.006)
            return level * attack * exponential(-time * (1.6 + 1.4 * Double(partial))) / Double(partial * partial)
        }
    }

    /// A soft voice that swells and fades.
    private func sing(_ note: Int, at beat: Double, beats: Double, into ring: inout [Double]) {
        let duration = beats * Self.beat
        add(note, at: beat, beats: beats + 0.4, into: &ring) { time, partial in
            let swell = min(1, time / 0.09) * exponential(-max(0, time - duration) * 12)
            return 0.22 * swell * exponential(-time * 0.7) / Double(partial * partial * partial)
        }
    }

    private func add(
        _ note: Int, at beat: Double, beats: Double, into ring: inout [Double],
        envelope: (_ time: Double, _ partial: Int) -> Double
    ) {
        let rate = Double(sampleRate)
        let pitch = 440 * power(2, Double(note) / 12)
        let start = Int(beat * Self.beat * rate)
        let length = Int(beats * Self.beat * rate)
        let fade = 0.02 * rate
        for partial in 1...5 where pitch * Double(partial) < min(3_400, rate * 0.45) {
            let omega = 2 * Double.pi * pitch * Double(partial) / rate
            for index in 0..<length {
                let end = min(1, Double(length - index) / fade)
                let value = sine(omega * Double(index)) * envelope(Double(index) / rate, partial) * end
                ring[(start + index) % ring.count] += value
            }
        }
    }

    private func levelled(_ ring: [Double]) -> [Int16] {
        let energy = ring.reduce(0) { $0 + $1 * $1 } / Double(max(1, ring.count))
        let gain = energy > 0 ? 32768 * power(10, -26 / 20) / energy.squareRoot() : 0
        return ring.map { Int16(max(-32_000, min(32_000, $0 * gain))) }
    }
}
