import Foundation
import Testing

/// What the index of the torture messages says that the sender of one has to hear.
struct TortureMessage: CustomTestStringConvertible {
    enum Due: Equatable {
        /// One of these status codes.
        case status(Set<Int>)
        /// The request is well-formed: anything but 400 and 5xx.
        case served
        /// Well-formed or not, as the server likes: some response.
        case anything
        /// It is a response, or nothing at all: silence.
        case silence
    }

    let file: URL
    let due: Due
    /// How many messages before it have the same sender and branch.
    var round = 0

    var testDescription: String { file.lastPathComponent }

    func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: file)) }

    static func all() throws -> [TortureMessage] {
        let folder = Sipp.scenarios.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Data/rfc4475")
        let index = try String(contentsOf: folder.appending(path: "INDEX.tsv"), encoding: .utf8)
        var branches: [String: Int] = [:]
        return try index.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 5 else { throw Disappointment("not a line of the index: \(line)") }
            let file = folder.appending(path: fields[0])
            guard FileManager.default.fileExists(atPath: file.path) else { return nil }
            let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            let branch = text.firstMatch(of: /([^\s]*;branch=[^;\s]*)/).map { String($0.1) } ?? fields[0]
            defer { branches[branch, default: 0] += 1 }
            return TortureMessage(
                file: file, due: text.hasPrefix("SIP/") ? .silence : due(expect: fields[3], note: fields[4]),
                round: branches[branch, default: 0])
        }
    }

    private static func due(expect: String, note: String) -> Due {
        let codes = Set(note.split { !$0.isNumber }.compactMap { Int($0) }.filter { (200..<700).contains($0) })
        return switch expect {
        case "none": .silence
        case "reject-or-lenient": .anything
        case "reject", "app-reject": .status(codes)
        case "accept" where note.hasPrefix("then"): .status(codes)
        // A user agent server that is reached with no hops left is reached all the same.
        case "accept" where note.hasPrefix("UAS 200"): .status([200])
        default: .served
        }
    }
}

extension Interop {
    @Suite("The torture messages of RFC 4475 through a live socket")
    struct TortureTests {
        @Test("each gets the response that is due, and the centre goes on answering")
        func verdicts() async throws {
            let messages = try TortureMessage.all()
            #expect(messages.count == 49)
            // Some have sender and branch in common: to one server they would be repetitions of one request.
            for round in Dictionary(grouping: messages, by: \.round).values {
                try await withTemporaryFolder { folder in
                    try await FullCenterProcess.run(in: folder) { center in
                        try await send(round, to: center)
                        #expect(center.process.isRunning)
                    }
                }
            }
        }

        private func send(_ messages: [TortureMessage], to center: FullCenterProcess) async throws {
            for (index, message) in messages.enumerated() {
                // Responses go to the port that the Via names: the usual one, on an address of the message's own.
                let host = LoopbackAddress.usual + UInt32(256 + index)
                let probe = try SipProbe(server: center.sipPort, host: host, from: 5_060)
                let status = try await Self.response(to: message, through: probe)
                #expect(Self.isDue(status, message.due), "\(message.testDescription): \(status ?? 0)")
            }
        }

        /// The status of the final response; nil when there was none by the time that a later request was answered.
        private static func response(to message: TortureMessage, through probe: SipProbe) async throws -> Int? {
            probe.send(try message.bytes())
            let marker = probe.sendOptions()
            var status: Int?
            var isAnswered = false
            try await eventually("an answer after \(message.testDescription)", within: .seconds(5)) {
                while let datagram = probe.receive() {
                    if datagram.contains(marker) {
                        isAnswered = true
                        #expect(datagram.hasPrefix("SIP/2.0 200 "))
                    } else if let code = Int(datagram.dropFirst(8).prefix(3)), code >= 200 {
                        status = status ?? code
                    }
                }
                return isAnswered
            }
            return status
        }

        private static func isDue(_ status: Int?, _ due: TortureMessage.Due) -> Bool {
            switch due {
            case .status(let codes): status.map(codes.contains) ?? false
            case .served: status.map { $0 != 400 && $0 < 500 || $0 >= 600 } ?? false
            case .anything: status != nil
            case .silence: status == nil
            }
        }
    }
}
