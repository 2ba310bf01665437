import CCCore

/// How many contacts of each channel an agent may have at a time, and which go together.
///
/// The default is one call and nothing besides, which is the rule for people at a telephone.
public struct Capacity: Hashable, Sendable, Codable {
    /// At most so many contacts of a channel, offers and wrap-ups included; a channel that is not listed: none. Never
    /// more than one voice contact, whatever stands here.
    public var limits: [Channel: Int]
    /// All channels together; nil: no further limit.
    public var total: Int?
    /// A contact of such a channel needs the agent alone: it is not offered while there are others, and others are not
    /// offered while it lasts. Voice is always one of them.
    public var exclusive: Set<Channel>
    /// Work that an exclusive contact may interrupt: an agent who has only such contacts counts as free for it.
    public var interruptible: Set<Channel>

    public init(
        _ limits: [Channel: Int] = [.voice: 1], total: Int? = nil, exclusive: Set<Channel> = [],
        interruptible: Set<Channel> = [.mail, .task]
    ) {
        self.limits = limits
        self.total = total
        self.exclusive = exclusive
        self.interruptible = interruptible
    }

    /// One call, and nothing besides.
    public static let voice = Capacity()

    /// The limit of a channel.
    public func limit(of channel: Channel) -> Int {
        let limit = max(0, limits[channel, default: 0])
        return channel == .voice ? min(1, limit) : limit
    }

    func isExclusive(_ channel: Channel) -> Bool { channel == .voice || exclusive.contains(channel) }

    /// Whether one more contact of the channel may be offered to somebody who has these.
    func hasRoom(for channel: Channel, beside counts: ChannelCounts) -> Bool {
        guard counts[channel] < limit(of: channel) else { return false }
        if isExclusive(channel) {
            for other in Channel.allCases
            where counts[other] > 0 && (other == channel || !interruptible.contains(other)) {
                return false
            }
            return true
        }
        for other in Channel.allCases where counts[other] > 0 && isExclusive(other) { return false }
        if let total, counts.total >= total { return false }
        return true
    }
}

/// How many contacts there are of each channel.
struct ChannelCounts: Hashable, Sendable {
    private var counts = SIMD8<UInt8>()

    subscript(channel: Channel) -> Int {
        get { Int(counts[channel.place]) }
        set { counts[channel.place] = UInt8(clamping: newValue) }
    }

    var total: Int { Int(SIMD8<UInt16>(truncatingIfNeeded: counts).wrappedSum()) }
}

extension Channel {
    /// A number from 0 to 7.
    var place: Int {
        switch self {
        case .voice: 0
        case .chat: 1
        case .mail: 2
        case .sms: 3
        case .social: 4
        case .task: 5
        }
    }
}
