import CCCore
import NIOCore

/// Transfers, both ways (RFC 3515). The subscription that a REFER makes lives in the call's own dialog.
extension InviteSession {
    /// How many transfers of one call may be under way.
    static let referralsMax = 8

    // MARK: The peer transfers

    mutating func receivedRefer(
        _ request: SipRequest, _ transaction: ServerTransactionID, now: Instant, into actions: inout [Action]
    ) {
        guard state == .confirmed else {
            return actions.append(.respond(response(.requestPending, to: request), transaction))
        }
        guard let referral = Referral(request) else {
            return actions.append(.respond(response(.badRequest, reason: "Bad Refer-To", to: request), transaction))
        }
        guard referrals.count < Self.referralsMax else {
            return actions.append(.respond(response(.serviceUnavailable, to: request), transaction))
        }
        dialog?.refreshTarget(request.headers)
        var accepted = response(.accepted, to: request)
        accepted.headers.add(.contact, NameAddress(uri: contact).description)
        if !referral.wantsReports { accepted.headers.add("Refer-Sub", "false") }
        actions.append(.respond(accepted, transaction))
        referrals.append(referral.id)
        // At once, so that the peer knows the subscription (§2.4.4).
        sendReport(referral, .trying, into: &actions)
        actions.append(.referred(referral))
    }

    /// Tells the peer how its transfer goes; a final status is the last word. Does nothing when that was said already.
    public mutating func report(
        _ referral: Referral, _ status: SipStatus, now: Instant, into actions: inout [Action]
    ) {
        guard referrals.contains(referral.id) else { return }
        if status.isFinal { referrals.removeAll { $0 == referral.id } }
        guard state == .confirmed, referral.wantsReports else { return actions.append(.referralClosed) }
        sendReport(referral, status, into: &actions)
    }

    private mutating func sendReport(_ referral: Referral, _ status: SipStatus, into actions: inout [Action]) {
        guard referral.wantsReports else { return }
        reports.append((referral, status))
        sendReportIfIdle(into: &actions)
    }

    /// One after the other: a report that overtakes another would be out of order.
    mutating func sendReportIfIdle(into actions: inout [Action]) {
        guard state == .confirmed, !isAsking, !reports.isEmpty, var request = dialog?.makeRequest(.notify) else {
            return
        }
        let (referral, status) = reports.removeFirst()
        request.headers.add(.event, "refer;id=\(referral.id)")
        request.headers.add(
            "Subscription-State", status.isFinal ? "terminated;reason=noresource" : "active;expires=180")
        request.headers.add(.contact, NameAddress(uri: contact).description)
        request.headers.add(.contentType, SipFragment.contentType)
        request.body = ByteBuffer(string: SipFragment.body(status))
        send(request, for: .notify, into: &actions)
    }

    /// A report has had its answer, or gets none.
    mutating func reported(into actions: inout [Action]) {
        if reports.isEmpty, referrals.isEmpty { actions.append(.referralClosed) }
    }

    // MARK: This side transfers

    /// Asks the peer to call somebody else in our place. What becomes of it comes as ``Action/transferProgress(_:)``.
    ///
    /// - Parameter replaces: a call that the new one is to take the place of.
    /// - Returns: False when the call is not up, or a transfer is under way.
    public mutating func refer(
        to target: SipURI, replaces: Referral.Replaces? = nil, now: Instant, into actions: inout [Action]
    ) -> Bool {
        guard state == .confirmed, !isReferring, var request = dialog?.makeRequest(.refer) else { return false }
        var target = target
        if let replaces {
            target.headers =
                "Replaces="
                + replaces.text.replacing("%", with: "%25").replacing(";", with: "%3B")
                .replacing("=", with: "%3D").replacing("@", with: "%40")
        }
        request.headers.add(.referTo, NameAddress(uri: target).description)
        request.headers.add(.contact, NameAddress(uri: contact).description)
        isReferring = true
        send(request, for: .refer, into: &actions)
        return true
    }

    /// The REFER was refused, or there was no answer to it.
    mutating func referFailed(_ status: SipStatus, into actions: inout [Action]) {
        guard isReferring else { return }
        isReferring = false
        actions.append(.transferProgress(status))
    }

    mutating func receivedNotify(
        _ request: SipRequest, _ transaction: ServerTransactionID, into actions: inout [Action]
    ) {
        let event = request.headers[.event]?.split(separator: ";").first.map { $0.filter { $0 != " " } }
        guard event?.lowercased() == "refer" else {
            return actions.append(.respond(response(SipStatus(489), to: request), transaction))
        }
        actions.append(.respond(response(.ok, to: request), transaction))
        guard isReferring, let status = SipFragment.status(String(buffer: request.body)) else { return }
        let state = request.headers["Subscription-State"]?.lowercased() ?? ""
        if status.isFinal || state.hasPrefix("terminated") { isReferring = false }
        // Whoever ends the subscription without a word on how it went does not vouch for anything.
        let outcome = !status.isFinal && state.hasPrefix("terminated") ? SipStatus.requestTerminated : status
        actions.append(.transferProgress(outcome))
    }
}
