import CCCore
import CCRouting
import CCScenario
import Foundation
import Testing

/// `Docs/Definitions.md` works out ten contacts by hand. Everything here is read from the page.
@Suite("The page of definitions is true")
struct DefinitionsTests {
    struct Row {
        let outcome: String
        let wait, ring, talk, hold, wrapUp: Double
        let told: Double?
    }

    private let page: [String: [[String]]]
    private let rows: [Row]
    private let start = Date(timeIntervalSince1970: 1_767_571_200)

    init() throws {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Docs/Definitions.md")
        var page: [String: [[String]]] = [:]
        var heading = ""
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            guard line.hasPrefix("|"), !line.hasPrefix("|-") else { continue }
            let text = line.replacingOccurrences(of: "\\|", with: "¦")
            let cells = text.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
            page[heading, default: []].append(cells.map { $0.trimmingCharacters(in: .whitespaces) })
        }
        self.page = page
        rows = try (page["Ten contacts"] ?? []).dropFirst().map { cells in
            func number(_ place: Int) throws -> Double { try #require(Double(cells[place])) }
            return Row(
                outcome: cells[1], wait: try number(2), ring: try number(3), talk: try number(4),
                hold: try number(5), wrapUp: try number(6), told: Double(cells[7]))
        }
    }

    private var records: [ContactRecord] {
        rows.enumerated().map { place, row in
            let queued = start.addingTimeInterval(Double(place) * 60)
            let reached = queued.addingTimeInterval(row.wait)
            let isAnswered = row.outcome == "answered"
            let segment = AgentSegment(
                agent: "ann", reservation: "r", offeredAt: reached.addingTimeInterval(-row.ring),
                outcome: isAnswered ? .answered : .withdrawn, answeredAt: isAnswered ? reached : nil,
                ring: .seconds(row.ring), talk: .seconds(row.talk), hold: .seconds(row.hold),
                wrapUp: .seconds(row.wrapUp))
            return ContactRecord(
                contact: Contact(
                    id: ContactID("c\(place)"), dialledNumber: "support", callerNumber: "", arrivedAt: queued),
                queue: "support", queuedAt: queued, answeredAt: isAnswered ? reached : nil,
                endedAt: reached.addingTimeInterval(row.talk + row.hold),
                terminalReason: isAnswered
                    ? .completedByCustomer : row.outcome == "abandoned" ? .abandonedInQueue : .rejectedQueueFull,
                queueWait: .seconds(row.wait), segments: row.ring > 0 ? [segment] : [])
        }
    }

    /// The figures of a heading, compared with what the code says, digit by digit.
    private func compare(_ heading: String, _ figures: [String: Double?]) throws {
        let table = try #require(page[heading]).dropFirst()
        #expect(Set(table.map { $0[0] }) == Set(figures.keys.map { "`\($0)`" }), "\(heading): the same figures")
        for cells in table {
            let name = cells[0].replacingOccurrences(of: "`", with: "")
            let value = try #require(figures[name] ?? nil, "\(name)")
            let digits = cells[2].split(separator: ".").dropFirst().first?.count ?? 0
            #expect(String(format: "%.\(digits)f", value) == cells[2], "\(name)")
        }
    }

    @Test("contacts")
    func contacts() throws {
        #expect(rows.count == 10)
        let summary = CenterSummary(of: records)
        let simulated = try recorded()
        try compare(
            "Contacts",
            [
                "offered": Double(summary.offered), "answered": Double(summary.answered),
                "abandoned": Double(summary.abandoned), "lost": Double(summary.lost),
                "answeredInTime": Double(summary.answeredInTime), "abandonedInTime": Double(summary.abandonedInTime),
                "shortAbandoned": Double(summary.shortAbandoned), "abandonRate": summary.abandonRate,
                "averageSpeedOfAnswer": summary.averageSpeedOfAnswer?.inSeconds,
                "averageWait": simulated.averageWait.value, "longestWait": summary.longestWait.inSeconds,
                "averageTalk": summary.averageTalk?.inSeconds, "averageHold": summary.averageHold?.inSeconds,
                "averageWrapUp": summary.averageWrapUp?.inSeconds,
                "averageHandleTime": summary.averageHandleTime?.inSeconds,
            ])
    }

    @Test("service levels, in the summary of records and in the simulation's figures")
    func serviceLevels() throws {
        let summary = CenterSummary(of: records)
        let simulated = try recorded()
        var figures: [String: Double?] = ["attainment": summary.attainment(of: 0.8)]
        for formula in ServiceLevelFormula.allCases {
            figures[formula.rawValue] = summary.serviceLevel(by: formula)
            #expect(simulated.serviceLevels[formula].value == summary.serviceLevel(by: formula), "\(formula)")
        }
        try compare("Service levels", figures)
        #expect(CenterSummary().serviceLevel(by: .ofServable) == nil)
    }

    @Test("agents")
    func agents() throws {
        var times = WorkTimes()
        for row in rows {
            times.add(.seconds(row.ring), in: .reserved)
            times.add(.seconds(row.talk + row.hold), in: .talking)
            times.add(.seconds(row.wrapUp), in: .wrapUp)
        }
        times.add(.seconds(300), in: .notReady("break"))
        times.add(.seconds(3600) - times.login, in: .idle)
        times.add(.seconds(7200), in: .checkedOut)
        try compare(
            "Agents",
            [
                "login": times.login.inSeconds, "ringing": times.ringing.inSeconds,
                "talking": times.talking.inSeconds, "wrapUp": times.wrapUp.inSeconds,
                "notReady": times.notReady.inSeconds, "idle": times.idle.inSeconds, "occupancy": times.occupancy,
                "utilisation": times.utilisation, "shrinkage": times.shrinkage,
            ])
    }

    @Test("estimated waits")
    func estimates() throws {
        var error = EstimateError()
        for row in rows where row.outcome == "answered" {
            if let told = row.told { error.add(estimate: told, wait: row.wait) }
        }
        try compare(
            "Estimated waits",
            [
                "count": Double(error.count), "bias": error.bias, "meanAbsolute": error.meanAbsolute,
                "rootMeanSquare": error.rootMeanSquare, "coverage": error.coverage,
            ])
    }

    /// The same contacts by the figures of the simulation.
    private func recorded() throws -> QueueFigures {
        let scenario = Scenario(
            start: start, horizon: .seconds(3600),
            queues: [ScenarioQueue(Queue("support"), arrivals: .none, talk: .deterministic(1))],
            groups: [AgentGroup("team", count: 1)])
        return SimulationFigures(records: records, as: scenario).overall
    }
}
