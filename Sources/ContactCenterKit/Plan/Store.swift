/// Where the centre keeps contact records, agents' states, registrations and what it knows about recordings.
public enum Store: CenterPart {
    /// In this process only; gone when it ends.
    case memory
    /// In an SQLite file, which is created when it is missing.
    case sqlite(_ path: String)

    public func add(to plan: inout CenterPlan) { plan.store = self }
}
