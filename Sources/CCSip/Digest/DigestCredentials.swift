import CCCore

/// The client's side of digest authentication (RFC 7616 §3.4, RFC 8760 §2.4): answers a 401 or 407.
public struct DigestCredentials: Sendable {
    public var username: String
    public var password: String

    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// The value of Authorization (or Proxy-Authorization) for the first challenge that is supported.
    ///
    /// - Parameters:
    ///   - challenges: the values of WWW-Authenticate (or Proxy-Authenticate), the server's preference first.
    ///   - uri: the Request-URI as it is sent.
    ///   - nonceCount: how many requests, this one included, have used this challenge's nonce.
    /// - Returns: nil when no challenge is a Digest with an algorithm and qop that are supported.
    public func authorization(
        for challenges: [String], method: SipMethod, uri: SipURI, nonceCount: UInt32 = 1, entropy: Entropy
    ) -> String? {
        for challenge in challenges {
            guard let fields = DigestFields(challenge) else { continue }
            let answer = answer(
                fields, method: method.name, uri: uri.description, nonceCount: nonceCount,
                clientNonce: entropy.token(bytes: 16))
            if let answer { return answer }
        }
        return nil
    }

    func answer(_ challenge: DigestFields, method: String, uri: String, nonceCount: UInt32, clientNonce: String)
        -> String?
    {
        guard let realm = challenge["realm"], let nonce = challenge["nonce"],
            let algorithm = DigestAlgorithm(parameter: challenge["algorithm"])
        else { return nil }
        let qops = challenge["qop"]?.split(separator: ",").map { $0.filter { $0 != " " }.lowercased() }
        if let qops, !qops.contains("auth") { return nil }
        let digits = String(nonceCount, radix: 16)
        let count = String(repeating: "0", count: 8 - digits.count) + digits
        let response = algorithm.response(
            ha1: algorithm.hash("\(username):\(realm):\(password)"), nonce: nonce,
            counter: qops == nil ? nil : (count, clientNonce), method: method, uri: uri)
        var value = "Digest username=\(SipText.quoted(username)), realm=\(SipText.quoted(realm))"
        value += ", nonce=\(SipText.quoted(nonce)), uri=\(SipText.quoted(uri)), response=\"\(response)\""
        value += ", algorithm=\(algorithm.rawValue)"
        if qops != nil { value += ", cnonce=\"\(clientNonce)\", qop=auth, nc=\(count)" }
        if let opaque = challenge["opaque"] { value += ", opaque=\(SipText.quoted(opaque))" }
        return value
    }
}
