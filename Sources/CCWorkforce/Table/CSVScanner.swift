import CCCore

/// Finds the rows and fields of a CSV text.
struct CSVScanner {
    struct Row {
        /// Where it begins, from 1.
        var line: Int
        var fields: [(start: Int, end: Int)]
    }

    let bytes: [UInt8]
    private let file: String?
    private var place = 0
    private var line = 1

    private static let quote: UInt8 = 0x22
    private static let comma: UInt8 = 0x2C
    private static let lineFeed: UInt8 = 0x0A
    private static let carriageReturn: UInt8 = 0x0D
    private static let space: UInt8 = 0x20

    init(_ bytes: [UInt8], file: String?) {
        self.bytes = bytes
        self.file = file
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    /// Nil at the end.
    mutating func nextRow() throws -> Row? {
        skipEmptyLines()
        guard place < bytes.count else { return nil }
        var row = Row(line: line, fields: [])
        while true {
            row.fields.append(try nextField())
            guard place < bytes.count else { return row }
            let separator = bytes[place]
            place += 1
            if separator == Self.lineFeed {
                line += 1
                return row
            }
        }
    }

    private mutating func skipEmptyLines() {
        while place < bytes.count {
            var end = place
            while end < bytes.count, bytes[end] == Self.carriageReturn || bytes[end] == Self.space { end += 1 }
            guard end < bytes.count else {
                place = end
                return
            }
            guard bytes[end] == Self.lineFeed else { return }
            line += 1
            place = end + 1
        }
    }

    /// Leaves the place at the comma or line feed after the field, or at the end.
    private mutating func nextField() throws -> (start: Int, end: Int) {
        while place < bytes.count, bytes[place] == Self.space { place += 1 }
        if place < bytes.count, bytes[place] == Self.quote { return try quotedField() }
        let start = place
        while place < bytes.count, bytes[place] != Self.comma, bytes[place] != Self.lineFeed {
            guard bytes[place] != Self.quote else {
                throw FileError(file: file, line: line, message: "a quote in the middle of a field")
            }
            place += 1
        }
        var end = place
        while end > start, bytes[end - 1] == Self.space || bytes[end - 1] == Self.carriageReturn { end -= 1 }
        return (start, end)
    }

    private mutating func quotedField() throws -> (start: Int, end: Int) {
        let begun = line
        place += 1
        let start = place
        while true {
            guard place < bytes.count else {
                throw FileError(file: file, line: begun, message: "a quote that begins here is not closed")
            }
            if bytes[place] == Self.lineFeed { line += 1 }
            guard bytes[place] == Self.quote else {
                place += 1
                continue
            }
            if place + 1 < bytes.count, bytes[place + 1] == Self.quote {
                place += 2
                continue
            }
            break
        }
        let end = place
        place += 1
        while place < bytes.count, bytes[place] == Self.space || bytes[place] == Self.carriageReturn { place += 1 }
        guard place == bytes.count || bytes[place] == Self.comma || bytes[place] == Self.lineFeed else {
            throw FileError(file: file, line: line, message: "text after a closing quote")
        }
        return (start, end)
    }

    func text(_ field: (start: Int, end: Int)) -> String { Self.text(bytes, field.start, field.end) }

    /// A quote within a quoted field is written twice.
    static func text(_ bytes: [UInt8], _ start: Int, _ end: Int) -> String {
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        guard start > 0, bytes[start - 1] == quote, text.utf8.contains(quote) else { return text }
        return text.split(separator: "\"\"", omittingEmptySubsequences: false).joined(separator: "\"")
    }
}
