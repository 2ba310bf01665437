import CCCore
import NIOCore
import Testing

@testable import CCSip

/// Datagrams between phones in virtual time, lost, doubled and reordered as a seed decides.
final class VirtualNetwork {
    struct Conditions {
        /// 0 to 1.
        var loss = 0.0
        var duplication = 0.0
        /// How many datagrams have some of their bytes changed.
        var corruption = 0.0
        var delay: ClosedRange<Int> = 1...20
    }

    private enum Event {
        case datagram(ByteBuffer, from: NetworkAddress, to: NetworkAddress)
        case step(() -> Void)
    }

    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    var transport = SipTransport.udp
    var conditions = Conditions() {
        didSet { isCorrupting = isCorrupting || conditions.corruption > 0 }
    }
    private(set) var isCorrupting = false
    private var random: SeededGenerator
    private var phones: [NetworkAddress: VirtualPhone] = [:]
    private var order: [VirtualPhone] = []
    private var events: [Int: Event] = [:]
    private var eventCount = 0
    private var times = DeadlineHeap<Int>()

    init(seed: UInt64) { random = SeededGenerator(state: seed &* 0x9E37_79B9 | 1) }

    func add(_ phone: VirtualPhone) {
        phones[phone.address] = phone
        order.append(phone)
    }

    func send(_ bytes: ByteBuffer, from: NetworkAddress, to: NetworkAddress) {
        let copies = Double.random(in: 0..<1, using: &random) < conditions.duplication ? 2 : 1
        for _ in 0..<copies where Double.random(in: 0..<1, using: &random) >= conditions.loss {
            let delay = Int.random(in: conditions.delay, using: &random)
            let isCorrupted = Double.random(in: 0..<1, using: &random) < conditions.corruption
            let bytes = isCorrupted ? corrupted(bytes) : bytes
            schedule(.datagram(bytes, from: from, to: to), at: now.advanced(by: .milliseconds(delay)))
        }
    }

    private func corrupted(_ buffer: ByteBuffer) -> ByteBuffer {
        var bytes = Array(buffer.readableBytesView)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] = UInt8.random(in: 48...57, using: &random)
            default: bytes.swapAt(place, Int.random(in: bytes.indices, using: &random))
            }
        }
        return ByteBuffer(bytes: bytes)
    }

    /// Does something after a while.
    func after(_ delay: Duration, _ step: @escaping () -> Void) { schedule(.step(step), at: now.advanced(by: delay)) }

    private func schedule(_ event: Event, at instant: Instant) {
        eventCount += 1
        events[eventCount] = event
        times.insert(eventCount, at: instant)
    }

    /// Runs until nothing is left to happen, or until `limit` has passed.
    func run(for limit: Duration) {
        let end = now.advanced(by: limit)
        while true {
            let next = order.compactMap(\.nextDeadline).min()
            guard let at = [times.earliest, next].compactMap({ $0 }).min(), at <= end else { break }
            now = max(now, at)
            if let number = times.popDue(now), let event = events.removeValue(forKey: number) {
                switch event {
                case .datagram(let bytes, let from, let to): phones[to]?.receive(bytes, from: from)
                case .step(let step): step()
                }
            } else {
                for phone in order { phone.advance() }
            }
        }
        now = end
    }
}

/// A phone on the virtual network: a transaction layer, sessions, and the plain shell between them.
final class VirtualPhone {
    struct Call {
        var session: InviteSession
        var tokens: [InviteSession.RequestToken: ClientTransactionID] = [:]
        var dialogs: [DialogID] = []
    }

    let name: String
    let address: NetworkAddress
    let entropy: Entropy
    private let network: VirtualNetwork
    private(set) var layer: TransactionLayer
    private(set) var calls: [Int: Call] = [:]
    private var callCount = 0
    private var byDialog: [DialogID: Int] = [:]
    private(set) var byClient: [ClientTransactionID: (call: Int, token: InviteSession.RequestToken)] = [:]
    private(set) var byServer: [ServerTransactionID: Int] = [:]
    /// What calls reported, in order.
    private(set) var log: [String] = []
    private(set) var agreed: [Int: NegotiatedAudio] = [:]
    private(set) var ends: [Int: [SessionEnd]] = [:]
    /// Called for every new call.
    var onCall: (Int) -> Void = { _ in }
    /// More than this many calls at once are refused 486.
    var callsMax = Int.max

    init(_ name: String, _ address: NetworkAddress, on network: VirtualNetwork, seed: UInt64) {
        self.name = name
        self.address = address
        self.network = network
        entropy = Entropy(seed: seed)
        layer = TransactionLayer(entropy: entropy)
        network.add(self)
    }

    var uri: SipURI { SipURI(user: name, address: address) }
    private var now: Instant { network.now }
    var callIDs: [Int] { calls.keys.sorted() }

    func media(_ port: UInt16 = 10_000) -> OfferAnswer {
        OfferAnswer(local: NetworkAddress(ip: address.ip, port: port), sessionID: entropy.next())
    }

    // MARK: Doing

    @discardableResult
    func call(_ other: VirtualPhone) -> Int {
        add(
            InviteSession(
                calling: other.uri, from: NameAddress(uri: uri), to: NameAddress(uri: other.uri), contact: uri,
                offerAnswer: media(), entropy: entropy))
    }

    private func add(_ session: InviteSession) -> Int {
        callCount += 1
        calls[callCount] = Call(session: session)
        act(callCount) { session, now, actions in session.start(now: now, into: &actions) }
        return callCount
    }

    /// Lets a session do something, and does what it says.
    func act(_ number: Int, _ body: (inout InviteSession, Instant, inout [InviteSession.Action]) -> Void) {
        guard var call = calls[number] else { return }
        var actions: [InviteSession.Action] = []
        body(&call.session, now, &actions)
        calls[number] = call
        for action in actions { perform(action, of: number) }
        if call.session.isTerminated {
            for id in calls[number]?.dialogs ?? [] { byDialog[id] = nil }
            calls[number] = nil
        }
    }

    private func perform(_ action: InviteSession.Action, of number: Int) {
        var effects: [TransactionLayer.Action] = []
        switch action {
        case .sendRequest(let request, let token):
            guard let flow = flow(to: request) else {
                return act(number) { $0.transactionFailed(token, .transportError, now: $1, into: &$2) }
            }
            let id = layer.send(request, over: flow, now: now, into: &effects)
            byClient[id] = (number, token)
            calls[number]?.tokens[token] = id
        case .sendCancel(let token, let reason):
            if let id = calls[number]?.tokens[token] { layer.cancel(id, reason: reason, now: now, into: &effects) }
        case .sendAck(let ack):
            if let flow = flow(to: ack) { layer.transmit(ack, over: flow, into: &effects) }
        case .respond(let response, let id): layer.respond(response, to: id, now: now, into: &effects)
        case .dialogCreated(let id):
            byDialog[id] = number
            calls[number]?.dialogs.append(id)
        case .referred, .referralClosed, .transferProgress: break
        case .ended(let end): ends[number, default: []].append(end)
        case .answered(let media), .mediaChanged(let media): agreed[number] = media
        case .ringing, .earlyMedia, .renegotiationFailed, .digit: break
        }
        if ["ringing", "answered", "media", "ended", "failed", "digit"].contains(where: { action.name.hasPrefix($0) }) {
            log.append("\(number) \(action.name)")
        }
        perform(effects)
    }

    private func flow(to request: SipRequest) -> SipFlow? {
        request.nextHop.address.map { SipFlow(transport: network.transport, local: address, remote: $0) }
    }

    // MARK: Receiving

    func receive(_ bytes: ByteBuffer, from: NetworkAddress) {
        guard let message = try? SipMessage(parsing: bytes) else {
            if !network.isCorrupting { Issue.record("\(name) cannot parse what it was sent") }
            return
        }
        var effects: [TransactionLayer.Action] = []
        let flow = SipFlow(transport: network.transport, local: address, remote: from)
        layer.received(message, over: flow, now: now, into: &effects)
        perform(effects)
    }

    var nextDeadline: Instant? {
        (calls.values.map(\.session.nextDeadline) + [layer.nextDeadline]).compactMap { $0 }.min()
    }

    func advance() {
        var effects: [TransactionLayer.Action] = []
        layer.advance(now: now, into: &effects)
        perform(effects)
        for number in callIDs {
            guard let deadline = calls[number]?.session.nextDeadline, deadline <= now else { continue }
            act(number) { session, now, actions in session.advance(now: now, into: &actions) }
        }
    }

    private func perform(_ effects: [TransactionLayer.Action]) {
        for effect in effects {
            switch effect {
            case .transmit(let bytes, let flow): network.send(bytes, from: flow.local, to: flow.remote)
            case .request(let request, let id, _): serve(request, id)
            case .cancelled(let id):
                if let call = byServer[id] { act(call) { $0.cancelled(id, now: $1, into: &$2) } }
            case .acknowledged(let ack):
                if let id = DialogID(incoming: ack), let call = byDialog[id] {
                    act(call) { $0.acknowledged(ack, now: $1, into: &$2) }
                }
            case .response(let response, let id):
                if let (call, token) = byClient[id] {
                    act(call) { $0.received(response, to: token, now: $1, into: &$2) }
                }
            case .failed(let id, let failure):
                if let (call, token) = byClient[id] {
                    act(call) { $0.transactionFailed(token, failure, now: $1, into: &$2) }
                }
            case .serverFailed(let id, let failure):
                if let call = byServer[id] { act(call) { $0.serverTransactionFailed(id, failure, now: $1, into: &$2) } }
            case .clientEnded(let id): byClient[id] = nil
            case .serverEnded(let id): byServer[id] = nil
            }
        }
    }

    private func serve(_ request: SipRequest, _ id: ServerTransactionID) {
        if let dialog = DialogID(incoming: request) {
            if let call = byDialog[dialog] {
                byServer[id] = call
                act(call) { $0.received(request, transaction: id, now: $1, into: &$2) }
            } else {
                var effects: [TransactionLayer.Action] = []
                layer.respond(request.response(.callOrTransactionDoesNotExist), to: id, now: now, into: &effects)
                perform(effects)
            }
            return
        }
        guard request.method == .invite, calls.count < callsMax else {
            var effects: [TransactionLayer.Action] = []
            let status: SipStatus = request.method == .invite ? .busyHere : .methodNotAllowed
            layer.respond(request.response(status, toTag: entropy.token()), to: id, now: now, into: &effects)
            perform(effects)
            return
        }
        byServer[id] = callCount + 1
        let number = add(
            InviteSession(
                incoming: request, transaction: id, contact: uri, offerAnswer: media(), entropy: entropy))
        if calls[number]?.session.state == .incoming { onCall(number) }
    }

    /// What should be empty when everything is over.
    var leftovers: [String] {
        var left: [String] = []
        if !calls.isEmpty { left.append("\(calls.count) calls: \(calls.values.map(\.session.state))") }
        if layer.clientTransactionCount > 0 { left.append("\(layer.clientTransactionCount) client transactions") }
        if layer.serverTransactionCount > 0 { left.append("\(layer.serverTransactionCount) server transactions") }
        if !byClient.isEmpty || !byServer.isEmpty || !byDialog.isEmpty { left.append("map entries") }
        if !layer.merged.isEmpty || !layer.serverKeys.isEmpty || !layer.clientKeys.isEmpty { left.append("keys") }
        if layer.nextDeadline != nil { left.append("timers") }
        return left
    }
}
