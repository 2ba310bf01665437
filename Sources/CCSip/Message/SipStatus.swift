/// A response's status code, 100 to 699 (RFC 3261 §21).
public struct SipStatus: Hashable, Sendable {
    public let code: Int

    public init(_ code: Int) { self.code = code }

    /// 1xx: the final answer is still to come.
    public var isProvisional: Bool { code < 200 }
    /// 2xx.
    public var isSuccess: Bool { code >= 200 && code < 300 }
    /// 2xx to 6xx.
    public var isFinal: Bool { code >= 200 }

    public static var trying: SipStatus { 100 }
    public static var ringing: SipStatus { 180 }
    public static var sessionProgress: SipStatus { 183 }
    public static var ok: SipStatus { 200 }
    public static var accepted: SipStatus { 202 }
    public static var movedTemporarily: SipStatus { 302 }
    public static var badRequest: SipStatus { 400 }
    public static var unauthorized: SipStatus { 401 }
    public static var forbidden: SipStatus { 403 }
    public static var notFound: SipStatus { 404 }
    public static var methodNotAllowed: SipStatus { 405 }
    public static var notAcceptable: SipStatus { 406 }
    public static var proxyAuthenticationRequired: SipStatus { 407 }
    public static var requestTimeout: SipStatus { 408 }
    public static var requestEntityTooLarge: SipStatus { 413 }
    public static var unsupportedMediaType: SipStatus { 415 }
    public static var unsupportedURIScheme: SipStatus { 416 }
    public static var badExtension: SipStatus { 420 }
    public static var extensionRequired: SipStatus { 421 }
    public static var sessionIntervalTooSmall: SipStatus { 422 }
    public static var intervalTooBrief: SipStatus { 423 }
    public static var temporarilyUnavailable: SipStatus { 480 }
    public static var callOrTransactionDoesNotExist: SipStatus { 481 }
    public static var loopDetected: SipStatus { 482 }
    public static var tooManyHops: SipStatus { 483 }
    public static var busyHere: SipStatus { 486 }
    public static var requestTerminated: SipStatus { 487 }
    public static var notAcceptableHere: SipStatus { 488 }
    public static var requestPending: SipStatus { 491 }
    public static var serverInternalError: SipStatus { 500 }
    public static var notImplemented: SipStatus { 501 }
    public static var serviceUnavailable: SipStatus { 503 }
    public static var serverTimeout: SipStatus { 504 }
    public static var versionNotSupported: SipStatus { 505 }
    public static var busyEverywhere: SipStatus { 600 }
    public static var decline: SipStatus { 603 }

    /// The phrase that the RFCs give the code; an unknown code has its class's.
    public var reason: String {
        switch code {
        case 100: "Trying"
        case 180: "Ringing"
        case 181: "Call Is Being Forwarded"
        case 182: "Queued"
        case 183: "Session Progress"
        case 199: "Early Dialog Terminated"
        case 200: "OK"
        case 202: "Accepted"
        case 204: "No Notification"
        case 300: "Multiple Choices"
        case 301: "Moved Permanently"
        case 302: "Moved Temporarily"
        case 305: "Use Proxy"
        case 380: "Alternative Service"
        case 400..<500: clientErrorReason
        case 500: "Server Internal Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Server Time-out"
        case 505: "Version Not Supported"
        case 513: "Message Too Large"
        case 580: "Precondition Failure"
        case 600: "Busy Everywhere"
        case 603: "Decline"
        case 604: "Does Not Exist Anywhere"
        case 606: "Not Acceptable"
        case 607: "Unwanted"
        case ..<200: "Progress"
        case ..<300: "Success"
        case ..<400: "Redirection"
        case ..<600: "Server Failure"
        default: "Global Failure"
        }
    }

    private var clientErrorReason: String {
        switch code {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 407: "Proxy Authentication Required"
        case 408: "Request Timeout"
        case 410: "Gone"
        case 412: "Conditional Request Failed"
        case 413: "Request Entity Too Large"
        case 414: "Request-URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Unsupported URI Scheme"
        case 420: "Bad Extension"
        case 421: "Extension Required"
        case 422: "Session Interval Too Small"
        case 423: "Interval Too Brief"
        case 430: "Flow Failed"
        case 437: "Unsupported Credential"
        case 438: "Invalid Identity Header"
        case 439: "First Hop Lacks Outbound Support"
        case 469: "Bad Info Package"
        case 470: "Consent Needed"
        case 480: "Temporarily Unavailable"
        case 481: "Call/Transaction Does Not Exist"
        case 482: "Loop Detected"
        case 483: "Too Many Hops"
        case 484: "Address Incomplete"
        case 485: "Ambiguous"
        case 486: "Busy Here"
        case 487: "Request Terminated"
        case 488: "Not Acceptable Here"
        case 489: "Bad Event"
        case 491: "Request Pending"
        case 493: "Undecipherable"
        case 494: "Security Agreement Required"
        default: "Client Error"
        }
    }
}

extension SipStatus: ExpressibleByIntegerLiteral, CustomStringConvertible {
    public init(integerLiteral value: Int) { self.init(value) }
    /// For example `486 Busy Here`.
    public var description: String { "\(code) \(reason)" }
}
