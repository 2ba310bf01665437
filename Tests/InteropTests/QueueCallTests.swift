import CCCore
import Foundation
import Testing

extension Interop {
    @Suite("Calls through the queue")
    struct QueueCallTests {
        @Test(
            "two hundred calls at twenty a second reach agents, and none fails", .needs(.sipp), .timeLimit(.minutes(3)),
            arguments: SippTransport.allCases)
        func manyCalls(transport: SippTransport) async throws {
            try await withTemporaryFolder { folder in
                let agents = try FreePorts.one()
                let contact = "sip:127.0.0.1:\(agents);transport=\(transport == .tcp ? "tcp" : "udp")"
                var options = FullCenterProcess.Options(agents: 60, staticContact: contact)
                options.extra = ["--wrap-up", "0"]
                try await Sipp(folder: folder, transport: transport).answer("agent", at: agents) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let counts = try await Sipp(folder: folder, transport: transport)
                            .call(
                                "caller", to: center.sipPort, service: "support", calls: 200, rate: 20,
                                pause: .seconds(1))
                        #expect(counts.created == 200)
                        #expect(counts.successful == 200)
                        #expect(counts.failed == 0)

                        let records = try await center.records(200)
                        #expect(records.count == 200)
                        #expect(records.allSatisfy { $0.terminalReason == .completedByCustomer })
                        #expect(records.allSatisfy { $0.queue == "support" && $0.agent != nil })
                        expectOneContactPerAgent(in: records)
                    }
                }
            }
        }

        @Test(
            "media ports that other programs hold are passed over, and no call leaves a socket open", .needs(.sipp))
        func portsInUse() async throws {
            try await withTemporaryFolder { folder in
                let agents = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 10, staticContact: "sip:127.0.0.1:\(agents)")
                try await Sipp(folder: folder).answer("agent", at: agents) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let sipp = Sipp(folder: folder)
                        _ = try await sipp.call("caller", to: center.sipPort, service: "support")
                        // The first call has let go of its own sockets when its record is there.
                        _ = try await center.records(1)
                        let before = center.process.descriptors
                        // RTP ports and RTCP ports.
                        let first = center.rtpPorts.lowerBound
                        let others = try [4, 6, 9, 12, 15, 30].map { try SipProbe(server: 9, from: first + $0) }
                        let counts = try await sipp.call("caller", to: center.sipPort, service: "support", calls: 20)
                        #expect(counts.successful == 20 && counts.failed == 0)
                        #expect(others.allSatisfy { $0.receive() == nil })
                        try await eventually("all sockets are closed", within: .seconds(5)) {
                            center.process.descriptors == before
                        }
                    }
                }
            }
        }

        @Test(
            "calls get through though every twentieth message is lost", .needs(.sipp), .timeLimit(.minutes(3)))
        func loss() async throws {
            try await withTemporaryFolder { folder in
                let agents = try FreePorts.one()
                var options = FullCenterProcess.Options(agents: 40, staticContact: "sip:127.0.0.1:\(agents)")
                options.extra = ["--wrap-up", "0"]
                try await Sipp(folder: folder, lossPercent: 5).answer("agent", at: agents) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let counts = try await Sipp(folder: folder, lossPercent: 5)
                            .call(
                                "caller", to: center.sipPort, service: "support", calls: 50, rate: 10,
                                pause: .seconds(1))
                        #expect(counts.successful == 50 && counts.failed == 0)
                        let records = try await center.records(50)
                        #expect(records.count == 50)
                        expectOneContactPerAgent(in: records)
                    }
                }
            }
        }

        @Test(
            "kamailio in front: requests within the dialog follow the recorded route both ways",
            .needs(.sipp), .needs(.kamailio), arguments: SippTransport.allCases)
        func throughProxy(transport: SippTransport) async throws {
            try await withTemporaryFolder { folder in
                let agents = try FreePorts.one()
                let proxy = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 10, staticContact: "sip:127.0.0.1:\(agents)")
                try await Sipp(folder: folder).answer("agent-hangs-up", at: agents, pause: .milliseconds(500)) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        try await Kamailio(folder: folder).relay(from: proxy, to: center.sipPort) { _ in
                            let sipp = Sipp(folder: folder, transport: transport)
                            // The agent's hang-up has to find its way to the caller through the proxy.
                            let counts = try await sipp.call(
                                "caller-until-bye", to: proxy, service: "support", calls: 5)
                            #expect(counts.successful == 5 && counts.failed == 0)
                            let reasons = try await center.records(5).map(\.terminalReason)
                            #expect(reasons == Array(repeating: .completedByAgent, count: 5))
                        }
                    }
                }
            }
        }

        /// No agent may have had two customers on the line at the same time.
        private func expectOneContactPerAgent(in records: [ContactRecord]) {
            let segments = Dictionary(
                grouping: records.flatMap(\.segments).filter { $0.outcome == .answered }, by: \.agent)
            for (agent, segments) in segments {
                let inOrder = segments.sorted { $0.offeredAt < $1.offeredAt }
                for (first, second) in zip(inOrder, inOrder.dropFirst()) {
                    let released = first.releasedAt ?? .distantFuture
                    #expect(released <= second.offeredAt, "\(agent) had two contacts at once")
                }
            }
        }
    }
}
