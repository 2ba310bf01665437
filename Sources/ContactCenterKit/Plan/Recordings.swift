/// Records every conversation between a customer and an agent, in stereo: customer left, agent right.
public struct Recordings: CenterPart, Hashable {
    /// The folder for the WAV files; it is created when it is missing.
    public var folder: String

    public init(_ folder: String) { self.folder = folder }

    public func add(to plan: inout CenterPlan) { plan.recordings = self }
}
