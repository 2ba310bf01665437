import Foundation

extension ScheduleProblem {
    /// Reads an instance (Docs/Scheduling.md has the format).
    ///
    /// - Throws: `WorkforceError` naming the place, such as `options[17].pattern`.
    public init(json: Data) throws {
        let wire: WireProblem = try Wire.decode(json)
        let perDay = wire.slots_per_day ?? 48
        guard perDay >= 1, wire.slots >= 1, wire.slots % perDay == 0 else {
            throw WorkforceError(.outOfRange, at: "slots", "expected whole days of \(perDay) slots")
        }
        let coverage = CoverageCost(
            under: wire.under_cost, over: wire.over_cost ?? [], minimum: wire.minimum?.rows ?? [],
            belowMinimum: wire.minimum_cost ?? max(1_000, wire.under_cost.last ?? 0))
        let patterns = wire.patterns.map {
            ShiftPattern(start: $0.start, length: $0.length, breaks: $0.breaks ?? [], paid: $0.paid)
        }
        if let skills = wire.skills, skills != wire.demand.rows.count {
            throw WorkforceError(
                .mismatch, at: "demand", "expected \(skills) skills, and there are \(wire.demand.rows.count)")
        }
        try self.init(
            name: wire.name ?? "", slotsPerDay: perDay, days: wire.slots / perDay, demand: wire.demand.rows,
            coverage: coverage, patterns: patterns, work: try wire.work())
    }
}

extension ScheduleSolution {
    /// Reads `{"count": {"12": 3}}` for a problem without names or `{"assign": [[agent, day, pattern]]}` for one with.
    ///
    /// - Throws: `WorkforceError` naming the place.
    public init(json: Data, for problem: ScheduleProblem) throws {
        let wire: WireSolution = try Wire.decode(json)
        switch problem.work {
        case .cover(let shifts):
            guard let count = wire.count else { throw WorkforceError(.empty, at: "count", "expected shifts by index") }
            var counts = [Int](repeating: 0, count: shifts.count)
            for (key, number) in count.sorted(by: { $0.key < $1.key }) {
                guard let index = Int(key), shifts.indices.contains(index) else {
                    throw WorkforceError(.mismatch, at: "count.\(key)", "there is no such shift")
                }
                guard (0...Limits.demand).contains(number) else {
                    throw WorkforceError(.outOfRange, at: "count.\(key)", "expected 0 to \(Limits.demand)")
                }
                counts[index] = number
            }
            self = .cover(counts)
        case .roster:
            guard let rows = wire.assign else {
                throw WorkforceError(.empty, at: "assign", "expected [agent, day, pattern]")
            }
            self = .roster(
                try rows.enumerated().map { index, row in
                    guard row.count == 3 else {
                        throw WorkforceError(.mismatch, at: "assign[\(index)]", "expected [agent, day, pattern]")
                    }
                    return Assignment(agent: row[0], day: row[1], pattern: row[2])
                })
        }
    }

    /// In the form that `init(json:for:)` reads.
    public var json: String {
        switch self {
        case .cover(let counts):
            let entries = counts.enumerated().filter { $0.element > 0 }.map { "\"\($0.offset)\":\($0.element)" }
            return "{\"count\":{" + entries.joined(separator: ",") + "}}"
        case .roster(let assignments):
            let rows = assignments.sorted().map { "[\($0.agent),\($0.day),\($0.pattern)]" }
            return "{\"assign\":[" + rows.joined(separator: ",") + "]}"
        }
    }
}

private enum Wire {
    static func decode<Value: Decodable>(_ json: Data) throws -> Value {
        do { return try JSONDecoder().decode(Value.self, from: json) } catch let error as DecodingError {
            throw mistake(error)
        } catch let error as WorkforceError {
            throw error
        } catch {
            throw WorkforceError(.mismatch, at: "", "this is not JSON")
        }
    }

    private static func mistake(_ error: DecodingError) -> WorkforceError {
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            var text = ""
            for key in context.codingPath + (key.map { [$0] } ?? []) {
                if let index = key.intValue {
                    text += "[\(index)]"
                } else {
                    text += text.isEmpty ? key.stringValue : "." + key.stringValue
                }
            }
            return text
        }
        return switch error {
        case .keyNotFound(let key, let context):
            WorkforceError(.empty, at: place(context, key), "this is missing")
        case .valueNotFound(_, let context):
            WorkforceError(.mismatch, at: place(context), "null is not expected here")
        case .typeMismatch(let type, let context):
            WorkforceError(.mismatch, at: place(context), "expected \(type == Int.self ? "a whole number" : "\(type)")")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            WorkforceError(.mismatch, at: "", "this is not JSON, or has a number that is none or too large")
        case .dataCorrupted(let context):
            WorkforceError(.outOfRange, at: place(context), "expected a whole number of at most 19 digits")
        @unknown default:
            WorkforceError(.mismatch, at: "", "this cannot be read")
        }
    }
}

private struct WireSolution: Decodable {
    var count: [String: Int]?
    var assign: [[Int]]?
}

// The format's names, as they stand in the file.
// swift-format-ignore: AlwaysUseLowerCamelCase
private struct WireProblem: Decodable {
    /// One row of numbers, or one for each skill.
    struct Rows: Decodable {
        let rows: [[Int]]

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            if container.isAtEnd || (try? container.decode(Int.self)) != nil {
                rows = [try decoder.singleValueContainer().decode([Int].self)]
            } else {
                rows = try decoder.singleValueContainer().decode([[Int]].self)
            }
        }
    }

    struct Pattern: Decodable {
        var start: Int
        var length: Int
        var breaks: [Int]?
        var paid: Int
    }

    struct Shift: Decodable {
        var day: Int
        var pattern: Int
        var cost: Int
    }

    struct Agent: Decodable {
        var id: Int
        var skills: [Int]?
        var max_slots: Int
        var min_slots: Int
        var max_days: Int
        var days_before: Int?
        var max_weekends: Int?
    }

    var kind: String
    var name: String?
    var slots: Int
    var slots_per_day: Int?
    var skills: Int?
    var demand: Rows
    var under_cost: [Int]
    var over_cost: [Int]?
    var minimum: Rows?
    var minimum_cost: Int?
    var patterns: [Pattern]
    var shifts: [Shift]?
    var rest_slots: Int?
    var max_consecutive_days: Int?
    var agents: [Agent]?
    var options: [[Int]]?

    func work() throws -> ScheduleProblem.Work {
        switch kind {
        case "cover":
            guard let shifts else { throw WorkforceError(.empty, at: "shifts", "this is missing") }
            return .cover(shifts.map { AnonymousShift(day: $0.day, pattern: $0.pattern, cost: $0.cost) })
        case "roster":
            guard let agents else { throw WorkforceError(.empty, at: "agents", "this is missing") }
            guard let options else { throw WorkforceError(.empty, at: "options", "this is missing") }
            return .roster(
                Roster(
                    rest: rest_slots ?? 0, maxConsecutiveDays: max_consecutive_days ?? 1_000,
                    agents: agents.map {
                        RosterAgent(
                            id: $0.id, skills: $0.skills ?? [0], minSlots: $0.min_slots, maxSlots: $0.max_slots,
                            maxDays: $0.max_days, daysBefore: $0.days_before ?? 0, maxWeekends: $0.max_weekends)
                    },
                    options: try options.enumerated().map { index, row in
                        guard row.count == 4 else {
                            throw WorkforceError(
                                .mismatch, at: "options[\(index)]", "expected [agent, day, pattern, cost]")
                        }
                        return RosterOption(agent: row[0], day: row[1], pattern: row[2], cost: row[3])
                    }))
        default:
            throw WorkforceError(.mismatch, at: "kind", "expected cover or roster")
        }
    }
}
