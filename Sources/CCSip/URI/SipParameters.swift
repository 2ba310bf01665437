/// The `;name=value` parameters of a URI or of a header value, in their order. Names compare without regard to case.
///
/// Kept as the bytes they came in and read when asked for: most are never looked at.
public struct SipParameters: Sendable {
    private var bytes: [UInt8]
    private var lower: UInt32
    private var upper: UInt32
    /// In URIs, `%HH` stands for a character (RFC 3261 §19.1.2); in header values it stands for itself.
    private var isEscaped: Bool

    /// No parameters, of a header value.
    public init() {
        self.init([UInt8](), 0..<0, isEscaped: false)
    }

    /// `range` is empty or begins with a semicolon, and holds no white space outside of quotes.
    @inline(__always)
    init(_ bytes: [UInt8], _ range: Range<Int>, isEscaped: Bool) {
        self.bytes = bytes
        lower = UInt32(truncatingIfNeeded: range.lowerBound)
        upper = UInt32(truncatingIfNeeded: range.upperBound)
        self.isEscaped = isEscaped
    }

    private var range: Range<Int> { Range(uncheckedBounds: (Int(lower), Int(upper))) }

    public var isEmpty: Bool { lower == upper }

    /// Names and values in their order. A parameter without `=` has no value. Quotes and escapes are removed.
    public var pairs: [(name: String, value: String?)] {
        places.map { (plain($0.name), $0.value.map(unquoted)) }
    }

    /// Whether there is a parameter of this name, with or without a value.
    public func contains(_ name: String) -> Bool { find(name) != nil }

    /// The value, without quotes and escapes; nil when the parameter is absent or has no value.
    public func value(_ name: String) -> String? {
        guard let place = find(name), let value = place.value else { return nil }
        return unquoted(value)
    }

    /// Sets or adds a parameter; a nil value makes it a flag. What cannot stand in a token is quoted or escaped.
    public mutating func set(_ name: String, _ value: String? = nil) {
        var texts = texts
        let entry = (name.filter { ByteSet.token.contains($0.asciiValue ?? 0) }, value.map(written))
        if let index = places.firstIndex(where: { matches($0.name, name) }) {
            texts[index] = entry
        } else {
            texts.append(entry)
        }
        write(texts)
    }

    public mutating func remove(_ name: String) {
        guard contains(name) else { return }
        write(zip(places, texts).filter { !matches($0.0.name, name) }.map(\.1))
    }

    // MARK: - Inside

    private struct Place {
        var name: Range<Int>
        var value: Range<Int>?
    }

    /// Names and values as they are written.
    private var texts: [(String, String?)] {
        places.map { (bytes.text($0.name), $0.value.map { bytes.text($0) }) }
    }

    private mutating func write(_ texts: [(String, String?)]) {
        var bytes = [UInt8]()
        for (name, value) in texts {
            bytes.append(contentsOf: ";".utf8)
            bytes.append(contentsOf: name.utf8)
            guard let value else { continue }
            bytes.append(contentsOf: "=".utf8)
            bytes.append(contentsOf: value.utf8)
        }
        self = SipParameters(bytes, 0..<bytes.count, isEscaped: isEscaped)
    }

    private var places: [Place] {
        var places: [Place] = []
        let span = bytes.span
        var index = Int(lower)
        while let place = Self.next(span, &index, Int(upper)) { places.append(place) }
        return places
    }

    /// The parameter at `index`, which stands on its semicolon and moves to the next one.
    @inline(__always)
    private static func next(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) -> Place? {
        guard index < end else { return nil }
        index &+= 1
        let start = index
        while index < end, span[index] != UInt8(ascii: ";"), span[index] != UInt8(ascii: "=") { index &+= 1 }
        let name = Range(uncheckedBounds: (start, index))
        guard index < end, span[index] == UInt8(ascii: "=") else { return Place(name: name) }
        index &+= 1
        let valueStart = index
        while index < end, span[index] != UInt8(ascii: ";") {
            if span[index] == UInt8(ascii: "\"") {
                index = min(span.endOfQuoted(index, end) ?? end, end)
            } else {
                index &+= 1
            }
        }
        return Place(name: name, value: Range(uncheckedBounds: (valueStart, index)))
    }

    private func find(_ name: String) -> Place? {
        lower == upper ? nil : Self.find(name, in: bytes.span, range, isEscaped: isEscaped)
    }

    /// Whether the parameters in a range of bytes have this name among them.
    static func contains(_ name: String, in span: Span<UInt8>, _ range: Range<Int>, isEscaped: Bool) -> Bool {
        find(name, in: span, range, isEscaped: isEscaped) != nil
    }

    @inline(__always)
    private static func find(
        _ name: String, in span: Span<UInt8>, _ range: Range<Int>, isEscaped: Bool
    ) -> Place? {
        guard !range.isEmpty else { return nil }
        let end = range.upperBound
        if span.firstIndex(of: UInt8(ascii: "\""), in: range) != nil
            || isEscaped && span.firstIndex(of: UInt8(ascii: "%"), in: range) != nil
        {
            return findAmongQuotes(name, in: span, range, isEscaped: isEscaped)
        }
        let length = name.utf8.count
        let short = (1...8).contains(length) ? word(name) : nil
        var semicolon = range.lowerBound
        while true {
            let start = semicolon &+ 1
            let nameEnd = start &+ length
            let next = span.firstIndex(of: UInt8(ascii: ";"), in: start..<end) ?? end
            if nameEnd <= next, nameEnd == next || span[nameEnd] == UInt8(ascii: "=") {
                let isFound =
                    if let short { span.word(at: start, length, isEqualTo: short) } else {
                        matches(span, start..<nameEnd, name, isEscaped: false)
                    }
                if isFound { return Place(name: start..<nameEnd, value: nameEnd == next ? nil : nameEnd &+ 1..<next) }
            }
            if next == end { return nil }
            semicolon = next
        }
    }

    /// The same where a value may hold semicolons or a name escapes.
    private static func findAmongQuotes(
        _ name: String, in span: Span<UInt8>, _ range: Range<Int>, isEscaped: Bool
    ) -> Place? {
        var index = range.lowerBound
        while let place = next(span, &index, range.upperBound) {
            if matches(span, place.name, name, isEscaped: isEscaped) { return place }
        }
        return nil
    }

    /// Up to eight ASCII letters as a word, in lower case; nil when there is another character among them.
    @inline(__always)
    private static func word(_ name: String) -> UInt64? {
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for byte in name.utf8 {
            guard (byte | 0x20) &- 97 < 26 else { return nil }
            word |= UInt64(byte | 0x20) &<< shift
            shift &+= 8
        }
        return word
    }

    private func matches(_ range: Range<Int>, _ name: String) -> Bool {
        Self.matches(bytes.span, range, name, isEscaped: isEscaped)
    }

    private static func matches(_ span: Span<UInt8>, _ range: Range<Int>, _ name: String, isEscaped: Bool) -> Bool {
        if isEscaped, span.firstIndex(of: UInt8(ascii: "%"), in: range) != nil {
            let written = String(decoding: range.map { span[$0] }, as: UTF8.self)
            return SipText.unescaped(written).lowercased() == name.lowercased()
        }
        guard range.count == name.utf8.count else { return false }
        var index = range.lowerBound
        for byte in name.utf8 {
            if SipText.lowercased(span[index]) != SipText.lowercased(byte) { return false }
            index &+= 1
        }
        return true
    }

    private func plain(_ range: Range<Int>) -> String {
        isEscaped ? bytes.unescaped(range) : bytes.text(range)
    }

    private func unquoted(_ range: Range<Int>) -> String {
        if !range.isEmpty, bytes.span[range.lowerBound] == UInt8(ascii: "\"") {
            return bytes.unquoted(range)
        }
        return plain(range)
    }

    private func written(_ value: String) -> String {
        if isEscaped { return SipText.escaped(value, keeping: .uriParameter) }
        if !value.isEmpty, value.utf8.allSatisfy({ ByteSet.parameterValue.contains($0) }) { return value }
        return SipText.quoted(value)
    }
}

extension SipParameters: Hashable, CustomStringConvertible {
    /// The parameters as they stand on the wire, each with its semicolon.
    public var description: String { bytes.text(range) }

    /// The same names with the same values, in any order; without regard to case, except in quoted values.
    public static func == (lhs: SipParameters, rhs: SipParameters) -> Bool {
        lhs.description == rhs.description || lhs.normalized == rhs.normalized
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(normalized) }

    /// Lower-cased names to values, for comparison.
    var normalized: [String: String] {
        var table: [String: String] = [:]
        let span = bytes.span
        for place in places {
            guard let value = place.value else {
                table[plain(place.name).lowercased()] = ""
                continue
            }
            let isQuoted = !value.isEmpty && span[value.lowerBound] == UInt8(ascii: "\"")
            table[plain(place.name).lowercased()] = isQuoted ? "\"" + unquoted(value) : plain(value).lowercased()
        }
        return table
    }
}
