import ContactCenterKit
import Testing

@Suite("Many calls at once", .timeLimit(.minutes(5)))
struct LoadTests {
    @Test("end each with one reason, and no agent is in two calls", arguments: [true, false])
    func rush(inFile: Bool) async throws {
        try await withTemporaryFolder { folder in
            try await Rig.run {
                Support(agents: 5)
                Recordings(folder + "/recordings")
                inFile ? Store.sqlite(folder + "/center.sqlite") : Store.memory
            } body: { rig in
                var phones: [AgentPhone] = []
                for number in 1...5 {
                    let behaviour = number == 5 ? AgentPhone.hangsUp(after: .milliseconds(200)) : AgentPhone.talks()
                    phones.append(try await rig.phone("agent\(number)", behaviour))
                }
                try await withThrowingTaskGroup { group in
                    for index in 0..<20 {
                        group.addTask {
                            let caller = try await rig.caller(as: "caller\(index)")
                            if index % 5 != 4 {
                                _ = try await eventually(within: .seconds(30)) {
                                    caller.call.end != nil || rig.events.isAnswered(caller: "caller\(index)")
                                }
                            }
                            try await Task.sleep(for: .milliseconds(100))
                            await caller.hangUp()
                        }
                    }
                    try await group.waitForAll()
                }
                let records = try await rig.records(20)
                #expect(records.count == 20)
                #expect(rig.events.all.count { $0.type == "contactEnded" } == 20)
                let expected: Set<TerminalReason> = [
                    .completedByCustomer, .completedByAgent, .abandonedInQueue, .abandonedWhileRinging,
                ]
                #expect(Set(records.map(\.terminalReason)).isSubset(of: expected))
                let summary = try await rig.center.summary()
                #expect(summary.offered == 20 && summary.answered + summary.abandoned == 20)
                #expect(summary.answered >= 16)
                for phone in phones {
                    let talks = records.flatMap(\.segments).filter { $0.agent == phone.id && $0.outcome == .answered }
                        .sorted { $0.offeredAt < $1.offeredAt }
                    for (one, next) in zip(talks, talks.dropFirst()) {
                        #expect(one.releasedAt.map { $0 <= next.offeredAt } == true, "\(phone.name) is in two calls")
                    }
                    #expect(!phone.wasDoubled, "\(phone.name) rang in the middle of a call")
                    try await rig.reaches(phone.id, .idle)
                }
                #expect(await rig.center.waiting(in: "support") == 0)
                #expect(try await eventually { await rig.center.userAgent.callCount == 0 })
            }
        }
    }

    @Test("in two centres of one process keep apart")
    func twoCenters() async throws {
        try await Rig.run {
            Support()
        } body: { one in
            try await Rig.run(isSecond: true) {
                Support()
            } body: { other in
                let first = try await one.phone("agent1", AgentPhone.talks())
                let second = try await other.phone("agent1", AgentPhone.talks())
                let (caller, stranger) = (try await one.caller(as: "one"), try await other.caller(as: "other"))
                try await one.reaches("agent1", .talking)
                try await other.reaches("agent1", .talking)
                await caller.hangUp()
                await stranger.hangUp()
                let (here, there) = (try await one.records(), try await other.records())
                #expect(here.map { $0.contact.callerNumber.rawValue } == ["one"])
                #expect(there.map { $0.contact.callerNumber.rawValue } == ["other"])
                #expect(first.calls.count == 1 && second.calls.count == 1)
            }
        }
    }
}

extension EventLog {
    /// Whether an agent has answered the call of this caller.
    func isAnswered(caller: String) -> Bool {
        kinds.contains { kind in
            guard case .contactAnswered(let contact, _) = kind else { return false }
            return arrived(contact)?.callerNumber.rawValue == caller
        }
    }
}
