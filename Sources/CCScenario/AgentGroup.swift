import CCCore
import CCRouting

/// Agents who are alike: the same skills, hours and habits.
public struct AgentGroup: Hashable, Sendable, Identifiable {
    public var id: AgentGroupID
    /// How many, 0 or more.
    public var count: Int
    public var skills: SkillSet
    /// The order in which they prefer work, by the skill that it asks for: lower first, 0 when not listed.
    public var levels: [SkillID: Int]
    /// How much of the work each should get where a policy goes by shares; above 0.
    public var weight: Double
    /// When they are at work; empty: all the time.
    public var shifts: [Shift]
    public var breaks: [Break]
    /// From the offer to the answer.
    public var answerDelay: Distribution
    public var mistakes: Mistakes

    public init(
        _ id: AgentGroupID, count: Int, skills: SkillSet = [], levels: [SkillID: Int] = [:], weight: Double = 1,
        shifts: [Shift] = [], breaks: [Break] = [], answerDelay: Distribution = .deterministic(0),
        mistakes: Mistakes = Mistakes()
    ) {
        self.id = id
        self.count = count
        self.skills = skills
        self.levels = levels
        self.weight = weight
        self.shifts = shifts
        self.breaks = breaks
        self.answerDelay = answerDelay
        self.mistakes = mistakes
    }

    /// The agents as the router knows them: `day-1`, `day-2` and so on for a group `day`.
    public var agents: [Agent] {
        (0..<count).map {
            Agent(AgentID("\(id)-\($0 + 1)"), skills: skills, levels: levels, group: id, weight: weight)
        }
    }
}

/// Hours at work, as offsets from the scenario's start.
public struct Shift: Hashable, Sendable {
    public var start: Duration
    /// Later than the start.
    public var end: Duration

    public init(start: Duration, end: Duration) {
        self.start = start
        self.end = end
    }
}

/// A planned pause. It begins when the contact at hand is finished and lasts its full time.
public struct Break: Hashable, Sendable {
    /// Offset from the scenario's start, for the first agent of the group.
    public var start: Duration
    public var duration: Duration
    /// How much later each next agent of the group goes.
    public var stagger: Duration
    public var reason: NotReadyReason

    public init(start: Duration, duration: Duration, stagger: Duration = .zero, reason: NotReadyReason = "break") {
        self.start = start
        self.duration = duration
        self.stagger = stagger
        self.reason = reason
    }
}

/// What goes wrong with agents, as probabilities from 0 to 1 for each offer; at most one of them happens.
public struct Mistakes: Hashable, Sendable {
    /// The phone rings until the offer's deadline.
    public var noAnswer: Double
    /// The agent declines the offer.
    public var declines: Double
    /// The agent answers and hangs up at a random moment of the talk.
    public var hangsUpEarly: Double
    /// The agent answers, and the phone breaks off at a random moment of the talk.
    public var phoneDies: Double
    /// How long an agent who is made not ready by the queue's rules stays away before resuming.
    public var returnsAfter: Distribution

    public init(
        noAnswer: Double = 0, declines: Double = 0, hangsUpEarly: Double = 0, phoneDies: Double = 0,
        returnsAfter: Distribution = .deterministic(60)
    ) {
        self.noAnswer = noAnswer
        self.declines = declines
        self.hangsUpEarly = hangsUpEarly
        self.phoneDies = phoneDies
        self.returnsAfter = returnsAfter
    }
}
