import CCCore
import CCWorkforce
import Testing

@Suite("The fewest agents for targets")
struct AgentSearchTests {
    static let targets: [StaffingTargets] =
        ServiceLevelFormula.allCases.map { .init(serviceLevel: .init(0.8, within: 20, formula: $0)) }
        + [
            .service(0.95, within: 0), .init(virtualServiceLevel: 0.9), .init(speedOfAnswerMax: 5),
            .init(averageWaitMax: 3), .init(abandonRateMax: 0.02), .init(waitingProbabilityMax: 0.1),
            .init(occupancyMax: 0.85),
            .init(serviceLevel: .init(0.7, within: 30), speedOfAnswerMax: 20, abandonRateMax: 0.05, occupancyMax: 0.92),
        ]

    @Test("are enough, and one fewer is not", arguments: targets)
    func fewest(targets: StaffingTargets) throws {
        for load in [0.01, 0.7, 6, 40, 333, 12_000, 1e7] {
            for patience in [30, 180, .infinity] {
                let work = try Workload(load: load, handleTime: 240, patience: patience)
                let agents = try work.agents(for: targets)
                #expect(targets.met(by: try WaitingFigures(work, agents: agents, threshold: targets.threshold)))
                if agents > 0 {
                    let fewer = try WaitingFigures(work, agents: agents - 1, threshold: targets.threshold)
                    #expect(!targets.met(by: fewer), "\(work), \(agents)")
                }
            }
        }
    }

    @Test("and the most load for these agents belong together", arguments: targets)
    func inverse(targets: StaffingTargets) throws {
        for agents in [1, 5, 60, 4_000] {
            for patience in [45, .infinity] {
                let probe = try Workload(load: 1, handleTime: 200, patience: patience)
                let load = try probe.loadMax(agents: agents, for: targets)
                #expect(load > 0)
                func needed(_ load: Double) throws -> Int {
                    try Workload(load: load, handleTime: 200, patience: patience).agents(for: targets)
                }
                #expect(try needed(load) == agents)
                #expect(try needed(load * (1 + 1e-9)) == agents + 1)
            }
        }
    }

    @Test("for no load are none; for targets that are always met too")
    func none() throws {
        #expect(try Workload(load: 0, handleTime: 200).agents(for: .service(0.8, within: 20)) == 0)
        let work = try Workload(load: 10, handleTime: 200, patience: 60)
        #expect(try work.agents(for: StaffingTargets()) == 0)
        // Without patience the queue has to be stable at least.
        #expect(try Workload(load: 10, handleTime: 200).agents(for: StaffingTargets()) == 11)
    }

    @Test("a mean wait of the answered is met by nobody where nobody is answered", arguments: [1.0, 5, 10])
    func speedOfAnswer(load: Double) throws {
        let work = try Workload(load: load, handleTime: 300, patience: 60)
        // Long before patience ends, as long as patience, and longer.
        for most in [20.0, 60, 100] {
            let targets = StaffingTargets(speedOfAnswerMax: most)
            // The fewest of all that are enough, without any search.
            let enough = try (1...40).first {
                try WaitingFigures(work, agents: $0).averageSpeedOfAnswer <= most
            }
            #expect(try work.agents(for: targets) == enough)
        }
        let nobody = try WaitingFigures(work, agents: 0)
        #expect(!StaffingTargets(speedOfAnswerMax: 1e9).met(by: nobody))
        #expect(!StaffingTargets(serviceLevel: .init(0.01, within: 1e9, formula: .ofAnswered)).met(by: nobody))
    }

    @Test("lines for a share of busy signals belong to the most load for them")
    func lines() throws {
        for load in [0.2, 3, 80, 5_000, 1e6] {
            let lines = try ErlangB.servers(load: load, blockingMax: 0.01)
            #expect(try ErlangB.blocking(load: load, servers: lines) <= 0.01)
            #expect(try ErlangB.blocking(load: load, servers: lines - 1) > 0.01)
            let most = try ErlangB.loadMax(servers: lines, blockingMax: 0.01)
            #expect(most >= load)
            #expect(abs(try ErlangB.blocking(load: most, servers: lines) - 0.01) < 1e-10)
        }
    }

    @Test("bad values are named")
    func badValues() throws {
        func place(_ body: () throws -> Void) -> String? {
            do { try body() } catch { return (error as? WorkforceError)?.place }
            return nil
        }
        #expect(place { _ = try Workload(load: -1, handleTime: 180) } == "load")
        #expect(place { _ = try Workload(load: .nan, handleTime: 180) } == "load")
        #expect(place { _ = try Workload(load: 1e12, handleTime: 180) } == "load")
        #expect(place { _ = try Workload(load: 1, handleTime: 0) } == "handleTime")
        #expect(place { _ = try Workload(load: 1, handleTime: 180, patience: -2) } == "patience")
        #expect(place { _ = try Workload(contactsPerHour: -.infinity, handleTime: 180) } == "contactsPerHour")
        let work = try Workload(load: 5, handleTime: 180)
        #expect(place { _ = try WaitingFigures(work, agents: -1) } == "agents")
        #expect(place { _ = try WaitingFigures(work, agents: 6, threshold: .nan) } == "threshold")
        #expect(place { _ = try work.agents(for: .service(1.2, within: 20)) } == "serviceLevel.share")
        #expect(place { _ = try work.agents(for: .service(0.8, within: -1)) } == "serviceLevel.threshold")
        #expect(place { _ = try work.agents(for: .init(occupancyMax: 0)) } == "occupancyMax")
        #expect(place { _ = try work.agents(for: .init(abandonRateMax: .infinity)) } == "abandonRateMax")
        #expect(place { _ = try ErlangB.blocking(load: 1, servers: -1) } == "servers")
        #expect(place { _ = try ErlangB.servers(load: 1, blockingMax: 0) } == "blockingMax")
    }
}
