import CCCore
import NIOCore
import Testing

@testable import CCSip

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

private struct Rig {
    var registrar = Registrar()
    var now = Instant(nanoseconds: 1_000_000_000)
    var date = Date(timeIntervalSince1970: 1_000_000)
    static let flow = LayerRig.flow

    /// A REGISTER with these Contact values.
    mutating func register(
        _ contacts: [String], expires: Int? = nil, callID: String = "reg-1", cseq: Int = 1, user: String = "agent1",
        flow: SipFlow = flow, path: String? = nil
    ) -> (response: SipResponse, update: Registrar.Update) {
        var request = makeRequest(.register, cseq: cseq)
        request.headers[.callID] = callID
        for contact in contacts { request.headers.add(.contact, contact) }
        if let expires { request.headers.add(.expires, "\(expires)") }
        if let path { request.headers.add(.path, path) }
        request.headers.add(.userAgent, "phone/1")
        return registrar.register(request, as: user, over: flow, now: now, date: date, toTag: "r")
    }

    mutating func wait(_ seconds: Int) {
        now = now.advanced(by: .seconds(seconds))
        date = date.addingTimeInterval(Double(seconds))
    }
}

@Suite struct RegistrarTests {
    @Test("a binding is added, answered with its remaining time, and refreshed")
    func addAndRefresh() throws {
        var rig = Rig()
        let (response, update) = rig.register(["<sip:agent1@10.0.0.5:5070;transport=udp>"], expires: 300)
        #expect(response.status == .ok)
        #expect(response.headers.values(.contact) == ["<sip:agent1@10.0.0.5:5070;transport=udp>;expires=300"])
        let binding = try #require(update.bindings.first)
        #expect(update.changes == [.added(binding)])
        #expect(binding.flow == Rig.flow)
        #expect(binding.userAgent == "phone/1")
        #expect(binding.expiresAt == rig.date.addingTimeInterval(300))
        rig.wait(100)
        let question = rig.register([], cseq: 2)
        #expect(question.update.changes.isEmpty)
        #expect(question.response.headers.values(.contact).first?.hasSuffix(";expires=200") == true)
        let refreshed = rig.register(["<sip:agent1@10.0.0.5:5070;transport=udp>"], expires: 300, cseq: 3)
        #expect(refreshed.update.bindings.count == 1)
        guard case .refreshed? = refreshed.update.changes.first else {
            Issue.record("not refreshed")
            return
        }
    }

    @Test("a Contact's own lifetime comes before the header field's; neither gets the default; too long is cut")
    func lifetimes() {
        var rig = Rig()
        let contacts = ["<sip:a@10.0.0.1>;expires=120", "<sip:b@10.0.0.1>", "<sip:c@10.0.0.1>;expires=999999"]
        let with = rig.register(contacts, expires: 600).response.headers.values(.contact)
        #expect(with.compactMap { $0.split(separator: "=").last.map(String.init) } == ["120", "600", "7200"])
        let without = rig.register(["<sip:d@10.0.0.1>"], user: "agent2").response.headers.values(.contact)
        #expect(without == ["<sip:d@10.0.0.1>;expires=3600"])
    }

    @Test("too short a lifetime is 423 with Min-Expires, and changes nothing")
    func tooBrief() {
        var rig = Rig()
        let (response, update) = rig.register(["<sip:a@10.0.0.1>", "<sip:b@10.0.0.1>;expires=59"], expires: 300)
        #expect(response.status == .intervalTooBrief)
        #expect(response.headers.minExpires == 60)
        #expect(update.changes.isEmpty)
        #expect(rig.registrar.bindings(for: "agent1", now: rig.now).isEmpty)
    }

    @Test("zero removes one binding; a star with zero removes all")
    func remove() {
        var rig = Rig()
        _ = rig.register(["<sip:a@10.0.0.1>", "<sip:b@10.0.0.1>", "<sip:c@10.0.0.1>"], expires: 300)
        let one = rig.register(["<sip:b@10.0.0.1>;expires=0"], cseq: 2)
        #expect(one.update.bindings.map(\.contact).sorted() == ["sip:a@10.0.0.1", "sip:c@10.0.0.1"])
        let all = rig.register(["*"], expires: 0, cseq: 3)
        #expect(all.response.status == .ok)
        #expect(all.update.changes.count == 2)
        #expect(all.update.bindings.isEmpty)
        #expect(rig.registrar.registeredUsers.isEmpty)
    }

    @Test("a star with another lifetime, or beside a Contact, is 400")
    func badStar() {
        var rig = Rig()
        _ = rig.register(["<sip:a@10.0.0.1>"], expires: 300)
        #expect(rig.register(["*"], expires: 300, cseq: 2).response.status == .badRequest)
        #expect(rig.register(["*"], cseq: 2).response.status == .badRequest)
        #expect(rig.register(["*", "<sip:a@10.0.0.1>"], expires: 0, cseq: 2).response.status == .badRequest)
        #expect(rig.registrar.bindings(for: "agent1", now: rig.now).count == 1)
    }

    @Test("an overtaken REGISTER of the same call is 500; another call's is taken whatever its number")
    func order() {
        var rig = Rig()
        _ = rig.register(["<sip:a@10.0.0.1>"], expires: 300, cseq: 5)
        #expect(rig.register(["<sip:a@10.0.0.1>;expires=0"], cseq: 4).response.status == .serverInternalError)
        #expect(rig.register(["<sip:a@10.0.0.1>"], cseq: 5).response.status == .serverInternalError)
        #expect(rig.register(["*"], expires: 0, cseq: 5).response.status == .serverInternalError)
        #expect(rig.register(["<sip:a@10.0.0.1>"], callID: "reg-2", cseq: 1).response.status == .ok)
    }

    @Test("the same contact twice in one REGISTER is one binding")
    func twice() {
        var rig = Rig()
        let (response, update) = rig.register(
            ["<sip:a@10.0.0.1>", "<sip:A@10.0.0.1>", "<sip:a@10.0.0.1>"], expires: 300)
        #expect(response.status == .ok)
        #expect(update.bindings.count == 2)
    }

    @Test("bindings come highest q first, among equals the newest first")
    func preference() {
        var rig = Rig()
        _ = rig.register(["<sip:a@10.0.0.1>;q=0.5", "<sip:b@10.0.0.1>;q=0.9", "<sip:c@10.0.0.1>;q=0.5"], expires: 300)
        let order = rig.registrar.bindings(for: "agent1", now: rig.now).map(\.contact)
        #expect(order == ["sip:b@10.0.0.1", "sip:c@10.0.0.1", "sip:a@10.0.0.1"])
    }

    @Test("bindings end by themselves, each at its time, and say so once")
    func expiry() {
        var rig = Rig()
        _ = rig.register(["<sip:a@10.0.0.1>;expires=60", "<sip:b@10.0.0.1>;expires=120"])
        for number in 2...20 { _ = rig.register(["<sip:a@10.0.0.1>;expires=60"], cseq: number) }
        #expect(rig.registrar.nextDeadline == rig.now.advanced(by: .seconds(60)))
        rig.wait(60)
        let first = rig.registrar.advance(now: rig.now)
        #expect(first.map(\.changes.count) == [1])
        #expect(first.first?.bindings.map(\.contact) == ["sip:b@10.0.0.1"])
        #expect(rig.registrar.nextDeadline == rig.now.advanced(by: .seconds(60)))
        rig.wait(60)
        #expect(rig.registrar.advance(now: rig.now).first?.bindings.isEmpty == true)
        #expect(rig.registrar.nextDeadline == nil)
        #expect(rig.registrar.registeredUsers.isEmpty)
    }

    @Test("a refresh moves the end")
    func refreshMovesEnd() {
        var rig = Rig()
        _ = rig.register(["<sip:a@10.0.0.1>"], expires: 60)
        rig.wait(50)
        _ = rig.register(["<sip:a@10.0.0.1>"], expires: 60, cseq: 2)
        rig.wait(10)
        #expect(rig.registrar.advance(now: rig.now).isEmpty)
        #expect(rig.registrar.bindings(for: "agent1", now: rig.now).count == 1)
        #expect(rig.registrar.nextDeadline == rig.now.advanced(by: .seconds(50)))
    }

    @Test("a phone that comes back from another address replaces its old binding")
    func instance() {
        var rig = Rig()
        let instance = ";+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\""
        _ = rig.register(["<sip:a@10.0.0.1:1111;transport=tcp>\(instance)"], expires: 300)
        let update = rig.register(["<sip:a@10.0.0.1:2222;transport=tcp>\(instance)"], expires: 300, callID: "reg-2")
            .update
        #expect(update.bindings.map(\.contact) == ["sip:a@10.0.0.1:2222;transport=tcp"])
    }

    @Test("a user's bindings are limited: those that end soonest give way")
    func limit() {
        var rig = Rig()
        for number in 0..<12 { _ = rig.register(["<sip:a@10.0.0.\(number)>"], expires: 300 + number, cseq: number + 1) }
        let contacts = rig.registrar.bindings(for: "agent1", now: rig.now).map(\.contact)
        #expect(contacts.count == 10)
        #expect(!contacts.contains("sip:a@10.0.0.0"))
        #expect(!contacts.contains("sip:a@10.0.0.1"))
    }

    @Test("Path is kept and answered")
    func path() {
        var rig = Rig()
        let (response, update) = rig.register(
            ["<sip:a@10.0.0.1>"], expires: 300, path: "<sip:p1.example.com;lr>, <sip:p2.example.com;lr>")
        #expect(update.bindings.first?.path == ["<sip:p1.example.com;lr>", "<sip:p2.example.com;lr>"])
        #expect(response.headers.values(.path).count == 2)
    }

    @Test("a closed connection ends the bindings that came over it")
    func flow() {
        var rig = Rig()
        _ = rig.register(["<sip:a@10.0.0.1>"], expires: 300, flow: LayerRig.tcp)
        _ = rig.register(["<sip:b@10.0.0.1>"], expires: 300, callID: "reg-2")
        let updates = rig.registrar.flowFailed(LayerRig.tcp, now: rig.now)
        #expect(updates.map(\.bindings.count) == [1])
        #expect(rig.registrar.flowFailed(LayerRig.tcp, now: rig.now).isEmpty)
    }

    @Test("bindings come back from a store, without those that have ended")
    func restore() async throws {
        var rig = Rig()
        let store = InMemoryRegistrationStore()
        let saved = rig.register(["<sip:a@10.0.0.1>;expires=60", "<sip:b@10.0.0.1>;expires=300"]).update
        try await store.save(saved.bindings, for: "agent1")
        rig.wait(100)
        var restarted = Registrar()
        restarted.restore(try await store.loadAll(now: rig.date), now: .zero, date: rig.date)
        #expect(restarted.bindings(for: "agent1", now: .zero).map(\.contact) == ["sip:b@10.0.0.1"])
        #expect(restarted.nextDeadline == Instant(nanoseconds: 200_000_000_000))
        try await store.save([], for: "agent1")
        #expect(try await store.loadAll(now: rig.date).isEmpty)
    }
}
