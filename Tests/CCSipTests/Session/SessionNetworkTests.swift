import CCCore
import NIOCore
import Testing

@testable import CCSip

private let aliceAddress = NetworkAddress(ip: IPAddress(v4: 0xC000_0202), port: 5060)
private let bobAddress = NetworkAddress(ip: IPAddress(v4: 0xC000_0201), port: 5060)

@Suite struct SessionNetworkTests {
    @Test("a call over a perfect line: ring, answer, hold, resume, hang up, and nothing is left")
    func plainCall() {
        let network = VirtualNetwork(seed: 1)
        let alice = VirtualPhone("alice", aliceAddress, on: network, seed: 1)
        let bob = VirtualPhone("bob", bobAddress, on: network, seed: 2)
        bob.onCall = { call in
            bob.act(call) { $0.ring(now: $1, into: &$2) }
            network.after(.seconds(2)) { bob.act(call) { $0.answer(now: $1, into: &$2) } }
        }
        let call = alice.call(bob)
        network.after(.seconds(5)) { bob.act(1) { $0.hold(now: $1, into: &$2) } }
        network.after(.seconds(6)) { alice.act(call) { $0.sendDigit("7", now: $1, into: &$2) } }
        network.after(.seconds(7)) { bob.act(1) { $0.resume(now: $1, into: &$2) } }
        network.after(.seconds(9)) { bob.act(1) { $0.bye(now: $1, into: &$2) } }
        network.run(for: .seconds(120))
        #expect(
            alice.log == ["1 ringing", "1 answered", "1 media recvonly", "1 media sendrecv", "1 ended remoteHangup"])
        #expect(
            bob.log == ["1 answered", "1 media sendonly", "1 digit 7", "1 media sendrecv", "1 ended localHangup"])
        #expect(alice.leftovers.isEmpty, "\(alice.leftovers)")
        #expect(bob.leftovers.isEmpty, "\(bob.leftovers)")
    }

    @Test("both sides put the call on hold in the same moment: glare is resolved and both holds hold")
    func glare() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let network = VirtualNetwork(seed: seed)
            network.conditions.delay = 10...20
            let alice = VirtualPhone("alice", aliceAddress, on: network, seed: seed)
            let bob = VirtualPhone("bob", bobAddress, on: network, seed: seed + 100)
            bob.onCall = { call in bob.act(call) { $0.answer(now: $1, into: &$2) } }
            let call = alice.call(bob)
            network.after(.seconds(2)) {
                alice.act(call) { $0.hold(now: $1, into: &$2) }
                bob.act(1) { $0.hold(now: $1, into: &$2) }
            }
            network.run(for: .seconds(20))
            #expect(alice.agreed[call]?.direction == .inactive, "seed \(seed)")
            #expect(bob.agreed[1]?.direction == .inactive, "seed \(seed)")
        }
    }

    @Test("a cancelled call that is answered in the same moment ends on both sides, whichever wins")
    func cancelCrossing() {
        for milliseconds in 980...1_020 {
            let network = VirtualNetwork(seed: UInt64(milliseconds))
            let alice = VirtualPhone("alice", aliceAddress, on: network, seed: 1)
            let bob = VirtualPhone("bob", bobAddress, on: network, seed: 2)
            bob.onCall = { call in
                bob.act(call) { $0.ring(now: $1, into: &$2) }
                network.after(.milliseconds(1_000)) { bob.act(call) { $0.answer(now: $1, into: &$2) } }
            }
            let call = alice.call(bob)
            network.after(.milliseconds(milliseconds)) { alice.act(call) { $0.cancel(now: $1, into: &$2) } }
            network.run(for: .seconds(120))
            #expect(alice.ends[call]?.map(\.cause) == [.localHangup])
            #expect([[SessionEnd.Cause.cancelledByCaller], [.remoteHangup]].contains(bob.ends[1]?.map(\.cause)))
            #expect(alice.leftovers + bob.leftovers == [])
        }
    }

    @Test("a phone that vanishes in mid-call is given up by the first request it does not answer")
    func vanished() {
        let network = VirtualNetwork(seed: 5)
        let alice = VirtualPhone("alice", aliceAddress, on: network, seed: 1)
        let bob = VirtualPhone("bob", bobAddress, on: network, seed: 2)
        bob.onCall = { call in bob.act(call) { $0.answer(now: $1, into: &$2) } }
        let call = alice.call(bob)
        network.after(.seconds(2)) { network.conditions.loss = 1 }
        network.after(.seconds(3)) { alice.act(call) { $0.hold(now: $1, into: &$2) } }
        network.run(for: .seconds(200))
        #expect(alice.ends[call]?.map(\.cause) == [.noResponse])
        #expect(alice.leftovers == [])
    }

    @Test(
        "random calls over a bad line always end on both sides, leave nothing behind and agree on the media",
        arguments: 0..<20)
    func randomScripts(block: Int) {
        for seed in UInt64(block * 100)..<UInt64(block * 100 + 100) {
            RandomScript(seed: seed).run()
        }
    }

    @Test(
        "random calls over a line that changes bytes always end on both sides and leave nothing behind",
        arguments: 0..<5)
    func corruptedScripts(block: Int) {
        for seed in UInt64(10_000 + block * 100)..<UInt64(10_100 + block * 100) {
            RandomScript(seed: seed, corruption: 0.1).run()
        }
    }
}

/// One random call: what happens when, and how bad the line is, follows from the seed.
private final class RandomScript {
    let seed: UInt64
    let network: VirtualNetwork
    let alice: VirtualPhone
    let bob: VirtualPhone
    var random: SeededGenerator

    let corruption: Double

    init(seed: UInt64, corruption: Double = 0) {
        self.seed = seed
        self.corruption = corruption
        random = SeededGenerator(state: seed &* 0xD134_2543_DE82_EF95 | 1)
        network = VirtualNetwork(seed: seed)
        alice = VirtualPhone("alice", aliceAddress, on: network, seed: seed)
        bob = VirtualPhone("bob", bobAddress, on: network, seed: seed + 1_000_000)
    }

    private func chance(_ probability: Double) -> Bool { Double.random(in: 0..<1, using: &random) < probability }
    private func milliseconds(_ range: ClosedRange<Int>) -> Duration {
        .milliseconds(Int.random(in: range, using: &random))
    }

    func run() {
        let loss = [0.0, 0.05, 0.15, 0.3][Int.random(in: 0..<4, using: &random)]
        network.conditions = VirtualNetwork.Conditions(
            loss: loss, duplication: chance(0.5) ? 0.2 : 0, corruption: corruption,
            delay: chance(0.5) ? 1...20 : 1...900)
        if corruption == 0, chance(0.15) {
            // A connection loses, doubles and reorders nothing.
            network.transport = .tcp
            network.conditions = VirtualNetwork.Conditions(delay: 30...30)
        }
        bob.onCall = { [self] call in answer(call) }
        alice.call(bob)
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let phone = chance(0.5) ? alice : bob
            let kind = Int.random(in: 0..<5, using: &random)
            network.after(milliseconds(0...20_000)) { [self] in disturb(phone, kind) }
        }
        let phone = chance(0.5) ? alice : bob
        let hangup = [milliseconds(0...3_000), milliseconds(0...40_000), .seconds(200)][
            Int.random(in: 0..<3, using: &random)]
        network.after(hangup) {
            for call in phone.callIDs { phone.act(call) { $0.bye(now: $1, into: &$2) } }
        }
        // Whoever is still there hangs up; before that, a line without loss shows what both sides have settled on.
        network.after(.seconds(50)) { [self] in network.conditions = VirtualNetwork.Conditions(delay: 30...30) }
        network.after(.seconds(150)) { [self] in if corruption == 0 { compareMedia() } }
        network.after(.seconds(200)) { [self] in
            for phone in [alice, bob] {
                for call in phone.callIDs { phone.act(call) { $0.bye(now: $1, into: &$2) } }
            }
        }
        network.run(for: .seconds(600))
        for phone in [alice, bob] {
            #expect(phone.leftovers == [], "seed \(seed): \(phone.name)")
            for (call, ends) in phone.ends {
                #expect(ends.count == 1, "seed \(seed): \(phone.name) \(call) ended \(ends)")
            }
        }
        #expect(alice.ends.count == 1, "seed \(seed): the caller's call did not end")
    }

    private func answer(_ call: Int) {
        if chance(0.7) {
            network.after(milliseconds(0...300)) { [self] in bob.act(call) { $0.ring(now: $1, into: &$2) } }
        }
        if chance(0.2) {
            network.after(milliseconds(0...800)) { [self] in bob.act(call) { $0.progress(now: $1, into: &$2) } }
        }
        let isRejected = chance(0.1)
        network.after(milliseconds(0...5_000)) { [self] in
            bob.act(call) { session, now, actions in
                if isRejected {
                    session.reject(.busyHere, now: now, into: &actions)
                } else {
                    session.answer(now: now, into: &actions)
                }
            }
        }
    }

    private func disturb(_ phone: VirtualPhone, _ kind: Int) {
        for call in phone.callIDs {
            phone.act(call) { session, now, actions in
                switch kind {
                case 0, 1: session.hold(now: now, into: &actions)
                case 2, 3: session.resume(now: now, into: &actions)
                default: session.sendDigit("5", now: now, into: &actions)
                }
            }
        }
    }

    /// While both sides have the call up and nothing is under way, they see the same stream.
    private func compareMedia() {
        guard let one = alice.calls.values.first?.session, let two = bob.calls.values.first?.session,
            one.state == .confirmed, two.state == .confirmed
        else { return }
        #expect(one.agreed?.direction == two.agreed?.direction.reversed, "seed \(seed)")
        #expect(one.agreed?.codec == two.agreed?.codec, "seed \(seed)")
        #expect(one.agreed?.sendPayloadType == two.agreed?.receivePayloadType, "seed \(seed)")
        let holds = MediaDirection(sends: !two.isLocalHold, receives: !one.isLocalHold)
        #expect(one.agreed?.direction == holds, "seed \(seed)")
    }
}
