#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Why a contact was offered to whom, and to whom not: its journal entries as text for people, or its decisions as JSON.
public struct ContactExplanation: Sendable {
    private struct Line: Encodable {
        let position: UInt64
        let date: String
        let decision: RoutingDecision
    }

    private let entries: [JournalEntry]

    /// - Parameter entries: those of one contact, in their order.
    public init(_ entries: [JournalEntry]) { self.entries = entries }

    /// One JSON object for each offer: `position`, `date` and `decision`, whose form is that of ``RoutingDecision``.
    public var jsonLines: [String] {
        get throws {
            var lines: [String] = []
            for entry in entries {
                guard case .routingDecided(let decision) = entry.event.kind else { continue }
                lines.append(
                    try CenterJSON.line(
                        Line(position: entry.position, date: entry.event.date.iso8601, decision: decision)))
            }
            return lines
        }
    }

    /// One line for each thing that happened, with what stands behind an offer indented below it. Telephone numbers are
    /// shortened.
    public var lines: [String] {
        var lines: [String] = []
        var hasDecision = false
        for entry in entries {
            let time = entry.event.date.iso8601
            switch entry.event.kind {
            case .contactArrived(let contact):
                lines.append(
                    "\(time)  arrives from \(contact.callerNumber.redacted) for \(contact.dialledNumber.redacted)")
            case .contactQueued(_, let queue): lines.append("\(time)  waits in \(queue)")
            case .contactDequeued: lines.append("\(time)  leaves the line")
            case .contactTreated(_, let treatment): lines.append("\(time)  a rule decides: \(treatment)")
            case .routingDecided(let decision):
                hasDecision = true
                lines += ["\(time)  is offered to \(decision.agent)"] + decision.lines.map { "    " + $0 }
            case .contactOffered(_, let agent, _):
                if !hasDecision { lines.append("\(time)  is offered to \(agent); why was not written down") }
                hasDecision = false
            case .offerEnded(_, let agent, let outcome): lines.append("\(time)  \(agent): \(outcome.rawValue)")
            case .contactAnswered(_, let agent): lines.append("\(time)  \(agent) answers")
            case .contactReleased(_, let agent): lines.append("\(time)  \(agent) and the customer part")
            case .contactTransferred(_, let agent, let target): lines.append("\(time)  \(agent) sends it to \(target)")
            case .consultationStarted(_, let agent, let other): lines.append("\(time)  \(agent) asks \(other)")
            case .consultationEnded(_, let agent, let other):
                lines.append("\(time)  \(other) leaves, \(agent) goes on")
            case .contactHandedOver(_, let agent, let other):
                lines.append("\(time)  \(other) takes over from \(agent)")
            case .helpRequested(_, let agent): lines.append("\(time)  \(agent) asks for help")
            case .callbackRequested: lines.append("\(time)  is to be called back")
            case .callbackAttempted(_, let agent): lines.append("\(time)  \(agent) has it, and the customer is called")
            case .contactEnded(_, let reason): lines.append("\(time)  ends: \(reason.rawValue)")
            default: break
            }
        }
        return lines
    }
}

extension RoutingDecision {
    /// The decision for people.
    fileprivate var lines: [String] {
        let cause =
            switch occasion {
            case .contactCame: "the contact came to \(queue), and \(policy) chose among the agents"
            case .agentFree: "\(agent) became free, and \(policy) chose among the contacts"
            }
        var lines = [cause, "asked for \(requires), after \(Self.seconds(waited)) of waiting"]
        let named = candidates.map { candidate in
            var text = "\(candidate.agent) (free for \(Self.seconds(candidate.idle))"
            if candidate.proficiency > 0 { text += ", proficiency \(Self.number(candidate.proficiency))" }
            if candidate.load > 0 { text += ", \(candidate.load) beside it" }
            return text + ")"
        }
        let others = candidateCount > named.count ? ", and \(candidateCount - named.count) more" : ""
        if !named.isEmpty { lines.append("could have had it: " + named.joined(separator: ", ") + others) }
        for rejection in rejections {
            let more =
                rejection.count > rejection.agents.count ? ", and \(rejection.count - rejection.agents.count) more" : ""
            let names = rejection.agents.map(\.rawValue).joined(separator: ", ")
            lines.append("\(rejection.rule.sentence): \(names)\(more)")
        }
        if !alternatives.isEmpty {
            let contacts = alternatives.map { "\($0.contact) of \($0.queue), waiting \(Self.seconds($0.waited))" }
            lines.append("the agent could have had instead: " + contacts.joined(separator: "; "))
        }
        return lines
    }

    /// `12.3 s`
    private static func seconds(_ duration: Duration) -> String {
        let tenths = (duration.roundedMilliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }

    private static func number(_ value: Double) -> String {
        let tenths = Int((max(0, min(value, 1e6)) * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

extension RoutingDecision.Rule {
    fileprivate var sentence: String {
        switch self {
        case .checkedOut: "not checked in"
        case .paused: "in a pause"
        case .channel: "not for this channel"
        case .skills: "without what is required"
        case .excluded: "excluded from this contact"
        case .refused: "refused it before"
        case .busy: "busy"
        case .otherAgentAskedFor: "not who is asked for"
        }
    }
}
