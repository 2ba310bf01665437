/// Names a client transaction of one ``TransactionLayer``. Never means another one later.
public struct ClientTransactionID: Hashable, Comparable, Sendable {
    let slot: SlotID

    /// An order that is the same in every run; it says nothing about age.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.slot < rhs.slot }
}

/// Names a server transaction of one ``TransactionLayer``. Never means another one later.
public struct ServerTransactionID: Hashable, Sendable {
    let slot: SlotID
}

/// What a response is matched to its request by (RFC 3261 §17.1.3); the sent-by is compared afterwards.
struct ClientKey: Hashable, Sendable {
    var branch: String
    var method: SipMethod
}

/// What a repeated request, an ACK or a CANCEL is matched to its transaction by (RFC 3261 §17.2.3).
struct ServerKey: Hashable, Sendable {
    var branch: String
    var host: String
    var port: UInt16?
    var method: SipMethod

    /// - Parameter method: the transaction's; INVITE for an ACK.
    init(_ request: SipRequest, _ via: Via, method: SipMethod) {
        self.method = method
        if let branch = via.branch, branch.hasPrefix("z9hG4bK"), branch.utf8.count > 7 {
            self.branch = branch
            host = via.host
            port = via.port
        } else {
            // A sender of RFC 2543: no unique branch, so everything that stays the same stands in for it. The To tag is
            // left out: it is in the ACK but not in the INVITE, and the rest is unique without it.
            let headers = request.headers
            let number = headers.cseq?.number ?? 0
            branch = "\(request.uri) \(headers.from?.tag ?? "") \(headers.callID ?? "") \(number) \(via.branch ?? "")"
            host = via.host
            port = via.port
        }
    }
}

/// What shows that a request has come a second time on another path (RFC 3261 §8.2.2.2).
struct MergeKey: Hashable, Sendable {
    var callID: String
    var fromTag: String
    var cseq: UInt32
    var method: SipMethod

    /// nil for a request inside a dialog.
    init?(_ request: SipRequest) {
        let headers = request.headers
        guard let to = headers.to, to.tag == nil, let callID = headers.callID, let tag = headers.from?.tag,
            let cseq = headers.cseq
        else { return nil }
        self.callID = callID
        self.fromTag = tag
        self.cseq = cseq.number
        self.method = request.method
    }
}
