/// The convex cost of missing agents, taken apart into layers that each cost the same for every missing agent.
///
/// Every agent asked for is a place to be filled, worth what its emptiness costs. The sets of places that can be filled
/// together are the independent sets of a transversal matroid, so filling dear places first is optimal (Edmonds 1971),
/// and the cost of what stays empty is Σ over layers of weight × (places of the layer − the most of them that can be
/// filled). By Hall's theorem (1935), in the form of the max-flow min-cut theorem, that difference is the largest of
/// need(S) − capacity(S) over all sets S of skills, where capacity(S) counts the agents with a skill in S.
struct DemandLayers {
    /// What one more missing agent costs in each layer, on top of the layers before it.
    var weights: [Int] = []
    /// By layer, skill and slot: agents asked for. Each layer's places are among those of the layer before it.
    var need: [[[Int]]] = []

    init(_ problem: ScheduleProblem) {
        let cost = problem.coverage
        var before = 0
        for (index, under) in cost.under.enumerated() where index == 0 || under > before {
            weights.append(under - before)
            before = under
            need.append(
                problem.demand.enumerated().map { skill, row in
                    row.enumerated().map { slot, count in
                        max(count - index, cost.minimum.isEmpty ? 0 : cost.minimum[skill][slot])
                    }
                })
        }
        if !cost.minimum.isEmpty, cost.belowMinimum > before {
            weights.append(cost.belowMinimum - before)
            need.append(cost.minimum)
        }
    }
}
