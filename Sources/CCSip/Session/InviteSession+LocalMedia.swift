import CCCore

extension InviteSession {
    /// Says where this side receives RTP, before its description has been sent: a callee need not take ports before it
    /// answers. Later moves are ``move(to:now:into:)``.
    ///
    /// - Parameter direction: What this side takes part in; `inactive` for a call without audio.
    public mutating func setLocalMedia(_ local: NetworkAddress, direction: MediaDirection = .sendReceive) {
        offerAnswer.setLocalAddress(local)
        offerAnswer.direction = direction
        guard state == .incoming, case .description(let offer) = SessionBody(invite.headers, invite.body),
            let round = try? offerAnswer.receiveOffer(offer)
        else { return }
        firstAnswer = round.answer
    }
}
