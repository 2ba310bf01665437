import CCCore
import CCSip
import CCTelephony
import ContactCenterKit
import Synchronization

/// A centre in a simulation, with phones around it that speak real SIP and RTP to it.
public struct SimulatedCenter: Sendable {
    public let center: ContactCenter
    public let world: World
    /// Where the centre's SIP is.
    public let address: NetworkAddress
    let phones: Phones

    /// The user agents that are there, by host.
    final class Phones: Sendable {
        let post: AsyncStream<@Sendable () async -> Void>.Continuation
        let over = OneShot<Void>()
        let known = Mutex<[String: UserAgent]>([:])
        let agentCount = Mutex(0)

        init(post: AsyncStream<@Sendable () async -> Void>.Continuation) { self.post = post }
    }

    /// The URI of a number of the centre.
    public func uri(_ number: String) -> SipURI { SipURI(user: number, address: address) }

    /// Sets up a phone on a host of its own, at port 5060. It stays until the end of the scope that the centre has.
    ///
    /// - Parameters:
    ///   - host: The host's address. A phone that is there already is returned.
    ///   - codecs: What it speaks, preferred first. Opus costs a hundred times what G.711 does.
    ///   - handler: What it does with calls that come in. Returning from it ends the call.
    public func phone(
        at host: String, codecs: [AudioCodec] = [.pcmu],
        handler: @escaping @Sendable (Call) async -> Void = { _ in }
    ) async throws -> UserAgent {
        if let known = phones.known.withLock({ $0[host] }) { return known }
        let machine = try world.host(host)
        var configuration = UserAgentConfiguration(listen: [NetworkAddress(ip: machine.ip, port: 5060)])
        configuration.capabilities.codecs = codecs
        let phone = UserAgent(
            configuration: configuration, network: machine, time: world.time, entropy: world.entropy("phone \(host)"))
        phones.known.withLock { $0[host] = phone }
        phones.post.yield { try? await phone.run(UserAgentHandlers(call: handler)) }
        phones.post.yield { [over = phones.over] in
            await over.valueWhateverHappens()
            await phone.stop(within: .zero)
        }
        guard await phone.waitUntilListening() != nil else {
            throw TelephonyError(.unreachable, "the phone at \(host) does not listen")
        }
        return phone
    }

    /// Registers a phone of an agent, which checks the agent in, until the end of the scope that the centre has.
    ///
    /// - Parameter host: Where the phone is: 10.1.0.1 and so on by default.
    /// - Throws: `TelephonyError` when the centre refuses the registration.
    @discardableResult
    public func agent(
        _ agent: AgentID, password: String, at host: String? = nil, codecs: [AudioCodec] = [.pcmu],
        handler: @escaping @Sendable (Call) async -> Void
    ) async throws -> UserAgent {
        let number = phones.agentCount.withLock { count in
            count += 1
            return count
        }
        let phone = try await phone(
            at: host ?? "10.1.\(number / 250).\(number % 250 + 1)", codecs: codecs, handler: handler)
        let registered = OneShot<Result<Void, any Error>>()
        phones.post.yield { [address, over = phones.over] in
            do {
                try await phone.withRegistration(at: address, username: agent.rawValue, password: password) {
                    registered.fulfil(.success(()))
                    await over.valueWhateverHappens()
                }
            } catch {
                registered.fulfil(.failure(error))
            }
        }
        try await registered.valueWhateverHappens().get()
        return phone
    }

    /// Calls a number from the street and stays on the line while `body` runs. Leaving `body` hangs up.
    ///
    /// - Parameters:
    ///   - caller: The caller's number.
    ///   - host: The caller's machine. By default all callers share one.
    /// - Throws: As `UserAgent.withCall(to:options:_:)`.
    public func call<Result: Sendable>(
        _ number: String, from caller: String = "+15550199", at host: String = "10.2.0.1",
        _ body: @escaping @Sendable (Call) async throws -> Result
    ) async throws -> Result {
        var options = CallOptions()
        options.from = NameAddress(uri: SipURI(user: caller, host: host))
        return try await phone(at: host).withCall(to: uri(number), options: options, body)
    }
}
