import CCCore
import CCMedia
import Foundation
import Testing

extension Interop {
    @Suite("How calls end")
    struct CallEndTests {
        @Test("a caller who gives up while the agent's phone rings stops its ringing", .needs(.sipp))
        func cancelWhileRinging() async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 1, staticContact: "sip:127.0.0.1:\(agent)")
                try await Sipp(folder: folder).answer("agent-rings", at: agent, calls: 1) { phone in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let counts = try await Sipp(folder: folder).call(
                            "caller-cancels", to: center.sipPort, service: "agent1", pause: .milliseconds(500))
                        #expect(counts.successful == 1 && counts.failed == 0)
                        let status = try await phone.exit(within: .seconds(10))
                        #expect(status == 0, "the agent's phone got CANCEL, and ACK for its 487")
                        let records = try await center.records(1)
                        #expect(records.map(\.terminalReason) == [.abandonedWhileRinging])
                        #expect(records.first?.segments.map(\.outcome) == [.withdrawn])
                    }
                }
            }
        }

        @Test("a caller who hangs up in the queue has abandoned it", .needs(.sipp))
        func abandonInQueue() async throws {
            try await withTemporaryFolder { folder in
                // Nobody has registered: all agents are away.
                try await FullCenterProcess.run(in: folder, .init(agents: 2)) { center in
                    let counts = try await Sipp(folder: folder)
                        .call("caller", to: center.sipPort, service: "support", calls: 3, pause: .seconds(1))
                    #expect(counts.successful == 3 && counts.failed == 0)
                    let reasons = try await center.records(3).map(\.terminalReason)
                    #expect(reasons == Array(repeating: .abandonedInQueue, count: 3))
                }
            }
        }

        @Test("when the agent hangs up, the caller's call ends too", .needs(.sipp))
        func agentHangsUp() async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 5, staticContact: "sip:127.0.0.1:\(agent)")
                try await Sipp(folder: folder).answer("agent-hangs-up", at: agent, pause: .milliseconds(500)) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let counts = try await Sipp(folder: folder)
                            .call("caller-until-bye", to: center.sipPort, service: "support", calls: 5)
                        #expect(counts.successful == 5 && counts.failed == 0)
                        let reasons = try await center.records(5).map(\.terminalReason)
                        #expect(reasons == Array(repeating: .completedByAgent, count: 5))
                    }
                }
            }
        }

        @Test("SIGTERM: new calls get 503, the live one ends in peace, then the process leaves", .needs(.sipp))
        func gracefulStop() async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 2, staticContact: "sip:127.0.0.1:\(agent)")
                try await Sipp(folder: folder).answer("agent", at: agent) { phone in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        async let live = Sipp(folder: folder)
                            .call("caller", to: center.sipPort, service: "support", pause: .seconds(4))
                        try await eventually("the live call is recorded", within: .seconds(15)) {
                            (try? center.recordedSeconds()) ?? 0 > 0.5
                        }
                        center.process.send(signal: SIGTERM)
                        let probe = try SipProbe(server: center.sipPort)
                        try await eventually("the centre says that it stops", within: .seconds(5)) {
                            try await probe.options() == "SIP/2.0 503 Service Unavailable"
                        }
                        probe.invite("support")
                        #expect(try await probe.receive(containing: "SIP/2.0 503", within: .seconds(3)) != nil)
                        let counts = try await live
                        #expect(counts.successful == 1 && counts.failed == 0)
                        #expect(try await center.process.exit(within: .seconds(20)) == 0)
                        let records = try await center.records(1)
                        #expect(records.map(\.terminalReason) == [.completedByCustomer])
                    }
                }
            }
        }

        @Test("a live call that outlasts the time for stopping is hung up on both sides", .needs(.sipp))
        func stopWithin() async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                var options = FullCenterProcess.Options(agents: 1, staticContact: "sip:127.0.0.1:\(agent)")
                options.extra = ["--stop-within", "2"]
                try await Sipp(folder: folder).answer("agent", at: agent, calls: 1) { phone in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        async let live = Sipp(folder: folder)
                            .call("caller-until-bye", to: center.sipPort, service: "support")
                        try await eventually("the live call is recorded", within: .seconds(15)) {
                            (try? center.recordedSeconds()) ?? 0 > 0.5
                        }
                        center.process.send(signal: SIGTERM)
                        #expect(try await center.process.exit(within: .seconds(10)) == 0)
                        let counts = try await live
                        #expect(counts.successful == 1 && counts.failed == 0)
                        #expect(try await phone.exit(within: .seconds(5)) == 0, "the agent's phone got BYE")
                        #expect(try await center.records(1).map(\.terminalReason) == [.stopped])
                        #expect(try center.recordedSeconds() > 2)
                    }
                }
            }
        }

        @Test(
            "a killed centre leaves a recording that plays and lacks a second at most, and starts again",
            .needs(.sipp))
        func crash() async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 2, staticContact: "sip:127.0.0.1:\(agent)")
                try await Sipp(folder: folder).answer("agent", at: agent) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        async let call = try? Sipp(folder: folder).call(
                            "caller", to: center.sipPort, service: "support", pause: .seconds(3), limit: .seconds(5))
                        try await eventually("the recording begins", within: .seconds(15)) {
                            (try? center.recordingFiles().isEmpty) == false
                        }
                        let begun = ContinuousClock.now
                        try await eventually("two seconds of recording", within: .seconds(15)) {
                            (try? center.recordedSeconds()) ?? 0 > 2
                        }
                        let length = ContinuousClock.now - begun
                        center.process.send(signal: SIGKILL)
                        try await center.process.exit(within: .seconds(5))
                        #expect(try center.recordedSeconds() > length.inSeconds - 1)
                        _ = await call
                    }
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let kept = try center.recordedSeconds()
                        #expect(kept > 2)
                        let counts = try await Sipp(folder: folder)
                            .call("caller", to: center.sipPort, service: "support", pause: .seconds(1))
                        #expect(counts.successful == 1)
                        let reasons = try await center.records(1).map(\.terminalReason)
                        #expect(reasons.contains(.completedByCustomer))
                    }
                }
            }
        }
    }
}
