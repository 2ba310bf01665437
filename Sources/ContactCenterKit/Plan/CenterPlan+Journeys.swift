import CCCore
import CCRouting

/// Where rules send callers: circles, and places that the law forbids.
extension TenantCheck {
    /// A rule that sends a caller on.
    private struct Step {
        let from: QueueID
        let to: QueueID
        let path: String
        /// Whether its condition holds for whoever waits long enough.
        let isCertain: Bool
    }

    private var steps: [Step] {
        var steps: [Step] = []
        for queue in tenant.queues {
            for (name, rules) in [("joining", queue.joining), ("leaving", queue.leaving)] {
                for (index, rule) in rules.enumerated() {
                    guard let to = destination(of: rule.then), to != queue.id, has(to) else { continue }
                    let path = "queues.\(queue.id).\(name)[\(index)].then"
                    steps.append(Step(from: queue.id, to: to, path: path, isCertain: rule.when.comesForSure))
                }
            }
        }
        return steps
    }

    /// The queue that a treatment puts the caller in.
    private func destination(of treatment: QueueRule.Treatment) -> QueueID? {
        switch treatment {
        case .move(let queue): queue
        case .number(let name):
            if case .queue(let queue, _)? = tenant.numbers.first(where: { $0.name == name })?.target {
                queue
            } else {
                nil
            }
        case .overflow, .offerCallback, .message, .hangUp, .busy: nil
        }
    }

    /// Callers who are sent round and round.
    mutating func checkCircles() {
        let steps = steps
        for queue in tenant.queues {
            // Each circle is told once, at the queue that comes first in the plan.
            guard let circle = circle(from: queue.id, steps), let last = circle.last else { continue }
            let names = ([queue.id] + circle.map(\.to)).map(\.rawValue).joined(separator: " → ")
            let earlier = tenant.queues.prefix { $0.id != queue.id }.map(\.id)
            guard !circle.contains(where: { earlier.contains($0.to) }) else { continue }
            if circle.allSatisfy(\.isCertain) {
                error(last.path, "callers go round without end: \(names)")
            } else {
                warning(last.path, "callers may go round: \(names)")
            }
        }
    }

    /// The shortest way from a queue back to it, one of certain steps before others.
    private func circle(from queue: QueueID, _ steps: [Step]) -> [Step]? {
        for onlyCertain in [true, false] {
            var ways: [[Step]] = steps.filter { $0.from == queue && ($0.isCertain || !onlyCertain) }.map { [$0] }
            var seen: Set<QueueID> = []
            while !ways.isEmpty {
                var longer: [[Step]] = []
                for way in ways {
                    guard let end = way.last?.to else { continue }
                    if end == queue { return way }
                    guard seen.insert(end).inserted else { continue }
                    longer += steps.filter { $0.from == end && ($0.isCertain || !onlyCertain) }.map { way + [$0] }
                }
                ways = longer
            }
        }
        return nil
    }

    // MARK: The law

    mutating func check(_ legal: LegalProfile) {
        for queue in legal.queues ?? [] where !has(queue) { error("legal.queues", "there is no queue \"\(queue)\"") }
        let steps = steps
        for queue in tenant.queues where legal.covers(queue.id) {
            // The queue itself, and wherever its callers can get.
            var reached = [queue.id]
            var next = 0
            while next < reached.count {
                for step in steps where step.from == reached[next] && !reached.contains(step.to) {
                    reached.append(step.to)
                }
                next += 1
            }
            for place in reached {
                // What a queue under the law does itself is told there.
                guard place == queue.id || !legal.covers(place),
                    let other = tenant.queues.first(where: { $0.id == place })
                else { continue }
                for (path, deed) in ejections(in: other) {
                    let whom = place == queue.id ? "" : ", and callers of \"\(queue.id)\" get there"
                    error(path, "\(deed), which the legal profile \"\(legal.name.rawValue)\" forbids\(whom)")
                }
            }
        }
    }

    /// Where a queue refuses or hangs up on callers who came while it was open: who waits when it closes did.
    private func ejections(in queue: Queue) -> [(path: String, deed: String)] {
        var found: [(path: String, deed: String)] = []
        for (name, rules) in [("joining", queue.joining), ("leaving", queue.leaving)] {
            for (index, rule) in rules.enumerated() where name == "leaving" || !rule.when.impliesClosed {
                let path = "queues.\(queue.id).\(name)[\(index)].then"
                switch rule.then {
                case .hangUp: found.append((path, "callers are hung up on"))
                case .busy: found.append((path, "callers are refused as busy"))
                case .overflow, .move, .number, .offerCallback, .message: break
                }
            }
        }
        if queue.waitingMax < Queue(queue.id).waitingMax {
            found.append(("queues.\(queue.id).waitingMax", "callers beyond \(queue.waitingMax) are refused"))
        }
        return found
    }
}

extension QueueRule.Condition {
    /// Whether it holds only while the queue is closed.
    var impliesClosed: Bool {
        switch self {
        case .closed, .emergencyClosed: true
        case .all(let parts): parts.contains(where: \.impliesClosed)
        case .any(let parts): !parts.isEmpty && parts.allSatisfy(\.impliesClosed)
        default: false
        }
    }

    /// Whether it holds for whoever waits long enough.
    var comesForSure: Bool {
        switch self {
        case .always, .waited: true
        case .all(let parts): parts.allSatisfy(\.comesForSure)
        case .any(let parts): parts.contains(where: \.comesForSure)
        default: false
        }
    }
}
