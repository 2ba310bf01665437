import ContactCenterKit

/// The part that most tests have: a queue `support`, its number, and agents agent1 ... with the skill and a password.
struct Support: CenterPart {
    static let queue = Queue("support", requires: ["support"], wrapUp: .zero)

    var queue: Queue
    var agents: Int

    init(_ queue: Queue = Support.queue, agents: Int = 3) {
        self.queue = queue
        self.agents = agents
    }

    func add(to plan: inout CenterPlan) {
        queue.add(to: &plan)
        Number("support", queue: queue.id).add(to: &plan)
        for index in 1...agents {
            let agent = Agent(AgentID("agent\(index)"), skills: ["support"])
            agent.phone(password: "secret").add(to: &plan)
            Number(agent.id.rawValue, agent: agent.id).add(to: &plan)
        }
    }
}
