import CCCore
import Foundation
import Testing

extension Interop {
    @Suite("Phones of all kinds")
    struct PhoneTests {
        @Test("a phone registers with a digest", .needs(.sipp), arguments: SippTransport.allCases)
        func register(transport: SippTransport) async throws {
            try await withTemporaryFolder { folder in
                try await FullCenterProcess.run(in: folder) { center in
                    let counts = try await Sipp(folder: folder, transport: transport).call(
                        "register", to: center.sipPort, service: "agent1", extra: ["-au", "agent1", "-ap", "demo"])
                    #expect(counts.successful == 1 && counts.failed == 0)
                }
            }
        }

        @Test(
            "a phone with a wrong password, or that nobody knows, is refused",
            .needs(.sipp), arguments: [("agent1", "guess"), ("nobody", "demo")])
        func refused(user: String, password: String) async throws {
            try await withTemporaryFolder { folder in
                try await FullCenterProcess.run(in: folder) { center in
                    let counts = try await Sipp(folder: folder).call(
                        "register-refused", to: center.sipPort, service: user, extra: ["-au", user, "-ap", password])
                    #expect(counts.successful == 1 && counts.failed == 0)
                }
            }
        }

        @Test(
            "a hold by re-INVITE is answered recvonly, and taken back", .needs(.sipp), arguments: ["echo", "support"])
        func hold(service: String) async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 1, staticContact: "sip:127.0.0.1:\(agent)")
                try await Sipp(folder: folder).answer("agent", at: agent) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let counts = try await Sipp(folder: folder)
                            .call("caller-holds", to: center.sipPort, service: service, pause: .seconds(1))
                        #expect(counts.successful == 1 && counts.failed == 0)
                        let record = try #require(try await center.records(1).first)
                        #expect(record.terminalReason == .completedByCustomer)
                        if service == "support" { #expect(record.hold >= .milliseconds(800)) }
                    }
                }
            }
        }

        @Test("a call whose INVITE has no offer gets one in the answer", .needs(.sipp), arguments: ["echo", "support"])
        func lateOffer(service: String) async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 1, staticContact: "sip:127.0.0.1:\(agent)")
                try await Sipp(folder: folder).answer("agent", at: agent) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let counts = try await Sipp(folder: folder)
                            .call("caller-late-offer", to: center.sipPort, service: service, pause: .seconds(1))
                        #expect(counts.successful == 1 && counts.failed == 0)
                    }
                }
            }
        }

        @Test(
            "a phone that registered through a proxy is called through it", .needs(.sipp), .needs(.baresip),
            .needs(.kamailio))
        func behindProxy() async throws {
            try await withTemporaryFolder { folder in
                let sound = folder.appending(path: "agent.wav")
                try Voice.writeAgent(to: sound)
                let proxy = try FreePorts.one()
                try await FullCenterProcess.run(in: folder, .init(agents: 1)) { center in
                    try await Kamailio(folder: folder).relay(from: proxy, to: center.sipPort) { _ in
                        let phone = Baresip(folder: folder)
                        try await phone.run(as: "agent1", server: center.sipPort, through: proxy, sound: sound) {
                            baresip in
                            try await baresip.says("200 OK")
                            let counts = try await Sipp(folder: folder)
                                .call("caller", to: proxy, service: "support", pause: .seconds(1))
                            #expect(counts.successful == 1 && counts.failed == 0)
                            try await baresip.says("Call established")
                            // The customer's BYE has found its way to the phone, through the proxy.
                            try await baresip.says("terminated")
                            let records = try await center.records(1)
                            #expect(records.map(\.terminalReason) == [.completedByCustomer])
                            #expect(records.map(\.agent) == ["agent1"])
                        }
                    }
                }
            }
        }

        @Test("nobody answers at a number that does not exist: 404")
        func noSuchNumber() async throws {
            try await withTemporaryFolder { folder in
                try await FullCenterProcess.run(in: folder) { center in
                    let probe = try SipProbe(server: center.sipPort)
                    probe.invite("nothing-here")
                    #expect(try await probe.receive(containing: "SIP/2.0 404", within: .seconds(3)) != nil)
                }
            }
        }
    }
}
