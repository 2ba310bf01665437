import CCCore
import CCWorkforce
import Foundation
import Testing

@Suite("Beyond Erlang")
struct StaffingExtensionTests {
    @Test("one agent with any handle times is as Pollaczek and Khinchine say, exponential ones are Erlang C")
    func generalService() throws {
        for method in GeneralServiceFigures.Method.allCases {
            for variation in [0, 0.4, 1, 3.5] {
                let one = try Workload(load: 0.7, handleTime: 90)
                let figures = try GeneralServiceFigures(one, agents: 1, variation: variation, method: method)
                let exact = 0.7 / 90 * 90 * 90 * (1 + variation) / (2 * 0.3)
                #expect(abs(figures.averageWait / exact - 1) < 1e-12, "\(method) \(variation)")
            }
            let work = try Workload(load: 17, handleTime: 200)
            let erlang = try WaitingFigures(work, agents: 19)
            let figures = try GeneralServiceFigures(work, agents: 19, variation: 1, method: method)
            #expect(abs(figures.averageWait / erlang.averageWait - 1) < 1e-12)
            #expect(abs(figures.serviceLevel - erlang.serviceLevel()) < 1e-12)
            let waits = try [0, 0.3, 0.9, 1.1, 2, 9].map {
                try GeneralServiceFigures(work, agents: 19, variation: $0, method: method).averageWait
            }
            #expect(waits == waits.sorted())
        }
        #expect(throws: WorkforceError.self) {
            try GeneralServiceFigures(Workload(load: 5, handleTime: 1), agents: 5, variation: 1)
        }
    }

    @Test("with retrials the load is what is new and what comes back", arguments: [0.1, 0.5, 0.9])
    func retrials(probability: Double) throws {
        for (load, agents) in [(0.4, 1), (20, 18), (90, 100), (120, 100)] {
            let new = try Workload(load: load, handleTime: 200, patience: 100)
            let all = try new.withRetrials(probability: probability, agents: agents)
            let figures = try WaitingFigures(all, agents: agents)
            #expect(abs(load + probability * figures.abandonRate * all.load - all.load) < 1e-10 * all.load)
            #expect(all.load >= load)
        }
        let over = try Workload(load: 120, handleTime: 200, patience: 100)
        #expect(throws: WorkforceError.self) { try over.withRetrials(probability: 1, agents: 100) }
        #expect(try over.withRetrials(probability: 0, agents: 100) == over)
    }

    @Test(
        "even arrivals are a steady load; after an opening it grows to it",
        arguments: [
            HandleTimeShape.exponential, .constant, .logNormal(variation: 1.4),
        ])
    func steadyLoad(shape: HandleTimeShape) throws {
        let even = [Double](repeating: 60, count: 40)
        let steady = try OfferedLoad.modified(contacts: even, interval: 900, handleTime: 600, shape: shape)
        #expect(steady.allSatisfy { abs($0 - 40) < 1e-9 })
        let lagged = try OfferedLoad.lagged(contacts: even, interval: 900, handleTime: 600, shape: shape)
        #expect(lagged.allSatisfy { abs($0 - 40) < 1e-9 })
        let opening = try OfferedLoad.modified(
            contacts: even, interval: 900, handleTime: 600, shape: shape, past: .empty)
        #expect(opening == opening.sorted())
        #expect(opening[0] < 30)
        #expect(abs((opening.last ?? 0) - 40) < 0.1)
        // No work is lost: what comes in one interval is worked off.
        let burst = try OfferedLoad.modified(
            contacts: [0, 90] + [Double](repeating: 0, count: 400), interval: 900, handleTime: 600, shape: shape)
        let work = burst.reduce(0, +) * 900
        #expect(abs(work - 54_000) < 54)
    }

    @Test(
        "exponential handle times follow their differential equation, constant ones the arrivals of the last handle time"
    )
    func movingLoad() throws {
        let contacts = (0..<48).map { 50 + 40 * sin(Double($0) / 5) }
        let loads = try OfferedLoad.modified(contacts: contacts, interval: 1800, handleTime: 700)
        var (atHand, expected) = (contacts[0] / 1800 * 700, [Double]())
        for count in contacts {
            let limit = count / 1800 * 700
            let kept = exp(-1800.0 / 700)
            expected.append(limit + (atHand - limit) * (1 - kept) * 700 / 1800)
            atHand = limit + (atHand - limit) * kept
        }
        #expect(zip(loads, expected).allSatisfy { abs($0 - $1) < 1e-6 * $1 })
        let constant = try OfferedLoad.modified(
            contacts: [10, 20, 40], interval: 600, handleTime: 600, shape: .constant)
        #expect(zip(constant, [10.0, 15, 30]).allSatisfy { abs($0 - $1) < 1e-9 })
        // The mean age of a contact at hand is half of a constant handle time, and a whole exponential one.
        let half = try OfferedLoad.lagged(contacts: [10, 20, 40], interval: 600, handleTime: 1200, shape: .constant)
        #expect(half == [20, 20, 40])
        let whole = try OfferedLoad.lagged(contacts: [10, 20, 40], interval: 600, handleTime: 600)
        #expect(whole == [10, 10, 20])
    }

    @Test(
        "the work at hand is the integral over what came before",
        arguments: [100.0, 400, 1800, 5000],
        [HandleTimeShape.exponential, .constant, .logNormal(variation: 1.4), .logNormal(variation: 90)])
    func integral(handleTime: Double, shape: HandleTimeShape) throws {
        let (contacts, length) = ([30.0, 90, 10, 0, 55], 1800.0)
        /// The share of contacts that take longer than this.
        func longer(_ seconds: Double) -> Double {
            switch shape {
            case .exponential: exp(-seconds / handleTime)
            case .constant: seconds < handleTime ? 1 : 0
            case .logNormal(let variation):
                erfc((log(seconds / handleTime) + log1p(variation) / 2) / (2 * log1p(variation)).squareRoot()) / 2
            }
        }
        // Midpoints, two seconds apart: who came so long ago is at hand with this probability.
        let step = 2.0
        let expected = contacts.indices.map { index in
            var sum = 0.0
            for (from, count) in contacts[...index].enumerated() where count > 0 {
                // The time from arrival to the instant looked at; a triangle says how many pairs are so far apart.
                let apart = Double(index - from) * length
                for place in 0..<Int(2 * length / step) {
                    let age = apart - length + (Double(place) + 0.5) * step
                    guard age > 0 else { continue }
                    sum += count / length * longer(age) * (length - abs(age - apart)) / length * step
                }
            }
            return sum
        }
        let loads = try OfferedLoad.modified(
            contacts: contacts, interval: length, handleTime: handleTime, shape: shape, past: .empty)
        for (load, expected) in zip(loads, expected) {
            #expect(abs(load - expected) < 2e-3 * expected + 1e-9, "\(load), \(expected)")
        }
    }

    @Test("the work at hand is told for years of intervals, and refused where it would take for ever")
    func work() throws {
        let years = [Double](repeating: 3, count: 200_000)
        let loads = try OfferedLoad.modified(contacts: years, interval: 900, handleTime: 300)
        #expect(loads.allSatisfy { abs($0 - 1) < 1e-12 })
        #expect(throws: WorkforceError.self) {
            try OfferedLoad.modified(
                contacts: years, interval: 1, handleTime: 1e6, shape: .logNormal(variation: 1e4))
        }
    }

    @Test("a night without intervals keeps nothing of the evening, and the opening has nothing at hand")
    func trailing() throws {
        let day = [60.0, 80, 70].map { IntervalDemand(contacts: $0, handleTime: 900) }
        let starts = [0.0, 1800, 3600]
        func staffed(_ days: Int, past: OfferedLoad.Past = .empty) throws -> [Double?] {
            try OfferedLoad.trailing(
                (0..<days).flatMap { _ in day },
                starts: (0..<days).flatMap { number in starts.map { $0 + Double(number) * 86_400 } }, interval: 1800,
                past: past
            ).map(\.contactsAtHand)
        }
        let one = try staffed(1)
        #expect(try staffed(3) == one + one + one)
        let (opening, second) = (try #require(one[0] ?? nil), try #require(one[1] ?? nil))
        #expect(opening < 60 && second > opening && second < 80)
        // Only the first stretch was open before.
        let open = try staffed(2, past: .steady)
        #expect(abs((open[0] ?? 0) - 60) < 1e-9)
        #expect(open[3] == one[0])
        #expect(try OfferedLoad.trailing([], starts: [], interval: 900) == [])
    }

    @Test("a plan for the work at hand tells the service that it was made for, at the opening and after closing too")
    func trailingPlan() throws {
        let contacts = [0, 90.0, 90, 120, 60, 0, 0]
        let demand = try OfferedLoad.trailing(
            contacts.map { IntervalDemand(contacts: $0, handleTime: 900) },
            starts: contacts.indices.map { Double($0) * 1800 }, interval: 1800)
        let plan = try StaffingPlan(demand, interval: 1800, targets: .service(0.8, within: 20))
        let levels = plan.intervals.map { $0.figures.serviceLevel() }
        #expect(levels.allSatisfy { $0 >= 0.8 })
        #expect(plan.intervals.allSatisfy { $0.agents == 0 || $0.figures.occupancy > 0.1 })
        #expect(plan.totals.offered == 360 && plan.totals.serviceLevel() < 0.95)
        // Nobody before opening; somebody is still busy after closing.
        #expect(plan.intervals[0].agents == 0 && plan.intervals[5].agents > 0)
    }

    @Test("work at hand is for a quantile where there is one, and mistakes name their place")
    func trailingPlaces() throws {
        let high = try OfferedLoad.trailing(
            [IntervalDemand(contacts: 10, contactsToStaff: 20, handleTime: 60)], starts: [0], interval: 1800)
        let (staffed, atHand) = (high[0].contactsToStaff ?? 0, high[0].contactsAtHand ?? 0)
        #expect(staffed > 15 && staffed < 20 && high[0].contacts == 10)
        #expect(abs(staffed - 2 * atHand) < 1e-9)
        func place(_ demand: [IntervalDemand], _ starts: [Double]) -> String? {
            do { _ = try OfferedLoad.trailing(demand, starts: starts, interval: 900) } catch {
                return (error as? WorkforceError)?.place
            }
            return nil
        }
        let good = IntervalDemand(contacts: 3, handleTime: 180)
        #expect(place([good, good], [0, 900]) == nil)
        #expect(place([good, good], [0]) == "starts")
        #expect(place([good, good], [0, 450]) == "starts[1]")
        #expect(place([good, .init(contacts: 3, handleTime: 0)], [0, 900]) == "demand[1].handleTime")
        #expect(place([.init(contacts: -3, handleTime: 9)], [0]) == "demand[0].contacts")
        #expect(place([.init(contacts: 3, contactsToStaff: -1, handleTime: 9)], [0]) == "demand[0].contactsToStaff")
    }

    @Test("chats one at a time are Erlang A; side by side without slowing down they are as many agents as slots")
    func chats() throws {
        for patience in [120, .infinity] {
            let work = try Workload(load: 21, handleTime: 300, patience: patience)
            let single = try ChatFigures(work, agents: 24, concurrency: .init(slots: 1, slowdown: 0.3))
            let erlang = try WaitingFigures(work, agents: 24)
            #expect(abs(single.waiting.waitingProbability - erlang.waitingProbability) < 1e-12)
            #expect(abs(single.waiting.serviceLevel() - erlang.serviceLevel()) < 1e-12)
            #expect(abs(single.occupancy - erlang.occupancy) < 1e-12)
            #expect(abs(single.averageDuration - 300) < 1e-9)
            let triple = try ChatFigures(work, agents: 8, concurrency: .init(slots: 3, slowdown: 0))
            #expect(abs(triple.waiting.waitingProbability - erlang.waitingProbability) < 1e-12)
            #expect(abs(triple.chats - erlang.occupancy * 24) < 1e-9)
            #expect(abs(triple.averageDuration - 300) < 1e-9)
        }
    }

    @Test("chats that slow each other need agents in between, and take longer")
    func slowChats() throws {
        let work = try Workload(load: 40, handleTime: 300, patience: 90)
        let targets = StaffingTargets.service(0.8, within: 20)
        let counts = try [0, 0.25, 0.5, 1].map {
            try work.agents(for: targets, concurrency: .init(slots: 3, slowdown: $0))
        }
        #expect(counts == counts.sorted())
        #expect(counts[0] < counts[1] && counts[2] < counts[3])
        let curve = try ChatConcurrency(slots: 3, slowdown: 0.25)
        let figures = try ChatFigures(work, agents: counts[1], concurrency: curve)
        #expect(figures.waiting.serviceLevel() >= 0.8)
        #expect(try ChatFigures(work, agents: counts[1] - 1, concurrency: curve).waiting.serviceLevel() < 0.8)
        #expect(figures.averageDuration > 300 && figures.averageDuration < 450)
        #expect(abs(figures.equivalentAgents - 2 * Double(counts[1])) < 1e-9)
        let tiny = try ChatFigures(Workload(load: 0, handleTime: 300), agents: 2, concurrency: curve)
        #expect(tiny.waiting.serviceLevel() == 1 && tiny.chats == 0)
        let nobody = try ChatFigures(work, agents: 0, concurrency: curve)
        #expect(nobody.waiting.abandonRate == 1)
        #expect(throws: WorkforceError.self) { try ChatConcurrency(efficiency: [1, 0.9]) }
        #expect(throws: WorkforceError.self) { try ChatConcurrency(efficiency: []) }
        #expect(throws: WorkforceError.self) { try ChatConcurrency(efficiency: [2]) }
    }

    @Test("outbound goals count what misses cost")
    func outbound() throws {
        let goal = try OutboundGoal(contactsPerHour: 90, contactRate: 0.3, handleTime: 200, missTime: 30)
        #expect(abs(goal.attemptsPerHour - 300) < 1e-9)
        #expect(abs(goal.load - (90 * 200 + 210 * 30) / 3600.0) < 1e-12)
        #expect(try goal.agents(occupancyMax: 0.9) == 8)
        #expect(try goal.agents(occupancyMax: 0.5) == 14)
        #expect(throws: WorkforceError.self) { try OutboundGoal(contactsPerHour: 9, contactRate: 0, handleTime: 9) }
    }
}
