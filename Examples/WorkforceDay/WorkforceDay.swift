// From what a centre's journal knows to next week's schedule, and what a day of it would be like.
//
//   swift run -c release WorkforceDay --store center.sqlite --zone Europe/Madrid       a centre's own records
//   swift run -c release WorkforceDay                                                  ten weeks of an invented centre
//
// The report is one HTML file with its pictures in it.
import ArgumentParser
import CCCore
import CCSQLite
import CCScenario
import CCWorkforce
import Foundation

@main
struct WorkforceDay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forecast, staffing, schedule and a simulated day of the week that follows, as a report.")

    @Option(help: "The store of a centre; without it, ten weeks of one that there is not.")
    var store: String?

    @Option(help: "The queue.")
    var queue = "support"

    @Option(help: "Where the centre's clock hangs, as an IANA name.")
    var zone = "UTC"

    @Option(help: "Dates that are not like others: a table of date, kind (holiday, eve, event) and name.")
    var holidays: String?

    @Option(help: "For how long the schedule is improved, in seconds.")
    var seconds = 10.0

    @Option(help: "Begins all random numbers.")
    var seed: UInt64 = 1

    @Option(help: "Where the report goes.")
    var output = "workforce.html"

    func run() async throws {
        guard let zone = TimeZone(identifier: zone) else { throw ValidationError("there is no time zone \(zone)") }
        let id = QueueID(queue)
        let calendar = try holidays.map { try HolidayCalendar(try table($0)) } ?? .none
        let records = try await records().filter { $0.queue == id }
        guard let first = records.map(\.contact.arrivedAt).min(), let last = records.map(\.contact.arrivedAt).max()
        else {
            throw ValidationError("the queue \(queue) has no contacts")
        }

        // What came, and what comes: the week after the last contact's.
        let hours = OpenHours(records, in: zone)
        let week = hours.monday(after: last)
        let history = try History.counting(
            records, per: 30, in: zone, during: first..<last, isOpen: hours.contains)
        let times = (0..<Week.slots).map { week.advanced(byMinutes: $0 * 30) }.filter(hours.contains)
        let forecast = try AutoForecaster().forecast(history, for: times, calendar: calendar)

        // What a contact needs, and how long customers wait.
        let patience = try PatienceEstimate(records, queue: id)
        let handling = try HandleTimeFit(records, queue: id)

        // How many agents, by half-hour.
        let staffing = try StaffingPlan(
            forecast.points.map {
                IntervalDemand(
                    contacts: $0.mean, handleTime: $0.handleTime ?? handling.mean, patience: patience.mean ?? .infinity)
            }, interval: 1_800, targets: .service(0.8, within: 20), shrinkage: try Shrinkage(unplanned: 0.05),
            minimum: 2)
        let plan = Week(monday: week, times: times, staffing: staffing)

        // Who works when.
        let problem = try plan.problem()
        let (begin, length) = (Date(), max(seconds, 0.1))
        let result = try await LocalSearch(seed: seed).solve(
            problem, budget: ScheduleBudget { min(1, Date().timeIntervalSince(begin) / length) })
        let checked = ScheduleChecker(problem).check(result.solution)
        if let broken = checked.broken.first { throw ValidationError("the schedule breaks a rule: \(broken)") }

        // What its first day would be like, with the router that a real centre uses.
        let day = SimulatedDay(
            plan: plan, forecast: forecast, problem: problem, solution: result.solution, patience: patience,
            handling: handling)
        let report = Report(
            history: history, forecast: forecast, patience: patience, handling: handling, plan: plan, problem: problem,
            result: result, checked: checked, outcome: try day.run(seed: seed))
        try report.html.write(toFile: output, atomically: true, encoding: .utf8)
        print("\(output): \(records.count) contacts, \(plan.agentCount) agents, week of \(week.date)")
    }

    private func records() async throws -> [ContactRecord] {
        guard let store else { return try InventedCentre.records(queue: QueueID(queue), seed: seed) }
        return try await SQLiteStore(path: store, access: .readOnly).records(ContactFilter())
    }

    private func table(_ file: String) throws -> CSVTable {
        try CSVTable(try String(contentsOfFile: file, encoding: .utf8), file: file)
    }
}
