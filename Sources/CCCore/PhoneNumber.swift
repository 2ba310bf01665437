/// A party's telephone number, or its SIP user name where it has no number.
///
/// It is personal data. What it prints, also inside other values, in string interpolation and with `dump`, is
/// ``redacted``; only ``rawValue`` and the coded form hold the whole number.
public struct PhoneNumber: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
    public init(_ rawValue: String) { self.init(rawValue: rawValue) }
    public init(stringLiteral value: String) { self.init(rawValue: value) }

    /// The last two characters, and those only when they are at most a third of the whole: `…42`, `…`.
    public var redacted: String {
        rawValue.count >= 6 ? "…" + rawValue.suffix(2) : rawValue.isEmpty ? "" : "…"
    }
}

extension PhoneNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { redacted }
    public var debugDescription: String { redacted }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
