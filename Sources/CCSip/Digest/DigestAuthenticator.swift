import CCCore
import Crypto

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a server's check of a request's credentials comes to.
public enum DigestVerdict: Sendable, Equatable {
    /// The request comes from this account.
    case accepted(username: String)
    /// Answer 401 (a proxy 407) with ``DigestAuthenticator/challenge(now:stale:)``. `stale`: the password was right but
    /// the nonce is too old or was used before, so the phone retries without asking its user.
    case challenge(stale: Bool)
    /// Answer 403, or 400 when malformed; a new challenge would only make the phone try again.
    case refused(DigestRefusal)
}

/// Why credentials are refused.
public enum DigestRefusal: String, Sendable, Equatable {
    case unknownUser, wrongPassword, malformed
}

/// The server's side of digest authentication (RFC 7616, RFC 8760) with qop=auth.
///
/// Nonces hold their time of issue and a keyed hash of it, so none is stored: an attacker that asks for a million
/// challenges costs no memory. Only used nonces are remembered, in a table of ``usedNoncesMax`` entries, so that
/// credentials cannot be replayed. When the table is full, its oldest nonces are declared stale.
public struct DigestAuthenticator: Sendable {
    public let realm: String
    /// Preferred first.
    public let algorithms: [DigestAlgorithm]
    public let nonceLifetime: Duration

    /// Used nonces that are remembered.
    public static let usedNoncesMax = 16_384
    /// Bytes of a client nonce.
    static let clientNonceBytesMax = 256

    private let key: SymmetricKey
    private var used: [UsedNonce: UInt32] = [:]
    /// Nonces issued before are stale, whatever their lifetime.
    private var oldestAccepted = Int64.min

    /// How many used nonces are remembered now.
    var usedNonces: Int { used.count }

    private struct UsedNonce: Hashable, Sendable {
        var issued: Int64
        var clientNonce: String
    }

    public init(
        realm: String, algorithms: [DigestAlgorithm] = [.sha256, .md5], nonceLifetime: Duration = .seconds(300),
        entropy: Entropy
    ) {
        self.realm = realm
        self.algorithms = algorithms
        self.nonceLifetime = nonceLifetime
        key = SymmetricKey(data: Array(entropy.token(bytes: 32).utf8))
    }

    /// One WWW-Authenticate (or Proxy-Authenticate) value for each algorithm, the preferred first.
    public func challenge(now: Instant, stale: Bool = false) -> [String] {
        let nonce = nonce(issued: now.nanoseconds)
        return algorithms.map { algorithm in
            "Digest realm=\(SipText.quoted(realm)), nonce=\"\(nonce)\", algorithm=\(algorithm.rawValue), qop=\"auth\""
                + (stale ? ", stale=true" : "")
        }
    }

    /// Checks the credentials for this realm.
    ///
    /// The `uri` field is hashed but not compared with the Request-URI, which proxies on the way may have changed
    /// (RFC 3261 §22.4).
    /// - Parameter secretFor: the account's secret; nil when there is no such account.
    public mutating func check(
        _ request: SipRequest, header: HeaderName = .authorization, now: Instant,
        secretFor: (_ username: String) -> DigestSecret?
    ) -> DigestVerdict {
        for value in request.headers.values(header) {
            guard let fields = DigestFields(value), fields["realm"] == realm else { continue }
            guard let algorithm = DigestAlgorithm(parameter: fields["algorithm"]), algorithms.contains(algorithm) else {
                continue
            }
            return check(fields, algorithm, method: request.method, now: now, secretFor: secretFor)
        }
        return .challenge(stale: false)
    }

    private mutating func check(
        _ fields: DigestFields, _ algorithm: DigestAlgorithm, method: SipMethod, now: Instant,
        secretFor: (String) -> DigestSecret?
    ) -> DigestVerdict {
        guard let username = fields["username"], let nonce = fields["nonce"], let uri = fields["uri"],
            let response = fields["response"], fields["qop"]?.lowercased() == "auth",
            let count = fields["nc"], count.utf8.count == 8, let number = UInt32(count, radix: 16), number > 0,
            let clientNonce = fields["cnonce"], clientNonce.utf8.count <= Self.clientNonceBytesMax
        else { return .refused(.malformed) }
        let secret = secretFor(username)
        let known = secret?.ha1(username: username, realm: realm, algorithm: algorithm)
        // An unknown user costs as much time as a known one.
        let ha1 = known ?? algorithm.hash("\(username):\(realm):")
        let expected = algorithm.response(
            ha1: ha1, nonce: nonce, counter: (count, clientNonce), method: method.name, uri: uri)
        let isRight = DigestAlgorithm.isEqualInConstantTime(expected, response) && known != nil
        guard let issued = issueTime(of: nonce), issued >= oldestAccepted,
            Instant(nanoseconds: issued).advanced(by: nonceLifetime) > now
        else { return .challenge(stale: isRight) }
        guard isRight else { return .refused(secret == nil ? .unknownUser : .wrongPassword) }
        return use(UsedNonce(issued: issued, clientNonce: clientNonce), number, now)
            ? .accepted(username: username) : .challenge(stale: true)
    }

    /// Notes a use; false when it was used with this count or a higher one before.
    ///
    /// The count is kept for each client nonce: the server's nonce alone does not tell two phones apart that were
    /// challenged in the same instant, and a replay cannot change either.
    private mutating func use(_ nonce: UsedNonce, _ count: UInt32, _ now: Instant) -> Bool {
        if let last = used[nonce], count <= last { return false }
        if used.count >= Self.usedNoncesMax { forget(now) }
        guard nonce.issued >= oldestAccepted else { return false }
        used[nonce] = count
        return true
    }

    /// Makes room: drops expired nonces; when that is not enough, declares the older half stale.
    private mutating func forget(_ now: Instant) {
        let expired = now.advanced(by: .zero - nonceLifetime).nanoseconds
        used = used.filter { $0.key.issued >= expired }
        guard used.count > Self.usedNoncesMax / 2 else { return }
        let times = used.keys.map(\.issued).sorted()
        oldestAccepted = times[times.count / 2] &+ 1
        used = used.filter { $0.key.issued >= oldestAccepted }
    }

    // MARK: - Nonces

    private func nonce(issued: Int64) -> String {
        let digits = String(UInt64(bitPattern: issued), radix: 16)
        let time = String(repeating: "0", count: 16 - digits.count) + digits
        return time + mark(time)
    }

    private func mark(_ time: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(time):\(realm)".utf8), using: key)
        return DigestAlgorithm.hex(code.prefix(16))
    }

    /// When the nonce was issued; nil when it is not ours.
    private func issueTime(of nonce: String) -> Int64? {
        guard nonce.utf8.count == 48, let time = UInt64(nonce.prefix(16), radix: 16),
            DigestAlgorithm.isEqualInConstantTime(String(nonce.suffix(32)), mark(String(nonce.prefix(16))))
        else { return nil }
        return Int64(bitPattern: time)
    }
}
