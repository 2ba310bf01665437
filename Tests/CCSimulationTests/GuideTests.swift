import CCSimulation
import ContactCenterKit
import Testing

// The code of the guide "Testing your centre in virtual time", as it stands there.

@CenterBuilder func plan() -> CenterPlan {
    Phones(host: "10.0.0.1", sipPort: 5060)
    Queue("support", requires: ["support"], ringTimeout: .seconds(15))
    Agent("anna", skills: ["support"]).phone(password: "secret")
    Agent("bert", skills: ["support"]).phone(password: "secret")
    Number("+15550100") { call, center in
        try await call.answer()
        guard try await call.digit(within: .seconds(20)) == "1" else { return }
        try await center.enqueue(call, "support")
    }
}

@Test func aContactGoesToTheNextAgentWhenOneDoesNotAnswer() async throws {
    let record = try await Simulation.run(seed: 7) { world in
        try await world.withCenter(plan()) { stage in
            // Anna has been idle longer, but is not at her desk. Bert takes four seconds to answer.
            try await stage.agent("anna", password: "secret") { call in await call.waitForEnd() }
            try await stage.agent("bert", password: "secret") { call in
                try? await world.sleep(for: .seconds(4))
                try? await call.answer()
                await call.waitForEnd()
            }
            try await stage.call("+15550100") { call in
                try await call.send(digits: "1")
                try await world.sleep(for: .seconds(120))
            }
            try await world.sleep(for: .seconds(1))
            return try await stage.center.contacts.records(ContactFilter()).first
        }
    }
    #expect(record?.terminalReason == .completedByCustomer)
    #expect(record?.segments.map { $0.agent } == ["anna", "bert"])
    #expect(record?.segments.map { $0.outcome } == [.noAnswer, .answered])
    #expect(record?.segments.map { $0.ring.components.seconds } == [15, 4])
}

@Test(arguments: 0..<20 as Range<UInt64>)
func everyCallerIsServedOverAPoorLine(seed: UInt64) async throws {
    let options = SimulationOptions(scheduling: .shuffled)
    let summary = try await Simulation.run(seed: seed, options: options) { world in
        world.network.usualLink = .poor
        return try await world.withCenter(plan()) { stage in
            try await stage.agent("anna", password: "secret") { call in
                try? await call.answer()
                await call.waitForEnd()
            }
            try await stage.call("+15550100") { call in
                try await call.send(digits: "1")
                try await world.sleep(for: .seconds(10))
            }
            try await world.sleep(for: .seconds(30))
            return try await stage.center.summary()
        }
    }
    #expect(summary.answered == 1)
}
