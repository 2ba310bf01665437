import CCCore
import CCWorkforce
import Foundation
import Testing

@Suite("Patience from waits that were cut short")
struct PatienceEstimateTests {
    private static func waits(_ count: Int, patience: Double, offered: Double, seed: UInt64 = 3) -> [ObservedWait] {
        var random = SplitMix64(state: seed)
        func exponential(_ mean: Double) -> Double { -mean * log(1 - Double.random(in: 0..<1, using: &random)) }
        return (0..<count).map { _ in
            let (patience, offered) = (exponential(patience), exponential(offered))
            return ObservedWait(min(patience, offered), abandoned: patience < offered)
        }
    }

    @Test("is found where most were answered")
    func exponential() throws {
        let estimate = try PatienceEstimate(Self.waits(20_000, patience: 180, offered: 40))
        let mean = try #require(estimate.mean)
        let interval = try #require(estimate.meanInterval)
        #expect(interval.contains(180))
        #expect(interval.upperBound / interval.lowerBound < 1.1)
        // Who gave up had waited a fifth of it only.
        let waits = Self.waits(20_000, patience: 180, offered: 40).filter(\.abandoned)
        #expect(waits.reduce(0) { $0 + $1.seconds } / Double(waits.count) < 40)
        #expect(abs(mean / 180 - 1) < 0.05)
        for seconds in [10.0, 40, 100] { #expect(abs(estimate.survival(seconds) - exp(-seconds / 180)) < 0.03) }
        let inBand = estimate.curve.filter { ($0.low...$0.high).contains(exp(-$0.seconds / 180)) }
        #expect(inBand.count > estimate.curve.count * 8 / 10)
        let hazards = try estimate.hazards(width: 30)
        #expect(hazards.prefix(3).allSatisfy { abs($0.perSecond * 180 - 1) < 0.2 })
        #expect(abs(hazards.reduce(0) { $0 + $1.exposure } - estimate.exposure) < 1e-6 * estimate.exposure)
        #expect(hazards.reduce(0) { $0 + $1.abandoned } == estimate.abandoned)
    }

    /// The leukaemia trial's 6-MP arm (E. Freireich et al., 1963), the example of many books.
    @Test("agrees with a published example")
    func published() throws {
        let ended: [Double] = [6, 6, 6, 7, 10, 13, 16, 22, 23]
        let cut: [Double] = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
        let estimate = try PatienceEstimate(
            ended.map { ObservedWait($0, abandoned: true) } + cut.map { ObservedWait($0, abandoned: false) })
        let expected = [
            (6.0, 21, 0.857), (7, 17, 0.807), (10, 15, 0.753), (13, 12, 0.690), (16, 11, 0.627), (22, 7, 0.538),
            (23, 6, 0.448),
        ]
        #expect(estimate.curve.map(\.seconds) == expected.map(\.0))
        #expect(estimate.curve.map(\.waiting) == expected.map(\.1))
        #expect(zip(estimate.curve, expected).allSatisfy { abs($0.survival - $1.2) < 0.0006 })
        #expect(estimate.median == 23)
        #expect(abs((estimate.mean ?? 0) - 359.0 / 9) < 1e-12)
        let first = try #require(estimate.curve.first)
        // Greenwood's standard error there is 0.0764; the band on the log-log scale is 0.620 to 0.952.
        #expect(abs(first.low - 0.620) < 0.001 && abs(first.high - 0.952) < 0.001)
    }

    @Test("without anybody who gave up has no mean, and with everybody gone ends at nobody")
    func corners() throws {
        let nobody = try PatienceEstimate([.init(5, abandoned: false)])
        #expect(nobody.mean == nil && nobody.median == nil && nobody.curve.isEmpty)
        #expect(nobody.restrictedMean == 5)
        let all = try PatienceEstimate([.init(2, abandoned: true), .init(4, abandoned: true)])
        #expect(all.curve.last?.survival == 0)
        #expect(all.restrictedMean == 3)
        #expect(all.mean == 3)
        #expect(all.chart().svg.contains("<svg"))
        let zero = try PatienceEstimate([.init(0, abandoned: true)])
        #expect(zero.mean == 0 && zero.meanInterval == nil)
        #expect(try zero.hazards(width: 1).isEmpty)
    }

    @Test("bad waits are named")
    func badValues() {
        func error(_ waits: [ObservedWait]) -> WorkforceError? {
            do { _ = try PatienceEstimate(waits) } catch { return error as? WorkforceError }
            return nil
        }
        #expect(error([])?.code == .empty)
        #expect(error([.init(1, abandoned: true), .init(-1, abandoned: true)])?.place == "waits[1].seconds")
        #expect(error([.init(.nan, abandoned: true)])?.code == .notFinite)
    }

    @Test("has a picture")
    func picture() throws {
        let svg = try PatienceEstimate(Self.waits(500, patience: 180, offered: 60)).chart().svg
        #expect(svg.contains("Kaplan–Meier"))
        #expect(!svg.contains("nan"))
    }
}
