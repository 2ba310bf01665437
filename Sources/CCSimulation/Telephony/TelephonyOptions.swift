import CCCore

/// How a scenario runs at telephony depth: what is wrong with the network, how much of the audio is there, what becomes of
/// the centre.
public struct TelephonyOptions: Hashable, Sendable, Codable {
    public var scheduling: SimulationOptions.Scheduling
    /// Every so many calls one has audio: 1 all, 0 none. A call without audio is signalled as ever and has its ports, but
    /// its media is agreed `inactive`: no RTP flows. What depends on RTP is not tested by it: jitter buffers, codecs,
    /// mixing, recordings' content, latching to a phone's real address, and noticing that a silent party is gone.
    public var audioEvery: Int
    /// A folder for recordings of all conversations; nil records nothing. A call without audio records silence.
    public var recordings: String?
    /// The link of every direction.
    public var link: Link
    public var faults: [NetworkFault]
    public var centerFault: CenterFault?
    /// How many hosts the callers are on, 1 or more.
    public var streets: Int
    /// Callers that are still there so long after the horizon hang up.
    public var overtime: Duration
    /// A folder for the centre's SQLite file; nil keeps everything in memory. A crash needs one.
    public var store: String?
    /// Keeps every event as a line of JSON.
    public var keepsEvents: Bool

    public init(
        scheduling: SimulationOptions.Scheduling = .inOrder, audioEvery: Int = 1, recordings: String? = nil,
        link: Link = .lan, faults: [NetworkFault] = [], centerFault: CenterFault? = nil, streets: Int = 4,
        overtime: Duration = .seconds(4 * 3_600), store: String? = nil, keepsEvents: Bool = false
    ) {
        self.scheduling = scheduling
        self.audioEvery = audioEvery
        self.recordings = recordings
        self.link = link
        self.faults = faults
        self.centerFault = centerFault
        self.streets = streets
        self.overtime = overtime
        self.store = store
        self.keepsEvents = keepsEvents
    }
}

extension TelephonyOptions {
    /// Whether every datagram arrives, in order.
    var isNetworkSound: Bool { faults.isEmpty && link.loss == 0 && link.reordering == 0 && centerFault == nil }
}

/// Something that happens to the wires between the centre and others for a while.
public struct NetworkFault: Hashable, Sendable, Codable {
    public enum Place: Hashable, Sendable, Codable {
        /// The host of some of the callers, by its place, from 0.
        case street(Int)
        /// The host of an agent's phone, by the agent's place in the scenario, from 0.
        case agent(Int)
    }

    public enum Kind: Hashable, Sendable, Codable {
        /// Nothing gets through in either direction.
        case partition
        /// Both directions have this link.
        case link(Link)
    }

    public var place: Place
    public var kind: Kind
    /// Offset from the scenario's start.
    public var start: Duration
    public var duration: Duration

    public init(_ kind: Kind, at place: Place, start: Duration, duration: Duration) {
        self.kind = kind
        self.place = place
        self.start = start
        self.duration = duration
    }
}

/// Something that happens to the centre itself.
public enum CenterFault: Hashable, Sendable, Codable {
    /// It is asked to stop, at an offset from the scenario's start, and calls may go on for `grace`.
    case stop(at: Duration, grace: Duration)
    /// Its machine dies, and after a while another one takes over with the same store.
    case crash(at: Duration, restartsAfter: Duration)
}
