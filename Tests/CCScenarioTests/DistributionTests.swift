import CCCore
import CCScenario
import Testing

@Suite("Distributions and estimates")
struct DistributionTests {
    static let all: [Distribution] = [
        .deterministic(7), .exponential(mean: 120), .logNormal(mean: 180, variation: 1.2), .uniform(low: 2, high: 9),
        .gamma(shape: 0.5, scale: 30), .erlang(phases: 3, mean: 60), .empirical([1, 2, 4, 8]),
        .hyperexponential([.init(weight: 3, mean: 10), .init(weight: 1, mean: 100)]),
    ]

    @Test("samples have the mean and the second moment that the distribution says", arguments: all)
    func moments(distribution: Distribution) {
        var stream = RandomStreams(seed: 1).stream(.talk, 0)
        let values = (0..<40_000).map { _ in distribution.sample(using: &stream) }
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let error = (distribution.variance / count).squareRoot()
        #expect(abs(mean - distribution.mean) <= 4 * error + 1e-9, "\(mean)")
        let square = values.reduce(0) { $0 + $1 * $1 } / count
        #expect(abs(square / distribution.secondMoment - 1) < 0.12, "\(square)")
        #expect(values.allSatisfy { $0 >= 0 })
    }

    @Test("a value above a bound is above it, and an exponential one has the same mean beyond")
    func conditional() {
        var stream = RandomStreams(seed: 1).stream(.patience, 0)
        let values = (0..<20_000).map { _ in Distribution.exponential(mean: 60).sample(above: 100, using: &stream) }
        #expect(values.allSatisfy { $0 >= 100 })
        #expect(abs(values.reduce(0, +) / 20_000 - 160) < 2)
        let others = (0..<200).map { _ in Distribution.uniform(low: 0, high: 50).sample(above: 40, using: &stream) }
        #expect(others.allSatisfy { $0 > 40 && $0 <= 50 })
    }

    @Test("streams of different purposes, places and replications differ")
    func streams() {
        var first: Set<UInt64> = []
        for replication in 0..<3 {
            for place in 0..<10 {
                for purpose in [RandomStreams.Purpose.arrivals, .patience, .talk, .wrapUp, .redials, .agents] {
                    var stream = RandomStreams(seed: 7, replication: replication).stream(purpose, place)
                    first.insert(stream.next())
                }
            }
        }
        #expect(first.count == 180)
    }

    @Test("piecewise rates bring as many contacts in each interval as they say")
    func piecewise() {
        let process = ArrivalProcess.piecewise([
            .init(start: .seconds(100), rate: 5), .init(start: .seconds(1100), rate: 0),
            .init(start: .seconds(2000), rate: 20), .init(start: .seconds(3000), rate: 0),
        ])
        var generator = ArrivalGenerator(process, stream: SplitMix64(state: 1))
        var counts = [0, 0, 0]
        while let arrival = generator.next() {
            let second = arrival.offset.inSeconds
            counts[second < 1100 ? 0 : second < 2000 ? 1 : 2] += 1
            #expect(second >= 100 && second <= 3000)
        }
        #expect(abs(counts[0] - 5000) < 300 && counts[1] == 0 && abs(counts[2] - 20_000) < 600, "\(counts)")
    }
}
