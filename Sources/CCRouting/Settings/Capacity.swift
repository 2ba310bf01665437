import CCCore

/// How many contacts of each channel an agent may have at a time, and which go together.
///
/// The default is one call and nothing besides, which is the rule for people at a telephone.
public struct Capacity: Hashable, Sendable, Codable {
    /// At most so many contacts of a channel, offers and wrap-ups included; a channel that is not listed: none. Never
    /// more than one voice contact, whatever stands here.
    public var limits: [Channel: Int]
    /// All channels together, without work that an exclusive contact interrupts; nil: no further limit.
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

    /// Whether one more contact of the channel may be offered to somebody who has these.
    func hasRoom(for channel: Channel, beside counts: ChannelCounts) -> Bool {
        Room(self).channels(beside: counts) & channel.bit != 0
    }
}

/// A ``Capacity`` in the form in which the router asks it: sets of channels are bits.
struct Room: Sendable {
    private let limits: SIMD8<UInt8>
    private let exclusive: UInt8
    private let interruptible: UInt8
    private let total: Int

    init(_ capacity: Capacity) {
        var limits = SIMD8<UInt8>()
        var exclusive = Channel.voice.bit
        var interruptible: UInt8 = 0
        for channel in Channel.allCases {
            limits[channel.place] = UInt8(clamping: capacity.limit(of: channel))
            if capacity.exclusive.contains(channel) { exclusive |= channel.bit }
            if capacity.interruptible.contains(channel) { interruptible |= channel.bit }
        }
        self.limits = limits
        self.exclusive = exclusive
        self.interruptible = interruptible
        total = capacity.total ?? .max
    }

    func limit(of channel: Channel) -> Int { Int(limits[channel.place]) }

    /// The channels of which one more contact may be offered to somebody who has these.
    func channels(beside counts: ChannelCounts) -> UInt8 {
        let busy = counts.channels
        var free: UInt8 = 0
        for place in 0..<Channel.allCases.count where counts[place] < limits[place] {
            let bit: UInt8 = 1 << UInt8(place)
            let isFree =
                exclusive & bit != 0
                ? busy & ~(interruptible & ~bit) == 0 : busy & exclusive == 0 && counts.total < total
            if isFree { free |= bit }
        }
        return free
    }
}

/// How many contacts there are of each channel.
struct ChannelCounts: Hashable, Sendable {
    private var counts = SIMD8<UInt8>()

    subscript(channel: Channel) -> Int {
        get { Int(counts[channel.place]) }
        set { counts[channel.place] = UInt8(clamping: newValue) }
    }

    subscript(place: Int) -> UInt8 { counts[place] }

    var total: Int { Int(SIMD8<UInt16>(truncatingIfNeeded: counts).wrappedSum()) }

    /// The channels of which there are some.
    var channels: UInt8 {
        var channels: UInt8 = 0
        for place in 0..<8 where counts[place] > 0 { channels |= 1 << UInt8(place) }
        return channels
    }
}

extension Channel {
    var bit: UInt8 { 1 << UInt8(place) }

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
