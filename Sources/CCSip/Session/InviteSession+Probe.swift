import CCCore

extension InviteSession {
    /// Asks the peer whether it is still there (OPTIONS inside the dialog, RFC 3261 §11). Any answer but 481 and 408 will
    /// do; none within 10·T1 (5 seconds: four transmissions) ends the call with `noResponse`. That is earlier than the
    /// transaction gives up, because the media has stopped already and somebody waits on the other side. Nothing is sent
    /// while another request of ours is open, which asks the same.
    public mutating func probe(now: Instant, into actions: inout [Action]) {
        guard state == .confirmed, !isAsking, let request = dialog?.makeRequest(.options) else { return }
        send(request, for: .probe, giveUpAt: now + settings.timers.t1 * 10, into: &actions)
    }

    /// The peer has had its time to answer. What still comes is passed over.
    mutating func giveUpProbes(now: Instant, into actions: inout [Action]) {
        for token in tokens(for: .probe) {
            guard let at = pending[token]?.giveUpAt, at <= now else { continue }
            pending[token] = nil
            peerLost(now: now, into: &actions)
        }
    }
}
