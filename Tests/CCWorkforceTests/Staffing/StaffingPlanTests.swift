import CCCore
import CCWorkforce
import Testing

@Suite("A staffing plan")
struct StaffingPlanTests {
    private static func week() -> [IntervalDemand] {
        (0..<336).map { index in
            let hour = Double(index % 48) / 2
            let contacts = hour < 7 || hour >= 20 ? 0 : 20 + 400 * (1 - abs(hour - 13) / 7) * (index / 48 < 5 ? 1 : 0.4)
            return IntervalDemand(contacts: contacts, handleTime: 240 + hour, patience: 150)
        }
    }

    @Test("has for each interval the fewest agents, and totals that are weighted with contacts and hours")
    func week() throws {
        let targets = StaffingTargets.service(0.8, within: 20)
        let plan = try StaffingPlan(
            Self.week(), interval: 1800, targets: targets, shrinkage: Shrinkage(planned: 0.2, unplanned: 0.1))
        #expect(plan.intervals.count == 336)
        var (offered, inTime, busy, hours, waits) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (demand, row) in zip(Self.week(), plan.intervals) {
            let work = try Workload(contactsPerHour: demand.contacts * 2, handleTime: demand.handleTime, patience: 150)
            let agents = try work.agents(for: targets)
            #expect(row.agents == agents)
            #expect(Double(row.scheduled) * 0.72 >= Double(agents) - 1e-9)
            #expect(Double(row.scheduled - 1) * 0.72 < Double(agents))
            let figures = try WaitingFigures(work, agents: agents)
            offered += demand.contacts
            inTime += demand.contacts * figures.serviceLevel()
            hours += Double(agents) / 2
            busy += demand.contacts * figures.answerRate * demand.handleTime / 3600
            waits += demand.contacts * figures.averageWait
        }
        let totals = plan.totals
        #expect(abs(totals.offered - offered) < 1e-9 * offered)
        #expect(abs(totals.serviceLevel() - inTime / offered) < 1e-12)
        #expect(abs(totals.occupancy - busy / hours) < 1e-12)
        #expect(abs(totals.averageWait - waits / offered) < 1e-12 * totals.averageWait)
        #expect(totals.hours == hours)
        #expect(totals.serviceLevel() > 0.8)
        #expect(totals.peakAgents == plan.intervals.map(\.agents).max())
    }

    @Test("staffs for a quantile, and tells what to expect at the mean")
    func quantile() throws {
        let targets = StaffingTargets.service(0.8, within: 20)
        func plan(_ staffed: Double?) throws -> StaffingPlan.Interval {
            let demand = IntervalDemand(contacts: 200, contactsToStaff: staffed, handleTime: 240, patience: 150)
            return try #require(try StaffingPlan([demand], interval: 1800, targets: targets).intervals.first)
        }
        let (mean, high) = (try plan(nil), try plan(230))
        #expect(
            high.agents == (try Workload(contactsPerHour: 460, handleTime: 240, patience: 150).agents(for: targets)))
        #expect(high.agents > mean.agents)
        #expect(high.figures.serviceLevel() > mean.figures.serviceLevel())
    }

    @Test("keeps the minimum, also where nobody comes")
    func minimum() throws {
        let plan = try StaffingPlan(
            [.init(contacts: 0, handleTime: 240), .init(contacts: 1, handleTime: 240)], interval: 900,
            targets: .service(0.8, within: 20), minimum: 3)
        #expect(plan.intervals.map(\.agents) == [3, 3])
        #expect(plan.totals.serviceLevel() > 0.99)
        let none = try StaffingPlan([], interval: 900, targets: .service(0.8, within: 20))
        let nobody = try StaffingPlan(
            [.init(contacts: 5, handleTime: 240, patience: 60)], interval: 900, targets: StaffingTargets())
        #expect(nobody.intervals.map(\.agents) == [0])
        #expect(nobody.totals.averageSpeedOfAnswer == .infinity && nobody.totals.averageWait == 60)
        #expect(none.totals.averageSpeedOfAnswer == 0)
        #expect(none.totals.serviceLevel() == 1)
        #expect(none.totals.occupancy == 0)
    }

    @Test("names the interval of a bad value")
    func badValues() throws {
        func place(_ demand: [IntervalDemand], interval: Double = 1800) -> String? {
            do { _ = try StaffingPlan(demand, interval: interval, targets: .service(0.8, within: 20)) } catch {
                return (error as? WorkforceError)?.place
            }
            return nil
        }
        let good = IntervalDemand(contacts: 3, handleTime: 180)
        #expect(place([good, .init(contacts: .nan, handleTime: 180)]) == "demand[1].contacts")
        #expect(place([.init(contacts: 3, handleTime: 0)]) == "demand[0].handleTime")
        #expect(place([.init(contacts: 3, handleTime: -9)]) == "demand[0].handleTime")
        #expect(place([.init(contacts: 3, handleTime: .infinity)]) == "demand[0].handleTime")
        #expect(place([.init(contacts: 3, handleTime: 9, patience: -1)]) == "demand[0].patience")
        #expect(place([.init(contacts: 3, contactsToStaff: -1, handleTime: 9)]) == "demand[0].contactsToStaff")
        #expect(place([.init(contacts: 1e12, handleTime: 1e9)]) == "demand[0].load")
        #expect(place([good], interval: 0) == "interval")
        #expect(place([good]) == nil)
    }

    @Test("shrinkage multiplies")
    func shrinkage() throws {
        let shrinkage = try Shrinkage(planned: 0.2, unplanned: 0.1)
        #expect(abs(shrinkage.total - 0.28) < 1e-15)
        #expect(shrinkage.gross(72) == 100)
        #expect(shrinkage.gross(73) == 102)
        #expect(Shrinkage.none.gross(17) == 17)
        #expect(throws: WorkforceError.self) { try Shrinkage(planned: 1) }
        #expect(throws: WorkforceError.self) { try Shrinkage(unplanned: -.infinity) }
    }

    @Test("a plan for chats is that of chats, interval by interval")
    func chats() throws {
        let concurrency = try ChatConcurrency(slots: 3, slowdown: 0.4)
        let demand = [0.0, 3, 40, 90].map { IntervalDemand(contacts: $0, handleTime: 420, patience: 120) }
        let targets = StaffingTargets.service(0.8, within: 30)
        let plan = try StaffingPlan(demand, interval: 1800, targets: targets, channel: .chats(concurrency))
        for (row, one) in zip(plan.intervals, demand) {
            let work = try Workload(contactsPerHour: 2 * one.contacts, handleTime: 420, patience: 120)
            #expect(try row.agents == work.agents(for: targets, concurrency: concurrency))
            let figures = try ChatFigures(work, agents: row.agents, concurrency: concurrency, threshold: 30)
            #expect(row.figures == figures.waiting && row.occupancy == figures.occupancy)
        }
        let calls = try StaffingPlan(demand, interval: 1800, targets: targets)
        #expect(plan.totals.hours < calls.totals.hours)
    }

    @Test(
        "with retrials there are as few agents as meet the target with those who come back", arguments: [0.2, 0.6, 1])
    func retrials(share: Double) throws {
        let demand = [0.0, 2, 30, 200].map { IntervalDemand(contacts: $0, handleTime: 300, patience: 90) }
        let targets = StaffingTargets(abandonRateMax: 0.1)
        let plan = try StaffingPlan(demand, interval: 1800, targets: targets, channel: .calls(retrials: share))
        for (row, one) in zip(plan.intervals, demand) where one.contacts > 0 {
            let new = try Workload(contactsPerHour: 2 * one.contacts, handleTime: 300, patience: 90)
            func isEnough(_ agents: Int) -> Bool {
                guard let all = try? new.withRetrials(probability: share, agents: agents),
                    let figures = try? WaitingFigures(all, agents: agents)
                else { return false }
                return figures.abandonRate <= 0.1
            }
            #expect(isEnough(row.agents) && !isEnough(row.agents - 1))
        }
        let without = try StaffingPlan(demand, interval: 1800, targets: targets)
        #expect(without.intervals.map(\.agents) != plan.intervals.map(\.agents))
        let error = #expect(throws: WorkforceError.self) {
            try StaffingPlan(demand, interval: 1800, targets: targets, channel: .calls(retrials: -0.1))
        }
        #expect(error?.place == "retrials")
    }
}
