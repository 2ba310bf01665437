import CCCore
import CCMedia
import Foundation
import Testing

extension Interop {
    /// The real centre, killed again and again in the middle of calls, on one and the same store.
    @Suite("A centre that is killed")
    struct KillTests {
        static let kills = 50
        /// How far callers and centre get before a kill depends on the machine: on a slow one it goes on so long.
        static let killsMax = 150

        @Test(
            "fifty times or more at random instants has one record for every call that anybody heard of", .needs(.sipp),
            .timeLimit(.minutes(20)))
        func killed() async throws {
            try await withTemporaryFolder { folder in
                let chance = Entropy(seed: 2025)
                let agents = try FreePorts.one()
                var options = FullCenterProcess.Options(
                    agents: 12, staticContact: "sip:127.0.0.1:\(agents)", rtpPorts: 240)
                options.extra = ["--wrap-up", "1"]
                var heard = Heard()
                var lacking = ["kills"]
                try await Sipp(folder: folder).answer("agent", at: agents) { _ in
                    for round in 0..<Self.killsMax where !lacking.isEmpty {
                        // A queue answers; one agent's number rings.
                        let number = round % 5 == 4 ? "agent\(1 + round % 12)" : "support"
                        let pause = Duration.milliseconds(round % 2 == 0 ? 300 : 1_200)
                        try await FullCenterProcess.run(in: folder, options) { center in
                            let delay = Duration.milliseconds(250 + Int64(chance.unit() * 950))
                            try heard.add(
                                await calls(number, center, in: folder, pause: pause, dyingAfter: delay))
                        }
                        guard round + 1 >= Self.kills, (round + 1) % 10 == 0 else { continue }
                        lacking = heard.lacking + Self.lacking(in: try await FullCenterProcess.records(in: folder))
                    }
                    // The last one dies in peace, and leaves everything in order.
                    try await FullCenterProcess.run(in: folder, options) { _ in }
                }
                #expect(lacking.isEmpty, "after \(Self.killsMax) kills there were still too few")
                let records = try await FullCenterProcess.records(in: folder)
                expectOneRecord(of: heard, in: records)
                expectOneContactPerAgent(in: records)
                try expectPlayable(in: folder, records)
                let check = try await FullCenterProcess.check(in: folder)
                #expect(check.status == 0, "\(check.output)")
            }
        }

        /// Of which records there are too few yet for the test to say something.
        private static func lacking(in records: [ContactRecord]) -> [String] {
            let crashed = records.filter { $0.terminalReason == .crashed }
            let completed = records.count { $0.terminalReason == .completedByCustomer }
            return (crashed.count > kills ? [] : ["crashed"])
                + (completed > kills ? [] : ["completed"])
                + (crashed.count { !$0.recordings.isEmpty } > 10 ? [] : ["recorded and crashed"])
                + (records.count { !$0.recordings.isEmpty } > kills * 3 ? [] : ["recorded"])
        }

        /// Lets SIPp place calls, kills the centre after a while and SIPp after it, before it sends anything again.
        private func calls(
            _ number: String, _ center: FullCenterProcess, in folder: URL, pause: Duration, dyingAfter delay: Duration
        ) async throws -> String {
            guard let sipp = Peer.sipp.url else { throw Disappointment("SIPp is not installed") }
            let name = "kill-\(center.process.identifier)"
            let scenario = folder.appending(path: name + ".xml")
            try FileManager.default.copyItem(at: Sipp.scenarios.appending(path: "caller.xml"), to: scenario)
            let messages = folder.appending(path: name + ".messages")
            let arguments =
                ["127.0.0.1:\(center.sipPort)", "-sf", scenario.path, "-s", number, "-i", "127.0.0.1", "-p"]
                + ["\(try FreePorts.one())", "-mp", "\(try FreePorts.run(of: 4).lowerBound)", "-t", "u1", "-nostdin"]
                + [
                    "-r", "30", "-l", "60", "-m", "10000", "-d", "\(pause.milliseconds)", "-trace_msg", "-message_file",
                    messages.path,
                ]
            try await withProcess(sipp, arguments, name: name, in: folder) { callers in
                try await Task.sleep(for: delay)
                center.process.send(signal: SIGKILL)
                callers.send(signal: SIGKILL)
                _ = try await center.process.exit(within: .seconds(10))
            }
            defer { try? FileManager.default.removeItem(at: messages) }
            return try String(contentsOf: messages, encoding: .utf8)
        }

        // MARK: What has to hold

        private func expectOneRecord(of heard: Heard, in records: [ContactRecord]) {
            let byCall = Dictionary(grouping: records) { $0.contact.signallingID ?? "" }
            #expect(byCall[""] == nil)
            let doubled = byCall.filter { $0.value.count > 1 }
            #expect(doubled.isEmpty, "\(doubled.count) calls have two records")
            let missing = heard.ringing.union(heard.answered).filter { byCall[$0] == nil }
            #expect(missing.isEmpty, "\(missing.count) calls have no record: \(missing.prefix(3))")
            #expect(Set(records.map(\.id)).count == records.count)
        }

        /// No agent may have had two customers on the line at the same time.
        private func expectOneContactPerAgent(in records: [ContactRecord]) {
            let segments = Dictionary(
                grouping: records.flatMap(\.segments).filter { $0.outcome == .answered }, by: \.agent)
            #expect(segments.count > 3)
            for (agent, segments) in segments {
                let inOrder = segments.sorted { ($0.answeredAt ?? .distantPast) < ($1.answeredAt ?? .distantPast) }
                for (first, second) in zip(inOrder, inOrder.dropFirst()) {
                    let released = first.releasedAt ?? .distantFuture
                    #expect(released <= second.offeredAt, "\(agent) had two contacts at once")
                }
            }
        }

        /// Every file plays, and has the conversation up to its last second.
        private func expectPlayable(in folder: URL, _ records: [ContactRecord]) throws {
            let recordings = folder.appending(path: "recordings")
            let files = try FileManager.default.contentsOfDirectory(atPath: recordings.path)
            var durations: [ContactID: Double] = [:]
            for file in files {
                let seconds = try WavFile(path: recordings.appending(path: file).path).duration.inSeconds
                let parts = file.split(separator: "-")
                try #require(parts.count == 3)
                durations[ContactID(String(parts[1])), default: 0] += seconds
            }
            for record in records where record.terminalReason == .crashed && !record.recordings.isEmpty {
                let talk = (record.talk + record.hold).inSeconds
                #expect(durations[record.id, default: 0] >= talk - 1, "\(record.id) lacks more than its last second")
            }
        }
    }
}

/// The calls of which SIPp has heard that they ring or are answered, by their Call-IDs.
private struct Heard {
    var ringing: Set<String> = []
    var answered: Set<String> = []

    /// Of which calls there are too few yet for the test to say something.
    var lacking: [String] {
        (ringing.count > 5 ? [] : ["ringing"]) + (answered.count > Interop.KillTests.kills * 3 ? [] : ["answered"])
    }

    /// - Parameter messages: what SIPp writes with `-trace_msg`.
    mutating func add(_ messages: String) throws {
        var status = ""
        var call = ""
        var isReceived = false
        for line in messages.split(whereSeparator: \.isNewline) {
            if line.contains("message received") {
                isReceived = true
            } else if line.contains("message sent") {
                isReceived = false
            } else if line.hasPrefix("SIP/2.0 ") {
                status = String(line.dropFirst(8).prefix(3))
            } else if line.hasPrefix("Call-ID: ") {
                call = String(line.dropFirst(9))
            } else if line.hasPrefix("CSeq: "), line.hasSuffix("INVITE"), isReceived {
                if status == "180" { ringing.insert(call) }
                if status == "200" { answered.insert(call) }
            }
            // Header order differs between stacks; ours has Call-ID before CSeq.
        }
    }
}
