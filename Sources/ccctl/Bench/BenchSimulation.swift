import ArgumentParser
import CCCore
import CCRouting
import CCScenario
import Foundation

extension Bench {
    /// M/M/n+M: 48 contacts a minute, 60 s of talk, 50 agents, 120 s of patience, all exponential.
    struct Simulation: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Contacts per second of processor time at contact depth, and where the time goes.",
            discussion: """
                The shares are measured with runs of one part alone: the router with the calls that the simulation \
                made, the heap with as many events, the random numbers that were drawn. What is left is the bookkeeping.
                """)

        @Option(help: "How many contacts.")
        var contacts = 1_000_000

        @Option(help: "Begins all random numbers.")
        var seed: UInt64 = 1

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            let simulation = try ContactSimulation(scenario(contacts))
            _ = try ContactSimulation(scenario(20_000)).run(seed: seed)
            var figures = simulation.run(seed: seed)
            let whole = seconds { figures = simulation.run(seed: seed) }
            let count = figures.overall.offered.value ?? 0
            report(
                "simulation.contact",
                [
                    ("contacts", count), ("cpu_s", whole), ("contacts_per_cpu_s", count / whole),
                    ("events_per_cpu_s", Double(figures.events) / whole),
                    ("abandoned", figures.overall.abandonRate.value ?? 0),
                    ("mean_wait_s", figures.overall.averageWait.value ?? 0),
                ])
            let router = try routerAlone() * Double(contacts) / Double(min(contacts, 200_000))
            let heap = heapAlone(figures)
            let random = randomAlone()
            for (part, time) in [
                ("router", router), ("heap", heap), ("random", random), ("rest", whole - router - heap - random),
            ] {
                report("simulation.share.\(part)", [("cpu_s", time), ("share", time / whole)])
            }
        }

        private func scenario(_ contacts: Int) -> Scenario {
            Scenario(
                name: "M/M/50+M", horizon: .seconds(Double(contacts) / 0.8),
                queues: [
                    ScenarioQueue(
                        Queue("queue", wrapUp: .zero, waitingMax: 1_000_000), arrivals: .poisson(rate: 0.8),
                        patience: .drawn(.exponential(mean: 120)), talk: .exponential(mean: 60))
                ], groups: [AgentGroup("group", count: 50)])
        }

        /// Processor time of the process.
        private func seconds(_ work: () throws -> Void) rethrows -> Double {
            let begin = clock()
            try work()
            return Double(clock() - begin) / Double(CLOCKS_PER_SEC)
        }

        private enum Call {
            case arrived(ContactID)
            case accepted(ReservationID)
            case ended(ContactID)
        }

        /// The router with the same calls as in a run, and nothing around it.
        private func routerAlone() throws -> Double {
            let scenario = scenario(min(contacts, 200_000))
            var calls: [(Int64, Call)] = []
            var offers: [ContactID: ReservationID] = [:]
            _ = try ContactSimulation(scenario).run(seed: seed) { event in
                let time = Int64(event.date.timeIntervalSince(scenario.start) * 1e9)
                switch event.kind {
                case .contactQueued(let id, _): calls.append((time, .arrived(id)))
                case .contactOffered(let id, _, let offer): offers[id] = offer
                case .contactAnswered(let id, _):
                    if let offer = offers.removeValue(forKey: id) { calls.append((time, .accepted(offer))) }
                case .contactEnded(let id, _): calls.append((time, .ended(id)))
                default: break
                }
            }
            var router = Router(queues: scenario.rules, agents: scenario.agents)
            var actions: [Router.Action] = []
            for agent in scenario.agents { router.checkIn(agent.id, now: .zero, into: &actions) }
            return seconds {
                for (time, call) in calls {
                    let now = Instant(nanoseconds: time)
                    actions.removeAll(keepingCapacity: true)
                    switch call {
                    case .arrived(let id): router.contactArrived(id, queue: "queue", now: now, into: &actions)
                    case .accepted(let id): _ = router.offerAccepted(id, now: now, into: &actions)
                    case .ended(let id): router.contactEnded(id, now: now, into: &actions)
                    }
                }
            }
        }

        /// As many events through a heap of the same length: the ends of talks and of patience.
        private func heapAlone(_ figures: SimulationFigures) -> Double {
            var stream = RandomStreams(seed: seed).stream(.talk, 0)
            let talk = Distribution.exponential(mean: 60)
            let delays = (0..<4096).map { _ in Int64(talk.sample(using: &stream) * 1e9) }
            let events = figures.events - Int(figures.overall.offered.value ?? 0)
            var heap = EventHeap()
            for place in 0..<80 { heap.add(.talkOver, at: delays[place], subject: UInt32(place)) }
            return seconds {
                for place in 0..<events {
                    guard let next = heap.removeFirst() else { return }
                    heap.add(.talkOver, at: next.time + delays[place & 4095], subject: next.subject)
                }
            }
        }

        /// Interval, patience and talk of every contact.
        private func randomAlone() -> Double {
            let streams = RandomStreams(seed: seed)
            var arrivals = ArrivalGenerator(.poisson(rate: 0.8), stream: streams.stream(.arrivals, 0))
            var patience = streams.stream(.patience, 0)
            var talk = streams.stream(.talk, 0)
            let (patienceOf, talkOf) = (Distribution.exponential(mean: 120), Distribution.exponential(mean: 60))
            var sum = 0.0
            let time = seconds {
                for _ in 0..<contacts {
                    sum += arrivals.next()?.offset.inSeconds ?? 0
                    sum += patienceOf.sample(using: &patience) + talkOf.sample(using: &talk)
                }
            }
            return sum > 0 ? time : 0
        }

        private func report(_ name: String, _ figures: [(String, Double)]) {
            let rounded = figures.map { ($0.0, ($0.1 * 10_000).rounded() / 10_000) }
            if json {
                let fields = rounded.map { "\"\($0.0)\": \($0.1)" }
                print("{\"benchmark\": \"\(name)\", \(fields.joined(separator: ", "))}")
            } else {
                print(name, rounded.map { "\($0.0) \($0.1)" }.joined(separator: ", "), separator: ": ")
            }
        }
    }
}
