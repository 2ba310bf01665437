import CCCore
import CCMedia
import Foundation
import Testing

/// What takes the centre a while to notice. These tests mostly wait, so they run beside each other and beside the rest.
@Suite("Peers that fall silent")
struct PatienceTests {
    @Test("a call that is never acknowledged is ended by the centre", .needs(.sipp), .timeLimit(.minutes(2)))
    func neverAcknowledged() async throws {
        try await withTemporaryFolder { folder in
            try await FullCenterProcess.run(in: folder, .init(agents: 1)) { center in
                let counts = try await Sipp(folder: folder)
                    .call("caller-never-acks", to: center.sipPort, service: "echo", limit: .seconds(60))
                #expect(counts.successful == 1 && counts.failed == 0)
                #expect(try await center.records(1).map(\.terminalReason) == [.failedNoAcknowledgement])
            }
        }
    }

    @Test(
        "a phone that vanishes in mid-call is noticed, and its agent is free again",
        .needs(.sipp), .needsRawSockets, .timeLimit(.minutes(2)))
    func vanishes() async throws {
        try await withTemporaryFolder { folder in
            let agent = try FreePorts.one()
            var options = FullCenterProcess.Options(agents: 1, staticContact: "sip:127.0.0.1:\(agent)")
            options.extra = ["--media-timeout", "3"]
            try Capture.write(Voice.customer.samples, to: folder.appending(path: "caller.pcap"))
            try await Sipp(folder: folder).answer("agent", at: agent, calls: 1) { phone in
                try await FullCenterProcess.run(in: folder, options) { center in
                    let counts = try await Sipp(folder: folder).call(
                        "caller-vanishes", to: center.sipPort, service: "support", pause: .seconds(1))
                    #expect(counts.successful == 1)
                    let status = try await phone.exit(within: .seconds(30))
                    #expect(status == 0, "the agent's phone got BYE")
                    #expect(try await center.records(1).map(\.terminalReason) == [.failedMediaTimeout])
                }
            }
        }
    }

    @Test(
        "when an agent's phone vanishes in mid-call, the customer is back in line and gets another agent",
        .needs(.sipp),
        .timeLimit(.minutes(2)))
    func agentVanishes() async throws {
        try await withTemporaryFolder { folder in
            let agent = try FreePorts.one()
            var options = FullCenterProcess.Options(agents: 2, staticContact: "sip:127.0.0.1:\(agent)")
            options.extra = ["--media-timeout", "2"]
            try await FullCenterProcess.run(in: folder, options) { center in
                async let call = Sipp(folder: folder)
                    .call("caller", to: center.sipPort, service: "support", pause: .seconds(14))
                let phones = Sipp(folder: folder, echoesAudio: true)
                try await phones.answer("agent", at: agent) { phone in
                    try await eventually("the two talk", within: .seconds(15)) {
                        (try? center.recordedSeconds()) ?? 0 > 0.5
                    }
                    phone.send(signal: SIGKILL)
                    try await phone.exit(within: .seconds(5))
                }
                try await expectFarewell(to: SipProbe(server: center.sipPort, from: agent))
                // Another phone stands there now, for the other agent.
                let records = try await phones.answer("agent", at: agent) { _ in
                    try await center.records(1, within: .seconds(40))
                }
                let counts = try await call
                #expect(counts.successful == 1 && counts.failed == 0)
                let record = try #require(records.first)
                #expect(record.terminalReason == .completedByCustomer)
                #expect(record.segments.map(\.outcome) == [.answered, .answered])
                #expect(record.segments.map(\.agent) == ["agent1", "agent2"])
                #expect(record.recordings.count == 2)
            }
        }
    }

    /// In the place of the phone, watches how the centre asks whether it is still there, and gives up.
    private func expectFarewell(to phone: SipProbe) async throws {
        #expect(try await phone.receive(containing: "OPTIONS sip:", within: .seconds(10)) != nil)
        #expect(try await phone.receive(containing: "BYE sip:", within: .seconds(10)) != nil)
    }
}
