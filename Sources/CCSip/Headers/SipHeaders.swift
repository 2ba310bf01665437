/// A message's header fields, in their order.
///
/// Received fields stay in the received bytes: an index says where each name and value lies, and a string is made only
/// when somebody reads one. Fields that are added are written behind those bytes. Copying is cheap (copy on write).
public struct SipHeaders: Sendable {
    /// One header field line.
    struct Line: Sendable {
        var nameStart: UInt32
        var valueStart: UInt32
        /// Without trailing white space.
        var valueEnd: UInt32
        var nameLength: UInt16
        var kind: HeaderKind
        /// Whether name, colon, value and CRLF follow one another, so that the line can be copied as it is.
        var isWhole: Bool

        @inline(__always)
        var value: Range<Int> { Range(uncheckedBounds: (Int(valueStart), Int(valueEnd))) }
        @inline(__always)
        var name: Range<Int> { Range(uncheckedBounds: (Int(nameStart), Int(nameStart) &+ Int(nameLength))) }
    }

    /// The bytes that the lines point into.
    var bytes: [UInt8]
    var lines: [Line]

    /// No header fields.
    public init() {
        bytes = []
        lines = []
    }

    init(bytes: [UInt8], lines: [Line]) {
        self.bytes = bytes
        self.lines = lines
    }

    /// The number of header field lines.
    public var count: Int { lines.count }

    /// The names of all lines, in their order.
    public var names: [HeaderName] {
        lines.map { $0.kind == .other ? HeaderName(bytes.text($0.name)) : HeaderName(kind: $0.kind) }
    }

    public func contains(_ name: HeaderName) -> Bool { firstIndex(name) != nil }

    /// Reading: the first line's value, folded lines joined; nil when there is none. Writing: one line in place of all
    /// lines of that name; nil removes them.
    public subscript(name: HeaderName) -> String? {
        get { firstIndex(name).map { bytes.unfolded(lines[$0].value) } }
        set {
            guard let newValue else { return removeAll(name) }
            let line = append(name, newValue)
            if let index = firstIndex(name) {
                lines[index] = line
                for other in lines.indices.reversed() where other > index && matches(lines[other], name) {
                    lines.remove(at: other)
                }
            } else {
                lines.append(line)
            }
        }
    }

    /// Every value of that name in order. Header fields that are lists are split at commas outside of quotes and angle
    /// brackets (RFC 3261 §7.3.1); the lines of the others are given whole.
    public func values(_ name: HeaderName) -> [String] {
        var values: [String] = []
        forEachValue(name) { range in
            values.append(bytes.unfolded(range))
            return true
        }
        return values
    }

    /// Adds a line behind the last one of that name, else at the end.
    public mutating func add(_ name: HeaderName, _ value: String) {
        let line = append(name, value)
        let place = lines.lastIndex { matches($0, name) }.map { $0 + 1 } ?? lines.endIndex
        lines.insert(line, at: place)
    }

    /// Adds a line before the first one of that name, else at the front.
    public mutating func prepend(_ name: HeaderName, _ value: String) {
        let line = append(name, value)
        lines.insert(line, at: firstIndex(name) ?? 0)
    }

    public mutating func removeAll(_ name: HeaderName) {
        lines = lines.filter { !matches($0, name) }
    }

    /// Removes the first value (not the first line): pops one Via or Route.
    public mutating func removeFirst(_ name: HeaderName) {
        guard let index = firstIndex(name) else { return }
        let line = lines[index]
        let rest = line.kind.isList ? Self.restAfterFirstValue(bytes.span, line.value) : nil
        if let rest {
            lines[index].valueStart = UInt32(rest.lowerBound)
            lines[index].isWhole = false
        } else {
            lines.remove(at: index)
        }
    }

    // MARK: - Inside

    @inline(__always)
    func firstIndex(kind: HeaderKind) -> Int? {
        var index = 0
        while index < lines.count {
            if lines[index].kind == kind { return index }
            index &+= 1
        }
        return nil
    }

    @inline(__always)
    func firstIndex(_ name: HeaderName) -> Int? {
        name.kind == .other ? lines.firstIndex { matches($0, name) } : firstIndex(kind: name.kind)
    }

    func matches(_ line: Line, _ name: HeaderName) -> Bool {
        guard line.kind == name.kind else { return false }
        return line.kind != .other || bytes.span.matches(line.name, name.other.lowercased())
    }

    /// Calls `body` with the range of each value until it returns false.
    @inline(__always)
    func forEachValue(_ name: HeaderName, _ body: (Range<Int>) -> Bool) {
        let span = bytes.span
        for line in lines where matches(line, name) {
            guard line.kind.isList else {
                if body(line.value) { continue } else { return }
            }
            var rest = line.value
            while true {
                let end = Self.endOfValue(span, rest)
                let value = span.trimmed(rest.lowerBound..<end)
                if !value.isEmpty, !body(value) { return }
                if end >= rest.upperBound { break }
                rest = (end &+ 1)..<rest.upperBound
            }
        }
    }

    /// The place of the next comma outside of quotes and angle brackets, else the end.
    @inline(__always)
    static func endOfValue(_ span: Span<UInt8>, _ range: Range<Int>) -> Int {
        var index = range.lowerBound
        let end = range.upperBound
        var isBracketed = false
        while index < end {
            switch span[index] {
            case UInt8(ascii: "\"") where !isBracketed:
                guard let after = span.endOfQuoted(index, end) else { return end }
                index = min(after, end)
                continue
            case UInt8(ascii: "<"): isBracketed = true
            case UInt8(ascii: ">"): isBracketed = false
            case UInt8(ascii: ",") where !isBracketed: return index
            default: break
            }
            index &+= 1
        }
        return end
    }

    private static func restAfterFirstValue(_ span: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        let end = endOfValue(span, range)
        guard end < range.upperBound else { return nil }
        let rest = span.trimmed(end + 1..<range.upperBound)
        return rest.isEmpty ? nil : rest
    }

    /// Writes `Name: value` behind the bytes. A line break, with which a value could smuggle in another header field,
    /// becomes a space.
    @discardableResult
    private mutating func append(_ name: HeaderName, _ value: String) -> Line {
        let start = bytes.count
        bytes.append(contentsOf: name.text.utf8)
        let nameEnd = bytes.count
        bytes.append(contentsOf: ": ".utf8)
        let valueStart = bytes.count
        bytes.append(contentsOf: value.utf8)
        let valueEnd = bytes.count
        if bytes.span.firstControl(from: valueStart, to: valueEnd) != nil {
            for index in valueStart..<valueEnd where bytes[index] == 0x0D || bytes[index] == 0x0A {
                bytes[index] = 0x20
            }
        }
        bytes.append(contentsOf: "\r\n".utf8)
        return Line(
            nameStart: UInt32(start), valueStart: UInt32(valueStart), valueEnd: UInt32(valueEnd),
            nameLength: UInt16(clamping: nameEnd - start), kind: name.kind, isWhole: true)
    }
}
