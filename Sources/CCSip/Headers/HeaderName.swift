/// A header field's name. Compared without regard to case; compact forms equal their long ones (RFC 3261 §7.3.3).
public struct HeaderName: Sendable {
    let kind: HeaderKind
    /// The spelling of a name that is not in the table, else empty.
    let other: String

    /// The name as it is written, for example `Call-ID`.
    public var text: String { kind == .other ? other : kind.name }

    /// Any name, in any case, also a compact one. Characters that no name may have are dropped.
    public init(_ text: String) {
        let known = HeaderKind(name: text)
        kind = known
        other =
            known == .other
            ? String(decoding: text.utf8.filter { ByteSet.token.contains($0) }, as: UTF8.self) : ""
    }

    @inline(__always)
    init(kind: HeaderKind) {
        self.kind = kind
        other = ""
    }
}

extension HeaderName: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(value) }
    public var description: String { text }

    public static func == (lhs: HeaderName, rhs: HeaderName) -> Bool {
        lhs.kind == rhs.kind && (lhs.kind != .other || lhs.other.lowercased() == rhs.other.lowercased())
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        if kind == .other { hasher.combine(other.lowercased()) }
    }
}

extension HeaderName {
    public static var accept: HeaderName { HeaderName(kind: .accept) }
    public static var acceptEncoding: HeaderName { HeaderName(kind: .acceptEncoding) }
    public static var acceptLanguage: HeaderName { HeaderName(kind: .acceptLanguage) }
    public static var alertInfo: HeaderName { HeaderName(kind: .alertInfo) }
    public static var allow: HeaderName { HeaderName(kind: .allow) }
    public static var allowEvents: HeaderName { HeaderName(kind: .allowEvents) }
    public static var authenticationInfo: HeaderName { HeaderName(kind: .authenticationInfo) }
    public static var authorization: HeaderName { HeaderName(kind: .authorization) }
    public static var callID: HeaderName { HeaderName(kind: .callID) }
    public static var callInfo: HeaderName { HeaderName(kind: .callInfo) }
    public static var contact: HeaderName { HeaderName(kind: .contact) }
    public static var contentDisposition: HeaderName { HeaderName(kind: .contentDisposition) }
    public static var contentEncoding: HeaderName { HeaderName(kind: .contentEncoding) }
    public static var contentLength: HeaderName { HeaderName(kind: .contentLength) }
    public static var contentType: HeaderName { HeaderName(kind: .contentType) }
    public static var cseq: HeaderName { HeaderName(kind: .cseq) }
    public static var date: HeaderName { HeaderName(kind: .date) }
    public static var event: HeaderName { HeaderName(kind: .event) }
    public static var expires: HeaderName { HeaderName(kind: .expires) }
    public static var from: HeaderName { HeaderName(kind: .from) }
    public static var maxForwards: HeaderName { HeaderName(kind: .maxForwards) }
    public static var minExpires: HeaderName { HeaderName(kind: .minExpires) }
    public static var minSE: HeaderName { HeaderName(kind: .minSE) }
    public static var pAssertedIdentity: HeaderName { HeaderName(kind: .pAssertedIdentity) }
    public static var pPreferredIdentity: HeaderName { HeaderName(kind: .pPreferredIdentity) }
    public static var path: HeaderName { HeaderName(kind: .path) }
    public static var privacy: HeaderName { HeaderName(kind: .privacy) }
    public static var proxyAuthenticate: HeaderName { HeaderName(kind: .proxyAuthenticate) }
    public static var proxyAuthorization: HeaderName { HeaderName(kind: .proxyAuthorization) }
    public static var proxyRequire: HeaderName { HeaderName(kind: .proxyRequire) }
    public static var rack: HeaderName { HeaderName(kind: .rack) }
    public static var reason: HeaderName { HeaderName(kind: .reason) }
    public static var recordRoute: HeaderName { HeaderName(kind: .recordRoute) }
    public static var referTo: HeaderName { HeaderName(kind: .referTo) }
    public static var referredBy: HeaderName { HeaderName(kind: .referredBy) }
    public static var replaces: HeaderName { HeaderName(kind: .replaces) }
    public static var require: HeaderName { HeaderName(kind: .require) }
    public static var retryAfter: HeaderName { HeaderName(kind: .retryAfter) }
    public static var route: HeaderName { HeaderName(kind: .route) }
    public static var rseq: HeaderName { HeaderName(kind: .rseq) }
    public static var server: HeaderName { HeaderName(kind: .server) }
    public static var serviceRoute: HeaderName { HeaderName(kind: .serviceRoute) }
    public static var sessionExpires: HeaderName { HeaderName(kind: .sessionExpires) }
    public static var subject: HeaderName { HeaderName(kind: .subject) }
    public static var subscriptionState: HeaderName { HeaderName(kind: .subscriptionState) }
    public static var supported: HeaderName { HeaderName(kind: .supported) }
    public static var timestamp: HeaderName { HeaderName(kind: .timestamp) }
    public static var to: HeaderName { HeaderName(kind: .to) }
    public static var unsupported: HeaderName { HeaderName(kind: .unsupported) }
    public static var userAgent: HeaderName { HeaderName(kind: .userAgent) }
    public static var via: HeaderName { HeaderName(kind: .via) }
    public static var warning: HeaderName { HeaderName(kind: .warning) }
    public static var wwwAuthenticate: HeaderName { HeaderName(kind: .wwwAuthenticate) }
}
