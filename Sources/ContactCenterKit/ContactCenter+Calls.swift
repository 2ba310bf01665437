import CCCore
import CCRecording
import CCSip
import CCTelephony

extension ContactCenter {
    // MARK: Calls

    /// What happens in the centre from now on.
    ///
    /// - Parameter bufferMax: Events kept for a slow reader; the oldest beyond it are dropped, and the reader is told.
    public func events(bufferMax: Int = 1_024) -> EventBroadcast<CenterEvent>.Subscription {
        broadcast.subscribe(bufferMax: bufferMax)
    }

    /// The figures of all contacts in the store.
    public func summary() async throws -> CenterSummary { try await contacts.summary() }

    /// Answers a call and puts it in a queue, with music, until an agent has served it. For handlers of numbers.
    ///
    /// When it returns, the agent has hung up and the caller is still there: say goodbye, ask for an opinion, or put the
    /// call in another queue. Cancelling the task takes the call out of the queue, or away from its agent.
    ///
    /// - Parameter needs: What this caller needs beyond what the queue gives everybody.
    /// - Throws: ``CenterError`` `notServed` when the queue is full, the call still being there; `CancellationError` or
    ///   `TelephonyError` `callEnded` when the caller hung up.
    public func enqueue(_ call: Call, _ queue: QueueID, needs: RoutingNeeds = .none) async throws {
        guard let contact = await desk.contact(of: call.id) else {
            throw CenterError(.unknownContact, "the call belongs to no contact of this centre")
        }
        try await CallFlow(center: self, call: call, contact: contact).enqueue(queue, needs: needs)
    }

    /// Records a call while `body` runs: the caller left, what the caller hears right.
    ///
    /// - Returns: The recording; nil when the plan has no ``Recordings`` or nothing could be written. The call goes on in
    ///   any case.
    @discardableResult
    public func withRecording(
        of call: Call, _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> RecordingInfo? {
        guard let contact = await desk.contact(of: call.id)?.id else {
            try await body()
            return nil
        }
        return try await recorded(call, of: contact, body)
    }

    func recorded(
        _ call: Call, of contact: ContactID, _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> RecordingInfo? {
        guard let recorder else {
            try await body()
            return nil
        }
        return try await recorder.record(call, contact: contact, id: RecordingID(entropy.token()), body).recording
    }

    var recorder: Recorder? {
        plan.recordings.map {
            Recorder(folder: $0.folder, network: network, time: time, desk: desk, journal: journal, logger: logger)
        }
    }

    /// One call, from its INVITE to its record.
    ///
    /// What is refused before this point never becomes a contact and leaves no record: unknown numbers (404), calls
    /// beyond ``Phones/callsMax`` or during a stop (503), offers without a common codec (488). They are answered and
    /// counted in the log alone, so that a scanner on the Internet does not fill the store.
    func handle(_ call: Call) async {
        guard let number = number(of: call) else { return await call.reject(.notFound) }
        let contact = Contact(
            id: ContactID(entropy.token()), tenant: tenantID, dialledNumber: PhoneNumber(call.dialled),
            callerNumber: PhoneNumber(call.from.uri.user ?? ""), arrivedAt: time.date, signallingID: call.sipCallID)
        await CallFlow(center: self, call: call, contact: contact).run(number.target)
    }

    /// The calling party as an agent's phone is to show it: the caller's user name at this centre's address, so that the
    /// phone does not call back somewhere else.
    func presented(_ caller: SipURI) -> SipURI {
        SipURI(user: caller.user ?? "anonymous", host: plan.phones.advertised ?? plan.phones.host)
    }
}
