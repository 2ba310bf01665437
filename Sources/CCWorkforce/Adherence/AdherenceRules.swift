import CCCore

/// Which states are in adherence with which planned activity.
///
/// | planned            | in adherence                                                                 |
/// |--------------------|------------------------------------------------------------------------------|
/// | work               | idle, reserved, talking, wrap-up                                             |
/// | break, lunch       | a pause with a reason of this activity; checked out, when that is allowed    |
/// | meeting, training  | a pause with a reason of this activity                                       |
/// | absence, off       | checked out                                                                  |
public struct AdherenceRules: Hashable, Sendable {
    /// What an agent in a pause with this reason is doing. Other reasons are in adherence with nothing.
    public var reasons: [NotReadyReason: PlannedActivity]
    /// Whether an agent may check out for breaks and lunch.
    public var checkedOutAtBreaks: Bool
    /// How long an agent may be out of adherence before ``AdherenceMonitor/outOfAdherence(at:)`` tells, in milliseconds.
    /// Figures have no tolerance.
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

    func activity(of state: AgentState) -> ActualActivity {
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

    func isInAdherence(_ actual: ActualActivity, planned: PlannedActivity?) -> Bool {
        switch planned {
        case .work: actual == .working
        case .shortBreak: actual == .atBreak || (checkedOutAtBreaks && actual == .checkedOut)
        case .lunch: actual == .atLunch || (checkedOutAtBreaks && actual == .checkedOut)
        case .meeting: actual == .inMeeting
        case .training: actual == .inTraining
        case .absence, nil: actual == .checkedOut
        }
    }
}
