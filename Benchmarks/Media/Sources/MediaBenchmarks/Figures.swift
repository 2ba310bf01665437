/// Times pieces of work and prints one JSON object a line.
struct Figures {
    private let clock = ContinuousClock()
    /// Only figures whose names contain it are measured.
    let filter: String?

    /// Nanoseconds of one unit: the best of several rounds of about 50 ms, which other load on the machine disturbs least.
    /// - Parameters:
    ///   - units: units of work in one call of `work`.
    ///   - work: called again and again; returns something that depends on the work.
    func nanoseconds(_ name: String, per unit: String, units: Int = 1, _ work: () -> Int) {
        guard let best = measure(name, units, work) else { return }
        print("{\"name\":\"\(name)\",\"value\":\(Self.rounded(best)),\"unit\":\"ns/\(unit)\"}")
    }

    /// Millions of units a second.
    func millions(_ name: String, of unit: String, units: Int, _ work: () -> Int) {
        guard let best = measure(name, units, work) else { return }
        print("{\"name\":\"\(name)\",\"value\":\(Self.rounded(1000 / best)),\"unit\":\"M\(unit)/s\"}")
    }

    private func measure(_ name: String, _ units: Int, _ work: () -> Int) -> Double? {
        if let filter, !name.contains(filter) { return nil }
        var sink = 0
        var repeats = 1
        while time(repeats, work, &sink) < 50_000_000, repeats < 1 << 30 { repeats *= 2 }
        let best = (0..<7).map { _ in time(repeats, work, &sink) }.min() ?? 0
        if sink == 42 { print("") }
        return best / Double(repeats) / Double(units)
    }

    private func time(_ repeats: Int, _ work: () -> Int, _ sink: inout Int) -> Double {
        let start = clock.now
        for _ in 0..<repeats { sink &+= work() }
        let elapsed = start.duration(to: clock.now).components
        return Double(elapsed.seconds) * 1e9 + Double(elapsed.attoseconds) / 1e9
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}
