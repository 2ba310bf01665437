import ArgumentParser
import CCWorkforce
import Foundation

extension Bench {
    /// `ccctl bench erlang --json`
    struct Erlang: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Processor time for the fewest agents for 80 % within 20 s.",
            discussion: "Handle time 300 s, patience 180 s; a week of 336 half hours of up to 100 Erlangs.")

        @Option(help: "Only this many Erlangs; without it 100, 10⁴, 10⁶ and 10⁷.")
        var load: Double?

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            let targets = StaffingTargets.service(0.8, within: 20)
            for load in load.map({ [$0] }) ?? [100, 1e4, 1e6, 1e7] {
                let patient = try Workload(load: load, handleTime: 300)
                let impatient = try Workload(load: load, handleTime: 300, patience: 180)
                try measure("erlang.c", load: load) { try patient.agents(for: targets) }
                try measure("erlang.a", load: load) { try impatient.agents(for: targets) }
            }
            let week = (0..<336).map { index in
                IntervalDemand(
                    contacts: 600 * (0.05 + 0.95 * abs(sin(Double(index) / 48 * Double.pi))), handleTime: 300,
                    patience: 180)
            }
            try measure("staffing.plan", load: 100, repetitions: 50) {
                try StaffingPlan(week, interval: 1800, targets: targets).intervals.count
            }
        }

        /// The least of some rounds: other programs only ever add to it.
        private func measure(
            _ name: String, load: Double, repetitions: Int = 500, _ work: () throws -> Int
        ) throws {
            var (result, least) = (0, UInt64.max)
            for _ in 0..<5 {
                let begin = nanoseconds(CLOCK_THREAD_CPUTIME_ID)
                for _ in 0..<repetitions { result = try work() }
                least = min(least, nanoseconds(CLOCK_THREAD_CPUTIME_ID) - begin)
            }
            let microseconds = Double(least) / Double(repetitions) / 1000
            let text = (microseconds * 100).rounded() / 100
            print(
                json
                    ? "{\"benchmark\": \"\(name)\", \"load\": \(load), \"result\": \(result), \"cpu_us\": \(text)}"
                    : "\(name): \(load) Erlangs, result \(result), \(text) µs")
        }
    }
}
