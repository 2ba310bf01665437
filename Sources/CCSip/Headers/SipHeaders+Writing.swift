import NIOCore

extension SipHeaders {
    /// Writes all lines but Content-Length, which the message writes itself, as they were received or added.
    func write(into buffer: inout ByteBuffer) {
        let span = bytes.span
        var runStart = 0
        var runEnd = 0
        for line in lines where line.kind != .contentLength {
            let start = Int(line.nameStart)
            let end = Int(line.valueEnd)
            if line.isWhole, start == runEnd, runEnd > runStart {
                runEnd = end &+ 2
                continue
            }
            if runEnd > runStart { buffer.writeBytes(span.extracting(runStart..<runEnd).bytes) }
            runStart = 0
            runEnd = 0
            if line.isWhole {
                runStart = start
                runEnd = end &+ 2
            } else {
                write(line, span, into: &buffer)
            }
        }
        if runEnd > runStart { buffer.writeBytes(span.extracting(runStart..<runEnd).bytes) }
    }

    /// Adds a copy of another message's lines of one kind.
    mutating func copy(_ kind: HeaderKind, from other: SipHeaders) {
        for line in other.lines where line.kind == kind {
            let start = bytes.count
            let offset = start - Int(line.nameStart)
            if line.isWhole {
                bytes.append(contentsOf: other.bytes[Int(line.nameStart)..<Int(line.valueEnd) &+ 2])
                var copy = line
                copy.nameStart = UInt32(start)
                copy.valueStart = UInt32(Int(line.valueStart) &+ offset)
                copy.valueEnd = UInt32(Int(line.valueEnd) &+ offset)
                lines.append(copy)
            } else {
                bytes.append(contentsOf: other.bytes[line.name])
                bytes.append(contentsOf: ": ".utf8)
                bytes.append(contentsOf: other.bytes[line.value])
                bytes.append(contentsOf: "\r\n".utf8)
                let valueStart = start &+ Int(line.nameLength) &+ 2
                lines.append(
                    Line(
                        nameStart: UInt32(start), valueStart: UInt32(valueStart),
                        valueEnd: UInt32(valueStart &+ line.value.count), nameLength: line.nameLength,
                        kind: line.kind, isWhole: true))
            }
        }
    }

    /// Adds a copy of another message's To, with a tag if it has none.
    mutating func copyTo(from other: SipHeaders, addingTag tag: String?) {
        guard let tag, let index = other.firstIndex(kind: .to), other.to?.parameters.contains("tag") == false else {
            return copy(.to, from: other)
        }
        let start = bytes.count
        bytes.append(contentsOf: "To: ".utf8)
        bytes.append(contentsOf: other.bytes[other.lines[index].value])
        bytes.append(contentsOf: ";tag=".utf8)
        bytes.append(contentsOf: tag.utf8)
        let end = bytes.count
        bytes.append(contentsOf: "\r\n".utf8)
        lines.append(
            Line(
                nameStart: UInt32(start), valueStart: UInt32(start + 4), valueEnd: UInt32(end), nameLength: 2,
                kind: .to,
                isWhole: true))
    }

    private func write(_ line: Line, _ span: Span<UInt8>, into buffer: inout ByteBuffer) {
        buffer.writeBytes(span.extracting(line.name).bytes)
        buffer.writeStaticString(": ")
        buffer.writeBytes(span.extracting(line.value).bytes)
        buffer.writeStaticString("\r\n")
    }
}
