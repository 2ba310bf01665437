import CCCore
import CCWorkforce
import Foundation
import Testing

@Suite("Handle times")
struct HandleTimeFitTests {
    /// A share of short contacts among long ones.
    private static func times(_ count: Int, short: Double, seed: UInt64 = 8) -> [Double] {
        var random = SplitMix64(state: seed)
        return (0..<count).map { _ in
            let (u, v) = (Double.random(in: 0..<1, using: &random), Double.random(in: 0..<1, using: &random))
            let normal = (-2 * log(1 - u)).squareRoot() * cos(2 * .pi * v)
            return Double.random(in: 0..<1, using: &random) < short ? exp(2.3 + 0.3 * normal) : exp(5.4 + 0.7 * normal)
        }
    }

    @Test("of one kind are found to be of one kind, with their mean and spread")
    func one() throws {
        let fit = try HandleTimeFit(Self.times(2_000, short: 0))
        #expect(fit.components.count == 1)
        #expect(abs(fit.components[0].mu - 5.4) < 0.06)
        #expect(abs(fit.components[0].sigma - 0.7) < 0.05)
        #expect(abs(fit.mean / exp(5.4 + 0.245) - 1) < 0.05)
        #expect(abs(fit.quantile(0.5) / exp(5.4) - 1) < 0.05)
        #expect(abs(fit.distribution(fit.quantile(0.9)) - 0.9) < 1e-9)
        let variation = exp(fit.components[0].sigma * fit.components[0].sigma) - 1
        #expect(abs(fit.variation - variation) < 1e-9)
    }

    @Test("of two kinds are told apart")
    func two() throws {
        let fit = try HandleTimeFit(Self.times(2_000, short: 0.2))
        #expect(fit.components.count == 2)
        #expect(abs(fit.components[0].weight - 0.2) < 0.03)
        #expect(abs(fit.components[0].mu - 2.3) < 0.08)
        #expect(abs(fit.components[1].sigma - 0.7) < 0.06)
        #expect(abs(fit.mean / fit.observedMean - 1) < 0.03)
        // The density is that of the distribution.
        let slope = (fit.distribution(200.5) - fit.distribution(199.5)) / 1
        #expect(abs(fit.density(200) / slope - 1) < 1e-4)
        let single = try HandleTimeFit(Self.times(2_000, short: 0.2), componentsMax: 1)
        #expect(single.criterion > fit.criterion)
        #expect(fit.chart().svg.contains("observed"))
    }

    @Test("that are all alike, few or huge in number have a fit too")
    func corners() throws {
        let alike = try HandleTimeFit([Double](repeating: 180, count: 50))
        #expect(alike.components.count == 1)
        #expect(abs(alike.mean / 180 - 1) < 1e-5)
        #expect(alike.chart().svg.contains("<svg"))
        let pair = try HandleTimeFit([100, 300])
        #expect(pair.mean.isFinite && pair.variation.isFinite)
        let wide = try HandleTimeFit([1e-6, 1e9, 1, 2, 3, 4, 5, 6, 7, 8, 9])
        #expect(wide.criterion.isFinite)
    }

    @Test("the same times have the same fit, whatever their order")
    func order() throws {
        let times = Self.times(700, short: 0.3)
        #expect(try HandleTimeFit(times).components == HandleTimeFit(times.reversed()).components)
    }

    @Test("bad times are named")
    func badValues() {
        func error(_ times: [Double], most: Int = 4) -> WorkforceError? {
            do { _ = try HandleTimeFit(times, componentsMax: most) } catch { return error as? WorkforceError }
            return nil
        }
        #expect(error([])?.code == .tooShort)
        #expect(error([5])?.code == .tooShort)
        #expect(error([5, 0])?.place == "seconds[1]")
        #expect(error([.infinity, 3])?.code == .notFinite)
        #expect(error([5, 6], most: 0)?.place == "componentsMax")
    }
}
