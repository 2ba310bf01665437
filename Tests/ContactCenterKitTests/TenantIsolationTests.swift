import CCTelephony
import Foundation
import Testing

@testable import ContactCenterKit

/// A network of one loop, without anybody on it.
private struct ManualNetwork: Network {
    let loop = ManualLoop()

    var signalling: any NetworkLoop { loop }
    var media: [any NetworkLoop] { [loop] }
    func resolve(host: String, port: UInt16) async throws -> [NetworkAddress] { throw Surprise("no network here") }
    func localAddress(toward remote: NetworkAddress) -> IPAddress? { nil }
    func blocking<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try work()
    }
}

@Suite("No tenant can touch another")
struct TenantIsolationTests {
    /// Everything about beta that anybody can see.
    private struct Life: Equatable {
        var events: [String] = []
        var states: [String] = []
        var records: [String] = []
        var answers = 0
    }

    @Test(
        "whatever a tenant does with the names of another, that one lives as if there were no other", arguments: 0..<20)
    func isolation(seed: UInt64) async throws {
        let alone = try await life(seed, withAcme: false)
        let beside = try await life(seed, withAcme: true)
        #expect(
            alone.answers > 3 && alone.records.count > 5 && alone.events.count > 100,
            "\(alone.answers) \(alone.records.count)")
        for (index, (one, other)) in zip(alone.events, beside.events).enumerated() where one != other {
            Issue.record("event \(index) is \(other), and would be \(one)")
            break
        }
        #expect(alone.events.count == beside.events.count)
        #expect(alone.states == beside.states)
        #expect(alone.records == beside.records)
    }

    private func tenant(_ id: TenantID) -> Tenant {
        Tenant(id) {
            Queue("support", ringTimeout: .seconds(2), wrapUp: .seconds(1), waitingMax: 5)
            Queue("sales", requires: ["sales"], ringTimeout: .seconds(2), wrapUp: .zero)
            Agent("agent1").phone(password: "secret")
            Agent("agent2", skills: ["sales"]).phone(password: "secret")
            Agent("agent3", skills: ["sales"]).phone(password: "secret")
            Number("support", queue: "support")
        }
    }

    private func life(_ seed: UInt64, withAcme: Bool) async throws -> Life {
        let network = ManualNetwork()
        let time = ManualTime(loop: network.loop)
        var plan = CenterPlan()
        plan.tenants = [tenant("beta")] + (withAcme ? [tenant("acme")] : [])
        let center = try ContactCenter(plan: plan, network: network, time: time, entropy: Entropy(seed: seed))
        let beta = try #require(center.tenant("beta"))
        await beta.desk.start(from: try await beta.journal.open(), checkingIn: [])
        async let writing: Void = beta.journal.run()
        let acme = center.tenant("acme")
        if let acme { await acme.desk.start(from: try await acme.journal.open(), checkingIn: []) }
        async let otherWriting: Void? = acme?.journal.run()

        // Each has a chance of its own, so that what acme does takes nothing from beta's.
        let (mine, theirs) = (Entropy(seed: seed &+ 1), Entropy(seed: seed &+ 2))
        var life = Life()
        var (betas, acmes) = (People(), People())
        for agent in ["agent1", "agent2", "agent3"] as [AgentID] { await beta.checkIn(agent) }
        for number in 0..<300 {
            network.loop.advance(by: .milliseconds(Int64(mine.unit() * 400)))
            if let acme {
                // It knows all of beta's names: contacts, calls, agents, offers.
                for _ in 0..<3 {
                    acmes.live = betas.live
                    acmes.offers = betas.offers
                    try await act(in: acme, number: number, &acmes, theirs, at: time.date, isFoul: true)
                }
            }
            try await act(in: beta, number: number, &betas, mine, at: time.date, isFoul: false)
            life.states.append(await summary(of: beta))
        }
        await beta.desk.finish()
        await writing
        await acme?.desk.finish()
        _ = await otherWriting
        let entries = try await beta.stores.journal.entries(after: 0, limit: .max)
        // Offers are numbered after a prefix that is drawn.
        life.events = entries.map {
            "\($0.position) \($0.event.date.iso8601) \($0.event)".replacing(/[0-9a-f]{8}-/, with: "")
        }
        life.records = try await beta.contacts.records().map {
            try CenterJSON.line($0).replacing(/[0-9a-f]{8}-/, with: "")
        }
        life.answers = entries.count { $0.event.type == "contactAnswered" }
        #expect(entries.allSatisfy { $0.event.tenant == "beta" })
        #expect(try await beta.contacts.records().allSatisfy { $0.tenant == "beta" })
        if let acme {
            // It was not idle, and has nothing of beta's.
            let own = try await acme.stores.journal.entries(after: 0, limit: .max)
            #expect(own.count > 20 && own.allSatisfy { $0.event.tenant == "acme" })
            #expect(try await acme.contacts.records().allSatisfy { $0.tenant == "acme" })
        }
        return life
    }

    private struct People {
        var live: [ContactID] = []
        var offers: [Reservation] = []
    }

    /// One thing that happens in a tenant, drawn. With `isFoul` the contacts and offers are another tenant's.
    private func act(
        in center: ContactCenter, number: Int, _ people: inout People, _ chance: Entropy, at date: Date, isFoul: Bool
    ) async throws {
        let desk = center.desk
        let agent = AgentID("agent\(1 + Int(chance.unit() * 3))")
        let queue: QueueID = chance.unit() < 0.6 ? "support" : "sales"
        let contact =
            people.live.isEmpty ? ContactID("c0") : people.live[Int(chance.unit() * Double(people.live.count))]
        let kind = chance.unit()
        switch kind {
        case ..<0.25:
            let id = isFoul && chance.unit() < 0.7 ? contact : ContactID("c\(number)")
            let arrived = Contact(
                id: id, tenant: center.tenantID, dialledNumber: "support", callerNumber: "+15550100", arrivedAt: date,
                signallingID: "call-\(number)")
            await desk.arrived(arrived, by: CallID("\(id)"))
            _ = await desk.enqueue(id, queue: queue, requiredAgent: chance.unit() < 0.2 ? agent : nil)
            if !isFoul { people.live.append(id) }
        case ..<0.5:
            for id in people.live {
                guard case .offered(let queue, let agent, let offer)? = await desk.state.standing(of: id) else {
                    continue
                }
                people.offers.append(
                    Reservation(
                        id: offer, contact: id, agent: agent, queue: queue, offeredAt: .zero, deadline: .distantFuture))
            }
            guard let offer = people.offers.last else { return }
            people.offers.removeLast()
            switch chance.unit() {
            case ..<0.7: _ = await desk.accepted(offer)
            case ..<0.9: await desk.refused(offer, .busy)
            default: await desk.lost(offer.contact, by: offer.agent)
            }
        case ..<0.62:
            await desk.ended(contact) { $0.reason(forHangUpBy: .customer) }
            await desk.closed(contact, by: CallID("\(contact)"))
            people.live.removeAll { $0 == contact }
        case ..<0.8: await center.checkIn(agent)
        case ..<0.84: await center.checkOut(agent)
        case ..<0.88: await center.pause(agent, reason: "lunch")
        case ..<0.92: await center.resume(agent)
        case ..<0.95: await center.wrapUpDone(agent)
        case ..<0.97: desk.post { $0.phone(of: agent, isRegistered: true) }
        default: await desk.left(contact)
        }
    }

    private func summary(of center: ContactCenter) async -> String {
        var parts: [String] = []
        for queue in ["support", "sales"] as [QueueID] { parts.append("\(await center.waiting(in: queue))") }
        for agent in ["agent1", "agent2", "agent3"] as [AgentID] {
            let status = await center.status(of: agent)
            parts.append(
                "\(status?.state.rawValue ?? "") \(status?.contact?.rawValue ?? "") \(status?.loginTime ?? .zero)")
        }
        return parts.joined(separator: ", ")
    }
}
