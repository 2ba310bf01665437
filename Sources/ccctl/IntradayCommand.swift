import ArgumentParser
import CCCore
import CCWorkforce

/// `ccctl intraday --instance week.json --schedule plan.json --demand agents.csv --day 2 --now 10:30`: changes while the day runs.
struct Intraday: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Overtime, early leave and other breaks for a day that runs, against a new forecast.",
        discussion: """
            The new demand is a table with agents and slot (of the horizon, from 0), or timestamp as ccctl plan writes it; \
            slots that it does not name stay. Each change gains more in cover than it adds in wages and keeps hours and \
            rest; the whole is checked once more before it is written. Docs/Scheduling.md tells how.
            """)

    @OptionGroup var files: ScheduleFiles

    @Option(help: ArgumentHelp("The new demand; without it that of the instance.", valueName: "csv"))
    var demand: String?

    @Option(help: ArgumentHelp("For a demand with times: the date of day 0, such as 2026-03-02.", valueName: "date"))
    var first: CalendarDate?

    @Option(help: "The day of the horizon that runs, from 0.")
    var day: Int

    @Option(
        help: ArgumentHelp(
            "What the clock shows, such as 10:30; after midnight of a night shift 24:30.", valueName: "time"))
    var now: String

    @Option(help: "What may be done: overtime, earlyLeave, breakMove.")
    var kinds = IntradayPlan.Kind.allCases.map(\.rawValue).joined(separator: ",")

    @Option(help: "Slots that a shift may grow by.")
    var overtimeMax = 4

    @Option(help: "Slots that a shift may shrink by.")
    var earlyLeaveMax = 4

    @Option(help: "Slots that a break may move either way.")
    var breakMoveMax = 4

    @Option(help: "What a slot of overtime costs.")
    var overtimeSlot = 6

    @Option(help: "What a slot of early leave saves.")
    var earlyLeaveSlot = 4

    @Option(help: "Slots that agents have to be told before.")
    var notice = 1

    @Option(help: "A change has to gain so much.")
    var gainMin = 1

    @Option(help: "Changes at most.")
    var limit = 100

    @Option(help: ArgumentHelp("Where to write the changes and the shifts after them.", valueName: "json"))
    var output: String?

    @Flag(help: "Print that JSON instead of a list.")
    var json = false

    private struct Report: Encodable {
        struct Shift: Encodable {
            var agent: Int?
            var start, length: Int
            var breaks: [Int]
            var paid: Int

            init(_ pattern: ShiftPattern, agent: Int? = nil) {
                self.agent = agent
                (start, length, breaks, paid) = (pattern.start, pattern.length, pattern.breaks, pattern.paid)
            }
        }

        struct Change: Encodable {
            var kind: String
            var agent: Int
            var before, after: Shift
            var coverGain, wages: Int
        }

        var day: Int
        var coverCostBefore, coverCostAfter: Int
        var changes: [Change]
        var shifts: [Shift]
    }

    func validate() throws {
        guard (0...10_000).contains(limit) else { throw ValidationError("--limit is 0 to 10000") }
    }

    func run() throws {
        var (problem, assignments) = try files.read()
        if let demand { problem = try problem.with(demand: TextFile.table(demand), from: first) }
        let clock = SlotClock(problem)
        guard let slot = clock.slot(now) else { throw ValidationError("--now is a time such as 10:30, not \(now)") }
        let plan = try IntradayPlan(problem, assignments, day: day, now: slot, rules: rules(), limit: limit)
        let after = try plan.applied(to: assignments, in: problem)
        let check = ScheduleChecker(after.problem).check(.roster(after.assignments))
        guard check.broken.isEmpty, check.coverCost == plan.coverCostAfter else {
            throw WorkforceError(
                .infeasible, at: "", check.broken.first?.description ?? "the cost of cover is not as counted")
        }
        let report = try CenterJSON.line(
            Report(
                day: day, coverCostBefore: plan.coverCostBefore, coverCostAfter: plan.coverCostAfter,
                changes: plan.changes.map {
                    .init(
                        kind: $0.kind.rawValue, agent: $0.agent, before: .init($0.before), after: .init($0.after),
                        coverGain: $0.coverGain, wages: $0.wages)
                }, shifts: plan.shifts.sorted { $0.key < $1.key }.map { .init($0.value, agent: $0.key) }))
        if let output { try TextFile.write(report + "\n", to: output) }
        if output == "-" { return }
        if json { return print(report) }
        for line in lines(plan, clock) { print(line) }
    }

    private func rules() throws -> IntradayPlan.Rules {
        let kinds = try kinds.split(separator: ",").map { text in
            guard let kind = IntradayPlan.Kind(rawValue: text.filter { $0 != " " }) else {
                throw ValidationError("--kinds: \"\(text)\" is none of overtime, earlyLeave and breakMove")
            }
            return kind
        }
        return IntradayPlan.Rules(
            kinds: Set(kinds), overtimeMax: overtimeMax, earlyLeaveMax: earlyLeaveMax, breakMoveMax: breakMoveMax,
            overtimeSlot: overtimeSlot, earlyLeaveSlot: earlyLeaveSlot, notice: notice, gainMin: gainMin)
    }

    private func lines(_ plan: IntradayPlan, _ clock: SlotClock) -> [String] {
        var rows = [["agent", "change", "before", "after", "cover", "wages"]]
        for change in plan.changes {
            func text(_ shift: ShiftPattern) -> String {
                change.kind == .breakMove ? clock.breaks(shift) : clock.span(shift.start, shift.end)
            }
            rows.append([
                "\(change.agent)", change.kind.rawValue, text(change.before), text(change.after),
                "\(-change.coverGain)", (change.wages > 0 ? "+" : "") + "\(change.wages)",
            ])
        }
        let words = plan.changes.isEmpty ? ["no change is worth it"] : FiguresTable.aligned(rows)
        let wages = plan.changes.reduce(0) { $0 + $1.wages }
        return words + [
            "cost of cover \(plan.coverCostBefore) before and \(plan.coverCostAfter) after, wages \(wages < 0 ? "" : "+")\(wages)"
        ]
    }
}

/// An instance and a schedule with names.
struct ScheduleFiles: ParsableArguments {
    @Option(help: ArgumentHelp("The problem.", valueName: "json"), completion: .file())
    var instance: String

    @Option(help: ArgumentHelp("The schedule as it stands.", valueName: "json"), completion: .file())
    var schedule: String

    func read() throws -> (problem: ScheduleProblem, assignments: [ScheduleSolution.Assignment]) {
        let problem = try TextFile.json(instance) { try ScheduleProblem(json: $0) }
        let assignments = try TextFile.json(schedule) { data in
            guard case .roster(let assignments) = try ScheduleSolution(json: data, for: problem) else {
                throw WorkforceError(.mismatch, at: "", "a schedule without names has no agents")
            }
            return assignments
        }
        return (problem, assignments)
    }
}

/// Slots of a day as people read them.
struct SlotClock {
    private let slotsPerDay: Int

    init(_ problem: ScheduleProblem) { slotsPerDay = problem.slotsPerDay }

    /// The slot that runs at a time of the day.
    func slot(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0..<48).contains(hour),
            (0..<60).contains(minute)
        else { return nil }
        return (hour * 60 + minute) * slotsPerDay / 1_440
    }

    func time(_ slot: Int) -> String {
        let minutes = slot * 1_440 / slotsPerDay
        return "\(minutes / 60):" + String("\(100 + minutes % 60)".dropFirst())
    }

    func span(_ start: Int, _ end: Int) -> String { "\(time(start))–\(time(end))" }

    /// When a shift's breaks are.
    func breaks(_ shift: ShiftPattern) -> String {
        var runs: [Range<Int>] = []
        for place in shift.breaks.sorted() {
            if let last = runs.last, last.upperBound == place {
                runs[runs.count - 1] = last.lowerBound..<(place + 1)
            } else {
                runs.append(place..<(place + 1))
            }
        }
        return runs.map { span(shift.start + $0.lowerBound, shift.start + $0.upperBound) }.joined(separator: " ")
    }
}
