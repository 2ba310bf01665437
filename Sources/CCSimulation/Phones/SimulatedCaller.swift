import CCCore
import CCMedia
import CCSip
import CCTelephony

/// Somebody who calls the centre: waits as long as patience lasts, talks, and hangs up.
public struct SimulatedCaller: Hashable, Sendable {
    /// The number that calls: unique among those who are on the phone, because agents' phones know the caller by it.
    public var number: String
    /// The number that is dialled.
    public var dialled: String
    /// For how long the caller waits for an agent; nil: for ever.
    public var patience: Duration?
    /// For how long the two talk.
    public var talk: Duration
    /// Whether the agent hangs up when the talk is over; the caller otherwise.
    public var isEndedByAgent: Bool
    /// Whether audio flows in both directions. Without it the call is signalled as ever, with media `inactive`.
    public var hasAudio: Bool

    public init(
        number: String, dialled: String, patience: Duration? = nil, talk: Duration, isEndedByAgent: Bool = false,
        hasAudio: Bool = true
    ) {
        self.number = number
        self.dialled = dialled
        self.patience = patience
        self.talk = talk
        self.isEndedByAgent = isEndedByAgent
        self.hasAudio = hasAudio
    }

    /// How a call went, as the caller knows it.
    public enum Outcome: Hashable, Sendable {
        case served
        /// The caller lost patience.
        case gaveUp
        /// Refused with a SIP status.
        case refused(Int)
        /// The centre hung up before an agent was there, or the call broke off.
        case dropped
    }

    /// What the caller says, over and over.
    static let voice = Prompt(.speechLike(seed: 1, seconds: 2))
    /// A talk that the agent was to end is ended by the caller, so long after its time.
    static let agentIsLate = Duration.seconds(60)

    /// Makes the call, and returns when it is over.
    ///
    /// - Parameters:
    ///   - phone: A running user agent. Many callers may share one.
    ///   - center: Where the centre serves SIP.
    ///   - latest: When the caller hangs up whatever happens.
    public func call(
        _ center: NetworkAddress, on phone: UserAgent, time: any TimeSource, in conversations: Conversations,
        until latest: Instant
    ) async -> Outcome {
        let conversation = conversations.begin(self)
        defer { conversations.end(number) }
        let began = time.now
        var options = CallOptions()
        options.from = NameAddress(uri: SipURI(user: number, address: center))
        options.direction = hasAudio ? .sendReceive : .inactive
        options.ringTimeout = patience.map { min($0, began.duration(to: latest)) } ?? began.duration(to: latest)
        let target = SipURI(user: dialled, address: center)
        do {
            return try await phone.withCall(to: target, options: options) { call in
                await withTaskGroup(of: Outcome?.self) { group in
                    group.addTask { await talk(call, conversation, began: began, time: time, until: latest) }
                    if hasAudio {
                        group.addTask {
                            try? await call.loop(Self.voice)
                            return nil
                        }
                    }
                    while let outcome = await group.next() {
                        guard let outcome else { continue }
                        group.cancelAll()
                        return outcome
                    }
                    return .dropped
                }
            }
        } catch let error as TelephonyError {
            if error.code == .noAnswer { return .gaveUp }
            return error.sipStatus.map { .refused($0) } ?? .dropped
        } catch {
            return .dropped
        }
    }

    /// Waits and talks. Returns when the caller wants to hang up, or the call is over.
    private func talk(
        _ call: Call, _ conversation: Conversations.Conversation, began: Instant, time: any TimeSource,
        until latest: Instant
    ) async -> Outcome {
        var isServed = false
        var deadline = min(patience.map { began.advanced(by: $0) } ?? latest, latest)
        while let news = await time.next(of: conversation.news, until: deadline) {
            switch news {
            case .served:
                isServed = true
                deadline = min(time.now.advanced(by: isEndedByAgent ? talk + Self.agentIsLate : talk), latest)
            case .lost:
                isServed = false
                deadline = min(patience.map { time.now.advanced(by: $0) } ?? latest, latest)
            }
        }
        if isServed { return .served }
        return call.end == nil && !Task.isCancelled ? .gaveUp : .dropped
    }
}
