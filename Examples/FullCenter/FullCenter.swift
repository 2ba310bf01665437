// A whole centre: queue, agents, recording, records. Point a phone or SIPp at it, or let it call itself:
//
//   swift run FullCenter --demo 20
//   swift run FullCenter --config center.yml
//   swift run FullCenter --host 0.0.0.0 --agents 5 --accounts accounts.txt --store center.sqlite --recordings rec
import ArgumentParser
import ContactCenterKit

@main
struct FullCenter: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A contact centre for SIP phones and trunks.",
        discussion: """
            Numbers: support and soporte (a queue, spoken to in English and in Spanish), sales (a queue that rings all), \
            echo, music, and agent1 … agentN. Agents check in by registering, or all at once with --static-contact, and \
            transfer from their phones to any of these numbers.
            """)

    @Option(
        help: """
            A configuration, in the place of all other options about the centre; SIGHUP reads it again. Its numbers may \
            name the handlers echo and music.
            """)
    var config: String?
    @Option(help: "The IP address to bind.") var host = "127.0.0.1"
    @Option(help: "The SIP port, UDP and TCP; 0 takes a free one.") var sipPort: UInt16 = 5060
    @Option(help: "The UDP ports for media, as FIRST-LAST.") var rtpPorts: PortRange = PortRange(20_000...29_999)
    @Option(help: "The address to show to others behind a static NAT.") var advertised: String?
    @Option(help: "An SQLite file, or 'memory'.") var store = "memory"
    @Option(help: "The folder for recordings; without it nothing is recorded.") var recordings: String?
    @Option(help: "Accounts agent1 … agentN.") var agents = 20
    @Option(help: "A file with a line 'name password [skill,skill]' for each account, in the place of --agents.")
    var accounts: String?
    @Option(help: "Send all agents' calls to this SIP URI; they count as checked in.") var staticContact: String?
    @Option(help: "Seconds that an agent's phone may ring.") var ringTimeout = 20
    @Option(help: "Seconds of wrap-up after each call.") var wrapUp = 0
    @Option(help: "Seconds without media after which a phone is asked whether it is still there.") var mediaTimeout = 30
    @Option(help: "Seconds that live calls get after SIGTERM.") var stopWithin = 30
    @Option(help: "Let built-in phones call for so many seconds, print a summary and stop.") var demo: Int?
    @Flag(help: "Print the summary as one JSON object in the last line.") var json = false

    func validate() throws {
        guard agents >= 0, ringTimeout > 0, wrapUp >= 0, mediaTimeout > 0, stopWithin >= 0, demo ?? 1 > 0 else {
            throw ValidationError("counts and seconds must not be negative")
        }
        if let staticContact, SipURI(staticContact) == nil {
            throw ValidationError("--static-contact is not a SIP URI: \(staticContact)")
        }
    }

    func run() async throws {
        if let config { return try await run(configuration: config) }
        let people = try accounts.map(Account.read(file:)) ?? Account.demo(count: agents)
        if accounts == nil, staticContact == nil {
            Console.warn(
                """
                WARNING: accounts agent1 … agent\(agents) have the password "demo".
                WARNING: anybody who reaches this port can register. Use --accounts FILE for real ones.
                """)
        }
        let center = try center(people)
        if let demo {
            try await Demo(center: center, accounts: people, seconds: demo, json: json).run()
            return
        }
        async let service: Void = center.runService()
        if let addresses = await center.waitUntilListening() {
            Console.say("ready: " + addresses.map { "sip:\($0)" }.joined(separator: " "))
        }
        try await service
        if json { Console.say(try CenterJSON.line(try await center.summary())) }
    }

    /// Runs the centre that a file describes.
    private func run(configuration path: String) async throws {
        let center: ContactCenter
        do {
            center = try ContactCenter(configuration: path, handlers: Self.handlers)
        } catch let error as ConfigurationError {
            for problem in error.problems { Console.warn("\(problem)") }
            throw ExitCode(1)
        }
        try await withThrowingTaskGroup { group in
            group.addTask {
                await center.applyOnHangUp(configuration: path) { outcome in
                    switch outcome {
                    case .success(let changes): Console.say("configuration read: \(changes)")
                    case .failure(let error): Console.warn("configuration not used: \(error)")
                    }
                }
            }
            group.addTask {
                guard let addresses = await center.waitUntilListening() else { return }
                Console.say("ready: " + addresses.map { "sip:\($0)" }.joined(separator: " "))
            }
            try await center.runService()
            group.cancelAll()
        }
        if json { Console.say(try CenterJSON.line(try await center.summary())) }
    }

    private static let handlers: [String: Number.Handler] = [
        "echo": { call, _ in
            try await call.answer()
            try await call.echo()
        },
        "music": { call, _ in
            try await call.answer()
            try await call.loop(.music)
        },
    ]

    private func center(_ accounts: [Account]) throws -> ContactCenter {
        let contact = staticContact.flatMap { SipURI($0) }
        return try ContactCenter {
            Phones(
                host: host, sipPort: sipPort, rtpPorts: rtpPorts.ports, advertised: advertised,
                silenceTimeout: .seconds(mediaTimeout))
            store == "memory" ? Store.memory : Store.sqlite(store)
            if let recordings { Recordings(recordings) }
            StopWithin(.seconds(stopWithin))
            Queue(
                "support", requires: ["support"], ringTimeout: .seconds(ringTimeout), wrapUp: .seconds(wrapUp))
            Number("support", queue: "support")
            for name in Self.handlers.keys.sorted() { Number(name, handler: name) }
            for (name, handler) in Self.handlers { Handler(name, handler) }
            Number("soporte", queue: "support", language: .spanish)
            Comfort("support")
                .position(after: .seconds(20), every: .seconds(60))
                .estimatedWait(after: .seconds(40), every: .seconds(120))
            Queue(
                "sales", requires: ["sales"], ringTimeout: .seconds(ringTimeout), wrapUp: .seconds(wrapUp),
                ringing: .all(max: 10))
            Number("sales", queue: "sales")
            Comfort("sales").message("please-wait", after: .seconds(20), every: .seconds(60))
            for account in accounts {
                if let contact {
                    Agent(AgentID(account.name), skills: SkillSet(account.skills)).phone(at: contact)
                } else {
                    Agent(AgentID(account.name), skills: SkillSet(account.skills)).phone(password: account.password)
                }
                Number(account.name, agent: AgentID(account.name))
            }
        }
    }
}

/// `FIRST-LAST` on the command line.
struct PortRange: ExpressibleByArgument {
    let ports: ClosedRange<UInt16>

    init(_ ports: ClosedRange<UInt16>) { self.ports = ports }

    init?(argument: String) {
        let ends = argument.split(separator: "-", maxSplits: 1).map { UInt16($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first > 0, first < last else { return nil }
        ports = first...last
    }

    var defaultValueDescription: String { "\(ports.lowerBound)-\(ports.upperBound)" }
}
