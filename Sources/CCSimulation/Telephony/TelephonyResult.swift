import CCCore
import CCRecording
import CCScenario
import ContactCenterKit

/// What came of a scenario at telephony depth.
public struct TelephonyResult: Sendable {
    public var seed: UInt64
    /// The records of all contacts, in the order of their arrival.
    public var records: [ContactRecord] = []
    public var recordings: [RecordingInfo] = []
    /// Every event as a line of JSON, when they were kept.
    public var events: [String] = []
    public var eventCount = 0
    /// How callers say that their calls went.
    public var outcomes: [SimulatedCaller.Outcome: Int] = [:]
    /// Rules that were broken, among them *everything freed* and ``RecordingsGapFreeAndAligned``.
    public var violations: [InvariantViolation] = []
    /// Agents' times in each state, by the router, from the start of the centre until everything was freed.
    public var agents: [AgentStatus] = []
    /// How agents spent the time from the warm-up's end to the horizon.
    public var agentTimes: AgentTimes
    /// How often customers of each queue called again between the warm-up's end and the horizon.
    public var redials: [QueueID: Int] = [:]
    public var network = NetworkFigures()
    /// Equal for two runs in which every datagram had the same bytes, way and time.
    public var digest: UInt64 = 0
    /// Virtual time from the start to the end of the run.
    public var duration = Duration.zero

    public init(seed: UInt64, agentTimes: AgentTimes) {
        self.seed = seed
        self.agentTimes = agentTimes
    }

    /// The figures of the records.
    public var summary: CenterSummary { CenterSummary(of: records) }
}
