import CCCore
import CCRouting
import CCScenario
import Foundation

/// What one seed of a swarm makes: a scenario, and how it runs. As JSON it is a file from which the run can be repeated.
public struct SwarmCase: Hashable, Sendable, Codable {
    public enum Depth: String, Hashable, Sendable, Codable, CaseIterable { case contact, telephony }

    public var seed: UInt64
    public var depth: Depth
    public var scenario: Scenario
    /// Used at telephony depth.
    public var options: TelephonyOptions

    public init(seed: UInt64, depth: Depth, scenario: Scenario, options: TelephonyOptions = TelephonyOptions()) {
        self.seed = seed
        self.depth = depth
        self.scenario = scenario
        self.options = options
    }

    enum CodingKeys: String, CodingKey { case seed, depth, scenario, options, rules }

    /// What a scenario's file does not say of a queue.
    private struct Rules: Codable {
        var queue: QueueID
        var ringing: Ringing
        var joining: [QueueRule]
        var leaving: [QueueRule]
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        seed = try fields.decode(UInt64.self, forKey: .seed)
        depth = try fields.decode(Depth.self, forKey: .depth)
        scenario = try Scenario(yaml: try fields.decode(String.self, forKey: .scenario), file: "scenario")
        options = try fields.decode(TelephonyOptions.self, forKey: .options)
        for rules in try fields.decodeIfPresent([Rules].self, forKey: .rules) ?? [] {
            for place in scenario.queues.indices where scenario.queues[place].id == rules.queue {
                scenario.queues[place].rules.ringing = rules.ringing
                scenario.queues[place].rules.joining = rules.joining
                scenario.queues[place].rules.leaving = rules.leaving
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(seed, forKey: .seed)
        try fields.encode(depth, forKey: .depth)
        try fields.encode(scenario.yaml, forKey: .scenario)
        try fields.encode(options, forKey: .options)
        let rules = scenario.rules.filter { $0.ringing != .one || !$0.joining.isEmpty || !$0.leaving.isEmpty }
            .map { Rules(queue: $0.id, ringing: $0.ringing, joining: $0.joining, leaving: $0.leaving) }
        if !rules.isEmpty { try fields.encode(rules, forKey: .rules) }
    }

    /// Whether all conversations are recorded, into a folder that goes away with the run: so it is with every tenth seed.
    public var isRecorded: Bool { depth == .telephony && seed % 10 == 0 }

    /// Runs it once in this process, with all rules checked.
    public func run() async -> SwarmVerdict {
        switch depth {
        case .contact:
            var suite = InvariantSuite(
                queues: scenario.rules, agents: scenario.agents, policy: scenario.policy)
            do {
                _ = try ContactSimulation(scenario).run(seed: seed) { suite.observe($0) }
            } catch {
                return .wrong([SwarmVerdict.Finding(rule: "it runs", text: "\(error)")])
            }
            suite.finish()
            return SwarmVerdict(suite.violations)
        case .telephony:
            var options = options
            let folder = FileManager.default.temporaryDirectory.path + "/swarm-store-" + Entropy().token()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            do {
                if case .crash = options.centerFault, options.store == nil { options.store = folder + "/store" }
                if isRecorded, options.recordings == nil { options.recordings = folder + "/recordings" }
                if options.store != nil || options.recordings != nil {
                    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                }
                return SwarmVerdict(
                    try await TelephonySimulation(scenario, options: options).run(seed: seed).violations)
            } catch let error as SimulationError {
                return .stuck("\(error.code): \(error)")
            } catch {
                return .wrong([SwarmVerdict.Finding(rule: "it runs", text: "\(error)")])
            }
        }
    }
}

/// How one run of a swarm went.
public enum SwarmVerdict: Hashable, Sendable, Codable {
    case fine
    /// Rules were broken.
    case wrong([Finding])
    /// It stood still, turned in circles, or took too long.
    case stuck(String)
    /// The process died.
    case crash(String)

    /// A broken rule, and its story.
    public struct Finding: Hashable, Sendable, Codable {
        public var rule: String
        public var text: String

        public init(rule: String, text: String) {
            self.rule = rule
            self.text = text
        }
    }

    public init(_ violations: [InvariantViolation]) {
        self = violations.isEmpty ? .fine : .wrong(violations.map { Finding(rule: $0.rule, text: "\($0)") })
    }

    /// 0 fine, 1 wrong, 2 stuck, 3 crash.
    public var exitCode: Int32 {
        switch self {
        case .fine: 0
        case .wrong: 1
        case .stuck: 2
        case .crash: 3
        }
    }

    /// Whether another run failed in the same way: by the same first rule, when it is wrong; for the same kind of reason,
    /// when it is stuck; with the same first line, when it died.
    public func isLike(_ other: SwarmVerdict) -> Bool { exitCode == other.exitCode && kind == other.kind }

    private var kind: String? {
        switch self {
        case .fine: nil
        case .wrong(let findings): findings.first?.rule
        // `timeLimit: simulation …`
        case .stuck(let reason): String(reason.prefix { $0 != ":" })
        case .crash(let reason): String(reason.prefix { $0 != "\n" })
        }
    }
}
