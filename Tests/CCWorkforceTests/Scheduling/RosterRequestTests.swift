import Testing

@testable import CCWorkforce

@Suite("Making a scheduling problem from shapes and terms")
struct RosterRequestTests {
    static let day = ShiftShape(
        starts: [14, 16], length: 17,
        breaks: [.init(starts: 3...4), .init(starts: 7...9, isPaid: false), .init(starts: 11...13)])

    static func request(_ change: (inout RosterRequest) -> Void = { _ in }) -> RosterRequest {
        let anna = AgentTerms(
            RosterAgent(id: 1, minSlots: 16, maxSlots: 80, maxDays: 5),
            availability: [[Range<Int>]](repeating: [12..<48], count: 7),
            wishes: [.init(starts: 16...20, cost: 6)])
        var request = RosterRequest(
            demand: [[Int](repeating: 1, count: 336)], shapes: [day], agents: [anna],
            wages: WageRules(slot: 4, extras: [.init(slots: 0..<48, weekdays: [6], cost: 1)]))
        change(&request)
        return request
    }

    @Test("every start and every placement of the breaks is a pattern")
    func patterns() throws {
        let problem = try Self.request().problem()
        // Two starts, two first breaks, and three times three others but for 9 and 11, which lie too near.
        #expect(problem.patterns.count == 2 * 2 * 8)
        #expect(problem.patterns.allSatisfy { $0.paid == 16 && $0.breaks.count == 3 })
        let roster = try #require(problem.roster)
        #expect(roster.options.count == 7 * 32)
        // Sixteen paid slots at 4, a wish for starts from 8:00, and Sunday.
        let costs = Set(roster.options.map { "\($0.day == 6) \(problem.patterns[$0.pattern].start) \($0.cost)" })
        #expect(costs == ["false 14 70", "false 16 64", "true 14 86", "true 16 80"])
    }

    @Test("availability, hours of a day, rest after the last shift and free weekends leave options out")
    func options() throws {
        func days(_ change: (inout RosterRequest) -> Void) throws -> [Int: Set<Int>] {
            let problem = try Self.request(change).problem()
            return Dictionary(grouping: try #require(problem.roster).options, by: \.day)
                .mapValues { Set($0.map { problem.patterns[$0.pattern].start }) }
        }
        #expect(try days { $0.agents[0].availability[3] = [] }[3] == nil)
        #expect(try days { $0.agents[0].availability[3] = [12..<32] }[3] == [14])
        #expect(try days { $0.agents[0].availability[3] = [12..<20, 21..<48] }[3] == nil)
        #expect(try days { $0.agents[0].lastEnd = -7 }[0] == [16])
        #expect(try days { $0.agents[0].lastEnd = -5 }[0] == nil)
        #expect(try days { $0.agents[0].weekendsOff = [0] }.keys.sorted() == [0, 1, 2, 3, 4])
        #expect(try days { $0.agents[0].paidPerDay = 1...15 }.isEmpty)
    }

    @Test("weekends cost more for those who had more of them")
    func fairness() throws {
        let problem = try Self.request { request in
            var other = request.agents[0]
            other.contract.id = 2
            other.recentWeekends = 3
            request.agents.append(other)
            request.weekendFairness = 5
        }.problem()
        let options = try #require(problem.roster).options
        let half = options.count / 2
        let differences = Set(zip(options[..<half], options[half...]).map { "\($0.day >= 5) \($1.cost - $0.cost)" })
        #expect(differences == ["false 0", "true 15"])
    }

    @Test("what cannot be is told with its place")
    func wrong() {
        for (change, place) in [
            ({ $0.shapes[0].starts = [] }, "shapes[0].starts"),
            ({ $0.shapes[0].breaks[2].starts = 17...18 }, "shapes[0].breaks[2].starts"),
            ({ $0.shapes[0].workBetweenBreaks = 17 }, "shapes[0].breaks"),
            ({ $0.shapes[0].length = 0 }, "shapes[0].length"),
            ({ $0.agents[0].availability = [] }, "agents[0].availability"), ({ $0.agents = [] }, "agents"),
            ({ $0.shapes = [] }, "patterns"), ({ $0.days = 0 }, "days"), ({ $0.wages.slot = -1 }, "wages.slot"),
            ({ $0.agents[0].lastEnd = 4 }, "agents[0].lastEnd"), ({ $0.shapes[0].starts = [.max] }, "shapes[0].start"),
            ({ $0.shapes[0].starts = [14, -1] }, "shapes[0].start"),
            ({ $0.agents[0].recentWeekends = .min }, "agents[0].recentWeekends"),
            ({ $0.agents[0].wishes = [.init(starts: nil, cost: .max)] }, "agents[0].wishes[0].cost"),
            ({ $0.wages.extras = [.init(slots: 0..<9, cost: -1)] }, "wages.extras[0].cost"),
            (
                {
                    // Fourteen million placements.
                    $0.slotsPerDay = 1_440
                    $0.shapes = [
                        ShiftShape(
                            starts: [0], length: 1_440, breaks: [0, 450, 900].map { .init(starts: $0...($0 + 439)) })
                    ]
                }, "shapes[0]"
            ),
        ] as [((inout RosterRequest) -> Void, String)] {
            let error = #expect(throws: WorkforceError.self) { try Self.request(change).problem() }
            #expect(error?.place == place)
        }
    }

    @Test("the made problem can be solved, and the answer keeps its rules")
    func solved() async throws {
        let problem = try Self.request().problem()
        let result = try await LocalSearch(workers: 1).solve(problem, budget: .moves(4_096))
        #expect(ScheduleChecker(problem).check(result.solution).broken.isEmpty)
    }
}
