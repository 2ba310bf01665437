import CCCore

/// Which states are right for which planned activity.
///
/// | planned            | right                                                                        |
/// |--------------------|------------------------------------------------------------------------------|
/// | work               | idle, reserved, talking, wrap-up                                             |
/// | break, lunch       | a pause with a reason of this activity; checked out, when that is allowed    |
/// | meeting, training  | a pause with a reason of this activity                                       |
/// | absence, off       | checked out                                                                  |
public struct AdherenceRules: Hashable, Sendable {
    /// What an agent in a pause with this reason is doing. Other reasons are right nowhere.
    public var reasons: [NotReadyReason: PlannedActivity]
    /// Whether an agent may check out for breaks and lunch.
    public var checkedOutAtBreaks: Bool
    /// How long an agent may be in a wrong state before there is an alarm, in milliseconds. Figures have no tolerance.
    public var tolerance: Int

    public init(
        reasons: [NotReadyReason: PlannedActivity] = [
            "break": .shortBreak, "lunch": .lunch, "meeting": .meeting, "training": .training,
        ], checkedOutAtBreaks: Bool = true, tolerance: Int = 120_000
    ) {
        self.reasons = reasons
        self.checkedOutAtBreaks = checkedOutAtBreaks
        self.tolerance = max(0, tolerance)
    }

    func doing(_ state: AgentState) -> AdherenceFigures.Doing {
        switch state {
        case .checkedOut: .checkedOut
        case .idle, .reserved, .talking, .wrapUp: .working
        case .notReady(let reason):
            switch reasons[reason] {
            case .shortBreak: .atBreak
            case .lunch: .atLunch
            case .meeting: .inMeeting
            case .training: .inTraining
            case .work, .absence, nil: .inOtherPause
            }
        }
    }

    func isRight(_ doing: AdherenceFigures.Doing, for activity: PlannedActivity?) -> Bool {
        switch activity {
        case .work: doing == .working
        case .shortBreak: doing == .atBreak || (checkedOutAtBreaks && doing == .checkedOut)
        case .lunch: doing == .atLunch || (checkedOutAtBreaks && doing == .checkedOut)
        case .meeting: doing == .inMeeting
        case .training: doing == .inTraining
        case .absence, nil: doing == .checkedOut
        }
    }
}
