/// The parts of a URI as texts, escaped where they must be: what an edit changes before the URI is written anew.
struct URIText {
    var scheme: String
    var user: String?
    var password: String?
    var host: String
    var port: UInt16?
    /// With the first semicolon.
    var parameters: String
    /// Without the question mark.
    var headers = ""
    /// What follows the colon when the scheme is not `sip` or `sips`.
    var opaque = ""

    init(scheme: String, user: String?, host: String, port: UInt16?, parameters: String) {
        self.scheme = scheme
        self.user = user
        self.host = host
        self.port = port
        self.parameters = parameters
    }

    init(_ uri: SipURI) {
        scheme = uri.scheme
        user = uri.parts.user.map { uri.bytes.text($0) }
        password = uri.parts.password.map { uri.bytes.text($0) }
        host = uri.host
        port = uri.port
        parameters = uri.bytes.text(uri.parts.parameters)
        headers = uri.headers
        opaque = uri.opaque
    }
}

extension SipURI {
    mutating func edit(_ change: (inout URIText) -> Void) {
        var text = URIText(self)
        change(&text)
        self = SipURI(text)
    }

    /// Writes the parts. Characters that would end a URI (space, brackets, quotes, controls) are left out.
    init(_ text: URIText) {
        var bytes = [UInt8]()
        func write(_ part: String) {
            if part.utf8.allSatisfy(ByteSet.isURICharacter) {
                bytes.append(contentsOf: part.utf8)
            } else {
                bytes.append(contentsOf: part.utf8.filter(ByteSet.isURICharacter))
            }
        }
        write(text.scheme)
        let schemeEnd = bytes.count
        bytes.append(contentsOf: ":".utf8)
        guard let scheme = text.scheme == "sip" ? URIParts.Scheme.sip : text.scheme == "sips" ? .sips : nil else {
            let start = bytes.count
            write(text.opaque)
            let end = bytes.count
            let parts = URIParts(
                scheme: .other, schemeEnd: schemeEnd, userEnd: 0, passwordEnd: 0, host: start..<end, port: nil,
                parameters: end..<end, end: end)
            self.init(bytes, parts)
            return
        }
        var userEnd = 0
        var passwordEnd = 0
        if let user = text.user {
            write(user)
            userEnd = bytes.count
            if let password = text.password {
                bytes.append(contentsOf: ":".utf8)
                write(password)
                passwordEnd = bytes.count
            }
            bytes.append(contentsOf: "@".utf8)
        }
        let hostStart = bytes.count
        write(text.host)
        let hostEnd = bytes.count
        if let port = text.port {
            bytes.append(contentsOf: ":".utf8)
            bytes.append(contentsOf: (String(port)).utf8)
        }
        let parametersStart = bytes.count
        write(text.parameters)
        let parametersEnd = bytes.count
        if !text.headers.isEmpty {
            bytes.append(contentsOf: "?".utf8)
            write(text.headers)
        }
        let parts = URIParts(
            scheme: scheme, schemeEnd: schemeEnd, userEnd: userEnd, passwordEnd: passwordEnd,
            host: hostStart..<hostEnd, port: text.port, parameters: parametersStart..<parametersEnd,
            end: bytes.count)
        self.init(bytes, parts)
    }
}
