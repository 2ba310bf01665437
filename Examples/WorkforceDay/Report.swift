import CCCore
import CCScenario
import CCWorkforce
import Foundation

/// The week as one HTML file, for people who plan.
struct Report {
    let history: History
    let forecast: Forecast
    let patience: PatienceEstimate
    let handling: HandleTimeFit
    let plan: Week
    let problem: ScheduleProblem
    let result: ScheduleResult
    let checked: ScheduleReport
    let outcome: SimulatedDay.Outcome

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>Week of \(plan.monday.date)</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; color: #22272e; max-width: 1000px; margin: 2em auto; padding: 0 1em }
        h1 { font-size: 1.7em; margin-bottom: 0 } h2 { font-size: 1.2em; margin-top: 2em }
        svg { max-width: 100%; height: auto } table { border-collapse: collapse; margin: .5em 0 }
        th, td { padding: .25em .8em; border-bottom: 1px solid #e4e7eb; text-align: right; white-space: nowrap }
        th:first-child, td:first-child { text-align: left } th { color: #59636e; font-weight: 600 }
        .cards { display: flex; flex-wrap: wrap; gap: .8em; margin: 1.2em 0 }
        .cards div { background: #f3f5f8; border-radius: 8px; padding: .7em 1.1em }
        .cards b { display: block; font-size: 1.5em } p { color: #3c4856 }
        .scroll { overflow-x: auto }
        </style></head><body>
        <h1>Week of \(plan.monday.date)</h1>
        <p>What will come, who is needed, who works when, and what the first day would be like.</p>
        <div class="cards">\(cards)</div>
        <h2>Contacts</h2>
        \(forecast.chart("Contacts per half-hour", history: history).svg)
        \(days)
        <h2>What a contact takes, and how long customers wait</h2>
        \(handling.chart().svg)\(patience.chart().svg)
        <h2>Agents</h2>
        <p>80 % answered within 20 seconds by Erlang A, at least two agents, and 5 % more for who does not come.
        The schedule keeps every rule of every contract; it costs \(result.cost) units, of which \(checked.coverCost) for
        \(checked.missing) half-hours of agents that are missing.\(bound)</p>
        \(cover.svg)
        <details><summary>All shifts</summary><div class="scroll">\(shifts)</div></details>
        <h2>\(outcome.opens.date), simulated \(SimulatedDay.replications) times</h2>
        \(service.svg)
        <h2>What if</h2>
        <p>The same day, the same customers: what would be different. An hour of an agent costs 21, a customer who gives up 8.</p>
        \(questions)
        </body></html>

        """
    }

    private var cards: String {
        let overall = outcome.figures.overall
        return [
            (Self.number(forecast.points.reduce(0) { $0 + $1.mean }), "contacts expected"),
            ("\(Self.number(handling.mean)) s", "to handle one"),
            ("\(plan.agentCount)", "agents with \(shiftCount) shifts"),
            (Self.share(plan.staffing.totals.serviceLevel()), "planned in 20 s"),
            (Self.share(overall.serviceLevels.ofOffered.value), "in the simulated day"),
            (Self.share(overall.abandonRate.value), "give up"),
            (Self.share(overall.occupancy.value), "occupancy"),
        ].map { "<div><b>\($0.0)</b>\($0.1)</div>" }.joined()
    }

    private var days: String {
        let days = Dictionary(grouping: forecast.points.indices) { forecast.points[$0].time.date }.sorted {
            $0.key < $1.key
        }
        return Self.table(
            ["", "contacts", "busiest half-hour", "agent hours", "agents at once"],
            days.map { date, places in
                let busiest = places.max { forecast.points[$0].mean < forecast.points[$1].mean } ?? places[0]
                return [
                    "\(date.weekday.rawValue.capitalized) \(date)",
                    Self.number(places.reduce(0) { $0 + forecast.points[$1].mean }),
                    forecast.points[busiest].time.description.split(separator: " ")[1].prefix(5).description,
                    Self.number(places.reduce(0) { $0 + Double(plan.staffing.intervals[$1].scheduled) / 2 }),
                    "\(places.map { plan.staffing.intervals[$0].scheduled }.max() ?? 0)",
                ]
            })
    }

    private var cover: Chart {
        var chart = Chart("Agents by half-hour", x: .time(), y: Chart.Axis("agents"))
        let x = (0..<Week.slots).map { Double(plan.monday.minuteNumber + $0 * 30) }
        chart.add(.bars(checked.onShift.map(Double.init)), x: x, as: "scheduled", ink: .green)
        chart.add(.step(plan.demand.map(Double.init)), x: x, as: "needed", ink: .orange)
        return chart
    }

    private var service: Chart {
        let x = outcome.offered.indices.map { Double(outcome.opens.minuteNumber + $0 * 30) }
        var chart = Chart(
            "Answered within 20 seconds", x: .time(), y: Chart.Axis("of offered", scale: .share, range: 0...1))
        chart.add(.bars(outcome.serviceLevels), x: x, as: "simulated", ink: .blue)
        let planned = zip(plan.times, plan.staffing.intervals).filter { $0.0.date == outcome.opens.date }
        chart.add(.step(planned.map { $0.1.figures.serviceLevel() }), x: x, as: "by Erlang A", ink: .orange)
        return chart
    }

    private var assignments: [ScheduleSolution.Assignment] {
        if case .roster(let shifts) = result.solution { shifts } else { [] }
    }
    private var shiftCount: Int { assignments.count }

    private var bound: String {
        result.bound.map { " No schedule costs less than \($0)." } ?? ""
    }

    private var shifts: String {
        let byAgent = Dictionary(grouping: assignments, by: \.agent).sorted { $0.key < $1.key }
        return Self.table(
            ["agent", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "hours"],
            byAgent.map { agent, shifts in
                let days = (0..<7).map { day in
                    shifts.first { $0.day == day }.map { Self.clock(problem.patterns[$0.pattern]) } ?? ""
                }
                let paid = shifts.reduce(0) { $0 + problem.patterns[$1.pattern].paid }
                return ["agent-\(agent)"] + days + [Self.number(Double(paid) / 2, 1)]
            })
    }

    private var questions: String {
        func text(_ figure: WhatIfComparison.Figure?, _ scale: Double, _ digits: Int) -> String {
            guard let figure, let value = figure.difference.value else { return "" }
            let half = figure.difference.halfWidth.map { " ± " + Self.number($0 * scale, digits) } ?? ""
            return (value > 0 ? "+" : "") + Self.number(value * scale, digits) + half
        }
        return Self.table(
            ["", "in 20 s, points", "give up, points", "occupancy, points", "cost of the day"],
            outcome.changes.map { question, comparison in
                [
                    question, text(comparison["serviceLevel"], 100, 1), text(comparison["abandonRate"], 100, 1),
                    text(comparison["occupancy"], 100, 1), text(comparison["cost"], 1, 0),
                ]
            })
    }

    // MARK: Text

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = rows.map { "<tr>" + $0.map { "<td>\($0)</td>" }.joined() + "</tr>" }
        return "<table><tr>" + head.map { "<th>\($0)</th>" }.joined() + "</tr>\(lines.joined())</table>"
    }

    private static func clock(_ shift: ShiftPattern) -> String {
        func text(_ slot: Int) -> String { "\(slot / 2):\(slot % 2 == 0 ? "00" : "30")" }
        return "\(text(shift.start))–\(text(shift.end))"
    }

    private static func share(_ value: Double?) -> String { value.map { number($0 * 100, 1) + " %" } ?? "–" }

    private static func number(_ value: Double, _ digits: Int = 0) -> String {
        value.formatted(.number.precision(.fractionLength(digits)).locale(.init(identifier: "en_US")))
    }
}
