import CCCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Who is registered where (RFC 3261 §10.3): REGISTER requests and time go in, responses and changes come out.
///
/// The caller has authenticated the request and says whose it is. A REGISTER is taken as a whole or not at all.
public struct Registrar: Sendable {
    public struct Settings: Sendable {
        /// Shorter lifetimes are refused with 423 (§10.3 step 7).
        public var expiresMin: Duration
        /// Longer lifetimes are cut to this.
        public var expiresMax: Duration
        /// For a Contact that does not say.
        public var expiresDefault: Duration
        /// A user's further bindings push out those that end soonest.
        public var bindingsPerUserMax: Int

        public init(
            expiresMin: Duration = .seconds(60), expiresMax: Duration = .seconds(7_200),
            expiresDefault: Duration = .seconds(3_600), bindingsPerUserMax: Int = 10
        ) {
            self.expiresMin = expiresMin
            self.expiresMax = expiresMax
            self.expiresDefault = expiresDefault
            self.bindingsPerUserMax = bindingsPerUserMax
        }
    }

    /// What has become of a binding.
    public enum Change: Sendable, Equatable {
        case added(RegistrationBinding)
        case refreshed(RegistrationBinding)
        /// By the phone, or pushed out by another of the user's bindings.
        case removed(RegistrationBinding)
        case expired(RegistrationBinding)
    }

    /// What a user's registrations have become.
    public struct Update: Sendable, Equatable {
        public var user: String
        /// Empty when nothing changed: a mere question.
        public var changes: [Change]
        /// All that the user has now: what a ``RegistrationStore`` should hold.
        public var bindings: [RegistrationBinding]
    }

    private struct Entry {
        var binding: RegistrationBinding
        var uri: SipURI
        var expires: Instant
    }

    public let settings: Settings
    private var users: [String: [Entry]] = [:]
    private var deadlines = DeadlineHeap<String>()
    /// The earliest deadline of each user that is in the heap.
    private var armed: [String: Instant] = [:]

    public init(settings: Settings = Settings()) { self.settings = settings }

    /// The users that are registered now.
    public var registeredUsers: [String] { users.keys.sorted() }

    /// Where a user is registered: highest `q` first, among equals the one written last.
    public func bindings(for user: String, now: Instant) -> [RegistrationBinding] {
        let live = (users[user] ?? []).filter { $0.expires > now }.map(\.binding)
        return live.enumerated().sorted { ($0.element.q, $0.offset) > ($1.element.q, $1.offset) }.map(\.element)
    }

    /// Takes bindings back from a store. Contacts that are no SIP URI, those that have ended, and those behind a
    /// connection are passed over.
    public mutating func restore(_ bindings: [RegistrationBinding], now: Instant, date: Date) {
        for binding in bindings {
            let left = binding.expiresAt.timeIntervalSince(date)
            // A connection does not outlive the process that held it.
            guard left > 0, !binding.flow.transport.isReliable, let uri = SipURI(binding.contact) else { continue }
            let lifetime = min(Duration.seconds(min(left, 86_400 * 365)), settings.expiresMax)
            let entry = Entry(binding: binding, uri: uri, expires: now.advanced(by: lifetime))
            users[binding.user, default: []].append(entry)
            arm(binding.user)
        }
    }

    /// Serves a REGISTER of an authenticated user.
    ///
    /// - Parameter date: now as a date, for ``RegistrationBinding/expiresAt``.
    /// - Returns: the response to send, and what has changed.
    public mutating func register(
        _ request: SipRequest, as user: String, over flow: SipFlow, now: Instant, date: Date, toTag: String
    ) -> (response: SipResponse, update: Update) {
        var update = Update(user: user, changes: [], bindings: [])
        do throws(Refusal) {
            update.changes = try apply(request, user, flow, now: now, date: date)
        } catch {
            var response = request.response(error.status, reason: error.reason, toTag: toTag)
            if error.status == .intervalTooBrief {
                response.headers.add(.minExpires, "\(settings.expiresMin.components.seconds)")
            }
            update.bindings = bindings(for: user, now: now)
            return (response, update)
        }
        update.bindings = bindings(for: user, now: now)
        var response = request.response(.ok, toTag: toTag)
        for entry in users[user] ?? [] where entry.expires > now {
            let left = now.duration(to: entry.expires).components.seconds
            var contact = NameAddress(uri: entry.uri)
            contact.parameters.set("expires", "\(max(left, 1))")
            if entry.binding.q < 1 { contact.parameters.set("q", "\(entry.binding.q)") }
            response.headers.add(.contact, contact.description)
        }
        for value in request.headers.values(.path) { response.headers.add(.path, value) }
        return (response, update)
    }

    /// A connection is closed: nobody can be reached over it any more.
    public mutating func flowFailed(_ flow: SipFlow, now: Instant) -> [Update] {
        var updates: [Update] = []
        for user in users.filter({ $0.value.contains { $0.binding.flow == flow } }).keys.sorted() {
            let gone = remove(user) { $0.binding.flow == flow }
            updates.append(
                Update(user: user, changes: gone.map { .removed($0) }, bindings: bindings(for: user, now: now)))
        }
        return updates
    }

    // MARK: Time

    /// When ``advance(now:)`` has to be called next. It may turn out that nothing was due.
    public var nextDeadline: Instant? { deadlines.earliest }

    /// Removes what has ended.
    public mutating func advance(now: Instant) -> [Update] {
        var updates: [Update] = []
        while let user = deadlines.popDue(now) {
            armed[user] = nil
            let gone = remove(user) { $0.expires <= now }
            arm(user)
            guard !gone.isEmpty else { continue }
            updates.append(
                Update(user: user, changes: gone.map { .expired($0) }, bindings: bindings(for: user, now: now)))
        }
        return updates
    }

    /// Puts a user's next deadline into the heap, unless an earlier one of it is there already.
    private mutating func arm(_ user: String) {
        guard let deadline = users[user]?.map(\.expires).min() else { return }
        if let earlier = armed[user], earlier <= deadline { return }
        armed[user] = deadline
        deadlines.insert(user, at: deadline)
    }

    // MARK: One REGISTER

    private struct Refusal: Error {
        var status: SipStatus
        var reason: String?
    }

    private mutating func apply(
        _ request: SipRequest, _ user: String, _ flow: SipFlow, now: Instant, date: Date
    ) throws(Refusal) -> [Change] {
        let headers = request.headers
        guard let callID = headers.callID, let cseq = headers.cseq?.number else {
            throw Refusal(status: .badRequest, reason: nil)
        }
        let contacts = headers.contacts
        var entries = (users[user] ?? []).filter { $0.expires > now }
        /// §10.3: an old REGISTER that was overtaken by a newer one must not undo it.
        func checkOrder(_ binding: RegistrationBinding) throws(Refusal) {
            if binding.callID == callID, cseq <= binding.cseq {
                throw Refusal(status: .serverInternalError, reason: "CSeq Out Of Order")
            }
        }
        if headers.hasStarContact {
            guard contacts.isEmpty, headers.expires == 0 else {
                throw Refusal(status: .badRequest, reason: "Contact * Needs Expires 0")
            }
            for entry in entries { try checkOrder(entry.binding) }
            return remove(user) { _ in true }.map { .removed($0) }
        }
        guard !contacts.isEmpty || !headers.contains(.contact) else {
            throw Refusal(status: .badRequest, reason: "Bad Contact")
        }
        var changes: [Change] = []
        var written: Set<String> = []
        for contact in contacts {
            let lifetime = try lifetime(of: contact, headers)
            let instance = contact.parameters.value("+sip.instance")
            let place = entries.firstIndex { entry in
                entry.uri == contact.uri || (instance != nil && entry.binding.instance == instance)
            }
            if let place, !written.contains(entries[place].binding.contact) { try checkOrder(entries[place].binding) }
            guard lifetime > .zero else {
                if let place { changes.append(.removed(entries.remove(at: place).binding)) }
                continue
            }
            let binding = RegistrationBinding(
                user: user, contact: contact.uri.description, expiresAt: date.addingTimeInterval(lifetime.inSeconds),
                callID: callID, cseq: cseq, flow: flow, path: headers.values(.path), userAgent: headers[.userAgent],
                q: contact.parameters.value("q").flatMap(Double.init).map { min(max($0, 0), 1) } ?? 1,
                instance: instance)
            if let place { entries.remove(at: place) }
            written.insert(binding.contact)
            entries.append(Entry(binding: binding, uri: contact.uri, expires: now.advanced(by: lifetime)))
            changes.append(place == nil ? .added(binding) : .refreshed(binding))
        }
        while entries.count > settings.bindingsPerUserMax {
            guard let place = entries.indices.min(by: { entries[$0].expires < entries[$1].expires }) else { break }
            changes.append(.removed(entries.remove(at: place).binding))
        }
        users[user] = entries.isEmpty ? nil : entries
        arm(user)
        return changes
    }

    /// The Contact's `expires`, else the header field's, else the default; zero removes.
    private func lifetime(of contact: NameAddress, _ headers: SipHeaders) throws(Refusal) -> Duration {
        let asked = contact.parameters.value("expires").flatMap { UInt32($0) }.map { Int($0) } ?? headers.expires
        guard let asked else { return settings.expiresDefault }
        let lifetime = Duration.seconds(asked)
        guard lifetime == .zero || lifetime >= settings.expiresMin else {
            throw Refusal(status: .intervalTooBrief, reason: nil)
        }
        return min(lifetime, settings.expiresMax)
    }

    private mutating func remove(_ user: String, where condition: (Entry) -> Bool) -> [RegistrationBinding] {
        guard let entries = users[user] else { return [] }
        let left = entries.filter { !condition($0) }
        users[user] = left.isEmpty ? nil : left
        return entries.filter(condition).map(\.binding)
    }
}
