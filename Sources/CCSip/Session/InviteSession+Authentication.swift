extension InviteSession {
    /// The same request with credentials and the next number (RFC 3261 §22.2, §22.3); nil when the response is no
    /// challenge that can be met, or when the credentials were refused.
    ///
    /// A proxy and the peer may both ask, one after the other; each is answered once, and again when it says that only
    /// the nonce was stale.
    mutating func authenticated(_ pending: PendingRequest, for response: SipResponse) -> PendingRequest? {
        let asked: HeaderName
        let answered: HeaderName
        switch response.status {
        case .unauthorized: (asked, answered) = (.wwwAuthenticate, .authorization)
        case .proxyAuthenticationRequired: (asked, answered) = (.proxyAuthenticate, .proxyAuthorization)
        default: return nil
        }
        let values = response.headers.values(asked)
        let isStale = values.contains { DigestFields($0)?["stale"]?.lowercased() == "true" }
        guard let credentials, pending.authenticationRounds < 4, isStale || !pending.authorized.contains(answered)
        else { return nil }
        challenges[answered] = Challenge(values: values)
        var pending = pending
        pending.authorized.insert(answered)
        pending.authenticationRounds += 1
        for (name, challenge) in challenges.sorted(by: { $0.key.text < $1.key.text }) {
            let count = challenge.nonceCount + 1
            let authorization = credentials.authorization(
                for: challenge.values, method: pending.request.method, uri: pending.request.uri, nonceCount: count,
                entropy: entropy)
            guard let authorization else {
                if name == answered { return nil }
                continue
            }
            challenges[name]?.nonceCount = count
            pending.request.headers[name] = authorization
        }
        if pending.purpose == .initialInvite {
            let number = (pending.request.headers.cseq?.number ?? 0) + 1
            pending.request.headers[.cseq] = "\(number) INVITE"
        } else if dialog?.renumber(&pending.request) == nil {
            return nil
        }
        return pending
    }
}
