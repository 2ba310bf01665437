/// One `m=` section of a session description (RFC 8866 §5.14).
public struct MediaDescription: Sendable, Equatable {
    /// `audio`, `video`, `text`, `application`, `message`, `image`.
    public var kind: String
    /// 0 refuses the stream or switches it off.
    public var port: UInt16
    /// The number of ports, written after a slash when it is not 1.
    public var portCount: Int
    /// `RTP/AVP`, `RTP/SAVP`, …
    public var transport: String
    /// Payload types, preferred first, when the transport is RTP.
    public var formats: [String]
    /// `c=` of this section.
    public var connection: SessionDescription.Connection?
    /// `a=` of this section, in order.
    public var attributes: [SdpAttribute]
    /// Lines of other types (`i b k`, further `c`), in order.
    public var otherLines: [SessionDescription.Line]

    public init(
        kind: String, port: UInt16, transport: String = "RTP/AVP", formats: [String],
        attributes: [SdpAttribute] = []
    ) {
        self.kind = kind
        self.port = port
        self.portCount = 1
        self.transport = transport
        self.formats = formats
        self.attributes = attributes
        self.otherLines = []
    }

    /// The section that refuses this one: same kind, transport and formats, port 0 (RFC 3264 §6).
    var refused: MediaDescription {
        MediaDescription(kind: kind, port: 0, transport: transport, formats: formats.isEmpty ? ["0"] : formats)
    }
}

/// Which way a stream flows, seen from the side that describes it (RFC 3264 §5.1).
public enum MediaDirection: String, Sendable, Hashable, Codable {
    case sendReceive = "sendrecv"
    case sendOnly = "sendonly"
    case receiveOnly = "recvonly"
    case inactive

    public init(sends: Bool, receives: Bool) {
        self = sends ? (receives ? .sendReceive : .sendOnly) : (receives ? .receiveOnly : .inactive)
    }

    public var sends: Bool { self == .sendReceive || self == .sendOnly }
    public var receives: Bool { self == .sendReceive || self == .receiveOnly }

    /// The same flow seen from the other side.
    public var reversed: MediaDirection { MediaDirection(sends: receives, receives: sends) }

    /// What both allow.
    public func intersection(_ other: MediaDirection) -> MediaDirection {
        MediaDirection(sends: sends && other.sends, receives: receives && other.receives)
    }
}
