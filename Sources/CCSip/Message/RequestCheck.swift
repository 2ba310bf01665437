import NIOCore

/// What a server can serve, and the answer to a well-formed request that it cannot (RFC 3261 §8.2.1 to §8.2.3).
///
/// Looks at the request alone, not at transactions, dialogs or accounts. An ACK is never answered.
public struct RequestCheck: Sendable {
    /// Why a request is not served.
    public struct Refusal: Sendable {
        public var status: SipStatus
        /// For logs: what is not supported.
        public var explanation: String
        /// The header fields that tell the sender what would be: Allow, Unsupported, Accept, …
        public var headers: [(HeaderName, String)]
    }

    public var methods: [SipMethod]
    /// Option tags in lower case.
    public var extensions: [String]
    /// The media types, in lower case, of bodies that a method takes; methods that are not named take any.
    public var contentTypes: [SipMethod: [String]]
    /// Media types that an INVITE's sender must take, because the answer has one.
    public var answerTypes: [String]

    /// The methods, extensions and media types of this stack.
    public static let standard = RequestCheck(
        methods: SipCapabilities.registrarMethods, extensions: SipCapabilities.extensions,
        contentTypes: [
            .invite: SipCapabilities.contentTypes, .ack: SipCapabilities.contentTypes,
            .update: SipCapabilities.contentTypes, .options: SipCapabilities.contentTypes,
            .info: SipCapabilities.infoContentTypes,
        ],
        answerTypes: ["application/sdp"])

    public init(
        methods: [SipMethod], extensions: [String], contentTypes: [SipMethod: [String]], answerTypes: [String]
    ) {
        self.methods = methods
        self.extensions = extensions
        self.contentTypes = contentTypes
        self.answerTypes = answerTypes
    }

    /// nil: nothing in the request itself stands against serving it.
    public func refusal(of request: SipRequest) -> Refusal? {
        guard request.method != .ack else { return nil }
        if !methods.contains(request.method) {
            return Refusal(
                status: .methodNotAllowed, explanation: "method not allowed",
                headers: [(.allow, methods.map(\.name).joined(separator: ", "))])
        }
        if !request.uri.isSIP, request.uri.scheme != "tel" {
            return Refusal(
                status: .unsupportedURIScheme, explanation: "unsupported scheme of the Request-URI", headers: [])
        }
        // A CANCEL's Require is not looked at (RFC 3261 §8.2.2.3).
        let unknown = request.method == .cancel ? [] : request.headers.require.filter { !extensions.contains($0) }
        if !unknown.isEmpty {
            return Refusal(
                status: .badExtension, explanation: "unsupported extension",
                headers: [(.unsupported, unknown.joined(separator: ", "))])
        }
        return contentRefusal(request) ?? acceptRefusal(request)
    }

    private func contentRefusal(_ request: SipRequest) -> Refusal? {
        guard request.body.readableBytes > 0 else { return nil }
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            return Refusal(
                status: .unsupportedMediaType, explanation: "unsupported content encoding",
                headers: [(.acceptEncoding, "identity")])
        }
        // Methods whose bodies nobody reads take any.
        guard let types = contentTypes[request.method], let type = request.headers.contentType, !types.contains(type)
        else { return nil }
        // The sender says that the body may be ignored (RFC 3261 §20.11).
        let disposition = request.headers[.contentDisposition]?.lowercased() ?? ""
        if disposition.filter({ $0 != " " }).contains("handling=optional") { return nil }
        return Refusal(
            status: .unsupportedMediaType, explanation: "unsupported content type",
            headers: [(.accept, types.joined(separator: ", "))])
    }

    private func acceptRefusal(_ request: SipRequest) -> Refusal? {
        guard request.method == .invite, request.headers.contains(.accept) else { return nil }
        let accepted = request.headers.values(.accept).map(SipHeaders.mediaType)
        let isTaken = answerTypes.contains { type in
            let family = type.prefix { $0 != "/" } + "/*"
            return accepted.contains { $0 == type || $0 == family || $0 == "*/*" }
        }
        if isTaken { return nil }
        return Refusal(
            status: .notAcceptable, explanation: "the sender does not accept the media types of an answer",
            headers: [(.accept, answerTypes.joined(separator: ", "))])
    }

    /// The response to a refused request.
    public func response(to request: SipRequest, _ refusal: Refusal, toTag: String) -> SipResponse {
        var response = request.response(refusal.status, toTag: toTag)
        for (name, value) in refusal.headers { response.headers.add(name, value) }
        return response
    }
}
