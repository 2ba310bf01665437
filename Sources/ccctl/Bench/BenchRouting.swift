import ArgumentParser
import CCCore
import CCRouting
import CCScenario
import Foundation

extension Bench {
    /// `ccctl bench routing --agents 10000 --queues 500 --waiting 50000 --skills 200 --json`
    struct Routing: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Decisions per second of the router, time per event, bytes per waiting contact.",
            discussion: """
                A centre in steady state in virtual time: contacts arrive, are offered, answered, refused, given up and \
                ended, agents pause and come back. Every call of the router is one event; its time is taken one by one, \
                allocation included. The same settings and seed make the same calls.
                """)

        @Option(help: "Agents.")
        var agents = 1_000

        @Option(help: "Queues.")
        var queues = 10

        @Option(help: "Contacts that wait without an offer, in the mean; 0: as many as chance makes at a load of 85 %.")
        var waiting = 1_000

        @Option(help: "Skills that there are in all.")
        var skills = 200

        @Option(help: "Events that are measured; a third as many run before.")
        var events = 300_000

        @Option(help: "Begins all random numbers.")
        var seed: UInt64 = 1

        @Flag(help: "Count processor time of the thread, not time: for machines that do other things too.")
        var cpu = false

        @Flag(help: "Tell why with each offer, as a centre does by default.")
        var explains = false

        @Flag(help: "One line more for each kind of event.")
        var kinds = false

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func validate() throws {
            guard agents > 0, queues > 0, waiting >= 0, skills > 1, events > 0 else {
                throw ValidationError("agents, queues and events are at least 1, skills at least 2, waiting at least 0")
            }
        }

        private var source: clockid_t { cpu ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC }

        func run() throws {
            let setting = RoutingLoad.Setting(
                agents: agents, queues: queues, waiting: waiting, skills: skills, seed: seed, explains: explains,
                clock: source)
            // First of all: memory that something else has freed would be used again.
            let bytes = waiting > 0 ? bytesPerWaiting(setting) : nil
            var load = RoutingLoad(setting)
            for _ in 0..<(events / 3 + agents) { load.step { _, _ in } }
            var times = [[UInt32]](repeating: [], count: RoutingLoad.Kind.allCases.count)
            for place in times.indices { times[place].reserveCapacity(events) }
            let decisions = load.decisions
            var waited = 0
            for _ in 0..<events {
                load.step { times[$0.rawValue].append(UInt32(clamping: $1)) }
                waited += load.waiting
            }
            let made = load.decisions - decisions
            let waitingMean = Double(waited) / Double(events)
            report(
                explains ? "routing.explained" : "routing", times.flatMap { $0 }, made,
                [
                    ("waiting_mean", waitingMean), ("bytes_per_waiting", bytes),
                    ("clock_ns", clockCost()),
                ])
            guard kinds else { return }
            for kind in RoutingLoad.Kind.allCases where !times[kind.rawValue].isEmpty {
                report("routing.\(kind)", times[kind.rawValue], nil, [])
            }
        }

        /// What the memory of the process grows by when so many more wait, for each of them.
        private func bytesPerWaiting(_ setting: RoutingLoad.Setting) -> Double? {
            let agents = (0..<setting.agents).map { Agent(AgentID("a\($0)"), skills: ["s"]) }
            let queues = (0..<setting.queues).map {
                Queue(QueueID("q\($0)"), requires: .skill("s"), waitingMax: .max)
            }
            var router = Router(queues: queues, agents: agents)
            var actions: [Router.Action] = []
            // Enough that the pages of the process are a small part of what is counted.
            let count = max(setting.waiting, 20_000)
            let before = residentBytes()
            for number in 0..<count {
                router.contactArrived(
                    ContactID("c\(1_000_000_000_000_000 + number)"), queue: queues[number % queues.count].id,
                    now: Instant(nanoseconds: Int64(number)), into: &actions)
            }
            let after = residentBytes()
            guard router.waitingCount(in: queues[0].id) > 0, let before, let after else { return nil }
            return Double(after - before) / Double(count)
        }

        private func residentBytes() -> Int? {
            guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
                let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
            else { return nil }
            return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
        }

        /// What taking the time takes: it is part of every event's time.
        private func clockCost() -> Double {
            var least = UInt64.max
            for _ in 0..<1000 {
                let begin = nanoseconds(source)
                least = min(least, nanoseconds(source) - begin)
            }
            return Double(least)
        }

        private func report(_ name: String, _ times: [UInt32], _ decisions: Int?, _ more: [(String, Double?)]) {
            let sorted = times.sorted()
            let seconds = Double(sorted.reduce(0) { $0 + UInt64($1) }) / 1e9
            func quantile(_ share: Double) -> Double {
                Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1000
            }
            var figures: [(String, Double?)] = [
                ("agents", Double(agents)), ("queues", Double(queues)), ("waiting", Double(waiting)),
                ("skills", Double(skills)), ("events", Double(sorted.count)),
                ("events_per_s", (Double(sorted.count) / seconds).rounded()),
                ("decisions_per_s", decisions.map { (Double($0) / seconds).rounded() }),
                ("mean_us", seconds * 1e6 / Double(sorted.count)), ("p50_us", quantile(0.5)),
                ("p99_us", quantile(0.99)), ("p999_us", quantile(0.999)), ("max_us", quantile(1)),
            ]
            figures += more
            let texts = figures.compactMap { name, value in
                value.map { (name, "\(($0 * 1000).rounded() / 1000)".replacing(/\.0$/, with: "")) }
            }
            if json {
                let fields = texts.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
                print("{\"benchmark\": \"\(name)\", \(fields)}")
            } else {
                print(name, texts.map { "\($0.0) \($0.1)" }.joined(separator: ", "), separator: ": ")
            }
        }
    }
}
