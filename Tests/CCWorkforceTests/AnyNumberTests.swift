import CCCore
import Foundation
import Testing

@testable import CCWorkforce

/// Whatever numbers are handed in, there is an answer or an error.
@Suite("No number traps")
struct AnyNumberTests {
    static let counts = [
        Int.min, .min + 1, -1_000_000_007, -1, 0, 1, 5, 7, 47, 48, 1_440, 1 << 31, 1 << 53, .max - 1, .max,
    ]
    static let numbers = [
        Double.nan, -.infinity, -1e308, -1, -.leastNonzeroMagnitude, 0, .leastNonzeroMagnitude, 1e-9, 0.5, 1, 60, 1e9,
        1e18,
        1e308, .infinity,
    ]

    @Test("in adherence", arguments: counts)
    func adherence(count: Int) throws {
        for other in Self.counts {
            let plan = try? AgentPlan([.init(.work, from: count, to: other)])
            var monitor = AdherenceMonitor(
                plan: plan ?? AgentPlan(), rules: AdherenceRules(tolerance: other), from: count)
            try? monitor.apply(.idle, at: other)
            if count < other { try? monitor.excuse(count..<other) }
            let figures = monitor.figures(at: other)
            #expect(figures.inAdherence <= figures.scheduled && figures.total >= 0)
            #expect(monitor.deviations(to: other).allSatisfy { $0.start < $0.end })
            _ = monitor.outOfAdherence(at: other)
            monitor.change(AgentPlan())
            monitor.forget(before: other)
            var board = AdherenceBoard(rules: AdherenceRules(tolerance: count), from: other)
            try? board.apply(.talking, of: "anna", at: count)
            #expect(board.figures(at: .max).count == (board.agents.isEmpty ? 0 : 1))
            let pattern = ShiftPattern(start: count, length: other, breaks: [count, other], paid: count)
            for zone in [TimeZone(secondsFromGMT: 0), TimeZone(identifier: "Europe/Berlin")].compactMap(\.self) {
                let made = try? AgentPlan(
                    pattern, on: CalendarDate(dayNumber: count), slotsPerDay: other, in: zone, lunch: count)
                #expect(made == nil || pattern.start >= 0)
                let instant = WallTime(CalendarDate(dayNumber: count), minute: other).milliseconds(in: zone)
                #expect(instant.magnitude < AgentPlan.limit)
                _ = WallTime(milliseconds: count, in: zone)
            }
        }
    }

    @Test("in schedules that are lived with", arguments: counts)
    func schedules(count: Int) throws {
        let problem = try LivingScheduleTests.pair()
        let schedule = (1...3).map { ScheduleSolution.Assignment(agent: $0, day: $0 - 1, pattern: 0) }
        for other in Self.counts {
            _ = try? IntradayPlan(problem, schedule, day: count, now: other)
            var rules = IntradayPlan.Rules()
            rules.overtimeMax = count
            rules.earlyLeaveMax = other
            rules.notice = count
            _ = try? IntradayPlan(problem, schedule, day: 1, now: 10, rules: rules, limit: 3)
            rules = .init(overtimeSlot: count, earlyLeaveSlot: other, gainMin: count)
            _ = try? IntradayPlan(problem, schedule, day: 1, now: 10, rules: rules, limit: other)
            let trade = ShiftTrade(giver: count, day: other, taker: 1, inReturn: count)
            #expect(throws: ShiftTrade.Refusal.self) { try trade.apply(to: schedule, in: problem, allowed: other) }
            let odd = [ScheduleSolution.Assignment(agent: count, day: other, pattern: count)]
            _ = try? ShiftTrade(giver: count, day: other, taker: 2).apply(to: odd, in: problem, allowed: count)
            _ = FairnessFigures(problem, odd, earlyBefore: count, lateAfter: other)
            let bids = ShiftBids(problem, lines: [[count: other], [1: count]])
            let bid = ShiftBids.Bid(agent: 1, seniority: count, points: [(0, count), (1, other)])
            #expect(try bids.award([bid], by: .points).count == 1)
            #expect(throws: WorkforceError.self) {
                try AgentPlan.plans(
                    [.init(agent: 1, day: 1, pattern: other == 0 ? 1 : other)], in: problem,
                    from: CalendarDate(dayNumber: count), zone: .gmt)
            }
        }
    }

    @Test("in what schedules are made from", arguments: counts)
    func making(count: Int) throws {
        for other in Self.counts {
            let low = min(count, other)
            let shape = ShiftShape(
                starts: [count, 8], length: other,
                breaks: [.init(starts: low...max(count, other), length: count)], workBetweenBreaks: count)
            let contract = RosterAgent(
                id: count, skills: [other], minSlots: count, maxSlots: other, maxDays: count, daysBefore: other)
            let terms = AgentTerms(
                contract, availability: Array(repeating: [low..<max(count, other)], count: 7), lastEnd: count,
                weekendsOff: [count], wishes: [.init(days: [other], starts: nil, cost: count)], recentWeekends: other)
            let request = RosterRequest(
                demand: [[Int](repeating: 1, count: 336)], shapes: [shape], agents: [terms],
                wages: WageRules(slot: count, extras: [.init(slots: low..<max(count, other), cost: other)]),
                rest: count, maxConsecutiveDays: other, weekendFairness: count)
            _ = try? request.problem()
            // One odd number at a time reaches further in.
            let sound = RosterRequest(
                demand: [[Int](repeating: 1, count: 336)], shapes: [ShiftShape(starts: [16], length: 8)],
                agents: [
                    AgentTerms(
                        RosterAgent(id: 1, minSlots: 0, maxSlots: 40, maxDays: 5),
                        availability: Array(repeating: [0..<48], count: 7))
                ])
            for change in [
                { $0.rest = count }, { $0.days = count }, { $0.slotsPerDay = count }, { $0.wages.slot = count },
                { $0.agents[0].wishes = [.init(starts: nil, cost: count)] },
                { $0.agents[0].availability[0] = [low..<max(count, other)] }, { $0.shapes[0].length = count },
                { $0.shapes[0].starts = [count] }, { $0.agents[0].lastEnd = count },
                { $0.wages.extras = [.init(slots: low..<max(count, other), weekdays: [count], cost: 3)] },
            ] as [(inout RosterRequest) -> Void] {
                var request = sound
                change(&request)
                _ = try? request.problem()
            }
        }
    }

    @Test("in staffing", arguments: numbers)
    func staffing(number: Double) throws {
        func usable(_ value: Double) -> Bool { !value.isNaN }
        for other in Self.numbers {
            let demand = [IntervalDemand(contacts: number, contactsToStaff: other, handleTime: 60, patience: 60)]
            for channel in [.calls(), .calls(retrials: other), .chats(try ChatConcurrency(slots: 2, slowdown: 0.5))]
                as [StaffingPlan.Channel]
            {
                let plan = try? StaffingPlan(
                    demand, interval: 1800, targets: .service(0.8, within: 20), channel: channel)
                #expect(usable(plan?.totals.serviceLevel() ?? 0) && usable(plan?.totals.occupancy ?? 0))
            }
            if let work = try? Workload(load: min(number, 1e4), handleTime: other, patience: other) {
                #expect(usable((try? WaitingFigures(work, agents: 3, threshold: other))?.averageWait ?? 0))
                _ = try? work.withRetrials(probability: number, agents: 2)
                _ = try? work.agents(for: StaffingTargets(speedOfAnswerMax: other, occupancyMax: number))
            }
            _ = try? OutboundGoal(contactsPerHour: number, contactRate: other, handleTime: 60, missTime: other)
                .agents(occupancyMax: number)
            _ = try? BacklogPlan(
                [DueWork(from: 0, through: 1, seconds: number)], open: [true, true], interval: other)
            _ = BacklogPlan.progress(
                [DueWork(from: .min, through: .max, seconds: number)], agents: [.min, .max], interval: other)
            _ = try? OfferedLoad.modified(contacts: [number, 1], interval: 60, handleTime: other)
            _ = try? OfferedLoad.lagged(contacts: [number, 1], interval: 60, handleTime: other)
            _ = try? PatienceEstimate([ObservedWait(number, abandoned: true)]).hazards(width: other)
            _ = try? HandleTimeFit([number, other, 60])
            _ = try? ChatConcurrency(efficiency: [1, number, other])
            _ = try? Shrinkage(planned: number, unplanned: other).gross(.max)
            _ = CSVText.number(number, digits: 3)
        }
    }
}
