import CCSimulation
import ContactCenterKit
import Foundation
import Synchronization
import Testing

@Suite("A queue that rings all")
struct RingAllTests {
    @CenterBuilder static func plan() -> CenterPlan {
        Phones(host: "10.0.0.1", sipPort: 5060)
        Queue("support", ringTimeout: .seconds(10), wrapUp: .zero, ringing: .all(max: 10))
        for name in ["anna", "berta", "carl"] { Agent(AgentID(name)).phone(password: "secret") }
        Number("100", queue: "support")
    }

    /// What an agent's phone does with a call.
    enum Manner: Sendable {
        case answers(after: Duration), declines(after: Duration), rings, answersAndFails(after: Duration)
    }

    /// One call of `talk` seconds. Returns its record, how each phone's first call ended, and the agents' states during
    /// and after the talk.
    static func call(
        _ manners: [String: Manner], seed: UInt64 = 1, talk: Duration = .seconds(15)
    ) async throws -> (record: ContactRecord, ends: [String: CallEnd], states: [String: AgentState]) {
        try await Simulation.run(seed: seed) { world in
            try await world.withCenter(plan()) { stage in
                let ends = Mutex<[String: CallEnd]>([:])
                for (name, manner) in manners.sorted(by: { $0.key < $1.key }) {
                    try await stage.agent(AgentID(name), password: "secret") { call in
                        switch manner {
                        case .rings: break
                        case .declines(let pause):
                            try? await world.sleep(for: pause)
                            await call.reject(SipStatus(603))
                        case .answers(let pause):
                            try? await world.sleep(for: pause)
                            try? await call.answer()
                        case .answersAndFails(let pause):
                            try? await world.sleep(for: pause)
                            try? await call.answer()
                            await call.hangUp()
                        }
                        await call.waitForEnd()
                        ends.withLock { if $0[name] == nil { $0[name] = call.end } }
                    }
                }
                try await stage.call("100") { _ in try await world.sleep(for: talk) }
                var states: [String: AgentState] = [:]
                for name in manners.keys { states[name] = await stage.center.status(of: AgentID(name))?.state }
                try await world.sleep(for: .seconds(5))
                let record = try #require(try await stage.center.contacts.records(ContactFilter()).first)
                return (record, ends.withLock { $0 }, states)
            }
        }
    }

    @Test("has one winner; the other phones stop, and nobody is punished")
    func oneWinner() async throws {
        let (record, ends, states) = try await Self.call([
            "anna": .rings, "berta": .answers(after: .seconds(2)), "carl": .rings,
        ])
        #expect(record.segments.map(\.agent).sorted() == ["anna", "berta", "carl"])
        #expect(record.segments.filter { $0.outcome == .answered }.map(\.agent) == ["berta"])
        #expect(record.segments.filter { $0.outcome == .answeredElsewhere }.count == 2)
        #expect(ends["anna"] == .cancelled && ends["carl"] == .cancelled)
        #expect(states["anna"] == .idle && states["carl"] == .idle)
        #expect(record.terminalReason == .completedByCustomer)
    }

    @Test(
        "two who answer in the same instant: one talks, the other is hung up and idle",
        arguments: 1...10 as ClosedRange<UInt64>)
    func sameInstant(seed: UInt64) async throws {
        let (record, ends, states) = try await Self.call(
            ["anna": .answers(after: .seconds(2)), "berta": .answers(after: .seconds(2))], seed: seed)
        #expect(record.segments.filter { $0.outcome == .answered }.count == 1)
        let winner = try #require(record.agent).rawValue
        let loser = winner == "anna" ? "berta" : "anna"
        #expect(states[loser] == .idle, "not paused as if it had not answered")
        #expect(ends[loser] == .remoteHangup || ends[loser] == .cancelled)
    }

    @Test("goes on ringing the others when one declines")
    func declines() async throws {
        let (record, _, _) = try await Self.call([
            "anna": .declines(after: .seconds(1)), "berta": .answers(after: .seconds(4)),
        ])
        #expect(record.agent == "berta")
        #expect(record.segments.first { $0.agent == "anna" }?.outcome == .declined)
        #expect(record.segments.count == 2, "berta's phone was not rung anew")
    }

    @Test("goes on ringing the others when the winner's phone is gone before a word is said")
    func winnerFails() async throws {
        let (record, _, _) = try await Self.call([
            "anna": .answersAndFails(after: .seconds(1)), "berta": .answers(after: .seconds(4)),
        ])
        #expect(record.agent == "berta")
        #expect(record.segments.count == 2, "berta's phone was not rung anew")
        #expect(record.terminalReason == .completedByCustomer)
    }
}
