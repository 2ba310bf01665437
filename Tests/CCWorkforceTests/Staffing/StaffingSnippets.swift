import CCCore
import CCWorkforce
import Testing

/// The Swift of Docs/Staffing.md.
@Suite("The guide to staffing")
struct StaffingSnippets {
    @Test("is true")
    func guide() throws {
        let work = try Workload(contactsPerHour: 1200, handleTime: 300, patience: 180)
        let agents = try work.agents(for: .service(0.8, within: 20))  // 100
        let figures = try WaitingFigures(work, agents: agents)
        let level = figures.serviceLevel(.excludingAbandonedInTime)  // 0.829
        #expect(agents == 100)
        #expect(abs(level - 0.829) < 0.0005)

        let week = (0..<336).map { _ in
            IntervalDemand(contacts: 180, contactsToStaff: 200, handleTime: 240, patience: 150)
        }
        let plan = try StaffingPlan(
            week, interval: 1800, targets: .service(0.8, within: 20),
            shrinkage: Shrinkage(planned: 0.2, unplanned: 0.08), minimum: 2)
        let hours = plan.totals.scheduledHours
        #expect(hours > plan.totals.hours)
    }
}
