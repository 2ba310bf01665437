import CCCore
import CCMedia
import CCTelephony

/// What callers hear while they wait in a queue: music, their place in line, how long it takes, messages.
///
/// ```swift
/// Comfort("support", language: .spanish)
///     .music(waltz)
///     .message("welcome")
///     .position(every: .seconds(60))
///     .estimatedWait(every: .seconds(120))
/// ```
///
/// An offer to an agent interrupts what is being said at once; music goes on where it was. When nobody takes the offer,
/// what has become due meanwhile is said then.
public struct Comfort: CenterPart, Hashable {
    public var queue: QueueID
    /// For callers whose number names none.
    public var language: SpokenLanguage
    /// Nil: the music of ``Phones``.
    public var music: Prompt?
    /// A WAV file that is played in the place of ``music``; it is read when the centre is made.
    public var musicFile: String?
    public var steps: [Step]

    /// Something that is said again and again, or once.
    public struct Step: Hashable, Sendable {
        public enum Content: Hashable, Sendable {
            case announcement(Announcement)
            /// The place in line. A place that is worse than one said before is passed over.
            case position
            /// Up to `atMost` in minutes; beyond it, that it is more.
            case estimatedWait(atMost: Duration)
        }

        public var content: Content
        /// How long after joining the line.
        public var after: Duration
        /// From one beginning to the next; nil: once.
        public var every: Duration?
    }

    public init(_ queue: QueueID, language: SpokenLanguage = .english) {
        self.queue = queue
        self.language = language
        steps = []
    }

    public func music(_ music: Prompt) -> Comfort {
        var copy = self
        copy.music = music
        return copy
    }

    /// Says the caller's place in line.
    public func position(after: Duration = .zero, every: Duration? = .seconds(60)) -> Comfort {
        adding(Step(content: .position, after: after, every: every))
    }

    /// Says how long it is likely to take.
    public func estimatedWait(
        after: Duration = .zero, every: Duration? = .seconds(120), atMost: Duration = .seconds(3_600)
    ) -> Comfort {
        adding(Step(content: .estimatedWait(atMost: atMost), after: after, every: every))
    }

    /// Says a text.
    public func message(_ text: Announcement, after: Duration = .zero, every: Duration? = nil) -> Comfort {
        adding(Step(content: .announcement(text), after: after, every: every))
    }

    /// Plays the music of a WAV file.
    public func music(file path: String) -> Comfort {
        var copy = self
        copy.musicFile = path
        return copy
    }

    func adding(_ step: Step) -> Comfort {
        var copy = self
        copy.steps.append(step)
        return copy
    }

    public func add(to plan: inout CenterPlan) { plan.comforts.append(self) }

    /// What contradicts the plan.
    func problems(in plan: Tenant) -> [String] {
        var problems: [String] = []
        if !plan.queues.contains(where: { $0.id == queue }) {
            problems.append("comfort is defined for queue \"\(queue)\", which is not defined")
        }
        for step in steps {
            if step.after < .zero || (step.every.map { $0 < .seconds(1) } ?? false) {
                problems.append("comfort of queue \"\(queue)\": something is said more often than once a second")
            }
            if case .announcement(.message(let name)) = step.content, !plan.knows(message: name) {
                problems.append("comfort of queue \"\(queue)\": message \"\(name)\" is not defined")
            }
        }
        return problems
    }
}

extension Tenant {
    /// Whether a text of this name can be said.
    func knows(message name: String) -> Bool {
        SpokenPhrase.Fixed(rawValue: name) != nil || messages.contains { $0.name == name }
    }
}

/// When which step of a ``Comfort`` is due, for one caller.
struct ComfortSchedule {
    private var due: [(step: Comfort.Step, at: Instant)]
    /// The best place that was said.
    private var saidPosition: Int?

    init(_ steps: [Comfort.Step], from start: Instant) { due = steps.map { ($0, start.advanced(by: $0.after)) } }

    var nextDue: Instant? { due.map(\.at).min() }

    /// Takes the step that is due first; of equals the one that stands first in the plan.
    mutating func take(now: Instant) -> Comfort.Step.Content? {
        guard let at = nextDue, at <= now, let place = due.firstIndex(where: { $0.at == at }) else { return nil }
        let step = due[place].step
        if let every = step.every {
            due[place].at = now.advanced(by: every)
        } else {
            due.remove(at: place)
        }
        return step.content
    }

    /// Whether a place may be said: nobody is told that it has become worse.
    mutating func mayAnnounce(position: Int) -> Bool {
        guard position > 0, saidPosition.map({ position <= $0 }) ?? true else { return false }
        saidPosition = position
        return true
    }
}
