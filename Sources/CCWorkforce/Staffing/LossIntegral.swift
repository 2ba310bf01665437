import Foundation

/// Erlang's loss function by its integral, 1 / B(n, a) = a ∫₀^∞ e^(-ay) (1 + y)ⁿ dy (R. Fortet), which costs the same for
/// ten agents and ten million.
enum LossIntegral {
    /// Below this many agents the recursion is as quick.
    private static let recursionMax = 400.0

    /// B(n, a): the share that finds all of `agents` busy when nobody waits. No checks: `load` ≥ 0, `agents` ≥ 0 and whole.
    static func blocking(load: Double, agents: Double) -> Double { 1 / inverse(load: load, agents: agents) }

    /// The probability of fewer than `agents` being busy, relative to all being busy: 1 / B - 1.
    static func oddsOfIdle(load: Double, agents: Double) -> Double {
        agents > 0 ? agents / load * inverse(load: load, agents: agents - 1) : 0
    }

    /// 1 / B(n, a); infinite where B is below what a `Double` holds.
    private static func inverse(load: Double, agents: Double) -> Double {
        if agents <= 0 { return 1 }
        guard load > 0 else { return .infinity }
        if agents <= recursionMax { return recursion(load: load, agents: agents) }
        // With 1 + y = (1 + peak)(1 + u) the exponent is, from its value at the peak on, -slope u - n (u - ln(1 + u)).
        guard agents > load else {
            return load * side(slope: load - agents, agents: agents, rightwards: true)
        }
        let share = (load - agents) / agents
        let height = agents * PeakPanels.logarithmRest(share)
        guard height < 750 else { return .infinity }
        let sum =
            side(slope: 0, agents: agents, rightwards: true)
            + side(slope: 0, agents: agents, rightwards: false, bound: -share)
        return agents * exp(height) * sum
    }

    /// x(k) = 1 + x(k - 1) k / a, in which an early error dies away.
    private static func recursion(load: Double, agents: Double) -> Double {
        let step = 1 / load
        guard step.isFinite else { return .infinity }
        var (sum, share, k) = (1.0, 0.0, 0.0)
        while k < agents {
            k += 1
            share = k * step
            sum = 1 + share * sum
        }
        return sum
    }

    /// ∫ exp(-slope u - n (u - ln(1 + u))) du away from 0 on one side.
    private static func side(
        slope: Double, agents: Double, rightwards: Bool, bound: Double = .infinity
    ) -> Double {
        let sign = rightwards ? 1.0 : -1
        var (total, begin, fall) = (0.0, 0.0, 0.0)
        while begin < bound, fall < PeakPanels.end {
            let place = 1 + sign * begin
            // Leftwards the curvature grows; a panel is at most a third of the way to where it is infinite.
            let curvature = agents / (place * place) * (rightwards ? 1 : 1.6)
            var length = PeakPanels.length(
                slope: abs(slope + agents * sign * begin / place), curvature: curvature)
            length = min(length, place / 3, bound - begin)
            let middle = begin + length / 2
            let offsets = PeakPanels.nodes * (length / 2)
            var values = SIMD8<Double>.zero
            for u in [middle + offsets, middle - offsets] {
                var exponents = SIMD8<Double>.zero
                for k in 0..<8 {
                    let signed = sign * u[k]
                    exponents[k] = -slope * signed - agents * PeakPanels.logarithmRest(signed)
                }
                values += PeakPanels.exponentials(exponents)
            }
            total += (PeakPanels.weights * values).sum() * (length / 2)
            begin += length
            let signed = sign * begin
            fall = slope * signed + agents * PeakPanels.logarithmRest(signed)
        }
        return total
    }
}
