#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
import CCSip

/// Checks that a registration store keeps what `RegistrationStore` promises.
///
/// - Parameter make: gives a fresh, empty store each time.
/// - Throws: ``ConformanceFailure`` with the name of the first rule that is broken.
public func checkRegistrationStore(_ make: @escaping () async throws -> any RegistrationStore) async throws {
    let check = StoreCheck(make: make)
    let now = Date(millisecondsSince1970: 1_763_763_600_000)
    func binding(_ user: String, _ contact: String, expires seconds: Double = 3600) -> RegistrationBinding {
        RegistrationBinding(
            user: user, contact: contact, expiresAt: now.addingTimeInterval(seconds), callID: "call \(contact)",
            cseq: .max,
            flow: SipFlow(
                transport: .tcp, local: NetworkAddress(ip: IPAddress(v4: 0x7F00_0001), port: 5060),
                remote: NetworkAddress(ip: IPAddress(v6: 0x2001_0DB8_0000_0000, 7), port: 65_535)),
            path: ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"], userAgent: "Fón \"1\"", q: 0.7,
            instance: "<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>")
    }

    try await check.rule("an empty store has no bindings") { store in
        try expectEqual(try await store.loadAll(now: now), [])
    }
    try await check.rule("bindings come back equal, by user and then as saved") { store in
        var plain = binding("ann", "sip:ann@192.0.2.1")
        plain.path = []
        plain.userAgent = nil
        plain.instance = nil
        plain.flow.transport = .udp
        let ann = [binding("ann", "sip:ann@192.0.2.9"), plain]
        let bob = [binding("bob", "sip:bob@192.0.2.2")]
        try await store.save(bob, for: "bob")
        try await store.save(ann, for: "ann")
        try expectEqual(try await store.loadAll(now: now), ann + bob)
    }
    try await check.rule("a save replaces all bindings of the user and of nobody else") { store in
        try await store.save([binding("ann", "sip:1@h"), binding("ann", "sip:2@h")], for: "ann")
        try await store.save([binding("bob", "sip:1@h")], for: "bob")
        try await store.save([binding("ann", "sip:3@h"), binding("eve", "sip:4@h")], for: "ann")
        try expectEqual(try await store.loadAll(now: now), [binding("ann", "sip:3@h"), binding("bob", "sip:1@h")])
    }
    try await check.rule("an empty list removes the user") { store in
        try await store.save([binding("ann", "sip:1@h")], for: "ann")
        try await store.save([], for: "ann")
        try expectEqual(try await store.loadAll(now: now), [])
    }
    try await check.rule("bindings that have ended are not loaded") { store in
        let live = binding("ann", "sip:1@h", expires: 1)
        let ended = [binding("ann", "sip:2@h", expires: 0), binding("ann", "sip:3@h", expires: -5)]
        try await store.save([live] + ended, for: "ann")
        try expectEqual(try await store.loadAll(now: now), [live])
    }
}
