import NIOCore

extension SessionDescription {
    /// At most this many bytes are parsed.
    public static let bytesMax = 65_535
    /// At most this many lines.
    public static let linesMax = 2_000
    /// At most this many `m=` sections.
    public static let mediaMax = 64

    /// Parses a message body.
    /// - Throws: ``SdpError`` naming the line.
    public init(parsing body: ByteBuffer) throws(SdpError) {
        guard body.readableBytes <= Self.bytesMax else {
            throw SdpError(code: .tooLarge, line: 0, message: "more than \(Self.bytesMax) bytes")
        }
        guard let text = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw SdpError(code: .text, line: 0, message: "not UTF-8")
        }
        try self.init(parsing: text)
    }

    /// Parses text with CRLF or bare LF line ends. A missing `s=` or `t=` is forgiven, a missing `v=` or `o=` is not.
    /// - Throws: ``SdpError`` naming the line.
    public init(parsing text: String) throws(SdpError) {
        guard text.utf8.count <= Self.bytesMax else {
            throw SdpError(code: .tooLarge, line: 0, message: "more than \(Self.bytesMax) bytes")
        }
        var parser = SdpParser()
        for line in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            try parser.line(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
        self = try parser.finish()
    }
}

/// Collects lines into a description.
private struct SdpParser {
    private typealias Line = SessionDescription.Line

    private var number = 0
    private var sawVersion = false
    private var origin: SessionDescription.Origin?
    private var name: String?
    private var connection: SessionDescription.Connection?
    private var times: [String] = []
    private var attributes: [SdpAttribute] = []
    private var otherLines: [SessionDescription.Line] = []
    private var media: [MediaDescription] = []
    /// A blank line was seen: nothing but blank lines may follow.
    private var ended = false

    mutating func line(_ line: Substring.UTF8View) throws(SdpError) {
        number += 1
        guard number <= SessionDescription.linesMax else { throw error(.tooLarge, "too many lines") }
        guard !line.isEmpty else {
            ended = sawVersion
            return
        }
        guard !ended, line.count >= 2, let type = line.first, line.dropFirst().first == UInt8(ascii: "="),
            (UInt8(ascii: "A")...UInt8(ascii: "z")).contains(type)
        else { throw error(.line, "not a type and a value") }
        let value = Substring(line.dropFirst(2))
        if !sawVersion {
            guard type == UInt8(ascii: "v"), value == "0" else { throw error(.version, "v=0 expected first") }
            sawVersion = true
            return
        }
        if media.isEmpty || type == UInt8(ascii: "m") {
            try sessionLine(type, value)
        } else {
            try mediaLine(type, value)
        }
    }

    private mutating func sessionLine(_ type: UInt8, _ value: Substring) throws(SdpError) {
        switch type {
        case UInt8(ascii: "o") where origin == nil: origin = try parseOrigin(value)
        case UInt8(ascii: "s") where name == nil: name = String(value)
        case UInt8(ascii: "c"): connection = try parseConnection(value)
        case UInt8(ascii: "t"): times.append(String(value))
        case UInt8(ascii: "a"): attributes.append(parseAttribute(value))
        case UInt8(ascii: "m"):
            guard media.count < SessionDescription.mediaMax else { throw error(.tooLarge, "too many media sections") }
            media.append(try parseMedia(value))
        default: otherLines.append(Line(type: Character(Unicode.Scalar(type)), value: String(value)))
        }
    }

    private mutating func mediaLine(_ type: UInt8, _ value: Substring) throws(SdpError) {
        let last = media.count - 1
        switch type {
        case UInt8(ascii: "c") where media[last].connection == nil:
            media[last].connection = try parseConnection(value)
        case UInt8(ascii: "a"): media[last].attributes.append(parseAttribute(value))
        default: media[last].otherLines.append(Line(type: Character(Unicode.Scalar(type)), value: String(value)))
        }
    }

    private func parseOrigin(_ value: Substring) throws(SdpError) -> SessionDescription.Origin {
        let fields = value.split(separator: " ")
        guard fields.count == 6, isNumber(fields[1]), isNumber(fields[2]) else {
            throw error(.origin, "o= has six fields, the second and third are numbers")
        }
        return SessionDescription.Origin(
            username: String(fields[0]), sessionID: String(fields[1]), version: String(fields[2]),
            address: SessionDescription.Connection(addressType: String(fields[4]), address: String(fields[5])))
    }

    private func parseConnection(_ value: Substring) throws(SdpError) -> SessionDescription.Connection {
        let fields = value.split(separator: " ")
        guard fields.count == 3, fields[0] == "IN" else { throw error(.connection, "c=IN type address expected") }
        return SessionDescription.Connection(addressType: String(fields[1]), address: String(fields[2]))
    }

    private func parseAttribute(_ value: Substring) -> SdpAttribute {
        guard let colon = value.utf8.firstIndex(of: UInt8(ascii: ":")) else { return SdpAttribute(String(value)) }
        return SdpAttribute(String(value[..<colon]), String(value[value.utf8.index(after: colon)...]))
    }

    private func parseMedia(_ value: Substring) throws(SdpError) -> MediaDescription {
        let fields = value.split(separator: " ")
        guard fields.count >= 4 else { throw error(.media, "m= has kind, port, transport and formats") }
        let ports = fields[1].split(separator: "/", omittingEmptySubsequences: false)
        guard ports.count <= 2, isNumber(ports[0]), let port = UInt16(ports[0]) else {
            throw error(.media, "the port is not a number from 0 to 65535")
        }
        var section = MediaDescription(
            kind: String(fields[0]), port: port, transport: String(fields[2]),
            formats: fields[3...].map(String.init))
        if ports.count == 2 {
            guard isNumber(ports[1]), let count = Int(ports[1]), (1...32_768).contains(count) else {
                throw error(.media, "the number of ports is out of range")
            }
            section.portCount = count
        }
        return section
    }

    private func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private func error(_ code: SdpError.Code, _ message: String) -> SdpError {
        SdpError(code: code, line: number, message: message)
    }

    func finish() throws(SdpError) -> SessionDescription {
        guard sawVersion else { throw SdpError(code: .version, line: 0, message: "empty") }
        guard let origin else { throw SdpError(code: .missing, line: 0, message: "no o= line") }
        var description = SessionDescription(
            origin: origin, name: name ?? "-", connection: connection, attributes: attributes, media: media)
        description.times = times.isEmpty ? ["0 0"] : times
        description.otherLines = otherLines
        return description
    }
}
