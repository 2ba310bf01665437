/// A table to be written, in the form that `CSVTable` reads.
public struct CSVText: Hashable, Sendable {
    /// The header, and one line for each row, without line ends.
    public private(set) var lines: [String]

    public init(_ header: [String]) { lines = [Self.line(header)] }

    /// - Parameter fields: one for each column. What needs quotes gets them.
    public mutating func add(_ fields: [String]) { lines.append(Self.line(fields)) }

    /// The whole file.
    public var text: String { lines.joined(separator: "\n") + "\n" }

    /// A number with all its digits; empty for none and for what is not finite.
    public static func number(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    /// A number with at most so many decimal places, 0 to 9.
    public static func number(_ value: Double?, digits: Int) -> String {
        guard let value, abs(value) < 1e15 else { return number(value) }
        let scale = (0..<max(0, min(digits, 9))).reduce(1.0) { power, _ in power * 10 }
        return number((value * scale).rounded() / scale)
    }

    private static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") }

    private static func quoted(_ field: String) -> String {
        let isPlain = field.utf8.allSatisfy { ![0x22, 0x2C, 0x0A, 0x0D].contains($0) }
        guard !isPlain || field.hasPrefix(" ") || field.hasSuffix(" ") else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
