/// What an agent does, as far as plans can tell: the other side of `PlannedActivity`.
public enum ActualActivity: Int, Hashable, Sendable, CaseIterable {
    /// Idle, offered a contact, talking or finishing the work on one.
    case working
    case atBreak, atLunch, inMeeting, inTraining
    /// A pause with a reason that is no planned activity.
    case inOtherPause
    case checkedOut
}
