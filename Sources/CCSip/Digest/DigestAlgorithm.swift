import Crypto
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A hash for digest authentication (RFC 7616 §3.2, RFC 8760 §2.1).
public enum DigestAlgorithm: String, Sendable, CaseIterable {
    /// For phones that know no other.
    case md5 = "MD5"
    case sha256 = "SHA-256"

    /// From a challenge's or credentials' `algorithm`; one that names none means MD5. nil when it is not supported.
    init?(parameter: String?) {
        guard let parameter else {
            self = .md5
            return
        }
        guard let found = Self.allCases.first(where: { $0.rawValue.lowercased() == parameter.lowercased() }) else {
            return nil
        }
        self = found
    }

    /// The hash of a text in lower-case hexadecimal.
    func hash(_ text: String) -> String {
        let bytes = Array(text.utf8)
        switch self {
        case .md5: return Self.hex(Insecure.MD5.hash(data: bytes))
        case .sha256: return Self.hex(SHA256.hash(data: bytes))
        }
    }

    /// The `response` value for qop=auth, and for a challenge without qop (RFC 7616 §3.4.1).
    func response(
        ha1: String, nonce: String, counter: (count: String, clientNonce: String)?, method: String, uri: String
    ) -> String {
        let ha2 = hash("\(method):\(uri)")
        guard let counter else { return hash("\(ha1):\(nonce):\(ha2)") }
        return hash("\(ha1):\(nonce):\(counter.count):\(counter.clientNonce):auth:\(ha2)")
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// Compares without letting the time tell where the texts differ. Letters' case does not matter.
    static func isEqualInConstantTime(_ lhs: String, _ rhs: String) -> Bool {
        let left = Array(lhs.lowercased().utf8)
        let right = Array(rhs.lowercased().utf8)
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }
}

/// What a server knows about an account's password.
public struct DigestSecret: Hashable, Sendable {
    private enum Kind: Hashable, Sendable {
        case password(String)
        case hashes([DigestAlgorithm: String])
    }
    private var kind: Kind

    /// Serves every algorithm and realm.
    public init(password: String) { kind = .password(password) }

    /// H(username:realm:password) in hexadecimal. Serves that algorithm and realm only, and keeps the password unknown.
    public init(ha1: String, algorithm: DigestAlgorithm) { kind = .hashes([algorithm: ha1.lowercased()]) }

    /// One H(username:realm:password) for each algorithm.
    public init(ha1: [DigestAlgorithm: String]) { kind = .hashes(ha1.mapValues { $0.lowercased() }) }

    /// nil when the secret cannot serve the algorithm.
    func ha1(username: String, realm: String, algorithm: DigestAlgorithm) -> String? {
        switch kind {
        case .password(let password): algorithm.hash("\(username):\(realm):\(password)")
        case .hashes(let hashes): hashes[algorithm]
        }
    }
}
