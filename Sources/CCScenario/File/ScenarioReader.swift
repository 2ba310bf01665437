import CCCore
import CCRouting
import CCYaml

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Scenario {
    /// Reads a scenario file (`Docs/Scenarios.md`).
    ///
    /// - Parameters:
    ///   - yaml: the file's text.
    ///   - file: its name, for errors.
    ///   - reading: returns the text of another file that the scenario names, by the path that stands there.
    /// - Throws: `ScenarioError` with line and key of the first thing that is wrong.
    public init(
        yaml: String, file: String = "scenario",
        reading: @escaping (String) throws -> String = { throw UnreadableFile(name: $0) }
    ) throws(ScenarioError) {
        let root = try NodeReader(yaml: yaml, file: file)
        self = try ScenarioReader(reading: reading).scenario(root)
        do {
            try validate()
        } catch {
            throw ScenarioError(file: file, line: root.line(of: error.path), path: error.path, message: error.message)
        }
    }

    /// Thrown when a scenario names another file and nothing was given to read it with.
    public struct UnreadableFile: Error, CustomStringConvertible {
        public let name: String

        public init(name: String) { self.name = name }

        public var description: String { "\(name) cannot be read here" }
    }
}

struct ScenarioReader {
    let reading: (String) throws -> String

    func scenario(_ place: NodeReader) throws(ScenarioError) -> Scenario {
        let fields = try place.fields(ScenarioKeys.scenario)
        var scenario = Scenario(horizon: try fields.required("horizon").duration(), queues: [], groups: [])
        if let name = fields["name"] { scenario.name = try name.text() }
        if let start = fields["start"] {
            guard let date = Date(iso8601: try start.text()) else {
                throw start.error("expected an ISO 8601 date such as 2026-01-05T08:00:00Z")
            }
            scenario.start = date
        }
        if let warmUp = fields["warmUp"] { scenario.warmUp = try warmUp.duration() }
        if let count = fields["replications"] {
            scenario.replications = try count.integer(1...1_000_000, "a whole number from 1")
        }
        if let policy = fields["policy"] { scenario.policy = try self.policy(policy) }
        for (name, queue) in try fields.required("queues").entries("a mapping of queues by name") {
            scenario.queues.append(try self.queue(QueueID(name), queue, start: scenario.start))
        }
        for (name, group) in try fields.required("agents").entries("a mapping of groups of agents by name") {
            scenario.groups.append(try self.group(AgentGroupID(name), group))
        }
        return scenario
    }

    private func queue(_ id: QueueID, _ place: NodeReader, start: Date) throws(ScenarioError) -> ScenarioQueue {
        let fields = try place.fields(ScenarioKeys.queue)
        var rules = Queue(id, wrapUp: .zero)
        var queue = ScenarioQueue(
            rules, arrivals: try arrivals(fields.required("arrivals"), start: start),
            talk: try distribution(fields.required("talk")))
        if let skills = fields["skills"] {
            rules.requires = SkillExpression(allOf: try names(skills).map { SkillID($0) })
        }
        try readRouting(fields, into: &rules)
        if let ring = fields["ringTimeout"] { rules.ringTimeout = try ring.duration() }
        if let most = fields["waitingMax"] { rules.waitingMax = try most.integer(0...Int.max, "a whole number from 0") }
        if let target = fields["target"] {
            let target = try target.fields(ScenarioKeys.target)
            if let threshold = target["threshold"] { rules.serviceLevelThreshold = try threshold.duration() }
            if let share = target["percentage"] {
                queue.target = try share.number(0...100, "a percentage from 0 to 100") / 100
            }
        }
        if let refusals = fields["refusals"] {
            let refusals = try refusals.fields(ScenarioKeys.refusals)
            if let value = refusals["noAnswer"] { rules.refusals.noAnswer = try consequence(value) }
            if let value = refusals["busy"] { rules.refusals.busy = try consequence(value) }
            if let value = refusals["declined"] { rules.refusals.declined = try consequence(value) }
            if let value = refusals["unreachable"] { rules.refusals.unreachable = try consequence(value) }
        }
        if let patience = fields["patience"] {
            let isNone = (try? patience.text()) == "none"
            queue.patience = isNone ? .endless : .drawn(try distribution(patience))
        }
        if let redials = fields["redials"] { queue.redials = try self.redials(redials) }
        let longest = try fields["wrapUpMax"]?.duration()
        switch try fields["wrapUp"].map(distribution) ?? .deterministic(0) {
        case .deterministic(let seconds) where longest == nil:
            rules.wrapUp = .nanoseconds(Int64((seconds * 1e9).rounded()))
        case let drawn:
            rules.wrapUp = longest ?? .seconds(3600)
            queue.wrapUp = drawn
        }
        rules.serviceLevelTarget = queue.target
        queue.rules = rules
        return queue
    }

    private func consequence(_ place: NodeReader) throws(ScenarioError) -> RefusalPolicy.Consequence {
        if (try? place.text()) == "notReady" { return .notReady }
        do { return .pause(try place.duration()) } catch {
            throw place.error("expected notReady, or the time after which the agent is idle again")
        }
    }

    private func redials(_ place: NodeReader) throws(ScenarioError) -> Redials {
        let fields = try place.fields(ScenarioKeys.redials)
        var redials = Redials(
            probability: try fields.required("probability").probability(),
            delay: try distribution(fields.required("delay")))
        if let most = fields["triesMax"] { redials.triesMax = try most.integer(1...1000, "a whole number from 1") }
        return redials
    }

    private func group(_ id: AgentGroupID, _ place: NodeReader) throws(ScenarioError) -> AgentGroup {
        let fields = try place.fields(ScenarioKeys.group)
        var group = AgentGroup(
            id, count: try fields.required("count").integer(0...1_000_000, "a whole number from 0"))
        if let skills = fields["skills"] {
            if skills.isMapping {
                for (name, level) in try skills.entries("skills") {
                    let level = try level.integer(-1_000_000...1_000_000, "a whole number, the skill's level")
                    group.skills[SkillID(name)] = 1
                    if level != 0 { group.levels[SkillID(name)] = level }
                }
            } else {
                group.skills = SkillSet(try names(skills).map { SkillID($0) })
            }
        }
        if let proficiencies = fields["proficiencies"] {
            for (name, value) in try proficiencies.entries("a mapping from skills to proficiencies") {
                group.skills[SkillID(name)] = try value.integer(1...10, "a proficiency from 1 to 10")
            }
        }
        if let weight = fields["weight"] { group.weight = try weight.number(1e-6...1e6, "a number above 0") }
        for shift in try fields["shifts"]?.list("a list of shifts") ?? [] {
            let fields = try shift.fields(ScenarioKeys.shift)
            group.shifts.append(
                Shift(start: try fields.required("start").duration(), end: try fields.required("end").duration()))
        }
        for pause in try fields["breaks"]?.list("a list of breaks") ?? [] {
            let fields = try pause.fields(ScenarioKeys.pause)
            var value = Break(
                start: try fields.required("start").duration(), duration: try fields.required("duration").duration())
            if let stagger = fields["stagger"] { value.stagger = try stagger.duration() }
            if let reason = fields["reason"] { value.reason = NotReadyReason(try reason.text()) }
            group.breaks.append(value)
        }
        if let delay = fields["answerDelay"] { group.answerDelay = try distribution(delay) }
        if let mistakes = fields["mistakes"] { group.mistakes = try self.mistakes(mistakes) }
        return group
    }

    private func mistakes(_ place: NodeReader) throws(ScenarioError) -> Mistakes {
        let fields = try place.fields(ScenarioKeys.mistakes)
        var mistakes = Mistakes()
        if let value = fields["noAnswer"] { mistakes.noAnswer = try value.probability() }
        if let value = fields["declines"] { mistakes.declines = try value.probability() }
        if let value = fields["hangsUpEarly"] { mistakes.hangsUpEarly = try value.probability() }
        if let value = fields["phoneDies"] { mistakes.phoneDies = try value.probability() }
        if let value = fields["returnsAfter"] { mistakes.returnsAfter = try distribution(value) }
        return mistakes
    }

    /// One name, or a list of names.
    private func names(_ place: NodeReader) throws(ScenarioError) -> [String] {
        if place.isText { return [try place.text()] }
        var names: [String] = []
        for name in try place.list("a list of names") { names.append(try name.text()) }
        return names
    }
}

extension NodeReader {
    func probability() throws(ScenarioError) -> Double { try number(0...1, "a probability from 0 to 1") }
}
