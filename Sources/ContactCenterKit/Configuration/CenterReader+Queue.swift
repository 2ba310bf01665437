import CCCore
import CCRouting
import CCYaml

extension NodeReader {
    func queue(_ id: QueueID) throws(FileError) -> Queue {
        let fields = try fields(CenterKeys.queue)
        var queue = Queue(id)
        if let value = fields["requires"] { queue.requires = try value.requirement() }
        if let value = fields["prefers"] { queue.prefers = try value.requirement() }
        if let value = fields["relaxation"] { queue.relaxation = try value.relaxation() }
        if let value = fields["selection"] { queue.selection = try value.policy() }
        if let value = fields["ringing"] {
            if value.isMapping {
                let most = try value.fields(CenterKeys.ringing).required("all")
                queue.ringing = .all(max: try most.integer(1...1_000, "a whole number from 1 to 1000"))
            } else {
                queue.ringing = try value.choice(["one": .one])
            }
        }
        if let value = fields["ringTimeout"] { queue.ringTimeout = try value.duration() }
        if let value = fields["refusals"] {
            let fields = try value.fields(CenterKeys.refusals)
            if let value = fields["noAnswer"] { queue.refusals.noAnswer = try value.consequence() }
            if let value = fields["busy"] { queue.refusals.busy = try value.consequence() }
            if let value = fields["declined"] { queue.refusals.declined = try value.consequence() }
            if let value = fields["unreachable"] { queue.refusals.unreachable = try value.consequence() }
        }
        if let value = fields["priority"] {
            queue.priority = try value.integer(-1_000_000...1_000_000, "a whole number")
        }
        if let value = fields["aging"] { queue.aging = try value.durationOrNever() }
        if let value = fields["order"] {
            queue.order = try value.choice([
                "firstInFirstOut": .firstInFirstOut, "lastInFirstOut": .lastInFirstOut,
                "earliestDueFirst": .earliestDueFirst,
            ])
        }
        if let value = fields["weight"] { queue.weight = try value.positiveNumber() }
        if let value = fields["hours"] { queue.hours = try value.openingHours() }
        if let value = fields["waitingMax"] {
            queue.waitingMax = try value.integer(0...1_000_000, "a whole number from 0 to 1000000")
        }
        if let value = fields["joining"] { queue.joining = try value.rules() }
        if let value = fields["leaving"] { queue.leaving = try value.rules() }
        if let value = fields["blending"] { queue.blending = try value.blending() }
        if let value = fields["keepsPlace"] { queue.keepsPlace = try value.duration() }
        if let value = fields["wrapUp"] { queue.wrapUp = try value.duration() }
        if let value = fields["wrapUpMax"] { queue.wrapUpMax = try value.duration() }
        if let value = fields["dispositions"] { queue.dispositions = try value.dispositions() }
        if let value = fields["target"] {
            let fields = try value.fields(CenterKeys.target)
            if let value = fields["threshold"] { queue.serviceLevelThreshold = try value.duration() }
            if let value = fields["percentage"] { queue.serviceLevelTarget = try value.share() }
        }
        return queue
    }

    /// A skill expression, or a list of skills that are all needed.
    func requirement() throws(FileError) -> SkillExpression {
        guard isText else {
            return SkillExpression(allOf: try names("a skill expression such as es>=3 & !trainee").map { SkillID($0) })
        }
        do { return try SkillExpression(try text()) } catch let problem as SkillExpressionError {
            throw error("\(problem)")
        } catch let problem as FileError {
            throw problem
        } catch {
            throw self.error("\(error)")
        }
    }

    func policy() throws(FileError) -> Policy {
        let text = try text()
        do { return try Policy(text) } catch { throw self.error("\(error)") }
    }

    func relaxation() throws(FileError) -> [Relaxation] {
        var steps: [Relaxation] = []
        for step in try list("a list of steps with after and to") {
            let fields = try step.fields(CenterKeys.relaxation)
            steps.append(
                Relaxation(
                    after: try fields.required("after").duration(), to: try fields.required("to").requirement()))
        }
        return steps
    }

    private func share() throws(FileError) -> Double { try number(0...100, "a percentage from 0 to 100") / 100 }

    private func consequence() throws(FileError) -> RefusalPolicy.Consequence {
        if (try? text()) == "notReady" { return .notReady }
        do { return .pause(try duration()) } catch {
            throw self.error("expected notReady, or the time after which the agent is idle again")
        }
    }

    private func blending() throws(FileError) -> Blending {
        let fields = try fields(CenterKeys.blending)
        var blending = Blending(after: try fields.required("after").names("a list of queues").map { QueueID($0) })
        blending.serviceLevelAtLeast = try fields["serviceLevelAtLeast"]?.share()
        if let value = fields["idleReserve"] {
            blending.idleReserve = try value.integer(0...1_000_000, "a whole number from 0")
        }
        return blending
    }

    private func dispositions() throws(FileError) -> Dispositions {
        guard isMapping else { return Dispositions(try names("a list of codes").map { DispositionCode($0) }) }
        let fields = try fields(CenterKeys.dispositions)
        var dispositions = Dispositions(
            try fields.required("codes").names("a list of codes").map { DispositionCode($0) })
        if let value = fields["required"] {
            dispositions.isRequired = try value.choice(["true": true, "false": false])
        }
        return dispositions
    }

    // MARK: Rules

    private func rules() throws(FileError) -> [QueueRule] {
        var rules: [QueueRule] = []
        for rule in try list("a list of rules with when and then") {
            let fields = try rule.fields(CenterKeys.rule)
            rules.append(
                QueueRule(
                    when: try fields["when"]?.condition() ?? .always, then: try fields.required("then").treatment()))
        }
        return rules
    }

    private func condition(depth: Int = 0) throws(FileError) -> QueueRule.Condition {
        guard depth < 16 else { throw error("conditions are nested deeper than 16") }
        guard isMapping else {
            return try choice([
                "always": .always, "closed": .closed, "emergencyClosed": .emergencyClosed,
                "noAgentsCheckedIn": .noAgentsCheckedIn, "noAgentsReady": .noAgentsReady,
            ])
        }
        let fields = try fields(CenterKeys.conditionsWithValue)
        guard fields.values.count == 1, let (name, value) = fields.values.first else {
            throw error("expected one condition: \(CenterKeys.conditionsWithValue.joined(separator: ", "))")
        }
        switch name {
        case "waiting": return .waiting(atLeast: try value.integer(0...1_000_000, "a whole number from 0"))
        case "longestWait": return .longestWait(atLeast: try value.duration())
        case "estimatedWait": return .estimatedWait(atLeast: try value.duration())
        case "waited": return .waited(atLeast: try value.duration())
        case "not": return .not(try value.condition(depth: depth + 1))
        default:
            var parts: [QueueRule.Condition] = []
            for part in try value.list("a list of conditions") { parts.append(try part.condition(depth: depth + 1)) }
            return name == "all" ? .all(parts) : .any(parts)
        }
    }

    private func treatment() throws(FileError) -> QueueRule.Treatment {
        guard isMapping else {
            return try choice(["offerCallback": .offerCallback, "hangUp": .hangUp(message: nil), "busy": .busy])
        }
        let fields = try fields(CenterKeys.treatmentsWithValue)
        guard fields.values.count == 1, let (name, value) = fields.values.first else {
            throw error("expected one treatment: \(CenterKeys.treatmentsWithValue.joined(separator: ", "))")
        }
        let text = try value.text()
        switch name {
        case "overflow": return .overflow(to: QueueID(text))
        case "move": return .move(to: QueueID(text))
        case "number": return .number(text)
        case "message": return .message(text)
        default: return .hangUp(message: text)
        }
    }

    // MARK: Hours

    private func openingHours() throws(FileError) -> OpeningHours {
        let fields = try fields(CenterKeys.hours)
        let zone = try fields.required("timeZone").text()
        let week = try fields.required("week").week()
        var days: [OpeningHours.SpecialDay] = []
        for place in try fields["days"]?.list("a list of days with day and hours") ?? [] {
            let fields = try place.fields(CenterKeys.day)
            let day = try fields.required("day")
            let text = try day.text()
            let rule: DayRule
            do { rule = try DayRule(text) } catch { throw day.error(error.message) }
            days.append(.init(rule, hours: try fields["hours"]?.week() ?? .closed))
        }
        do { return try OpeningHours(timeZone: zone, week: week, days: days) } catch {
            throw self.error("\(error)")
        }
    }

    /// Spans by days, or the spans of every day.
    private func week() throws(FileError) -> WeekHours {
        var lines: [(days: String, spans: String)] = []
        if isMapping {
            for (name, spans) in try entries("spans by days") {
                let line = (days: name, spans: try spans.text())
                // Each for itself first, so that the error has the line of its key.
                do { _ = try WeekHours([line]) } catch { throw spans.error(error.message) }
                lines.append(line)
            }
        } else {
            lines = [("daily", try text())]
        }
        do { return try WeekHours(lines) } catch { throw self.error("\(error)") }
    }
}
