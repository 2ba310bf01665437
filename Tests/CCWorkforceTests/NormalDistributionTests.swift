import Testing

@testable import CCWorkforce

@Suite("The normal distribution")
struct NormalDistributionTests {
    @Test("has a quantile that is the inverse of its probability to rounding")
    func inverse() {
        for share in [1e-12, 1e-6, 0.0242, 0.0243, 0.3, 0.5, 0.8, 0.975, 0.9999] {
            let back = NormalDistribution.below(NormalDistribution.quantile(share))
            #expect(abs(back / share - 1) < 1e-13, "\(share)")
        }
        #expect(NormalDistribution.quantile(0.5) == 0)
        #expect(NormalDistribution.quantile(0) == -40 && NormalDistribution.quantile(1) == 40)
        #expect(abs(NormalDistribution.reach95 - 1.959963984540054) < 1e-14)
        #expect(abs(NormalDistribution.below(1) - 0.841344746068543) < 1e-14)
    }
}
