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
