#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The one JSON form of everything that the centre writes: stable names, sorted keys, ISO 8601 dates in UTC with
/// milliseconds, durations as seconds.
public enum CenterJSON {
    /// A value as one line of JSON without a line break.
    public static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.iso8601)
        }
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The reverse of ``line(_:)``.
    public static func value<Value: Decodable>(_ type: Value.Type, from line: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = Date(iso8601: text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an ISO 8601 date: \(text)")
            }
            return date
        }
        return try decoder.decode(type, from: Data(line.utf8))
    }
}

/// A duration that is coded as a number of seconds, to the millisecond.
@propertyWrapper
public struct Seconds: Hashable, Sendable, Codable {
    public var wrappedValue: Duration

    public init(wrappedValue: Duration) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        let seconds = try decoder.singleValueContainer().decode(Double.self)
        guard seconds.isFinite, abs(seconds) < 1e12 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a duration: \(seconds)"))
        }
        wrappedValue = .milliseconds(Int64((seconds * 1000).rounded()))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(Double(wrappedValue.roundedMilliseconds) / 1000)
    }
}

extension Duration {
    /// Whole milliseconds, rounded to the nearest.
    public var roundedMilliseconds: Int64 {
        let nanoseconds = inNanoseconds
        return nanoseconds / 1_000_000 + (nanoseconds % 1_000_000) / 500_000
    }
}

extension Date {
    /// Records keep dates to the millisecond, so that every store and every format returns the same value.
    public init(millisecondsSince1970 milliseconds: Int64) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// Saturates at the years ±292 million.
    public var millisecondsSince1970: Int64 {
        Int64(exactly: (timeIntervalSince1970 * 1000).rounded()) ?? (timeIntervalSince1970 < 0 ? .min : .max)
    }

    public var roundedToMilliseconds: Date { Date(millisecondsSince1970: millisecondsSince1970) }

    /// The time from an earlier date to this one, to the millisecond; never negative.
    public func duration(since earlier: Date) -> Duration {
        let (passed, overflow) = millisecondsSince1970.subtractingReportingOverflow(earlier.millisecondsSince1970)
        return .milliseconds(overflow || self < earlier ? 0 : max(0, passed))
    }

    /// `2025-11-21T22:20:00.123Z`. Years outside 1–9999 are clamped.
    public var iso8601: String {
        let total = min(max(millisecondsSince1970, -62_135_596_800_000), 253_402_300_799_999)
        let inSecond = (total % 1000 + 1000) % 1000
        let whole = Date(timeIntervalSince1970: Double((total - inSecond) / 1000))
        let text = whole.formatted(Date.ISO8601FormatStyle())
        let fraction = String(1000 + inSecond).dropFirst()
        return text.dropLast() + "." + fraction + "Z"
    }

    /// An ISO 8601 date and time with a zone, with or without fractions of a second.
    public init?(iso8601 text: String) {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        guard let date = try? style.parse(text) else { return nil }
        self = date.roundedToMilliseconds
    }
}
