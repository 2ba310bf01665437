import Foundation
import Testing

extension Interop {
    @Suite("Bad input through a live socket")
    struct BadInputTests {
        @Test(
            "after random, cut off and overlong datagrams the centre still answers", arguments: [1, 2, 3] as [UInt64])
        func garbage(seed: UInt64) async throws {
            try await withTemporaryFolder { folder in
                try await FullCenterProcess.run(in: folder) { center in
                    var chance = SeededGenerator(state: seed)
                    let probe = try SipProbe(server: center.sipPort)
                    let invite = Array(probe.inviteText("echo").utf8)
                    for round in 0..<300 {
                        probe.send(Self.garbage(round, from: invite, using: &chance))
                        if round % 50 == 49 { #expect(try await probe.options() == "SIP/2.0 200 OK", "seed \(seed)") }
                    }
                    #expect(center.process.isRunning)
                }
            }
        }

        @Test("an INVITE whose SDP offers no audio is answered 488", arguments: ["", "m=video 4000 RTP/AVP 31\r\n"])
        func noAudio(media: String) async throws {
            try await withTemporaryFolder { folder in
                try await FullCenterProcess.run(in: folder) { center in
                    let probe = try SipProbe(server: center.sipPort)
                    probe.invite("echo", media: media)
                    #expect(try await probe.receive(containing: "SIP/2.0 488", within: .seconds(3)) != nil)
                }
            }
        }

        @Test("rubbish on the audio port does not disturb a call", .needs(.sipp))
        func rubbishAudio() async throws {
            try await withTemporaryFolder { folder in
                try await FullCenterProcess.run(in: folder) { center in
                    var chance = SeededGenerator(state: 7)
                    async let call = Sipp(folder: folder)
                        .call("caller", to: center.sipPort, service: "echo", calls: 5, rate: 5, pause: .seconds(2))
                    let ports = center.rtpPorts
                    for round in 0..<2_000 {
                        let probe = try SipProbe(server: ports.lowerBound + UInt16(round % min(40, ports.count)))
                        probe.send(
                            (0..<Int.random(in: 0...200, using: &chance)).map { _ in
                                .random(in: 0...255, using: &chance)
                            })
                        await Task.yield()
                    }
                    let counts = try await call
                    #expect(counts.successful == 5 && counts.failed == 0)
                }
            }
        }

        private static func garbage(_ round: Int, from invite: [UInt8], using chance: inout SeededGenerator) -> [UInt8]
        {
            switch round % 4 {
            case 0: (0..<Int.random(in: 0...1_400, using: &chance)).map { _ in .random(in: 0...255, using: &chance) }
            case 1: Array(invite.prefix(Int.random(in: 0..<invite.count, using: &chance)))
            case 2:
                invite.map { Int.random(in: 0..<30, using: &chance) == 0 ? .random(in: 0...255, using: &chance) : $0 }
            default:
                Array(invite.prefix(invite.count / 2)) + [UInt8](repeating: 0x61, count: 60_000) + [13, 10, 13, 10]
            }
        }
    }
}

/// Repeatable chance: a test that fails with a seed fails with it again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
