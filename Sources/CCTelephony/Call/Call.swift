import CCCore
import CCMedia
import CCSip
import Synchronization

/// Names a call within its user agent.
public struct CallID: Identifier {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// One phone call with one other party.
///
/// A call lives in a scope: the handler of an incoming call, or the body of ``UserAgent/withCall(to:options:_:)``. When
/// the scope is left, the call is hung up (BYE, CANCEL or a refusal, as fits) and its ports are freed. When the other
/// side hangs up, the task of the scope is cancelled and every operation throws ``TelephonyError`` `callEnded`.
/// Cancelling a task that plays, listens or bridges stops just that.
public final class Call: Sendable, Identifiable {
    public enum Direction: String, Sendable, Codable { case inbound, outbound }

    /// Keys pressed before anybody listens are kept, up to this many.
    public static let digitsMax = 64

    public let id: CallID
    public let direction: Direction
    /// The calling party, as its From header says; not authenticated.
    public let from: NameAddress
    public let to: NameAddress
    /// The user part of the called URI: the dialled number.
    public let dialled: String
    /// The Call-ID of the SIP dialog, to find the call in traces.
    public let sipCallID: String

    let agent: UserAgent
    let answeredSignal = OneShot<Void>()
    let heardSignal = OneShot<Void>()
    let endSignal = OneShot<CallEnd>()
    let closedSignal = OneShot<MediaStatistics>()
    /// The last word between the two sides is spoken.
    let goneSignal = OneShot<Void>()
    let keys = Mailbox<Character>(limit: Call.digitsMax)
    private let observers = Mutex<[@Sendable (CallEvent) -> Void]>([])

    init(
        id: CallID, direction: Direction, from: NameAddress, to: NameAddress, dialled: String, sipCallID: String,
        agent: UserAgent
    ) {
        self.id = id
        self.direction = direction
        self.from = from
        self.to = to
        self.dialled = dialled
        self.sipCallID = sipCallID
        self.agent = agent
    }

    /// The number or name of the party that this call connects to: the caller of an incoming call, the called one of an
    /// outgoing call.
    public var party: String { (direction == .inbound ? from : to).uri.user ?? "" }

    public var isAnswered: Bool { answeredSignal.current != nil }
    /// How it ended; nil while it lives.
    public var end: CallEnd? { endSignal.current }

    // MARK: Signalling

    /// Tells the caller that somebody is being alerted (180 Ringing).
    public func ring() async throws { try await agent.ring(id) }

    /// Answers an incoming call (200 OK). Answering twice does nothing.
    ///
    /// - Parameter direction: What this side takes part in: `receiveOnly` listens, `inactive` is a call without audio.
    /// - Throws: ``TelephonyError`` `callEnded`, `noMediaPort`, `notAcceptable`.
    public func answer(_ direction: MediaDirection = .sendReceive) async throws {
        try await agent.answer(id, direction)
    }

    /// Refuses an incoming call that is not answered yet; hangs up one that is.
    public func reject(_ status: SipStatus = .busyHere) async { await agent.reject(id, status) }

    /// Ends the call with what fits: BYE, CANCEL or a refusal. A call that is over stays as it is.
    public func hangUp() async { await agent.hangUp(id) }

    /// Puts the other side on hold: it is asked not to send (`sendonly`) and hears music.
    public func hold() async throws { try await agent.setHold(id, true) }

    /// Takes the other side back from hold.
    public func resume() async throws { try await agent.setHold(id, false) }

    /// Waits until the call is over; nil when the waiting task is cancelled first.
    @discardableResult
    public func waitForEnd() async -> CallEnd? { await endSignal.value() }

    /// Waits until the call is answered, or over.
    func waitForAnswer() async {
        await withTaskGroup { group in
            group.addTask { _ = await self.answeredSignal.value() }
            group.addTask { _ = await self.endSignal.value() }
            await group.next()
            group.cancelAll()
        }
    }

    /// What the media came to. Waits until the call is over, also when the task is cancelled.
    public func finalStatistics() async -> MediaStatistics { await closedSignal.valueWhateverHappens() }

    /// Waits until the other side's audio is here, the call is over, or the time is up: who is connected then is heard at
    /// once. A phone that sends nothing while nobody speaks is not waited for any longer.
    public func waitForAudio(within limit: Duration) async {
        let deadline = agent.time.now.advanced(by: limit)
        await withTaskGroup { group in
            group.addTask { _ = await self.heardSignal.value() }
            group.addTask { _ = await self.endSignal.value() }
            group.addTask { [time = agent.time] in try? await time.sleep(until: deadline, tolerance: nil) }
            await group.next()
            group.cancelAll()
        }
    }

    // MARK: Events

    /// Calls `observer` for each event from now on, from the network's threads: it must be quick and must not block.
    public func observe(_ observer: @escaping @Sendable (CallEvent) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// False when nobody observes the call.
    @discardableResult
    func report(_ event: CallEvent) -> Bool {
        let all = observers.withLock { $0 }
        for observer in all { observer(event) }
        return !all.isEmpty
    }

    func requireAlive() throws {
        if let end { throw TelephonyError(.callEnded, "the call has ended: \(end)") }
    }
}
