import NIOCore

/// The session description in a message's body, if there is one.
enum SessionBody {
    case none
    case description(SessionDescription)
    /// `application/sdp`, but not a description.
    case malformed
    /// Another kind of body: answer 415.
    case unsupported

    init(_ headers: SipHeaders, _ body: ByteBuffer) {
        guard body.readableBytes > 0 else {
            self = .none
            return
        }
        switch headers.contentType {
        case "application/sdp", nil: self.init(text: body)
        case "multipart/mixed", "multipart/alternative":
            guard let boundary = Self.boundary(headers[.contentType] ?? "") else {
                self = .malformed
                return
            }
            guard let part = Self.part(ofType: "application/sdp", in: body, boundary: boundary) else {
                self = .none
                return
            }
            self.init(text: ByteBuffer(string: part))
        default: self = .unsupported
        }
    }

    private init(text: ByteBuffer) {
        do throws(SdpError) {
            self = .description(try SessionDescription(parsing: text))
        } catch {
            self = .malformed
        }
    }

    /// The description, when there is a usable one.
    var description: SessionDescription? {
        if case .description(let description) = self { description } else { nil }
    }

    private static func boundary(_ contentType: String) -> String? {
        for field in contentType.split(separator: ";").dropFirst() {
            let pair = field.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " || $0 == "\t" } }
            guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
            let value = pair[1].filter { $0 != "\"" && $0 != " " }
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }

    /// The content of the first part of a media type (RFC 2046 §5.1); nested parts are not looked into.
    private static func part(ofType type: String, in body: ByteBuffer, boundary: String) -> String? {
        enum Place { case outside, head, content }
        let delimiter = "--" + boundary
        var place = Place.outside
        var isWanted = false
        var content: [Substring.UTF8View] = []
        let text = String(buffer: body)
        for raw in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let bytes = raw.last == UInt8(ascii: "\r") ? raw.dropLast() : raw
            if bytes.starts(with: delimiter.utf8) {
                if isWanted, place == .content { break }
                place = .head
                isWanted = false
                continue
            }
            switch place {
            case .outside: break
            case .head where bytes.isEmpty: place = .content
            case .head:
                let line = Substring(bytes).lowercased()
                if line.hasPrefix("content-type:") || line.hasPrefix("c:") { isWanted = line.contains(type) }
            case .content: if isWanted { content.append(bytes) }
            }
        }
        guard isWanted else { return nil }
        return content.map { String(Substring($0)) }.joined(separator: "\r\n")
    }
}
