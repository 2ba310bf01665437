/// A session description (RFC 8866): who offers which media, where, and how encoded.
///
/// Parsing keeps every line, also those this SDK has no use for, and ``serialized()`` writes them back in the order the
/// RFC demands, so that a description survives the round trip.
public struct SessionDescription: Sendable, Equatable {
    /// `o=`: who made the description and which version of it this is.
    public var origin: Origin
    /// `s=`. A single dash when the session has no name.
    public var name: String
    /// `c=` at session level; a media section may have its own.
    public var connection: Connection?
    /// `t=`, at least one. `0 0` is a session without a schedule.
    public var times: [String]
    /// `a=` at session level, in order.
    public var attributes: [SdpAttribute]
    /// The `m=` sections, in order. Offer and answer match them by position.
    public var media: [MediaDescription]
    /// Session-level lines of other types (`i u e p b r z k` and unknown ones), in order.
    public var otherLines: [Line]

    public init(
        origin: Origin, name: String = "-", connection: Connection? = nil, attributes: [SdpAttribute] = [],
        media: [MediaDescription] = []
    ) {
        self.origin = origin
        self.name = name
        self.connection = connection
        self.times = ["0 0"]
        self.attributes = attributes
        self.media = media
        self.otherLines = []
    }

    /// `o=username session-id version IN address-type address`.
    public struct Origin: Sendable, Equatable {
        public var username: String
        /// A decimal number; text, because peers send numbers beyond 64 bits.
        public var sessionID: String
        /// A decimal number that grows whenever the description changes.
        public var version: String
        public var address: Connection

        public init(username: String = "-", sessionID: String, version: String, address: Connection) {
            self.username = username
            self.sessionID = sessionID
            self.version = version
            self.address = address
        }
    }

    /// `IN IP4 192.0.2.1`, as in `c=` and `o=` lines.
    public struct Connection: Sendable, Equatable {
        /// `IP4` or `IP6`.
        public var addressType: String
        /// A literal address (with `/ttl` for multicast) or a host name.
        public var address: String

        public init(addressType: String, address: String) {
            self.addressType = addressType
            self.address = address
        }
    }

    /// One line that is kept as it came: its type letter and the text after the equals sign.
    public struct Line: Sendable, Equatable {
        public var type: Character
        public var value: String

        public init(type: Character, value: String) {
            self.type = type
            self.value = value
        }
    }

    /// The connection that counts for a media section: its own, else the session's.
    public func connection(of section: MediaDescription) -> Connection? { section.connection ?? connection }

    /// The direction of a media section: its own attribute, else the session's, else `sendrecv` (RFC 8866 §6.7).
    public func direction(of section: MediaDescription) -> MediaDirection {
        section.attributes.direction ?? attributes.direction ?? .sendReceive
    }
}

/// `a=name` or `a=name:value`.
public struct SdpAttribute: Sendable, Equatable {
    public var name: String
    /// nil for a property attribute such as `a=sendrecv`.
    public var value: String?

    public init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }
}

extension [SdpAttribute] {
    /// The value of the first attribute of that name.
    public func value(_ name: String) -> String? { first { $0.name == name }?.value }

    /// Every value of that name, in order.
    public func values(_ name: String) -> [String] { compactMap { $0.name == name ? $0.value : nil } }

    public func contains(_ name: String) -> Bool { contains { $0.name == name } }

    /// The direction attribute, when there is one.
    var direction: MediaDirection? {
        for attribute in self where attribute.value == nil {
            if let direction = MediaDirection(rawValue: attribute.name) { return direction }
        }
        return nil
    }
}
