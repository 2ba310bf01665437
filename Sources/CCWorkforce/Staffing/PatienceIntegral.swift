import Foundation

/// The waits of M/M/n+M as integrals (S. Zeltyn and A. Mandelbaum, 2005).
///
/// With s the offered wait in units of the mean patience, c = nμ/θ and η = λ/θ, the density of the offered wait is
/// w(s) = c exp(η(1 - e⁻ˢ) - cs), relative to the probability that all agents are busy and nobody waits. Of those offered
/// the wait s the share e⁻ˢ is still there.
struct PatienceIntegral {
    let eta: Double
    let c: Double
    /// η - c, from the load and the agents: the two are often nearly the same.
    let surplus: Double
    /// Where w is highest, 0 or more.
    private let peak: Double

    /// Sums over a part of the offered waits; times e^`height` each.
    struct Part {
        var height = -Double.infinity
        /// ∫ w
        var all = 0.0
        /// ∫ w e⁻ˢ: served.
        var served = 0.0
        /// ∫ w (1 - e⁻ˢ): gone before.
        var gone = 0.0
        /// ∫ w s e⁻ˢ: the waits of the served.
        var waits = 0.0
    }

    /// `agents` is above 0.
    init(load: Double, agents: Double, patiencePerService: Double) {
        eta = load * patiencePerService
        c = agents * patiencePerService
        surplus = (load - agents) * patiencePerService
        peak = load > agents ? log1p((load - agents) / agents) : 0
    }

    /// Over offered waits from `low` to `high`, which may be infinite.
    func part(from low: Double, to high: Double) -> Part {
        guard low < high else { return Part() }
        let top = min(max(peak, low), high)
        let rest = top > 0.5 ? top + expm1(-top) : PeakPanels.exponentialRest(top)
        var part = Part(height: top > 0.5 ? -eta * expm1(-top) - c * top : surplus * top - eta * rest)
        let walk = Walk(
            c: c, top: top, left: exp(-top), gone: -expm1(-top), density: eta * exp(-top),
            slope: top == peak && peak > 0 ? 0 : surplus + eta * expm1(-top))
        walk.rightwards(to: high, tailAfter: eta > 0 ? log(2 * eta) : 0, into: &part)
        if top > low { walk.leftwards(to: low, into: &part) }
        return part
    }
}

/// The way from the highest point of a part, at s = top + d: the exponent is slope · d - density (e⁻ᵈ - 1 + d) from there on.
private struct Walk {
    let c: Double
    let top: Double
    /// e⁻ˢ and 1 - e⁻ˢ at the top.
    let left: Double
    let gone: Double
    /// η e⁻ˢ at the top.
    let density: Double
    let slope: Double

    @inline(__always)
    private func exponent(_ d: Double) -> Double { slope * d - density * PeakPanels.exponentialRest(d) }

    @inline(__always)
    private func add(from begin: Double, to end: Double, into part: inout PatienceIntegral.Part) {
        let (middle, half) = ((begin + end) / 2, (end - begin) / 2)
        let bound = max(abs(begin), abs(end))
        add(middle + PeakPanels.nodes * half, abs(half), bound, &part)
        add(middle - PeakPanels.nodes * half, abs(half), bound, &part)
    }

    @inline(__always)
    private func add(_ d: SIMD8<Double>, _ half: Double, _ bound: Double, _ part: inout PatienceIntegral.Part) {
        let rest = PeakPanels.exponentialRest(d, within: bound)
        let mass = PeakPanels.exponentials(slope * d - density * rest) * PeakPanels.weights * (half * c)
        let leaving = d - rest
        let served = mass * (left * (1 - leaving))
        part.all += mass.sum()
        part.served += served.sum()
        part.gone += (mass * (gone + left * leaving)).sum()
        part.waits += (served * (top + d)).sum()
    }

    func rightwards(to high: Double, tailAfter: Double, into part: inout PatienceIntegral.Part) {
        let end = high - top
        var (begin, height, passed) = (0.0, 0.0, 1.0)
        while begin < end, height > -PeakPanels.end {
            if top + begin >= tailAfter, end - begin > 1 {
                return tail(from: begin, to: end, height: height, into: &part)
            }
            let curvature = density * passed
            let steep = max(0, -slope + density * (1 - passed))
            let next = begin + min(PeakPanels.length(slope: steep, curvature: curvature), 1, end - begin)
            guard next > begin else { return }
            add(from: begin, to: next, into: &part)
            begin = next
            height = exponent(begin)
            passed = exp(-begin)
        }
    }

    func leftwards(to low: Double, into part: inout PatienceIntegral.Part) {
        let end = low - top
        var (begin, height) = (0.0, 0.0)
        while begin > end, height > -PeakPanels.end {
            let passed = exp(-begin)
            let steep = max(0, slope + density * (passed - 1))
            // The curvature grows with every step, by less than e within one.
            let length = PeakPanels.length(slope: steep, curvature: density * passed * 1.5)
            let next = max(begin - min(length, 0.8), end)
            guard next < begin else { return }
            add(from: next, to: begin, into: &part)
            begin = next
            height = exponent(begin)
        }
    }

    /// What is left where η e⁻ˢ ≤ ½, as a series in it: terms of e^(-(c + k)s), which have integrals in closed form.
    private func tail(from begin: Double, to end: Double, height: Double, into part: inout PatienceIntegral.Part) {
        let z = density * exp(-begin)
        let span = end - begin
        let (stillLeft, alreadyGone) = (left * exp(-begin), gone - left * expm1(-begin))
        var factor = c * exp(height + z)
        var k = 0.0
        while k < 30, abs(factor) > 0 {
            let rate = c + k
            if rate * span > 45 {
                part.all += factor / rate
                part.gone += factor * (rate * alreadyGone + 1) / (rate * (rate + 1))
            } else {
                let here = -expm1(-rate * span) / rate
                let next = -expm1(-(rate + 1) * span) / (rate + 1)
                part.all += factor * here
                part.gone += factor * (here - stillLeft * next)
            }
            let decay = rate + 1
            let passed = decay * span > 45 ? 0 : exp(-decay * span)
            let within = (1 - passed) / decay
            part.served += factor * stillLeft * within
            let late = passed > 0 ? (1 - (1 + decay * span) * passed) / (decay * decay) : 1 / (decay * decay)
            part.waits += factor * stillLeft * ((top + begin) * within + late)
            k += 1
            factor *= -z / k
            if abs(factor) < 1e-18 * part.all { break }
        }
    }
}
