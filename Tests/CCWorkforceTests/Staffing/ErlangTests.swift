import CCCore
import CCWorkforce
import Testing

@Suite("Erlang's models")
struct ErlangTests {
    @Test("agree with exact figures to 1e-12 in every column")
    func excerpt() throws {
        let reference = ErlangReference(ErlangReference.excerpt)
        #expect(reference.rows.count == 9)
        #expect(try compare(reference) >= 9 * 15 - 12)
    }

    @Test(
        "agree with the whole table of exact figures",
        .enabled(if: ErlangReference.file != nil, "the table ../shared/data/wfm/erlang_reference.csv is not here"))
    func table() throws {
        let reference = ErlangReference(try #require(ErlangReference.file))
        #expect(reference.rows.count > 60)
        #expect(try compare(reference) > 60 * 13)
    }

    /// How many figures were compared.
    private func compare(_ reference: ErlangReference) throws -> Int {
        var compared = 0
        for row in reference.rows {
            func number(_ name: String) -> Double? { row[name].flatMap(Double.init) }
            func input(_ name: String) throws -> Double { try #require(number(name)) }
            let work = try Workload(
                contactsPerHour: input("lam_per_h"), handleTime: input("aht_s"), patience: input("patience_s"))
            let patient = try Workload(load: work.load, handleTime: work.handleTime)
            let (agents, threshold) = (Int(try input("n")), try input("T_s"))
            let a = try WaitingFigures(work, agents: agents, threshold: threshold)
            let c = try WaitingFigures(patient, agents: agents, threshold: threshold)
            let values: [(String, Double)] = [
                ("a_erlang", work.load), ("B_block", try ErlangB.blocking(load: work.load, servers: agents)),
                ("C_pwait", c.waitingProbability), ("C_sl", c.serviceLevel()), ("C_asa", c.averageSpeedOfAnswer),
                ("C_occ", c.occupancy), ("A_pwait", a.waitingProbability), ("A_pab", a.abandonRate),
                ("A_sl_offered", a.serviceLevel()), ("A_ab_within_T", a.abandonedInTime),
                ("A_sl_excl", a.serviceLevel(.excludingAbandonedInTime)), ("A_sl_virtual", a.virtualServiceLevel),
                ("A_asa_all", a.averageWait), ("A_asa_served", a.averageSpeedOfAnswer), ("A_occ", a.occupancy),
                ("A_lq", a.queueLength),
            ]
            for (name, value) in values {
                guard let exact = number(name) else { continue }
                #expect(abs(value - exact) <= 1e-12 * abs(exact), "\(name) of \(row)")
                compared += 1
            }
            let targets = StaffingTargets.service(0.8, within: 20)
            if let exact = number("n80_20") { #expect(try Double(patient.agents(for: targets)) == exact, "\(row)") }
            if let exact = number("n80_20_A") { #expect(try Double(work.agents(for: targets)) == exact, "\(row)") }
        }
        return compared
    }

    @Test("sum up: everybody is served or gives up, in time or later", arguments: Self.points)
    func sums(point: Point) throws {
        let figures = try point.figures
        #expect(abs(figures.answerRate + figures.abandonRate - 1) < 1e-14)
        #expect(abs(figures.answeredInTime + figures.abandonedInTime + figures.waitingLonger - 1) < 1e-14)
        // Little's law, and the rate at which a waiting customer gives up.
        #expect(
            abs(figures.queueLength - figures.averageWait * point.load / 180) <= 1e-12 * figures.queueLength)
        let levels = ServiceLevelFormula.allCases.map { figures.serviceLevel($0) }
        #expect((levels + [figures.virtualServiceLevel, figures.occupancy]).allSatisfy { (0...1).contains($0) })
        #expect(figures.serviceLevel() <= figures.serviceLevel(.excludingAbandonedInTime))
        #expect(
            figures.serviceLevel(.excludingAbandonedInTime) <= figures.serviceLevel(.includingAbandonedInTime) + 1e-15)
        #expect(figures.serviceLevel() <= figures.serviceLevel(.ofAnswered))
        #expect(figures.serviceLevel() <= figures.virtualServiceLevel)
    }

    @Test("more agents serve better, more load worse", arguments: Self.points)
    func monotone(point: Point) throws {
        let figures = try point.figures
        let more = try Point(
            load: point.load, agents: point.agents + max(1, point.agents / 50), patience: point.patience,
            threshold: point.threshold
        ).figures
        let busier = try Point(
            load: point.load * 1.02, agents: point.agents, patience: point.patience, threshold: point.threshold
        ).figures
        for (better, worse) in [(more, figures), (figures, busier)] {
            // But for rounding.
            let slack = 1 + 1e-14
            #expect(better.waitingProbability <= worse.waitingProbability * slack)
            #expect(better.abandonRate <= worse.abandonRate * slack)
            #expect(better.averageWait <= worse.averageWait * slack)
            #expect(better.serviceLevel() * slack >= worse.serviceLevel())
            #expect(better.virtualServiceLevel * slack >= worse.virtualServiceLevel)
            #expect(better.occupancy <= worse.occupancy * slack)
        }
    }

    @Test("no figure is ever out of its range, up to ten million Erlangs and with few, no or too many agents")
    func extremes() throws {
        var count = 0
        for load in [0, 1e-300, 1e-9, 0.3, 1, 99, 1e4, 1e7] {
            for agents in [0, 1, 2, 99, 10_000, 10_000_000, 10_010_000, 1_000_000_000] {
                for patience in [1e-6, 1, 180, 1e9, .infinity] {
                    for threshold in [0.0, 20, 1e9] {
                        let figures = try WaitingFigures(
                            Workload(load: load, handleTime: 180, patience: patience), agents: agents,
                            threshold: threshold)
                        let shares = [
                            figures.waitingProbability, figures.abandonRate, figures.answerRate,
                            figures.abandonedInTime,
                            figures.virtualServiceLevel, figures.occupancy,
                        ]
                        let levels = ServiceLevelFormula.allCases.map { figures.serviceLevel($0) }
                        #expect((shares + levels).allSatisfy { (0...1 + 1e-12).contains($0) }, "\(figures)")
                        let times = [figures.averageWait, figures.averageSpeedOfAnswer, figures.queueLength]
                        #expect(times.allSatisfy { $0 >= 0 }, "\(figures)")
                        let grows = patience == .infinity && load > 0 && load >= Double(agents)
                        #expect(figures.isStable != grows, "\(figures)")
                        count += 1
                    }
                }
            }
        }
        #expect(count == 960)
    }

    @Test("with patience without end Erlang A is Erlang C")
    func patient() throws {
        for (load, agents) in [(9.0, 10), (95, 100), (9_900, 10_000), (9_999_000, 10_000_000)] {
            let c = try WaitingFigures(Workload(load: load, handleTime: 180), agents: agents)
            let a = try WaitingFigures(Workload(load: load, handleTime: 180, patience: 1e9), agents: agents)
            let gap = 1e-4
            #expect(abs(a.waitingProbability / c.waitingProbability - 1) < gap)
            #expect(abs(a.serviceLevel() / c.serviceLevel() - 1) < gap)
            #expect(abs(a.averageSpeedOfAnswer / c.averageSpeedOfAnswer - 1) < gap)
        }
    }

    @Test("with no patience Erlang A is Erlang B, at ten million Erlangs too")
    func impatient() throws {
        for (load, agents) in [(9.0, 10), (1e4, 10_050), (1e7, 10_002_000), (1e7, 9_990_000)] {
            let a = try WaitingFigures(Workload(load: load, handleTime: 180, patience: 1e-6), agents: agents)
            let b = try ErlangB.blocking(load: load, servers: agents)
            // As much as agents become free within a microsecond.
            let gap = 1.1 * Double(agents) * 1e-6 / 180
            #expect(abs(a.abandonRate / b - 1) < gap)
            #expect(abs(a.waitingProbability / b - 1) < gap)
        }
    }

    @Test("Erlang B obeys its recursion at any size")
    func recursion() throws {
        for (load, servers) in [(0.5, 3), (390, 401), (1e5, 100_400), (1e7, 9_000_000), (1e7, 10_003_000), (3, 700)] {
            let before = try ErlangB.blocking(load: load, servers: servers - 1)
            let blocked = try ErlangB.blocking(load: load, servers: servers)
            let next = load * before / (Double(servers) + load * before)
            #expect(abs(blocked - next) <= 1e-12 * next, "\(load), \(servers)")
        }
        // From the bottom, one by one.
        var blocked = 1.0
        for servers in 1...100_300 { blocked = 1e5 * blocked / (Double(servers) + 1e5 * blocked) }
        #expect(abs(try ErlangB.blocking(load: 1e5, servers: 100_300) / blocked - 1) < 1e-11)
    }

    struct Point: Sendable {
        var load: Double
        var agents: Int
        var patience: Double
        var threshold: Double

        var figures: WaitingFigures {
            get throws {
                try WaitingFigures(
                    Workload(load: load, handleTime: 180, patience: patience), agents: agents, threshold: threshold)
            }
        }
    }

    /// A hundred points at random, from one agent to a hundred thousand.
    static let points: [Point] = {
        var random = SplitMix64(state: 5)
        return (0..<100).map { _ in
            let agents = [1, 2, 7, 30, 200, 3_000, 100_000][Int.random(in: 0..<7, using: &random)]
            let patience = 180 * [1e-3, 0.1, 0.5, 1, 4, 100][Int.random(in: 0..<6, using: &random)]
            return Point(
                load: Double(agents) * Double.random(in: 0.5...1.6, using: &random), agents: agents,
                patience: patience, threshold: patience * [0, 1e-3, 0.1, 1, 3][Int.random(in: 0..<5, using: &random)])
        }
    }()
}
