import ArgumentParser

/// `ccctl bench …`: measures what needs no network.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how fast this machine is.",
        subcommands: [Routing.self, Simulation.self, Restart.self, Erlang.self, Groups.self])
}
