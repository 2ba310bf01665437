/// One dialog (RFC 3261 §12): who the two sides are, how requests are numbered, and which way they go.
///
/// early → confirmed. What ends it is the business of whoever uses it.
public struct Dialog: Sendable {
    public enum State: Sendable, Equatable { case early, confirmed }

    public let id: DialogID
    public private(set) var state: State
    /// This side's number of the last request it sent; nil before the first.
    public private(set) var localSequence: UInt32?
    /// The peer's number of the last request it sent; nil before the first.
    public private(set) var remoteSequence: UInt32?
    /// The peer's Contact: where requests go in the end.
    public private(set) var remoteTarget: SipURI
    /// The proxies that stay in the path, nearest first.
    public private(set) var routeSet: [NameAddress]
    /// Both sides with their tags, as they stand in From and To of our requests.
    public let local: NameAddress
    public let remote: NameAddress
    /// The dialog was made by a SIPS request.
    public let isSecure: Bool

    /// The server side, when it answers a request with 101 to 299 (§12.1.1).
    ///
    /// nil when the request lacks what a dialog needs: Contact, Call-ID, From, To or CSeq.
    public init?(answering request: SipRequest, localTag: String, state: State = .early) {
        let headers = request.headers
        guard let from = headers.from, var to = headers.to, let callID = headers.callID, let cseq = headers.cseq,
            let contact = headers.contacts.first
        else { return nil }
        to.tag = localTag
        id = DialogID(callID: callID, localTag: localTag, remoteTag: from.tag ?? "")
        self.state = state
        remoteSequence = cseq.number
        remoteTarget = contact.uri
        routeSet = headers.recordRoutes
        local = to
        remote = from
        isSecure = request.uri.isSecure
    }

    /// The client side, when 101 to 299 comes for its request (§12.1.2).
    ///
    /// nil when the response lacks what a dialog needs: Call-ID or a To tag. Without a Contact, which a 2xx must have,
    /// the request's own target stays in force, so that even such a call can be acknowledged and ended.
    public init?(answered request: SipRequest, by response: SipResponse) {
        let headers = response.headers
        guard let id = DialogID(incoming: response), let from = request.headers.from, let to = headers.to,
            let cseq = request.headers.cseq
        else { return nil }
        self.id = id
        state = response.status.isSuccess ? .confirmed : .early
        localSequence = cseq.number
        remoteTarget = headers.contacts.first?.uri ?? request.uri
        routeSet = headers.recordRoutes.reversed()
        local = from
        remote = to
        isSecure = request.uri.isSecure
    }

    /// The 2xx confirms an early dialog; its Contact and Record-Route count, not those of the provisional response
    /// (§13.2.2.4).
    public mutating func confirm(by response: SipResponse) {
        state = .confirmed
        if let contact = response.headers.contacts.first { remoteTarget = contact.uri }
        routeSet = response.headers.recordRoutes.reversed()
    }

    /// The server side has answered 2xx.
    public mutating func confirm() { state = .confirmed }

    // MARK: Requests out

    /// A request inside the dialog, numbered one up (§12.2.1.1): Request-URI, Route, From, To, Call-ID, CSeq and
    /// Max-Forwards are there; Via is the transaction layer's affair.
    public mutating func makeRequest(_ method: SipMethod) -> SipRequest {
        let number = (localSequence ?? 0) + 1
        localSequence = number
        return request(method, number: number)
    }

    /// The ACK to a 2xx: numbered like the INVITE that was answered (§13.2.2.4).
    public func makeAcknowledgement(cseq: UInt32) -> SipRequest { request(.ack, number: cseq) }

    /// Gives a request that is sent again, for example with credentials, the next number.
    public mutating func renumber(_ request: inout SipRequest) {
        let number = (localSequence ?? 0) + 1
        localSequence = number
        request.headers[.cseq] = "\(number) \(request.method)"
    }

    private func request(_ method: SipMethod, number: UInt32) -> SipRequest {
        var uri = remoteTarget
        uri.headers = ""
        var routes = routeSet
        if let first = routes.first, !first.uri.isLooseRouter {
            // A strict router takes the Request-URI for itself; the target goes to the end of the route.
            uri = first.uri
            uri.headers = ""
            uri.parameters.remove("method")
            routes.removeFirst()
            routes.append(NameAddress(uri: remoteTarget))
        }
        var request = SipRequest(method: method, uri: uri)
        for route in routes { request.headers.add(.route, route.description) }
        request.headers.add(.maxForwards, "70")
        request.headers.add(.from, local.description)
        request.headers.add(.to, remote.description)
        request.headers.add(.callID, id.callID)
        request.headers.add(.cseq, "\(number) \(method)")
        return request
    }

    // MARK: Requests in

    /// What the dialog says to a received request.
    public enum OnRequest: Equatable, Sendable {
        /// In order: serve it.
        case inOrder
        /// Older than one that came before: answer 500 (§12.2.2).
        case outOfOrder
    }

    /// Checks and remembers the number of a received request. Not for ACK and CANCEL, which repeat the INVITE's.
    public mutating func received(_ request: SipRequest) -> OnRequest {
        guard let number = request.headers.cseq?.number else { return .outOfOrder }
        if let remoteSequence, number < remoteSequence { return .outOfOrder }
        remoteSequence = number
        return .inOrder
    }

    /// A target refresh request (re-INVITE, UPDATE) or its 2xx carries the peer's new Contact (§12.2).
    public mutating func refreshTarget(_ headers: SipHeaders) {
        if let contact = headers.contacts.first { remoteTarget = contact.uri }
    }
}

extension SipRequest {
    /// Where the request goes next (RFC 3261 §8.1.2): the first Route when that is a loose router, else the Request-URI,
    /// which ``Dialog`` has replaced by the strict router when the first route is one.
    public var nextHop: SipURI {
        guard let route = headers.routes.first?.uri, route.isLooseRouter else { return uri }
        return route
    }
}
