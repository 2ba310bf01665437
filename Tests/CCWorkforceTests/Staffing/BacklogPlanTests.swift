import CCCore
import CCWorkforce
import Testing

@Suite("A plan for work with due times")
struct BacklogPlanTests {
    @Test("has no higher level than the densest stretch, no work late, and nobody too many", arguments: 0..<40)
    func random(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let count = Int.random(in: 1...12, using: &random)
        let open = (0..<count).map { _ in Int.random(in: 0..<5, using: &random) > 0 }
        let work = (0..<Int.random(in: 0...9, using: &random)).compactMap { _ -> DueWork? in
            let from = Int.random(in: 0..<count, using: &random)
            let through = Int.random(in: from..<count, using: &random)
            guard open[from...through].contains(true) else { return nil }
            return DueWork(from: from, through: through, seconds: Double.random(in: 0...9_000, using: &random))
        }
        let plan = try BacklogPlan(work, open: open, interval: 1800)
        var densest = 0.0
        for from in 0..<count {
            for through in from..<count {
                let length = Double(open[from...through].count { $0 }) * 1800
                let within = work.filter { $0.from >= from && $0.through <= through }.reduce(0) { $0 + $1.seconds }
                if within > 0 { densest = max(densest, within / length) }
            }
        }
        #expect(abs((plan.levels.max() ?? 0) - densest) < 1e-9)
        let total = work.reduce(0) { $0 + $1.seconds }
        #expect(abs(plan.levels.reduce(0, +) * 1800 - total) < 1e-6)
        #expect(zip(open, plan.levels).allSatisfy { $0 || $1 == 0 })
        let (done, late) = BacklogPlan.progress(work, agents: plan.agents, interval: 1800)
        #expect(late < 1e-4)
        #expect(abs(done.reduce(0, +) - work.reduce(0) { $0 + $1.seconds }) < 1e-4)
        #expect(zip(done, plan.agents).allSatisfy { $0 <= Double($1) * 1800 })
        for index in plan.agents.indices where plan.agents[index] > 0 {
            var fewer = plan.agents
            fewer[index] -= 1
            #expect(BacklogPlan.progress(work, agents: fewer, interval: 1800).late > 1e-6)
        }
    }

    @Test("levels what may wait, and keeps apart what may not")
    func levels() throws {
        let work = [
            DueWork(from: 0, through: 0, seconds: 7_200), DueWork(from: 0, through: 3, seconds: 5_400),
            DueWork(from: 2, through: 2, seconds: 900),
        ]
        let plan = try BacklogPlan(work, open: [true, true, true, true], interval: 1800)
        #expect(zip(plan.levels, [4, 3.5 / 3, 3.5 / 3, 3.5 / 3]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(plan.agents.reduce(0, +) == 8)
        #expect(plan.agents[0] == 4)
    }

    @Test("bad work is named")
    func badValues() throws {
        func error(_ work: DueWork, open: [Bool] = [true, false]) -> WorkforceError? {
            do { _ = try BacklogPlan([work], open: open, interval: 900) } catch { return error as? WorkforceError }
            return nil
        }
        #expect(error(.init(from: 0, through: 1, seconds: 5)) == nil)
        #expect(error(.init(from: -1, through: 1, seconds: 5))?.place == "work[0].from")
        #expect(error(.init(from: 1, through: 0, seconds: 5))?.place == "work[0].through")
        #expect(error(.init(from: 0, through: 2, seconds: 5))?.place == "work[0].through")
        #expect(error(.init(from: 0, through: 0, seconds: .nan))?.code == .notFinite)
        #expect(error(.init(from: 1, through: 1, seconds: 5))?.code == .infeasible)
        #expect(error(.init(from: 0, through: Int.max, seconds: 5))?.code == .outOfRange)
    }
}
