import CCCore
import CCRouting
import Testing

@Suite("Everything at once")
struct DistributionTests {
    @Test("no rule is ever broken, and nothing is left over", arguments: 0..<60 as Range<UInt64>)
    func rulesHold(seed: UInt64) {
        guard let (failure, _) = run(seed, keepsLog: false), let (_, log) = run(seed, keepsLog: true) else { return }
        Issue.record("seed \(seed): \(failure)\n\(log.joined(separator: "\n"))")
    }

    private func run(_ seed: UInt64, keepsLog: Bool) -> (any Error, [String])? {
        var world = DistributionWorld(seed: seed, keepsLog: keepsLog)
        do {
            for _ in 0..<400 { try world.step() }
            try world.drain()
            return nil
        } catch {
            return (error, world.log)
        }
    }
}
