import CCCore
import CCRouting
import CCScenario
import Foundation
import Testing

@Suite("Scenario files")
struct ScenarioFileTests {
    static let everything = """
        name: a day
        start: 2026-03-02T08:00:00Z
        horizon: 8h
        warmUp: 30m
        replications: 5
        queues:
          german:
            skills: [german]
            target: {threshold: 30, percentage: 85}
            ringTimeout: 15
            waitingMax: 50
            selection: mostIdleGroup
            refusals: {noAnswer: 60, busy: notReady}
            arrivals: {rates: [{from: 0, rate: 30}, {from: 02:00, rate: 60}], per: hour}
            patience: {lognormal: {mean: 120, cv: 1.5}}
            talk: {erlang: {phases: 2, mean: 180}}
            wrapUp: {exponential: 20}
            wrapUpMax: 90
            redials: {probability: 0.4, delay: {exponential: 5m}, triesMax: 2}
          english:
            skills: [english]
            arrivals: {every: 45.5}
            patience: none
            talk: {empirical: [100, 200.25, 300]}
            wrapUp: 10
        agents:
          early:
            count: 4
            skills: {german: 0, english: 1}
            shifts: [{start: 0, end: 4h}, {start: 4h30m, end: 8h}]
            breaks: [{start: 2h, duration: 15m, stagger: 15m, reason: coffee}]
            answerDelay: {uniform: [1, 6]}
            mistakes: {noAnswer: 0.02, declines: 0.01, hangsUpEarly: 0.005, phoneDies: 0.001, returnsAfter: 90}
          "2":
            count: 2
            skills: english
        """

    @Test("a file says everything that a scenario has, and reads back as the same value")
    func roundTrip() throws {
        let scenario = try Scenario(yaml: Self.everything)
        #expect(scenario.horizon == .seconds(28_800))
        #expect(scenario.start == Date(iso8601: "2026-03-02T08:00:00Z"))
        let german = try #require(scenario.queues.first)
        #expect(german.rules.refusals.noAnswer == .pause(.seconds(60)))
        #expect(german.rules.refusals.busy == .notReady)
        #expect(german.rules.refusals.declined == .pause(.seconds(5)))
        #expect(german.target == 0.85)
        #expect(german.rules.wrapUp == .seconds(90))
        #expect(abs((german.wrapUp?.mean ?? 0) - 20) < 1e-9)
        guard case .piecewise(let rates) = german.arrivals else {
            Issue.record("\(german.arrivals)")
            return
        }
        #expect(rates.map(\.start) == [.zero, .seconds(7200)])
        #expect(abs(rates[1].rate - 1.0 / 60) < 1e-12)
        #expect(scenario.queues[1].patience == .endless)
        #expect(scenario.queues[1].rules.wrapUp == .seconds(10))
        #expect(scenario.groups.map(\.id) == ["early", "2"])
        #expect(scenario.groups[0].levels == ["english": 1])
        #expect(scenario.groups[0].shifts[1].start == .seconds(16_200))
        #expect(try Scenario(yaml: scenario.yaml) == scenario)
    }

    @Test("what a file says about routing is what the router gets, and reads back")
    func routing() throws {
        let scenario = try Scenario(
            yaml: """
                horizon: 1h
                policy: "fixedQueueRatio(chat: 1, sales: 2)"
                queues:
                  sales:
                    requires: "es>=3 & !trainee"
                    prefers: es>=5
                    relaxation: [{after: 30, to: es}, {after: 60, to: "*"}]
                    priority: 2
                    aging: 90
                    weight: 1.5
                    selection: random
                    target: {percentage: 90}
                    arrivals: none
                    talk: 60
                  chat:
                    order: lastInFirstOut
                    arrivals: none
                    talk: 60
                agents:
                  team: {count: 1, skills: [en], proficiencies: {es: 4}, weight: 2}
                """)
        let sales = scenario.queues[0].rules
        #expect(scenario.policy == Policy(try FixedQueueRatio(["sales": 2, "chat": 1])))
        let required: SkillExpression = .skill("es", atLeast: 3) && !.skill("trainee")
        #expect(sales.requires == required)
        #expect(sales.relaxation.map(\.to) == [.skill("es"), .anyone])
        #expect(sales.priority == 2 && sales.aging == .seconds(90) && sales.weight == 1.5)
        #expect(sales.selection == .random && sales.serviceLevelTarget == 0.9)
        #expect(scenario.queues[1].rules.order == .lastInFirstOut)
        #expect(scenario.agents[0].skills == ["en": 1, "es": 4] && scenario.agents[0].weight == 2)
        #expect(try Scenario(yaml: scenario.yaml) == scenario)
    }

    @Test(
        "errors name the line and the key",
        arguments: [
            ("horizon: 8h\n", "horizont: 8h\n", 3, "unknown key"),
            ("count: 4", "count: four", 28, "expected a whole number from 0, found \"four\""),
            ("selection: mostIdleGroup", "selection: mostIdle", 12, "queues.german.selection: no such policy"),
            ("rate: 30}", "rate: -3}", 14, "expected a rate of 0 or more"),
            ("skills: [german]", "skills: [italian]", 8, "no agent has the skill italian"),
            ("end: 4h}", "end: 0}", 30, "the shift ends before it starts"),
            ("{exponential: 20}", "{exponential: 0}", 17, "expected a time above 0"),
            ("{exponential: 20}", "{weibull: 20}", 17, "unknown key"),
            ("percentage: 85", "percentage: 185", 9, "expected a percentage from 0 to 100"),
            ("noAnswer: 0.02", "noAnswer: 2", 33, "expected a probability"),
            ("mostIdleGroup", "shortestQueue", 12, "expected one of longestIdle, mostIdleGroup"),
            ("{german: 0, english: 1}", "{german: 0, english: x}", 29, "expected a whole number"),
            ("start: 2h, duration", "start: 4h10m, duration", 31, "outside the group's shifts"),
            ("warmUp: 30m", "warmUp: 9h", 4, "before the horizon"),
            ("[100, 200.25, 300]", "[100, x, 300]", 24, "expected a time"),
            ("patience: none", "patience: nine", 23, "expected a time"),
            (
                "  english:\n    skills: [english]\n    arrivals: {every: 45.5}", "  english:\n    skills: [english]",
                21, "the key arrivals is missing"
            ),
            ("name: a day", "name: [a", 2, "not YAML"),
        ])
    func errors(original: String, replacement: String, line: Int, message: String) throws {
        let text = Self.everything.replacing(original, with: replacement, maxReplacements: 1)
        try #require(text != Self.everything)
        let error = try #require(throws: ScenarioError.self) { try Scenario(yaml: text, file: "day.yml") }
        #expect(error.description.contains(message), "\(error)")
        #expect(error.description.hasPrefix("day.yml:\(line): "), "\(error)")
    }

    @Test("arrivals come from CSV files: counts or rates of intervals, and instants")
    func tables() throws {
        let files = [
            "counts.csv": "start,count\n08:00,30\n08:30,60\n09:00,0\n",
            "rates.csv": "start,rate\n0,120\n3600,60\n",
            "times.csv": "time\n2026-01-05T00:00:01Z\n00:02\n300.5\n", "bad.csv": "start,count\n0,1\n1800,x\n",
        ]
        func scenario(_ arrivals: String) throws -> Scenario {
            let text = "horizon: 10h\nqueues:\n  q:\n    arrivals: \(arrivals)\n    talk: 60\nagents: {a: {count: 1}}\n"
            return try Scenario(yaml: text, file: "day.yml") { name in
                guard let text = files[name] else { throw Scenario.UnreadableFile(name: name) }
                return text
            }
        }
        #expect(
            try scenario("{intervals: counts.csv}").queues[0].arrivals
                == .piecewise([
                    .init(start: .seconds(28_800), rate: 30.0 / 1800),
                    .init(start: .seconds(30_600), rate: 60.0 / 1800),
                    .init(start: .seconds(32_400), rate: 0), .init(start: .seconds(34_200), rate: 0),
                ]))
        #expect(
            try scenario("{intervals: rates.csv, per: hour}").queues[0].arrivals
                == .piecewise([
                    .init(start: .zero, rate: 120.0 / 3600), .init(start: .seconds(3600), rate: 60.0 / 3600),
                    .init(start: .seconds(7200), rate: 0),
                ]))
        #expect(
            try scenario("{times: times.csv}").queues[0].arrivals
                == .recorded([.seconds(1), .seconds(120), .milliseconds(300_500)]))
        let bad = try #require(throws: ScenarioError.self) { try scenario("{intervals: bad.csv}") }
        #expect(bad.description == "bad.csv:3: expected an offset and a count of 0 or more")
        let missing = try #require(throws: ScenarioError.self) { try scenario("{times: none.csv}") }
        #expect(missing.description.hasPrefix("day.yml:4: queues.q.arrivals.times: none.csv cannot be read"))
    }

    @Test("the schema lists the keys that the reader knows")
    func schema() throws {
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(Scenario.schema.utf8)) as? [String: Any])
        let properties = try #require(schema["properties"] as? [String: Any])
        #expect(
            Set(properties.keys) == [
                "name", "start", "horizon", "warmUp", "replications", "policy", "queues", "agents",
            ])
        let definitions = try #require(schema["$defs"] as? [String: Any])
        let queue = try #require((definitions["queue"] as? [String: Any])?["properties"] as? [String: Any])
        for key in queue.keys.sorted() {
            let error = try #require(throws: ScenarioError.self) {
                try Scenario(yaml: "horizon: 1\nqueues: {q: {\(key): {nonsense: 1}}}\nagents: {}\n")
            }
            #expect(!error.path.hasSuffix("q.\(key)") || !error.message.contains("unknown key"), "\(error)")
        }
    }
}
