import ArgumentParser

/// The offline tool: looks at files, never at the network. Each subcommand has a file of its own.
@main
struct CCCtl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ccctl",
        abstract: "Offline tools for ContactCenterKit.",
        subcommands: [
            Sip.self, Contacts.self, Journal.self, Swarm.self, Simulate.self, Policies.self, WhatIf.self, Bench.self,
            Check.self, Explain.self,
            Forecasts.self, Schedule.self,
            ErlangFigures.self, PatienceCommand.self, Accuracy.self, Adherence.self, Intraday.self, Shifts.self,
            HandleTimeCommand.self, Plan.self, Staff.self,
        ])
}
