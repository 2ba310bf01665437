/// A request's method (RFC 3261 §7.1). Case-sensitive; methods unknown here are kept as they are.
public struct SipMethod: Hashable, Sendable {
    /// The method as it stands on the wire, for example `INVITE`.
    public let name: String

    public init(_ name: String) { self.name = name }

    public static var invite: SipMethod { "INVITE" }
    public static var ack: SipMethod { "ACK" }
    public static var bye: SipMethod { "BYE" }
    public static var cancel: SipMethod { "CANCEL" }
    public static var register: SipMethod { "REGISTER" }
    public static var options: SipMethod { "OPTIONS" }
    /// RFC 6086.
    public static var info: SipMethod { "INFO" }
    /// RFC 3428.
    public static var message: SipMethod { "MESSAGE" }
    /// RFC 3262.
    public static var prack: SipMethod { "PRACK" }
    /// RFC 3311.
    public static var update: SipMethod { "UPDATE" }
    /// RFC 3515.
    public static var refer: SipMethod { "REFER" }
    /// RFC 6665.
    public static var subscribe: SipMethod { "SUBSCRIBE" }
    /// RFC 6665.
    public static var notify: SipMethod { "NOTIFY" }
    /// RFC 3903.
    public static var publish: SipMethod { "PUBLISH" }
}

extension SipMethod: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(value) }
    public var description: String { name }
}
