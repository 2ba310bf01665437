import CCCore
import CCSip
import Logging

/// Where a registered phone can be reached.
public struct PhoneLocation: Sendable, Equatable {
    /// The Contact of the registration: the Request-URI of calls to the phone.
    public var contact: SipURI
    /// Where the registration came from, which is where calls are sent, so that they pass the phone's NAT. Nil sends them
    /// to where the contact points.
    public var flow: SipFlow?
    /// The proxies on the way (Path, RFC 3327), nearest first.
    public var routes: [SipURI]

    public init(contact: SipURI, flow: SipFlow? = nil, routes: [SipURI] = []) {
        self.contact = contact
        self.flow = flow
        self.routes = routes
    }
}

extension UserAgent {
    /// The phones of an account, best first (q value, then most recent).
    public func locations(of username: String) -> [PhoneLocation] {
        registrar.bindings(for: username, now: loop.now).compactMap { binding in
            SipURI(binding.contact).map {
                PhoneLocation(
                    contact: $0, flow: binding.flow, routes: binding.path.compactMap { NameAddress($0)?.uri })
            }
        }
    }

    // MARK: As registrar

    func receivedRegister(_ request: SipRequest, _ id: ServerTransactionID, over flow: SipFlow) {
        let now = loop.now
        guard !isStopping else {
            var busy = request.response(.serviceUnavailable, toTag: entropy.token(bytes: 4))
            busy.headers[.retryAfter] = "10"
            return respond(busy, to: id)
        }
        switch authenticator.check(request, now: now, secretFor: handlers.secret) {
        case .challenge(let stale):
            var response = request.response(.unauthorized, toTag: entropy.token(bytes: 4))
            for challenge in authenticator.challenge(now: now, stale: stale) {
                response.headers.add(.wwwAuthenticate, challenge)
            }
            respond(response, to: id)
        case .refused(let reason):
            // Which of user name and password was wrong is nobody's business.
            logger.info("registration refused", metadata: ["reason": "\(reason)"])
            respond(request.response(.forbidden, toTag: entropy.token(bytes: 4)), to: id)
        case .accepted(let username):
            // An account registers for itself alone.
            guard request.headers.to?.uri.user == username else {
                return respond(request.response(.forbidden, toTag: entropy.token(bytes: 4)), to: id)
            }
            let result = registrar.register(
                request, as: username, over: flow, now: now, date: time.date(at: now), toTag: entropy.token(bytes: 4))
            respond(result.response, to: id)
            changed(result.update)
        }
    }

    func expireRegistrations(now: Instant) {
        for update in registrar.advance(now: now) { changed(update) }
    }

    func changed(_ update: Registrar.Update) {
        guard !update.changes.isEmpty else { return }
        unsavedRegistrations[update.user] = update.bindings
        if !isSavingRegistrations {
            isSavingRegistrations = true
            jobPost.yield { await self.saveRegistrations() }
        }
        handlers.registration(update.user, !update.bindings.isEmpty)
    }

    /// One writer, one user at a time, the newest state only: saves never overtake each other.
    private func saveRegistrations() async {
        while !unsavedRegistrations.isEmpty {
            for user in unsavedRegistrations.keys.sorted() {
                guard let bindings = unsavedRegistrations.removeValue(forKey: user) else { continue }
                do {
                    try await registrations.save(bindings, for: user)
                } catch {
                    logger.error("registration not stored", metadata: ["error": "\(error)"])
                }
            }
        }
        isSavingRegistrations = false
    }

    // MARK: As phone

    /// Registers this user agent at a registrar while `body` runs: refreshes in time, and removes the registration at the
    /// end.
    ///
    /// - Throws: ``TelephonyError`` `rejected` or `unreachable` when the first registration fails; what `body` throws.
    public func withRegistration<Result: Sendable>(
        at registrar: NetworkAddress, username: String, password: String, expires: Duration = .seconds(300),
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        var client = RegistrationClient(
            registrar: registrar, username: username, password: password, callID: entropy.token(), tag: entropy.token())
        client = try await register(client, expires: expires)
        let registered = client
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask { [time] in
                var client = registered
                while true {
                    try await time.sleep(until: time.now.advanced(by: expires / 2), tolerance: nil)
                    client = try await self.register(client, expires: expires)
                }
            }
            var outcome: Swift.Result<Result?, any Error> = .success(nil)
            do { outcome = .success(try await group.next() ?? nil) } catch { outcome = .failure(error) }
            group.cancelAll()
            // Sent without waiting for the answer: the phone is about to go.
            var last = registered
            last.sequence += 1_000
            unregister(last)
            guard let result = try outcome.get() else { throw CancellationError() }
            return result
        }
    }

    private func register(_ client: RegistrationClient, expires: Duration) async throws -> RegistrationClient {
        var client = client
        let contact = SipURI(user: client.username, address: localAddress(toward: client.registrar))
        var response = try await roundTrip(client.request(contact: contact, expires: expires), over: nil)
        if response.status.code == 401 {
            client.authorize(response, entropy: entropy)
            response = try await roundTrip(client.request(contact: contact, expires: expires), over: nil)
        }
        guard response.status.isSuccess else {
            throw TelephonyError(
                .rejected, "registration refused with \(response.status.code)", sipStatus: response.status.code)
        }
        return client
    }

    private func unregister(_ client: RegistrationClient) {
        let contact = SipURI(user: client.username, address: localAddress(toward: client.registrar))
        var client = client
        send(client.request(contact: contact, expires: .zero), over: nil, for: .standalone(OneShot()))
        settle()
    }
}

/// What a phone has to remember of its registration.
struct RegistrationClient: Sendable {
    let registrar: NetworkAddress
    let username: String
    let password: String
    let callID: String
    let tag: String
    var sequence: UInt32 = 0
    private var nonceCount: UInt32 = 0
    private var challenges: [String] = []
    private var entropy: Entropy?

    init(registrar: NetworkAddress, username: String, password: String, callID: String, tag: String) {
        self.registrar = registrar
        self.username = username
        self.password = password
        self.callID = callID
        self.tag = tag
    }

    mutating func authorize(_ response: SipResponse, entropy: Entropy) {
        challenges = response.headers.values(.wwwAuthenticate)
        self.entropy = entropy
        nonceCount = 0
    }

    /// The next REGISTER, with credentials once there was a challenge.
    mutating func request(contact: SipURI, expires: Duration) -> SipRequest {
        sequence += 1
        nonceCount += 1
        let target = SipURI(address: registrar)
        var request = SipRequest(method: .register, uri: target)
        var from = NameAddress(uri: SipURI(user: username, address: registrar))
        request.headers[.to] = from.description
        from.tag = tag
        request.headers[.from] = from.description
        request.headers[.callID] = callID
        request.headers[.cseq] = CSeq(number: sequence, method: .register).description
        request.headers[.maxForwards] = "70"
        request.headers[.contact] = NameAddress(uri: contact).description
        request.headers[.expires] = "\(expires.components.seconds)"
        let digest = DigestCredentials(username: username, password: password)
        if let entropy,
            let credentials = digest.authorization(
                for: challenges, method: .register, uri: target, nonceCount: nonceCount, entropy: entropy)
        {
            request.headers[.authorization] = credentials
        }
        return request
    }
}
