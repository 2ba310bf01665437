/// Where the centre keeps its journal, contact records, registrations and what it knows about recordings.
public enum Store: CenterPart, Hashable {
    /// In this process only; gone when it ends.
    case memory
    /// In an SQLite file, which is created when it is missing. A centre has it for itself; others may read it.
    case sqlite(_ path: String)

    public func add(to plan: inout CenterPlan) { plan.store = self }
}
