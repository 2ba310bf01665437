import CCCore
import NIOCore

/// All transactions of one SIP element (RFC 3261 §17, RFC 6026): messages and time go in, actions come out.
///
/// The shell performs the actions, keeps one timer armed at ``nextDeadline`` and calls ``advance(now:into:)`` when it
/// fires. What the layer does by itself: Via, branch, `received` and `rport`; retransmissions; ACK to refusals; 100 (Trying)
/// after 200 ms; 200 or 481 to CANCEL; 482 to a merged request; 503 with Retry-After above the limit, without keeping
/// state. What it leaves to its user: ACK to 2xx, and repeating a 2xx until its ACK comes (see ``InviteSession``).
public struct TransactionLayer: Sendable {
    /// What the shell has to do.
    public enum Action: Sendable {
        /// Send these bytes.
        case transmit(ByteBuffer, SipFlow)
        /// A new request. Never ACK or CANCEL. Answer it with ``TransactionLayer/respond(_:to:now:into:)``.
        case request(SipRequest, ServerTransactionID, SipFlow)
        /// An INVITE that is not answered yet was cancelled: answer it 487. The CANCEL itself has been answered.
        case cancelled(ServerTransactionID)
        /// An ACK to a 2xx. It belongs to a dialog, not to a transaction.
        case acknowledged(SipRequest)
        /// A response that the user must see: provisional ones, the final one, and every repetition of a 2xx to INVITE.
        case response(SipResponse, ClientTransactionID)
        /// No final response will come.
        case failed(ClientTransactionID, TransactionFailure)
        /// A refusal was never acknowledged, or the response could not be sent. For information: nothing can be done.
        case serverFailed(ServerTransactionID, TransactionFailure)
        /// The last action for this name: it may be forgotten.
        case clientEnded(ClientTransactionID)
        /// The last action for this name: it may be forgotten.
        case serverEnded(ServerTransactionID)
    }

    /// The base timers.
    public let timers: TransactionTimers
    /// Live server transactions above which a new request outside a dialog is answered 503; requests inside a dialog
    /// are served up to a quarter more, because they mostly end calls.
    public let serverTransactionsMax: Int
    /// What Retry-After says in such a 503.
    public let retryAfter: Duration
    /// What goes into Via instead of the flow's local address: the listening address behind a connection, or a public
    /// address in front of this host. Applies to flows of the same transport and address family.
    public var sentBy: [SipTransport: [NetworkAddress]] = [:]

    var clients = SlotTable<ClientEntry>()
    var clientKeys: [ClientKey: SlotID] = [:]
    var servers = SlotTable<ServerEntry>()
    var serverKeys: [ServerKey: SlotID] = [:]
    var merged: [MergeKey: SlotID] = [:]
    private var deadlines = DeadlineHeap<TimerKey>()
    let entropy: Entropy

    public init(
        timers: TransactionTimers = TransactionTimers(), entropy: Entropy, serverTransactionsMax: Int = 65_536,
        retryAfter: Duration = .seconds(10)
    ) {
        self.timers = timers
        self.entropy = entropy
        self.serverTransactionsMax = serverTransactionsMax
        self.retryAfter = retryAfter
    }

    public var clientTransactionCount: Int { clients.count }
    public var serverTransactionCount: Int { servers.count }

    /// A parsed message has come. A message that fits nowhere is dropped.
    public mutating func received(
        _ message: SipMessage, over flow: SipFlow, now: Instant, into actions: inout [Action]
    ) {
        switch message {
        case .request(let request): received(request, over: flow, now: now, into: &actions)
        case .response(let response): received(response, now: now, into: &actions)
        }
    }

    /// A flow is gone: a connection closed, or a destination unreachable. Every transaction that still needs it fails.
    public mutating func transportFailed(_ flow: SipFlow, now: Instant, into actions: inout [Action]) {
        for slot in clients.ids {
            guard let entry = clients[slot], entry.flow == flow, entry.machine.isWaiting else { continue }
            if !entry.isCancel { actions.append(.failed(ClientTransactionID(slot: slot), .transportError)) }
            endClient(slot, into: &actions)
        }
        for slot in servers.ids {
            guard let entry = servers[slot], entry.replyFlow == flow, entry.machine.needsTransport else { continue }
            actions.append(.serverFailed(ServerTransactionID(slot: slot), .transportError))
            endServer(slot, into: &actions)
        }
    }

    // MARK: Time

    /// When ``advance(now:into:)`` has to be called next. It may turn out that nothing was due.
    public var nextDeadline: Instant? { deadlines.earliest }

    /// Fires every timer that is due.
    public mutating func advance(now: Instant, into actions: inout [Action]) {
        while let key = deadlines.popDue(now) {
            switch key {
            case .client(let slot):
                clients[slot]?.armed = nil
                clientTimer(slot, now: now, into: &actions)
            case .server(let slot):
                servers[slot]?.armed = nil
                serverTimer(slot, now: now, into: &actions)
            }
        }
    }

    private enum TimerKey: Sendable {
        case client(SlotID)
        case server(SlotID)
    }

    /// Puts a transaction's next deadline into the heap, unless an earlier one of it is there already.
    mutating func armClient(_ slot: SlotID) {
        guard let entry = clients[slot], let deadline = entry.machine.nextDeadline else { return }
        if let armed = entry.armed, armed <= deadline { return }
        clients[slot]?.armed = deadline
        deadlines.insert(.client(slot), at: deadline)
    }

    mutating func armServer(_ slot: SlotID) {
        guard let entry = servers[slot], let deadline = entry.machine.nextDeadline else { return }
        if let armed = entry.armed, armed <= deadline { return }
        servers[slot]?.armed = deadline
        deadlines.insert(.server(slot), at: deadline)
    }

    // MARK: The end

    mutating func endClient(_ slot: SlotID, into actions: inout [Action]) {
        guard let entry = clients.remove(slot) else { return }
        clientKeys[entry.key] = nil
        if !entry.isCancel { actions.append(.clientEnded(ClientTransactionID(slot: slot))) }
    }

    mutating func endServer(_ slot: SlotID, into actions: inout [Action]) {
        guard let entry = servers.remove(slot) else { return }
        serverKeys[entry.key] = nil
        if let key = entry.mergeKey { merged[key] = nil }
        if !entry.isInternal { actions.append(.serverEnded(ServerTransactionID(slot: slot))) }
    }
}

/// Why a transaction ended without success.
public enum TransactionFailure: String, Sendable, Equatable {
    /// Nothing was heard in time (timers B, F and H, or the guard of a cancelled INVITE).
    case timeout
    /// The flow is gone.
    case transportError
}
