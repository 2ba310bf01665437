/// A day of the week.
public enum Weekday: String, Hashable, Sendable, Codable, CaseIterable, CustomStringConvertible {
    case mon, tue, wed, thu, fri, sat, sun

    public var description: String { rawValue }

    /// `mon` or `Monday`, in any case; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let text = text.lowercased()
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        guard let place = names.firstIndex(where: { $0 == text || $0.prefix(3) == text }) else { return nil }
        self = Self.allCases[place]
    }

    /// 0 is Monday.
    package var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
