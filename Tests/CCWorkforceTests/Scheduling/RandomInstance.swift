import CCCore

/// Instances in the JSON format, from a seed: small, with all kinds of rules, and solutions that need not keep them.
enum RandomInstance {
    static func roster(seed: UInt64, skills: Int = 1, agents: Int = 5, extras: Bool = false) -> String {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let patterns = [
            (14, 8, [3], 7), (14, 8, [4], 7), (20, 8, [3], 7), (16, 12, [3, 7], 11), (16, 12, [4, 8], 11),
            (24, 17, [3, 8], 16),
            (30, 17, [8, 13], 16), (44, 16, [4, 9], 15),
        ]
        let demand = (0..<skills).map { skill in
            (0..<336).map { slot in
                let hour = slot % 48
                return hour < 14 || hour > 44 ? below(2) * (skill == 0 ? 1 : 0) : below(4)
            }
        }
        let people = (0..<agents).map { agent in
            let set = Set((0..<(1 + below(skills))).map { _ in below(skills) }).sorted()
            let few = below(3)
            return """
                {"id":\(agent),"skills":\(set),"min_slots":\(few * 8),"max_slots":\(44 + few * 12),"max_days":\(4 + below(3)),\
                "days_before":\(below(7))\(extras ? ",\"max_weekends\":\(below(2))" : "")}
                """
        }
        var options: [String] = []
        for agent in 0..<agents {
            for day in 0..<7 where below(8) > 0 {
                for pattern in patterns.indices where below(5) > 0 && !(day == 6 && pattern == 7) {
                    let cost = patterns[pattern].3 * 4 + below(3) * 3
                    options.append("[\(agent),\(day),\(pattern),\(cost)]")
                }
            }
        }
        let more =
            extras
            ? """
            "over_cost":[1,2],"minimum":\(demand.map { $0.map { min($0, 1) } }),"minimum_cost":90,
            """ : ""
        return """
            {"kind":"roster","name":"random \(seed)","slots":336,"skills":\(skills),"demand":\(demand),\
            "under_cost":[14,40],\(more)"rest_slots":22,"max_consecutive_days":6,"patterns":\(list(patterns)),\
            "agents":[\(people.joined(separator: ","))],"options":[\(options.joined(separator: ","))]}
            """
    }

    static func cover(seed: UInt64, largest: Int = 4) -> String {
        var random = SplitMix64(state: seed)
        func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let patterns = [
            (0, 12, [4], 11), (14, 8, [3], 7), (16, 17, [3, 8], 16), (20, 17, [8, 13], 16), (42, 17, [5, 9], 16),
        ]
        let demand = (0..<336).map { _ in below(largest) }
        var shifts: [String] = []
        for day in 0..<7 {
            for pattern in patterns.indices {
                shifts.append("{\"day\":\(day),\"pattern\":\(pattern),\"cost\":\(patterns[pattern].3 * 4 + below(3))}")
            }
        }
        return """
            {"kind":"cover","name":"random \(seed)","slots":336,"demand":\(demand),"under_cost":[14,40],\
            "patterns":\(list(patterns)),"shifts":[\(shifts.joined(separator: ","))]}
            """
    }

    /// A shift for every agent on about half of the days.
    static func assignment(seed: UInt64, options: [(agent: Int, day: Int, pattern: Int)]) -> String {
        var random = SplitMix64(state: seed)
        var rows: [String] = []
        var last = (-1, -1)
        for option in options where (option.agent, option.day) != last && random.next() % 3 == 0 {
            rows.append("[\(option.agent),\(option.day),\(option.pattern)]")
            last = (option.agent, option.day)
        }
        return "{\"assign\":[\(rows.joined(separator: ","))]}"
    }

    static func counts(seed: UInt64, shifts: Int) -> String {
        var random = SplitMix64(state: seed)
        let rows = (0..<shifts).filter { _ in random.next() % 2 == 0 }.map { "\"\($0)\":\(random.next() % 4)" }
        return "{\"count\":{\(rows.joined(separator: ","))}}"
    }

    private static func list(_ patterns: [(Int, Int, [Int], Int)]) -> String {
        let rows = patterns.map { "{\"start\":\($0.0),\"length\":\($0.1),\"breaks\":\($0.2),\"paid\":\($0.3)}" }
        return "[\(rows.joined(separator: ","))]"
    }
}
