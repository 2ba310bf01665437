import CCCore
import Foundation
import Testing

@testable import CCWorkforce

@Suite("Adherence and conformance")
struct AdherenceTests {
    static let minute = 60_000

    /// 0–60 work, 60–75 break, 75–120 work, 120–150 lunch, 150–180 meeting, 180–240 work; minutes.
    static func day(_ shift: Int = 0) throws -> AgentPlan {
        let entries: [(PlannedActivity, Int, Int)] = [
            (.work, 0, 60), (.shortBreak, 60, 75), (.work, 75, 120), (.lunch, 120, 150), (.meeting, 150, 180),
            (.work, 180, 240),
        ]
        return try AgentPlan(entries.map { .init($0.0, from: ($0.1 + shift) * minute, to: ($0.2 + shift) * minute) })
    }

    static func monitor(_ plan: AgentPlan, _ changes: [(AgentState, Int)]) throws -> AdherenceMonitor {
        var monitor = AdherenceMonitor(plan: plan, from: 0)
        for (state, time) in changes { try monitor.apply(state, at: time * minute) }
        return monitor
    }

    static let lived: [(AgentState, Int)] = [
        (.idle, 5), (.talking, 20), (.wrapUp, 50), (.notReady("break"), 65), (.idle, 80), (.notReady("lunch"), 115),
        (.notReady("meeting"), 150), (.notReady("phoneBusy"), 182), (.idle, 184), (.checkedOut, 230), (.talking, 250),
        (.checkedOut, 260),
    ]

    @Test("the definitions, by hand")
    func byHand() throws {
        let figures = try Self.monitor(try Self.day(), Self.lived).figures(at: 300 * Self.minute)
        #expect(figures.total == 300 * Self.minute)
        #expect(figures.scheduled == 240 * Self.minute)
        // Wrong: 0–5 late, 60–65 worked through, 75–80 long break, 115–120 early lunch, 180–182 still at the meeting,
        // 182–184 busy phone, 230–240 left early.
        #expect(figures.inAdherence == (240 - 5 - 5 - 5 - 5 - 2 - 2 - 10) * Self.minute)
        #expect(figures.adherence == 206.0 / 240)
        // 5–65, 80–115, 184–230 and 250–260 of 165 planned minutes.
        #expect(figures.worked == (60 + 35 + 46 + 10) * Self.minute)
        #expect(figures.conformance == 151.0 / 165)
        #expect(figures.unscheduledWork == 10 * Self.minute)
        #expect(AdherenceFigures().adherence == nil)
        #expect(AdherenceFigures().conformance == nil)
    }

    @Test("deviations have names")
    func deviations() throws {
        let monitor = try Self.monitor(try Self.day(), Self.lived)
        let all = AdherenceDeviation.all(
            in: monitor.history, monitor.plan, monitor.rules, from: 0, to: 300 * Self.minute)
        #expect(
            all.map { "\($0.kind) \($0.start / Self.minute)-\($0.end / Self.minute)" } == [
                "late 0-5", "missedBreak 60-65", "longBreak 75-80", "earlyBreak 115-120", "unscheduledPause 180-182",
                "unscheduledPause 182-184", "earlyLeave 230-240", "unscheduled 250-260",
            ])
        #expect(all.reduce(0) { $0 + ($1.planned == nil ? 0 : $1.end - $1.start) } == 34 * Self.minute)
    }

    @Test("a whole missed shift is one that nobody showed up for, and what is excused is no deviation")
    func noShow() throws {
        func names(_ changes: [(AgentState, Int)], to end: Int = 300, from: Int = 0, excused: [Range<Int>] = []) throws
            -> [String]
        {
            let monitor = try Self.monitor(try Self.day(), changes)
            return AdherenceDeviation.all(
                in: monitor.history, monitor.plan, monitor.rules,
                excused: excused.map { ($0.lowerBound * Self.minute)..<($0.upperBound * Self.minute) },
                from: from * Self.minute, to: end * Self.minute
            ).map { "\($0.kind) \($0.start / Self.minute)-\($0.end / Self.minute)" }
        }
        #expect(try names([]) == ["noShow 0-60", "noShow 75-120", "noShow 150-180", "noShow 180-240"])
        // The shift is not over: who is not there may still come.
        #expect(try names([], to: 100) == ["late 0-60", "late 75-100"])
        #expect(try names([], from: 100).allSatisfy { $0.hasPrefix("noShow") })
        #expect(try names([(.idle, 10), (.checkedOut, 20)], from: 60).first == "earlyLeave 75-120")
        #expect(try names([], excused: [0..<240]).isEmpty)
        #expect(try names([], excused: [20..<300]) == ["noShow 0-20"])
        #expect(
            try names(Self.lived, excused: [0..<3, 62..<64, 181..<183]) == [
                "late 3-5", "missedBreak 60-62", "missedBreak 64-65", "longBreak 75-80", "earlyBreak 115-120",
                "unscheduledPause 180-181", "unscheduledPause 183-184", "earlyLeave 230-240", "unscheduled 250-260",
            ])
    }

    @Test("times beyond all calendars are taken as the nearest that plans can hold")
    func farTimes() throws {
        var monitor = AdherenceMonitor(plan: try Self.day(), from: .min)
        try monitor.excuse(.min..<0)
        try monitor.apply(.idle, at: 0)
        let figures = monitor.figures(at: .max)
        #expect(figures.scheduled == 240 * Self.minute)
        #expect(figures.inAdherence == 165 * Self.minute)
        #expect(monitor.outOfAdherence(at: .max)?.planned == nil)
        #expect(
            figures
                == monitor.history.figures(
                    monitor.plan, monitor.rules, excused: monitor.excused, from: .min, to: .max))
        monitor.forget(before: .max)
        #expect(monitor.figures(at: .max).total == 0)
        let all = AdherenceDeviation.all(in: monitor.history, monitor.plan, monitor.rules, from: .min, to: .max)
        #expect(all.allSatisfy { $0.end - $0.start > 0 })
    }

    @Test("who is out of adherence is told after the tolerance, until it is over")
    func outOfAdherence() throws {
        var monitor = AdherenceMonitor(plan: try Self.day(), rules: AdherenceRules(tolerance: 2 * Self.minute), from: 0)
        #expect(monitor.outOfAdherence(at: 2 * Self.minute - 1) == nil)
        #expect(
            monitor.outOfAdherence(at: 2 * Self.minute)
                == AdherenceMonitor.OutOfAdherence(planned: .work, state: .checkedOut, since: 0))
        try monitor.apply(.idle, at: 3 * Self.minute)
        #expect(monitor.outOfAdherence(at: 60 * Self.minute) == nil)
        #expect(monitor.outOfAdherence(at: 62 * Self.minute)?.since == 60 * Self.minute)
        try monitor.excuse((60 * Self.minute)..<(75 * Self.minute))
        #expect(monitor.outOfAdherence(at: 62 * Self.minute) == nil)
        monitor.change(AgentPlan())
        #expect(monitor.outOfAdherence(at: 76 * Self.minute)?.since == 3 * Self.minute)
    }

    @Test("live figures are those counted from scratch, whatever changes", arguments: 1...25 as ClosedRange<UInt64>)
    func liveIsRecomputed(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let states: [AgentState] = [
            .idle, .reserved, .talking, .wrapUp, .checkedOut, .notReady("break"), .notReady("lunch"),
            .notReady("meeting"), .notReady("training"), .notReady("declined"),
        ]
        func plan() throws -> AgentPlan {
            var entries: [AgentPlan.Entry] = []
            var time = below(1_000)
            while time < 20_000 {
                let end = time + 1 + below(900)
                entries.append(.init(PlannedActivity.allCases[below(6)], from: time, to: end))
                time = end + (below(3) == 0 ? below(2_000) : 0)
            }
            return try AgentPlan(entries)
        }
        var monitor = AdherenceMonitor(plan: try plan(), from: 0)
        var (time, changes) = (0, 0)
        while time < 20_000 {
            time += below(400)
            switch below(12) {
            case 0: monitor.change(try plan())
            case 1:
                let span = below(20_000)
                try? monitor.excuse(span..<(span + 1 + below(300)))
            case 2 where below(4) == 0: monitor.forget(before: max(0, monitor.now - below(3_000)))
            default: try monitor.apply(states[below(states.count)], at: max(time, monitor.now))
            }
            time = max(time, monitor.now)
            changes += 1
            let live = monitor.figures(at: time)
            let again = monitor.history.figures(
                monitor.plan, monitor.rules, excused: monitor.excused, from: monitor.start, to: time)
            #expect(live == again)
            #expect(live.total == time - monitor.start)
            let rows = (PlannedActivity.allCases + [nil]).reduce(0) { $0 + live.planned($1) }
            #expect(rows == live.total)
            #expect(live.inAdherence <= live.scheduled)
        }
        #expect(changes > 40)
    }

    @Test("deviations and excused time explain what adherence lacks", arguments: 30...40 as ClosedRange<UInt64>)
    func explained(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        var changes: [(AgentState, Int)] = []
        for minute in 0..<300 where random.next() % 9 == 0 {
            changes.append(
                ([.idle, .notReady("break"), .notReady("lunch"), .checkedOut][Int(random.next() % 4)], minute))
        }
        var monitor = try Self.monitor(try Self.day(), changes)
        try monitor.excuse((70 * Self.minute)..<(90 * Self.minute))
        let end = 300 * Self.minute
        let figures = monitor.figures(at: end)
        let wrong = AdherenceDeviation.all(
            in: monitor.history, monitor.plan, monitor.rules, excused: monitor.excused, from: 0, to: end
        )
        .filter { $0.planned != nil }.reduce(0) { $0 + $1.end - $1.start }
        #expect(figures.scheduled - figures.inAdherence == wrong)
    }

    @Test("a board follows the events of a centre, and a changed plan counts thirty days again")
    func board() throws {
        var board = AdherenceBoard(from: 0)
        let day = 24 * 60
        func plan(_ shift: Int) throws -> AgentPlan {
            try AgentPlan((0..<30).flatMap { try Self.day($0 * day + shift).entries })
        }
        board.change(try plan(0), of: "anna")
        func tell(_ state: AgentState, _ minute: Int) throws {
            let date = Date(timeIntervalSince1970: Double(minute) * 60)
            try board.apply(
                CenterEvent(.agentStateChanged("anna", state, until: nil, cause: .agent), at: date))
        }
        for number in 0..<30 {
            for (state, minute) in Self.lived { try tell(state, number * day + minute) }
        }
        let end = 30 * day * Self.minute
        let figures = try #require(board.figures(at: end).first)
        #expect(figures.agent == "anna")
        #expect(figures.figures.adherence == 206.0 / 240)
        // Five minutes later every day: no more late, and so on.
        board.change(try plan(5), of: "anna")
        let after = try #require(board.monitor("anna")).figures(at: end)
        let again = try #require(board.monitor("anna")).history.figures(
            try plan(5), AdherenceRules(), from: 0, to: end)
        #expect(after == again)
        #expect(after.adherence != 206.0 / 240)
        #expect(throws: WorkforceError.self) { try tell(.idle, 3) }
    }

    @Test("plans that cannot be are refused with their place")
    func wrongPlans() throws {
        for (entries, code) in [
            ([AgentPlan.Entry(.work, from: 5, to: 5)], WorkforceError.Code.outOfRange),
            ([.init(.work, from: 0, to: 9), .init(.lunch, from: 8, to: 12)], .unordered),
            ([.init(.work, from: 0, to: .max)], .outOfRange), ([.init(.work, from: .min, to: 4)], .outOfRange),
        ] {
            let error = #expect(throws: WorkforceError.self) { try AgentPlan(entries) }
            #expect(error?.code == code)
            #expect(error?.place.hasPrefix("plan[") == true)
        }
    }

    @Test("a shift pattern becomes a plan, and a lunch of two slots is one lunch")
    func pattern() throws {
        let zone = try #require(TimeZone(secondsFromGMT: 0))
        let plan = try AgentPlan(
            ShiftPattern(start: 16, length: 7, breaks: [1, 3, 4], paid: 5), on: CalendarDate(dayNumber: 0),
            slotsPerDay: 48, in: zone, lunch: 1)
        #expect(plan.entries.map(\.activity) == [.work, .shortBreak, .work, .lunch, .work])
        #expect(plan.entries.map { $0.start / Self.minute } == [480, 510, 540, 570, 630])
        #expect(plan.entries.last?.end == 690 * Self.minute)
        for (pattern, slots, day) in [
            (ShiftPattern(start: .max, length: 2, paid: 1), 48, 0), (ShiftPattern(start: 0, length: 0, paid: 0), 48, 0),
            (ShiftPattern(start: 0, length: 1, paid: 1), 0, 0), (ShiftPattern(start: 0, length: 1, paid: 1), 48, .max),
        ] {
            #expect(throws: WorkforceError.self) {
                try AgentPlan(pattern, on: CalendarDate(dayNumber: day), slotsPerDay: slots, in: zone)
            }
        }
    }

    @Test("shifts stand where the clock on the wall says, also on the days on which clocks change")
    func clocksChange() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        let format = ISO8601DateFormatter()
        func plan(_ day: (Int, Int), start: Int, length: Int, breaks: [Int] = []) throws -> [String] {
            let date = try #require(CalendarDate(year: 2026, month: day.0, day: day.1))
            return try AgentPlan(
                ShiftPattern(start: start, length: length, breaks: breaks, paid: 1), on: date, slotsPerDay: 48,
                in: berlin
            ).entries.flatMap { [$0.start, $0.end] }.map {
                String(format.string(from: Date(timeIntervalSince1970: Double($0) / 1_000)).dropFirst(8))
            }
        }
        // 9:00 is 8:00 in Greenwich the day before clocks go forward, and 7:00 from that day on.
        #expect(try plan((3, 28), start: 18, length: 16) == ["28T08:00:00Z", "28T16:00:00Z"])
        #expect(try plan((3, 29), start: 18, length: 16) == ["29T07:00:00Z", "29T15:00:00Z"])
        #expect(try plan((10, 24), start: 18, length: 16) == ["24T07:00:00Z", "24T15:00:00Z"])
        #expect(try plan((10, 25), start: 18, length: 16) == ["25T08:00:00Z", "25T16:00:00Z"])
        // 22:00 to 6:00 over both nights: seven hours and nine.
        #expect(try plan((3, 28), start: 44, length: 16) == ["28T21:00:00Z", "29T04:00:00Z"])
        #expect(try plan((10, 24), start: 44, length: 16) == ["24T20:00:00Z", "25T05:00:00Z"])
        // 2:00 to 3:00 there is not, nor a break in it, and a shift until 2:30 ends where clocks jump.
        #expect(try plan((3, 29), start: 2, length: 6, breaks: [2]) == ["29T00:00:00Z", "29T02:00:00Z"])
        #expect(try plan((3, 29), start: 2, length: 3) == ["29T00:00:00Z", "29T01:00:00Z"])
    }
}
