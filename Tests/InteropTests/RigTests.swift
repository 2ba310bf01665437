import Foundation
import Testing

extension Interop {
    /// The peers play with each other: when these fail, the rig is broken and not the centre.
    @Suite("The rig itself")
    struct RigTests {
        @Test("SIPp's callers reach SIPp's agents", .needs(.sipp), arguments: SippTransport.allCases)
        func sippToSipp(transport: SippTransport) async throws {
            try await withTemporaryFolder { folder in
                let sipp = Sipp(folder: folder, transport: transport)
                let port = try FreePorts.one()
                try await sipp.answer("agent", at: port) { _ in
                    let counts = try await sipp.call(
                        "caller", to: port, service: "support", calls: 10, rate: 20, pause: .milliseconds(200))
                    #expect(counts.successful == 10 && counts.failed == 0)
                }
            }
        }

        @Test("SIPp's callers reach SIPp's agents through kamailio", .needs(.sipp), .needs(.kamailio))
        func sippThroughKamailio() async throws {
            try await withTemporaryFolder { folder in
                let sipp = Sipp(folder: folder)
                let server = try FreePorts.one()
                let proxy = try FreePorts.one()
                try await sipp.answer("agent-hangs-up", at: server, pause: .milliseconds(200)) { _ in
                    try await Kamailio(folder: folder).relay(from: proxy, to: server) { _ in
                        let counts = try await sipp.call("caller-until-bye", to: proxy, service: "support", calls: 5)
                        #expect(counts.successful == 5 && counts.failed == 0)
                    }
                }
            }
        }
    }
}
