import NIOCore

extension SessionDescription: CustomStringConvertible {
    /// The text, each line ended by CRLF, in the order of RFC 8866 §9.
    public func serialized() -> String {
        var text = "v=0\r\n"
        text += "o=\(origin.username) \(origin.sessionID) \(origin.version) IN "
        text += "\(origin.address.addressType) \(origin.address.address)\r\ns=\(name)\r\n"
        otherLines.write("iuep", into: &text)
        if let connection { connection.write(into: &text) }
        otherLines.write("b", into: &text)
        for time in times { text += "t=\(time)\r\n" }
        otherLines.write("rzk", into: &text)
        otherLines.writeUnknown(known: "iuepbrzk", into: &text)
        attributes.write(into: &text)
        for section in media { section.write(into: &text) }
        return text
    }

    /// The text as a message body.
    public func body() -> ByteBuffer { ByteBuffer(string: serialized()) }

    public var description: String { serialized() }
}

extension MediaDescription {
    fileprivate func write(into text: inout String) {
        text += "m=\(kind) \(port)"
        if portCount != 1 { text += "/\(portCount)" }
        text += " \(transport)"
        for format in formats {
            text += " "
            text += format
        }
        text += "\r\n"
        otherLines.write("i", into: &text)
        if let connection { connection.write(into: &text) }
        otherLines.write("cbk", into: &text)
        otherLines.writeUnknown(known: "icbk", into: &text)
        attributes.write(into: &text)
    }
}

extension SessionDescription.Connection {
    fileprivate func write(into text: inout String) { text += "c=IN \(addressType) \(address)\r\n" }
}

extension [SessionDescription.Line] {
    fileprivate func write(_ types: String, into text: inout String) {
        guard !isEmpty else { return }
        for line in self where types.contains(line.type) { text += "\(line.type)=\(line.value)\r\n" }
    }

    fileprivate func writeUnknown(known: String, into text: inout String) {
        guard !isEmpty else { return }
        for line in self where !known.contains(line.type) { text += "\(line.type)=\(line.value)\r\n" }
    }
}

extension [SdpAttribute] {
    fileprivate func write(into text: inout String) {
        for attribute in self {
            text += "a="
            text += attribute.name
            if let value = attribute.value {
                text += ":"
                text += value
            }
            text += "\r\n"
        }
    }
}
