/// The peer's wish that this side calls somebody else in its place: a transfer (REFER, RFC 3515).
public struct Referral: Hashable, Sendable {
    /// Names a dialog that the new call is to take the place of (RFC 3891), as the called party sees it.
    public struct Replaces: Hashable, Sendable {
        public var callID: String
        public var toTag: String
        public var fromTag: String

        public init(callID: String, toTag: String, fromTag: String) {
            self.callID = callID
            self.toTag = toTag
            self.fromTag = fromTag
        }

        /// The value of a Replaces header field; nil when it is malformed.
        public init?(_ text: String) {
            let fields = text.split(separator: ";").map { String($0.drop { $0 == " " }) }
            guard let first = fields.first else { return nil }
            callID = first
            var tags: [String: String] = [:]
            for field in fields.dropFirst() {
                let pair = field.split(separator: "=", maxSplits: 1).map { String($0) }
                if pair.count == 2 { tags[pair[0].lowercased()] = pair[1] }
            }
            guard !callID.isEmpty, let to = tags["to-tag"], let from = tags["from-tag"] else { return nil }
            toTag = to
            fromTag = from
        }

        /// As it stands in a header field.
        public var text: String { "\(callID);to-tag=\(toTag);from-tag=\(fromTag)" }
    }

    /// Who is to be called, without the header fields in the URI.
    public let target: SipURI
    public let replaces: Replaces?
    /// The CSeq of the REFER, which names its subscription (RFC 3515 §2.4.6).
    public let id: UInt32
    /// The peer wants to hear how it goes; not, when it said `Refer-Sub: false` (RFC 4488).
    public let wantsReports: Bool

    /// Nil when there is not exactly one Refer-To with a SIP URI.
    init?(_ request: SipRequest) {
        let targets = request.headers.addresses(.referTo)
        guard targets.count == 1, var target = targets.first?.uri, target.isSIP, let cseq = request.headers.cseq else {
            return nil
        }
        let headers = target.headers
        target.headers = ""
        self.target = target
        replaces = Self.replaces(in: headers)
        id = cseq.number
        wantsReports = request.headers["Refer-Sub"]?.lowercased() != "false"
    }

    private static func replaces(in headers: String) -> Replaces? {
        for field in headers.split(separator: "&") {
            let pair = field.split(separator: "=", maxSplits: 1).map { String($0) }
            if pair.count == 2, pair[0].lowercased() == "replaces" { return Replaces(unescaped(pair[1])) }
        }
        return nil
    }

    /// A URI header's value without its escapes.
    private static func unescaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Substring(text).utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let escaped = UInt8(String(Substring(rest.prefix(2))), radix: 16) {
                bytes.append(escaped)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The body of a NOTIFY about a transfer (`message/sipfrag`, RFC 3420): a status line.
enum SipFragment {
    static let contentType = "message/sipfrag"

    static func body(_ status: SipStatus) -> String { "SIP/2.0 \(status.code) \(status.reason)\r\n" }

    /// Nil when there is no status line at the beginning.
    static func status(_ body: String) -> SipStatus? {
        guard let line = body.split(whereSeparator: \.isNewline).first else { return nil }
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count >= 2, words[0] == "SIP/2.0", let code = Int(words[1]), (100...699).contains(code) else {
            return nil
        }
        return SipStatus(code)
    }
}
