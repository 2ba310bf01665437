import CCCore

/// A table of text with a header, as RFC 4180 has it: fields with commas between them, in quotes where they hold commas, quotes or
/// line ends.
///
/// Lines end in LF or CRLF; a byte-order mark, empty lines and spaces around unquoted fields are skipped. Every mistake is a `FileError`
/// with the line in which it stands (the header is line 1) and the column's name.
public struct CSVTable: Sendable {
    /// The file's name for errors; nil for what was made in code.
    public let file: String?
    public let header: [String]
    private let bytes: [UInt8]
    /// Where each field begins and ends in the bytes, row by row.
    private var fields: [(start: Int, end: Int)] = []
    private var lines: [Int] = []

    /// - Throws: `FileError` for a text without a header, rows with other than the header's number of fields, quotes that are not
    ///   closed or stand in the middle of a field, and two columns of one name.
    public init(_ text: String, file: String? = nil) throws { try self.init(utf8: Array(text.utf8), file: file) }

    /// - Parameter utf8: the text in UTF-8.
    public init(utf8: [UInt8], file: String? = nil) throws {
        var scanner = CSVScanner(utf8, file: file)
        let names = try scanner.nextRow().map { row in row.fields.map { scanner.text($0) } }
        guard let names else { throw FileError(file: file, line: 1, message: "there is no header") }
        for (place, name) in names.enumerated() {
            guard !name.isEmpty else {
                throw FileError(file: file, line: 1, path: "column \(place + 1)", message: "the column has no name")
            }
            guard names.firstIndex(of: name) == place else {
                throw FileError(file: file, line: 1, path: name, message: "there are two columns of this name")
            }
        }
        self.file = file
        header = names
        while let row = try scanner.nextRow() {
            guard row.fields.count == names.count else {
                throw FileError(
                    file: file, line: row.line,
                    message: "\(row.fields.count) fields where the header has \(names.count)")
            }
            fields.append(contentsOf: row.fields)
            lines.append(row.line)
        }
        bytes = scanner.bytes
    }

    /// How many rows there are besides the header.
    public var count: Int { lines.count }

    /// The line of the file in which a row begins.
    public func line(_ row: Int) -> Int { lines[row] }

    /// The number of a column.
    ///
    /// - Parameter names: its name or names that it may have; the first that is there counts.
    /// - Throws: `FileError` when there is none.
    public func column(_ names: String...) throws -> Int {
        for name in names {
            if let place = header.firstIndex(of: name) { return place }
        }
        throw FileError(
            file: file, line: 1, path: names.first ?? "",
            message:
                "there is no such column\(names.count > 1 ? " (nor \(names.dropFirst().joined(separator: ", ")))" : ""); "
                + "there are \(header.joined(separator: ", "))")
    }

    /// The number of a column that may be missing.
    public func optionalColumn(_ name: String) -> Int? { header.firstIndex(of: name) }

    /// One field, without its quotes.
    public subscript(row: Int, column: Int) -> String {
        let (start, end) = fields[row * header.count + column]
        return CSVScanner.text(bytes, start, end)
    }

    /// What is wrong with a field.
    public func error(_ row: Int, _ column: Int, _ message: String) -> FileError {
        FileError(file: file, line: line(row), path: header[column], message: message)
    }

    /// A field's number; nil for an empty field.
    ///
    /// - Throws: `FileError` for what is not a finite decimal number.
    public func number(_ row: Int, _ column: Int) throws -> Double? {
        let (start, end) = fields[row * header.count + column]
        guard start < end else { return nil }
        // Most numbers are counts of a few digits.
        if end - start <= 15 {
            var value = 0
            var place = start
            while place < end, (0x30...0x39).contains(bytes[place]) {
                value = value * 10 + Int(bytes[place] - 0x30)
                place += 1
            }
            if place == end { return Double(value) }
        }
        let text = self[row, column]
        let isDecimal = text.utf8.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
        guard isDecimal, let value = Double(text), value.isFinite else {
            throw error(row, column, "\"\(text)\" is not a number")
        }
        return value
    }

    /// A field's time on the wall.
    ///
    /// - Throws: `FileError` for anything but `2026-12-25 07:30:00` or `2026-12-25T07:30`.
    public func time(_ row: Int, _ column: Int) throws -> WallTime {
        let (start, end) = fields[row * header.count + column]
        let parsed = bytes.withUnsafeBufferPointer { WallTime(utf8: UnsafeBufferPointer(rebasing: $0[start..<end])) }
        guard let time = parsed ?? WallTime(self[row, column]) else {
            throw error(row, column, "\"\(self[row, column])\" is not a time such as 2026-12-25 07:30:00")
        }
        return time
    }

    /// A field's day.
    ///
    /// - Throws: `FileError` for anything but `2026-12-25`.
    public func date(_ row: Int, _ column: Int) throws -> CalendarDate {
        guard let date = CalendarDate(self[row, column]) else {
            throw error(row, column, "\"\(self[row, column])\" is not a date such as 2026-12-25")
        }
        return date
    }
}
