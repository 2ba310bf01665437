import CCCore
import CCWorkforce
import Foundation

/// What `ccctl adherence` tells. Times are ISO 8601 in UTC, spans are seconds.
struct AdherenceReport: Encodable {
    struct Figures: Encodable {
        var adherence: Double?
        var conformance: Double?
        var scheduled: Double
        var inAdherence: Double
        var worked: Double
        var plannedWork: Double
        var unscheduledWork: Double

        init(_ figures: AdherenceFigures) {
            func seconds(_ time: Int) -> Double { Double(time) / 1_000 }
            (adherence, conformance) = (figures.adherence, figures.conformance)
            (scheduled, inAdherence) = (seconds(figures.scheduled), seconds(figures.inAdherence))
            (worked, plannedWork) = (seconds(figures.worked), seconds(figures.planned(.work)))
            unscheduledWork = seconds(figures.unscheduledWork)
        }
    }

    struct Deviation: Encodable {
        var kind: AdherenceDeviation.Kind
        /// Nil: off.
        var planned: PlannedActivity?
        var state: AgentState
        var start: Date
        var end: Date
        var seconds: Double

        init(_ deviation: AdherenceDeviation) {
            (kind, planned, state) = (deviation.kind, deviation.planned, deviation.state)
            (start, end) = (Date(milliseconds: deviation.start), Date(milliseconds: deviation.end))
            seconds = Double(deviation.end - deviation.start) / 1_000
        }
    }

    struct Agent: Encodable {
        var agent: AgentID
        var figures: Figures
        var deviations: [Deviation]
    }

    var from: Date
    var until: Date
    var total: Figures
    var agents: [Agent]

    init(_ board: AdherenceBoard, from start: Int, until end: Int) {
        (from, until) = (Date(milliseconds: start), Date(milliseconds: end))
        let figures = board.figures(at: end)
        total = Figures(figures.reduce(AdherenceFigures()) { $0 + $1.figures })
        agents = figures.map { agent, figures in
            let deviations = board.monitor(agent)?.deviations(to: end) ?? []
            return Agent(agent: agent, figures: Figures(figures), deviations: deviations.map(Deviation.init))
        }
    }

    /// A table, and then the deviations that are not shorter than the tolerance, in seconds; what follows each other under one name is
    /// one line.
    func lines(_ zone: TimeZone, tolerance: Double) -> [String] {
        func row(_ name: String, _ figures: Figures) -> [String] {
            [name]
                + [figures.adherence, figures.conformance].map { FiguresTable.number($0.map { $0 * 100 }, 1) }
                + [figures.scheduled, figures.inAdherence, figures.worked, figures.unscheduledWork].map {
                    FiguresTable.number($0 / 3_600, 2)
                }
        }
        var lines = FiguresTable.aligned(
            [
                [
                    "agent", "adherence, %", "conformance, %", "scheduled, h", "in adherence, h", "worked, h",
                    "unscheduled, h",
                ]
            ] + agents.map { row($0.agent.rawValue, $0.figures) } + [row("all", total)])
        var rows = [["agent", "deviation", "from", "until", "minutes", "planned", "state"]]
        for agent in agents {
            for one in Self.merged(agent.deviations) where one.seconds >= tolerance {
                func wall(_ date: Date) -> String {
                    String("\(WallTime(milliseconds: AdherenceBoard.milliseconds(date), in: zone))".dropLast(3))
                }
                rows.append([
                    agent.agent.rawValue, one.kind.rawValue, wall(one.start), wall(one.end),
                    FiguresTable.number(one.seconds / 60, 1), one.planned?.rawValue ?? "off", one.state.rawValue,
                ])
            }
        }
        if rows.count > 1 { lines += [""] + FiguresTable.aligned(rows) }
        return lines
    }

    private static func merged(_ deviations: [Deviation]) -> [Deviation] {
        deviations.reduce(into: []) { merged, next in
            if let last = merged.last, last.kind == next.kind, last.end == next.start, last.state == next.state {
                merged[merged.count - 1].end = next.end
                merged[merged.count - 1].seconds += next.seconds
            } else {
                merged.append(next)
            }
        }
    }
}

extension Date {
    fileprivate init(milliseconds: Int) { self.init(timeIntervalSince1970: Double(milliseconds) / 1_000) }
}
