import CCCore

extension InviteSession {
    /// Says where this side receives RTP, before its description has been sent: a callee need not take ports before it
    /// answers. Later moves are ``move(to:now:into:)``.
    public mutating func setLocalMedia(_ local: NetworkAddress) {
        offerAnswer.setLocalAddress(local)
        guard state == .incoming, case .description(let offer) = SessionBody(invite.headers, invite.body),
            let round = try? offerAnswer.receiveOffer(offer)
        else { return }
        firstAnswer = round.answer
    }
}
