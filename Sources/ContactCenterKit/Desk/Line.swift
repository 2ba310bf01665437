import CCCore
import CCRouting
import CCSip
import CCTelephony

/// How the desk speaks to the task of one contact.
final class Line: Sendable {
    enum Notice: Sendable {
        case offer(Offer)
        /// An agent has taken a contact that is not a call.
        case answered(AgentID)
        case rejected(Router.RejectionReason)
        /// A rule of the queue says what becomes of the contact.
        case treated(QueueRule.Treatment)
        /// The customer's agent gives the contact to somebody else.
        case transfer(Transfer)
        /// The same, from a phone.
        case referral(Referral, Call)
        /// The customer is on hold while a second agent is asked.
        case consultBegan
        /// The second agent did not come.
        case consultFailed
        /// What becomes of a consultation: the second agent gets the customer, or the first keeps them.
        case decide(isHandedOver: Bool, OneShot<Result<Void, CenterError>>)
    }

    /// So many phones may begin to ring at one moment.
    static let noticesMax = 1_024

    private let notices = Mailbox<Notice>(limit: Line.noticesMax)
    private let rejection = OneShot<TerminalReason>()

    /// Whether the contact is not, or no longer, in line.
    var isRejected: Bool { rejection.current != nil }
    /// Why it is not, when it was put out of it.
    var rejectionReason: TerminalReason? { rejection.current }

    /// False when nobody can hear it any more.
    @discardableResult
    func say(_ notice: Notice) -> Bool {
        switch notice {
        case .rejected(let reason): rejection.fulfil(TerminalReason(reason))
        case .treated(let treatment) where treatment.endsWaiting: rejection.fulfil(.rejectedByRule)
        default: break
        }
        return notices.post(notice)
    }

    /// Fulfilled when nothing is performed any more that has not been.
    let over = OneShot<Void>()

    func end() {
        notices.finish()
        over.fulfil(())
    }

    /// Nil when the contact is over, or the waiting task was cancelled.
    func next() async -> Notice? { await notices.next() }
}

/// An offer that stands until it is withdrawn, refused or accepted.
final class Offer: Sendable {
    let reservation: Reservation
    /// What the agent is wanted for, beside the one who has the contact.
    let assistance: Assistance?
    let withdrawn = OneShot<Router.CancelReason>()

    init(_ reservation: Reservation, assistance: Assistance? = nil) {
        self.reservation = reservation
        self.assistance = assistance
    }

    /// What the body comes to; it is cancelled when the offer is withdrawn. Nil when it was withdrawn before the body came
    /// to anything.
    func whileItStands<Outcome: Sendable>(_ body: @escaping @Sendable () async -> Outcome?) async -> Outcome? {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await body() }
            group.addTask {
                _ = await self.withdrawn.value()
                return nil
            }
            var outcome = await group.next() ?? nil
            group.cancelAll()
            if outcome == nil { outcome = await group.next() ?? nil }
            return outcome
        }
    }
}

extension TerminalReason {
    /// How a contact ends that was turned away, and that nothing else becomes of.
    init(_ reason: Router.RejectionReason) {
        self =
            switch reason {
            case .noSuchQueue, .duplicate: .failedInternal
            case .queueFull: .rejectedQueueFull
            case .noSuchAgent, .agentUnavailable, .agentRefused: .rejectedAgentUnavailable
            }
    }
}

extension QueueRule.Treatment {
    /// Whether the contact is not in line any more.
    var endsWaiting: Bool {
        switch self {
        case .number, .hangUp, .busy: true
        case .overflow, .move, .offerCallback, .message: false
        }
    }
}
