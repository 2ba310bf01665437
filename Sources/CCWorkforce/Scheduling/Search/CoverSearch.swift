/// `LocalSearch` for problems without names.
struct CoverSearch: Sendable {
    let problem: ScheduleProblem
    let shifts: [AnonymousShift]
    let search: LocalSearch

    /// Above so many people a tenth of them is searched first.
    private static let maxPeople = 50_000

    func run(_ start: [Int]?, _ budget: ScheduleBudget) async throws -> ScheduleResult {
        if let start, !start.allSatisfy((0...Limits.demand).contains) || start.reduce(0, +) > Limits.people {
            throw WorkforceError(.outOfRange, at: "start", "expected at most \(Limits.people) people in all")
        }
        let relaxation = CoverRelaxation(problem, shifts) { budget.share(0) < 0.3 }
        let paid = shifts.reduce(0) { $0 + problem.patterns[$1.pattern].paid }
        let wages = shifts.reduce(0) { $0 + $1.cost }
        let unit = paid > 0 && wages > 0 ? Double(wages) / Double(paid) : max(1, Double(problem.coverage.under[0]) / 3)
        var (candidates, whole) = (Array(shifts.indices), [Int](repeating: 0, count: shifts.count))
        if let relaxation, relaxation.optimal {
            candidates = candidates.filter { relaxation.surplus[$0] < 0.01 * unit || start?[$0] ?? 0 > 0 }
            for index in candidates { whole[index] = Int(min(relaxation.values[index] + 0.01, 1e6)) }
            // Every shift costs more than its slots are worth: nobody works.
            if candidates.isEmpty {
                return ScheduleResult(
                    solution: .cover(whole), cost: SlotLedger(problem, groups: [1]).total, bound: relaxation.bound)
            }
        } else if relaxation == nil || problem.demand[0].reduce(0, +) / 8 > Self.maxPeople {
            whole = scaled()
        }
        let (numbers, base) = (candidates, whole)
        let plan = [(to: 0.6, hot: 5.0, cold: 0.2), (to: 0.8, hot: 2.5, cold: 0.2), (to: 1.0, hot: 1.5, cold: 0.2)]
        let found = await search.phases({ phase, _, _ in plan[min(phase, 2)] }, start) { leg, schedule, done in
            let annealer = CoverAnnealer(problem, shifts, candidates: numbers, seed: leg.seed)
            // Every second worker may also take back some of what the relaxation suggests.
            let slack = (leg.worker + leg.phase) % 2
            var fixed = base.map { max(0, $0 - slack) }
            if let schedule {
                fixed = zip(fixed, schedule).map { min($0, $1) }
                annealer.fix(fixed)
                annealer.add(zip(schedule, fixed).map { $0 - $1 })
            } else {
                annealer.fix(fixed)
                annealer.add(zip(base, fixed).map { $0 - $1 })
            }
            annealer.moves = done
            annealer.anneal(hot: leg.hot * unit, cold: leg.cold * unit, from: leg.from, to: leg.to) {
                budget.share($0)
            }
            return LocalSearch.Found(
                worker: leg.worker, schedule: annealer.counts, cost: annealer.bestCost, moves: annealer.moves)
        }
        guard let found else { throw WorkforceError(.infeasible, at: "", "there is no schedule") }
        return ScheduleResult(
            solution: .cover(found.schedule), cost: found.cost, bound: relaxation?.bound, moves: found.moves)
    }

    /// Without a relaxation and with very many people: as many shifts as the average demand needs, each day's shifts in
    /// turn, so that the search begins near the right number.
    private func scaled() -> [Int] {
        var result = [Int](repeating: 0, count: shifts.count)
        let slots = problem.slotsPerDay
        for day in 0..<problem.days {
            let ofDay = shifts.indices.filter { shifts[$0].day == day }
            let need = problem.demand[0][(day * slots)..<(day * slots + slots)].reduce(0, +)
            let gives = ofDay.reduce(0) { $0 + problem.patterns[shifts[$1].pattern].cover.count }
            for index in ofDay { result[index] = need / max(gives, 1) }
        }
        return result
    }
}
