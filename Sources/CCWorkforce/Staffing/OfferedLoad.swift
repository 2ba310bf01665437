import Foundation

/// How handle times spread.
public enum HandleTimeShape: Hashable, Sendable {
    case exponential
    case constant
    /// With this squared coefficient of variation, variance ÷ mean²; above 0, to 10⁴.
    case logNormal(variation: Double)

    /// What is at hand of contacts that come one per second since some time, when `steps` intervals have passed, averaged over the
    /// next interval: the mean of E[min(S, t)], in closed form.
    func response(_ steps: Int, interval: Double, mean: Double) -> Double {
        let (from, to) = (Double(steps) * interval, Double(steps + 1) * interval)
        switch self {
        case .exponential:
            let length = interval / mean
            // Both terms are positive.
            return mean / length * (PeakPanels.exponentialRest(length) + expm1(-from / mean) * expm1(-length))
        case .constant:
            if to <= mean { return (from + to) / 2 }
            return from < mean ? mean - (mean - from) * (mean - from) / (2 * interval) : mean
        case .logNormal(let variation):
            let square = log1p(variation)
            let sigma = square.squareRoot()
            /// The integral up to t: E[S t - S²/2] over who takes at most t, and t²/2 for the others.
            func integral(_ t: Double) -> Double {
                guard t > 0 else { return 0 }
                let z = (log(t / mean) + square / 2) / sigma
                return t * mean * NormalDistribution.below(z - sigma)
                    - mean * mean * (1 + variation) / 2 * NormalDistribution.below(z - 2 * sigma)
                    + t * t / 2 * NormalDistribution.below(-z)
            }
            return (integral(to) - integral(from)) / interval
        }
    }

    /// Variance ÷ mean².
    public var variation: Double {
        switch self {
        case .exponential: 1
        case .constant: 0
        case .logNormal(let variation): variation
        }
    }
}

/// The work at hand when contacts come at rates that change, per interval in Erlangs: what then goes into Erlang's models.
///
/// A contact still works on its agent after its interval is over, so the load trails behind the arrivals, and its peak is lower.
public enum OfferedLoad {
    /// What came before the first interval.
    public enum Past: Hashable, Sendable {
        /// Always as much as in the first interval.
        case steady
        /// Nothing: the centre opens.
        case empty
    }

    /// The mean number of contacts at hand if nobody had to wait (M_t/G/∞), averaged over each interval: the modified offered
    /// load (O. Jennings, A. Mandelbaum, W. Massey and W. Whitt, 1996).
    ///
    /// In closed form, and so exact to rounding, for arrivals that are even within an interval and the same handle times all day. Each
    /// interval is a sum over the intervals that still have work at hand then; what is below 10⁻¹³ of a contact counts as done.
    ///
    /// - Parameters:
    ///   - contacts: how many come in each interval.
    ///   - interval: seconds, 1 to 10⁶.
    ///   - handleTime: the mean in seconds.
    /// - Throws: `WorkforceError` at `contacts[3]`, `interval`, `handleTime` or `shape`; at `contacts` when there are so many, for
    ///   handle times so long beside an interval, that the sums had more than 10⁹ terms.
    public static func modified(
        contacts: [Double], interval: Double, handleTime: Double, shape: HandleTimeShape = .exponential,
        past: Past = .steady
    ) throws -> [Double] {
        try check(contacts, interval, handleTime, shape)
        guard let first = contacts.first else { return [] }
        var responses: [Double] = []
        while responses.count < contacts.count, (responses.last ?? 0) < handleTime * (1 - 1e-13) {
            responses.append(shape.response(responses.count, interval: interval, mean: handleTime))
            guard responses.count <= termsMax / contacts.count else {
                throw WorkforceError(
                    .outOfRange, at: "contacts",
                    "\(contacts.count) intervals are too many for contacts that take so much longer than one of them")
            }
        }
        // What an interval's contacts still are in it and in the ones after it.
        let parts = responses.indices.map { max(0, responses[$0] - ($0 > 0 ? responses[$0 - 1] : 0)) }
        let early = past == .steady ? first : 0
        return contacts.indices.map { index in
            let ages = min(index + 1, parts.count)
            var work = early * max(0, handleTime - responses[ages - 1])
            for age in 0..<ages { work += contacts[index - age] * parts[age] }
            return work / interval
        }
    }

    /// The most terms of all sums of ``modified(contacts:interval:handleTime:shape:past:)``: a second or so.
    private static let termsMax = 1_000_000_000

    /// Demand with the work at hand: ``IntervalDemand/contactsAtHand`` are those who would bring as much work if their interval lasted
    /// for ever, and ``IntervalDemand/contactsToStaff``, where they differ from the contacts, become the same of them.
    ///
    /// Intervals that follow each other are a stretch. A gap, such as a night for which there are no intervals, ends it: nothing is carried
    /// over, and the next stretch begins with nothing at hand. Handle times are exponential, with their mean over the stretch. Where
    /// nobody comes, less than a twentieth of a contact at hand counts as nothing: after closing somebody stays for what is likely still
    /// to be done, not for every trace of it.
    ///
    /// - Parameters:
    ///   - starts: when each interval begins, in seconds, ascending.
    ///   - interval: seconds, 1 to 10⁶.
    ///   - past: what came before the first stretch.
    /// - Throws: `WorkforceError` at `interval`, `demand[17].contacts` and the like; `mismatch` at `starts`; `unordered` at `starts[3]`
    ///   when that begins before the one before it ends.
    public static func trailing(
        _ demand: [IntervalDemand], starts: [Double], interval: Double, past: Past = .empty
    ) throws -> [IntervalDemand] {
        guard starts.count == demand.count else {
            throw WorkforceError(.mismatch, at: "starts", "expected \(demand.count), not \(starts.count)")
        }
        let length = try Checked.number(interval, in: 1...1e6, at: "interval")
        var (staffed, first) = (demand, 0)
        for next in demand.indices.map({ $0 + 1 }) {
            if next < demand.count {
                let distance = starts[next] - starts[next - 1]
                guard distance >= length * (1 - 1e-9) else {
                    throw WorkforceError(
                        .unordered, at: "starts[\(next)]", "expected a time \(length) s after the one before, or later")
                }
                if distance <= length * (1 + 1e-9) { continue }
            }
            try trail(&staffed, first..<next, length, first == 0 ? past : .empty)
            first = next
        }
        return staffed
    }

    /// One stretch.
    private static func trail(
        _ demand: inout [IntervalDemand], _ stretch: Range<Int>, _ length: Double, _ past: Past
    ) throws {
        for place in stretch {
            let one = demand[place]
            try Checked.number(one.handleTime, in: Workload.seconds, at: "demand[\(place)].handleTime")
            try Checked.number(one.contacts, in: 0...1e12, at: "demand[\(place)].contacts")
            try Checked.number(
                one.contactsToStaff ?? 0, in: 0...1e12, at: "demand[\(place)].contactsToStaff")
        }
        let rows = demand[stretch]
        let times = rows.map(\.handleTime)
        let expected = try atHand(rows.map(\.contacts), times, length, past)
        let staffed = try atHand(rows.map { $0.contactsToStaff ?? $0.contacts }, times, length, past)
        for (place, (expected, staffed)) in zip(stretch, zip(expected, staffed)) {
            demand[place].contactsAtHand = expected
            if demand[place].contactsToStaff != nil { demand[place].contactsToStaff = staffed }
        }
    }

    private static func atHand(_ contacts: [Double], _ times: [Double], _ length: Double, _ past: Past) throws
        -> [Double]
    {
        let work = zip(contacts, times).map { $0 * $1 }
        let total = contacts.reduce(0, +)
        guard total > 0 else { return contacts }
        let mean = work.reduce(0, +) / total
        let loads = try modified(contacts: work.map { $0 / mean }, interval: length, handleTime: mean, past: past)
        return loads.indices.map { place in
            contacts[place] > 0 || loads[place] >= 0.05 ? loads[place] * length / times[place] : 0
        }
    }

    /// The arrivals, shifted by the mean age of a contact at hand, E[S²] / 2E[S], times the mean handle time (L. Green, P. Kolesar and
    /// J. Soares, 2001).
    ///
    /// - Throws: as ``modified(contacts:interval:handleTime:shape:past:)``.
    public static func lagged(
        contacts: [Double], interval: Double, handleTime: Double, shape: HandleTimeShape = .exponential,
        past: Past = .steady
    ) throws -> [Double] {
        try check(contacts, interval, handleTime, shape)
        let shift = handleTime * (1 + shape.variation) / 2 / interval
        let early = past == .steady ? contacts.first ?? 0 : 0
        func count(_ place: Double) -> Double { place < 0 ? early : contacts[min(Int(place), contacts.count - 1)] }
        return contacts.indices.map { index in
            let place = Double(index) - shift
            guard place > -1 else { return early / interval * handleTime }
            let share = place - place.rounded(.down)
            let mixed = (1 - share) * count(place.rounded(.down)) + share * count(place.rounded(.down) + 1)
            return mixed / interval * handleTime
        }
    }

    private static func check(
        _ contacts: [Double], _ interval: Double, _ handleTime: Double, _ shape: HandleTimeShape
    ) throws {
        for (index, count) in contacts.enumerated() {
            try Checked.number(count, in: 0...1e12, at: "contacts[\(index)]")
        }
        try Checked.number(interval, in: 1...1e6, at: "interval")
        try Checked.number(handleTime, in: Workload.seconds, at: "handleTime")
        if case .logNormal(let variation) = shape { try Checked.number(variation, in: 1e-6...1e4, at: "shape") }
    }
}
