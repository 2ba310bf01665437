import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension AgentPlan {
    /// The plans in a table with the columns `agent`, `activity` (a `PlannedActivity`), `start` and `end`, one row for each activity, in
    /// any order.
    ///
    /// - Parameter zone: of times without one: see ``CSVTable/milliseconds(_:_:in:)``.
    /// - Throws: `FileError` with line and column, also for an activity that begins before the one before it has ended.
    public static func plans(_ table: CSVTable, in zone: TimeZone) throws -> [AgentID: AgentPlan] {
        let activity = try table.column("activity")
        var rows: [AgentID: [(entry: Entry, row: Int)]] = [:]
        for span in try AgentSpans(table, zone).rows {
            guard let planned = PlannedActivity(rawValue: table[span.row, activity]) else {
                let known = PlannedActivity.allCases.map(\.rawValue).joined(separator: ", ")
                throw table.error(span.row, activity, "\"\(table[span.row, activity])\" is none of \(known)")
            }
            let entry = Entry(planned, from: span.time.lowerBound, to: span.time.upperBound)
            rows[span.agent, default: []].append((entry, span.row))
        }
        let start = try table.column("start")
        return try rows.mapValues { rows in
            let sorted = rows.sorted { ($0.entry.start, $0.row) < ($1.entry.start, $1.row) }
            for (next, before) in zip(sorted.dropFirst(), sorted) where next.entry.start < before.entry.end {
                throw table.error(
                    next.row, start, "it begins before the activity of line \(table.line(before.row)) ends")
            }
            return try AgentPlan(sorted.map(\.entry))
        }
    }
}

extension AdherenceBoard {
    /// Takes the changes of state in a table with the columns `agent`, `time` and `state` (an `AgentState`, such as `idle` or
    /// `notReady:lunch`); the times of an agent ascend.
    ///
    /// - Parameter end: changes at this time, in milliseconds since 1970, and after it are left out.
    /// - Throws: `FileError` with line and column.
    public mutating func apply(_ table: CSVTable, until end: Int = .max, in zone: TimeZone) throws {
        let (agent, time, state) = (try table.column("agent"), try table.column("time"), try table.column("state"))
        for row in 0..<table.count {
            guard let value = AgentState(rawValue: table[row, state]) else {
                throw table.error(
                    row, state,
                    "\"\(table[row, state])\" is no state such as idle, talking, wrapUp, checkedOut or notReady:lunch")
            }
            let instant = try table.milliseconds(row, time, in: zone)
            guard instant < end else { continue }
            do { try apply(value, of: try table.agent(row, agent), at: instant) } catch let error as WorkforceError {
                throw table.error(row, time, error.message)
            }
        }
    }

    /// Takes the spans in a table with the columns `agent`, `start` and `end`, in which whatever the agent does is in adherence.
    ///
    /// - Throws: `FileError` with line and column.
    public mutating func excuse(_ table: CSVTable, in zone: TimeZone) throws {
        let start = try table.column("start")
        for span in try AgentSpans(table, zone).rows {
            do { try excuse(span.time, of: span.agent) } catch let error as WorkforceError {
                throw table.error(span.row, start, error.message)
            }
        }
    }
}

/// The columns `agent`, `start` and `end`.
private struct AgentSpans {
    var rows: [(row: Int, agent: AgentID, time: Range<Int>)] = []

    init(_ table: CSVTable, _ zone: TimeZone) throws {
        let (agent, start, end) = (try table.column("agent"), try table.column("start"), try table.column("end"))
        for row in 0..<table.count {
            let (low, high) = (
                try table.milliseconds(row, start, in: zone), try table.milliseconds(row, end, in: zone)
            )
            guard low < high else { throw table.error(row, end, "expected a time after the start") }
            rows.append((row, try table.agent(row, agent), low..<high))
        }
    }
}

extension CSVTable {
    /// A field's instant in milliseconds since 1 January 1970: `2026-03-02T08:00:00Z` or with another offset, or a time on the wall such
    /// as `2026-03-02 08:00`; of an hour that comes twice, the first.
    ///
    /// - Throws: `FileError` for anything else.
    public func milliseconds(_ row: Int, _ column: Int, in zone: TimeZone) throws -> Int {
        let text = self[row, column]
        if let wall = WallTime(text) { return wall.milliseconds(in: zone) }
        guard let date = Date(iso8601: text) else {
            throw error(row, column, "\"\(text)\" is not a time such as 2026-12-25 07:30 or 2026-12-25T07:30:00Z")
        }
        return AdherenceBoard.milliseconds(date)
    }

    fileprivate func agent(_ row: Int, _ column: Int) throws -> AgentID {
        guard !self[row, column].isEmpty else { throw error(row, column, "expected an agent") }
        return AgentID(self[row, column])
    }
}
