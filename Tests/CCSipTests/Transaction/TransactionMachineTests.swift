import CCCore
import Testing

@testable import CCSip

private let t0 = Instant(nanoseconds: 5_000_000_000)

/// Milliseconds since `t0`.
private func at(_ milliseconds: Int) -> Instant { t0.advanced(by: .milliseconds(milliseconds)) }
private func since(_ instant: Instant) -> Int { Int(t0.duration(to: instant).inNanoseconds / 1_000_000) }

@Suite struct InviteClientTransactionTests {
    private func machine(reliable: Bool = false) -> InviteClientTransaction {
        InviteClientTransaction(timers: TransactionTimers(), reliable: reliable, now: t0)
    }

    @Test("timer A doubles from T1 without a ceiling; timer B ends it after 64·T1")
    func timersAB() {
        var machine = machine()
        var retransmissions: [Int] = []
        while let deadline = machine.nextDeadline {
            switch machine.timerFired(now: deadline) {
            case .retransmit: retransmissions.append(since(deadline))
            case .timedOut: #expect(since(deadline) == 32_000)
            case .terminated, .none: Issue.record("unexpected")
            }
        }
        #expect(retransmissions == [500, 1_500, 3_500, 7_500, 15_500, 31_500])
        #expect(machine.state == .terminated)
    }

    @Test("a reliable transport is never repeated on, and times out all the same")
    func reliable() {
        var machine = machine(reliable: true)
        #expect(machine.nextDeadline == at(32_000))
        #expect(machine.timerFired(now: at(31_999)) == .none)
        #expect(machine.timerFired(now: at(32_000)) == .timedOut)
    }

    @Test("a provisional response stops timers A and B")
    func provisional() {
        var machine = machine()
        #expect(machine.received(.ringing, now: at(100)) == .deliver)
        #expect(machine.nextDeadline == nil)
        #expect(machine.received(.ringing, now: at(200)) == .deliver)
        #expect(machine.state == .proceeding)
    }

    @Test("a refusal is acknowledged each time it comes, until timer D")
    func refusal() {
        var machine = machine()
        #expect(machine.received(.busyHere, now: at(100)) == .deliverAndAcknowledge)
        #expect(machine.received(.busyHere, now: at(600)) == .acknowledge)
        #expect(machine.received(.ok, now: at(700)) == .ignore)
        #expect(machine.received(.ringing, now: at(700)) == .ignore)
        #expect(machine.nextDeadline == at(32_100))
        #expect(machine.timerFired(now: at(32_100)) == .terminated)
    }

    @Test("timer D is zero on a reliable transport")
    func refusalReliable() {
        var machine = machine(reliable: true)
        #expect(machine.received(.busyHere, now: at(100)) == .deliverAndAcknowledge)
        #expect(machine.state == .terminated)
    }

    @Test("every 2xx is delivered until timer M", arguments: [false, true])
    func accepted(reliable: Bool) {
        var machine = machine(reliable: reliable)
        #expect(machine.received(.ok, now: at(100)) == .deliver)
        #expect(machine.received(.ok, now: at(600)) == .deliver)
        #expect(machine.received(.busyHere, now: at(700)) == .ignore)
        #expect(machine.received(.ringing, now: at(700)) == .ignore)
        #expect(machine.nextDeadline == at(32_100))
        #expect(machine.timerFired(now: at(32_100)) == .terminated)
        #expect(machine.received(.ok, now: at(33_000)) == .ignore)
    }

    @Test("once given up, a missing final response is a timeout")
    func guardTimer() {
        var machine = machine()
        _ = machine.received(.ringing, now: at(100))
        machine.giveUp(at: at(40_000))
        #expect(machine.timerFired(now: at(40_000)) == .timedOut)
    }
}

@Suite struct NonInviteClientTransactionTests {
    private func machine(reliable: Bool = false) -> NonInviteClientTransaction {
        NonInviteClientTransaction(timers: TransactionTimers(), reliable: reliable, now: t0)
    }

    @Test("timer E doubles from T1 up to T2; timer F ends it after 64·T1")
    func timersEF() {
        var machine = machine()
        var retransmissions: [Int] = []
        while let deadline = machine.nextDeadline {
            if machine.timerFired(now: deadline) == .retransmit { retransmissions.append(since(deadline)) }
        }
        #expect(retransmissions == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
        #expect(machine.state == .terminated)
    }

    @Test("in proceeding timer E is T2")
    func proceeding() {
        var machine = machine()
        #expect(machine.received(.trying, now: at(100)) == .deliver)
        #expect(machine.timerFired(now: at(500)) == .retransmit)
        #expect(machine.nextDeadline == at(4_500))
    }

    @Test("the final response is delivered once; timer K is T4, zero on a reliable transport")
    func final() {
        var machine = machine()
        #expect(machine.received(.ok, now: at(100)) == .deliver)
        #expect(machine.received(.ok, now: at(200)) == .ignore)
        #expect(machine.nextDeadline == at(5_100))
        #expect(machine.timerFired(now: at(5_100)) == .terminated)
        var tcp = self.machine(reliable: true)
        #expect(tcp.nextDeadline == at(32_000))
        #expect(tcp.received(.ok, now: at(100)) == .deliver)
        #expect(tcp.state == .terminated)
    }
}

@Suite struct InviteServerTransactionTests {
    private func machine(reliable: Bool = false) -> InviteServerTransaction {
        InviteServerTransaction(timers: TransactionTimers(), reliable: reliable, now: t0)
    }

    @Test("100 is due after 200 ms of silence, and not after a response")
    func trying() {
        var machine = machine()
        #expect(machine.nextDeadline == at(200))
        #expect(machine.timerFired(now: at(200)) == .trying)
        #expect(machine.nextDeadline == nil)
        var answered = self.machine()
        #expect(answered.respond(.ringing, now: at(50)) == .send)
        #expect(answered.nextDeadline == nil)
    }

    @Test("timer G repeats a refusal from T1 up to T2; timer H gives up after 64·T1")
    func timersGH() {
        var machine = machine()
        #expect(machine.respond(.busyHere, now: t0) == .send)
        var repetitions: [Int] = []
        var failedAt = 0
        while let deadline = machine.nextDeadline {
            switch machine.timerFired(now: deadline) {
            case .resend: repetitions.append(since(deadline))
            case .failed: failedAt = since(deadline)
            case .trying, .terminated, .none: Issue.record("unexpected")
            }
        }
        #expect(repetitions == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
        #expect(failedAt == 32_000)
    }

    @Test("the ACK ends the repetition; timer I is T4, zero on a reliable transport")
    func timerI() {
        var machine = machine()
        _ = machine.respond(.busyHere, now: t0)
        #expect(machine.receivedInvite() == .resend)
        #expect(machine.receivedAcknowledgement(now: at(100)) == .ignore)
        #expect(machine.receivedInvite() == .ignore)
        #expect(machine.receivedAcknowledgement(now: at(200)) == .ignore)
        #expect(machine.nextDeadline == at(5_100))
        #expect(machine.timerFired(now: at(5_100)) == .terminated)
        var tcp = self.machine(reliable: true)
        _ = tcp.respond(.busyHere, now: t0)
        #expect(tcp.nextDeadline == at(32_000))
        _ = tcp.receivedAcknowledgement(now: at(100))
        #expect(tcp.state == .terminated)
    }

    @Test("after a 2xx a repeated INVITE is absorbed, ACKs are delivered and the user may repeat, until timer L")
    func accepted() {
        var machine = machine()
        #expect(machine.respond(.ok, now: t0) == .send)
        #expect(machine.receivedInvite() == .ignore)
        #expect(machine.respond(.ok, now: at(500)) == .send)
        #expect(machine.respond(.busyHere, now: at(500)) == .ignore)
        #expect(machine.receivedAcknowledgement(now: at(600)) == .deliver)
        #expect(machine.receivedAcknowledgement(now: at(700)) == .deliver)
        #expect(machine.nextDeadline == at(32_000))
        #expect(machine.timerFired(now: at(32_000)) == .terminated)
    }

    @Test("while unanswered, a repeated INVITE gets the last provisional response")
    func repeated() {
        var machine = machine()
        #expect(machine.receivedInvite() == .resend)
        #expect(machine.receivedAcknowledgement(now: at(1)) == .ignore)
        #expect(machine.state == .proceeding)
    }
}

@Suite struct NonInviteServerTransactionTests {
    private func machine(reliable: Bool = false) -> NonInviteServerTransaction {
        NonInviteServerTransaction(timers: TransactionTimers(), reliable: reliable, now: t0)
    }

    @Test("the final response is repeated on request until timer J, which is 64·T1, zero on a reliable transport")
    func timerJ() {
        var machine = machine()
        #expect(machine.receivedRequest() == .ignore)
        #expect(machine.respond(.ok, now: at(100)) == .send)
        #expect(machine.respond(.ok, now: at(150)) == .ignore)
        #expect(machine.receivedRequest() == .resend)
        #expect(machine.timerFired(now: at(32_000)) == .none)
        #expect(machine.timerFired(now: at(32_100)) == .terminated)
        var tcp = self.machine(reliable: true)
        _ = tcp.respond(.ok, now: at(100))
        #expect(tcp.state == .terminated)
    }

    @Test("a request that is never answered does not stay for ever")
    func unanswered() {
        var machine = machine()
        #expect(machine.timerFired(now: at(32_000)) == .failed)
        #expect(machine.state == .terminated)
    }
}

@Suite struct DeadlineHeapTests {
    @Test("deadlines come out in order, and only when due")
    func order() {
        var heap = DeadlineHeap<Int>()
        var random = SeededGenerator(state: 11)
        let values = (0..<500).map { _ in Int.random(in: 0..<1_000, using: &random) }
        for value in values { heap.insert(value, at: at(value)) }
        var out: [Int] = []
        while let value = heap.popDue(at(700)) { out.append(value) }
        #expect(out == values.filter { $0 <= 700 }.sorted())
        #expect(heap.earliest == values.filter { $0 > 700 }.min().map(at))
    }

    @Test("a slot's old name finds nothing once the slot is used again")
    func slots() {
        var table = SlotTable<String>()
        let first = table.insert("a")
        #expect(table.remove(first) == "a")
        let second = table.insert("b")
        #expect(table[first] == nil)
        #expect(table.remove(first) == nil)
        table[second]?.append("c")
        #expect(table[second] == "bc")
        #expect(table.count == 1)
        table[second] = nil
        #expect(table.count == 0)
        #expect(table.ids.isEmpty)
    }
}
