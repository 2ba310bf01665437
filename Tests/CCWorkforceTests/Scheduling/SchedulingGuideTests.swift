import CCCore
import CCWorkforce
import Foundation
import Testing

/// The blocks of Docs/Scheduling.md and Docs/Adherence.md stand here, so that they compile and run.
@Suite("The guides to schedules and adherence")
struct SchedulingGuideTests {
    @Test("a week from shapes and terms to a checked schedule")
    func schedule() async throws {
        let demand = (0..<336).map { (16..<40).contains($0 % 48) ? 2 : 0 }
        let day = ShiftShape(
            starts: [14, 16, 18], length: 17, breaks: [.init(starts: 3...5), .init(starts: 7...9, isPaid: false)])
        let agents = (1...4).map { id in
            AgentTerms(
                RosterAgent(id: id, minSlots: 48, maxSlots: 80, maxDays: 5),
                availability: [[Range<Int>]](repeating: [12..<48], count: 7))
        }
        let request = RosterRequest(demand: [demand], shapes: [day], agents: agents)
        let problem = try request.problem()
        let result = try await LocalSearch(seed: 7).solve(problem, budget: .moves(20_000))
        let report = ScheduleChecker(problem).check(result.solution)
        #expect(report.broken.isEmpty)
        #expect(report.cost == result.cost)
        #expect(SchedulePicture(problem, report).chart.svg.contains("</svg>"))
    }

    @Test("a board of adherence")
    func adherence() throws {
        let monday = CalendarDate(dayNumber: 4)
        let zone = try #require(TimeZone(secondsFromGMT: 0))
        let midnight = 4 * 86_400_000
        let pattern = ShiftPattern(start: 16, length: 17, breaks: [3, 8, 12], paid: 16)
        let now = midnight + 12 * 3_600_000
        let journal = [
            CenterEvent(
                .agentStateChanged("anna", .idle, until: nil),
                at: Date(timeIntervalSince1970: Double(midnight) / 1_000 + 9 * 3_600))
        ]
        var shown: [String] = []
        func show(_ agent: AgentID, _ out: AdherenceMonitor.OutOfAdherence) { shown.append("\(agent): \(out.state)") }

        var board = AdherenceBoard(rules: AdherenceRules(tolerance: 120_000), from: midnight)
        board.change(try AgentPlan(pattern, on: monday, slotsPerDay: 48, in: zone, lunch: 1), of: "anna")
        for event in journal { try board.apply(event) }
        for (agent, out) in board.outOfAdherence(at: now + 600_000) { show(agent, out) }

        // Work from 8:00, came at 9:00, should be at lunch from 12:00.
        #expect(shown == ["anna: idle"])
        let figures = try #require(board.figures(at: now).first?.figures)
        #expect(figures.scheduled == 4 * 3_600_000)
        #expect(figures.inAdherence == (4 * 60 - 60 - 30) * 60_000)
    }
}
