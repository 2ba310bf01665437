import ArgumentParser
import CCSip
import Foundation

/// `ccctl sip …`
struct Sip: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Look at SIP messages.", subcommands: [Parse.self])

    /// `ccctl sip parse FILE… [--json]`
    struct Parse: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what a server makes of the SIP message in each file.",
            discussion: """
                A file holds one message as one datagram would. With --json, one object a line: file, verdict (accept \
                or reject), status (what a server answers when it rejects the message or cannot serve the request; else \
                null), reason, method (of a request) and code (of a response).
                """)

        @Argument(help: "Files with one message each.", completion: .file())
        var files: [String]

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() throws {
            var isComplete = true
            for file in files {
                do {
                    let verdict = MessageVerdict(bytes: try Data(contentsOf: URL(filePath: file)))
                    print(json ? try SipVerdictLine(file: file, verdict).encoded() : Self.line(file, verdict))
                } catch {
                    isComplete = false
                    FileHandle.standardError.write(Data("ccctl: \(file): \(error.localizedDescription)\n".utf8))
                }
            }
            if !isComplete { throw ExitCode.failure }
        }

        private static func line(_ file: String, _ verdict: MessageVerdict) -> String {
            var line = "\(file): \(verdict.isAccepted ? "accept" : "reject")"
            if let method = verdict.method { line += " \(method)" }
            if let code = verdict.code { line += " \(code)" }
            if let status = verdict.status { line += ", answer \(status)" }
            if let reason = verdict.reason { line += ": \(reason)" }
            return line
        }
    }
}

/// A verdict as a line of JSON; what does not apply is null.
struct SipVerdictLine: Encodable {
    var file: String
    var verdict: MessageVerdict

    init(file: String, _ verdict: MessageVerdict) {
        self.file = file
        self.verdict = verdict
    }

    enum Key: String, CodingKey { case file, verdict, status, reason, method, code }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(file, forKey: .file)
        try container.encode(verdict.isAccepted ? "accept" : "reject", forKey: .verdict)
        try container.encode(verdict.status, forKey: .status)
        try container.encode(verdict.reason, forKey: .reason)
        try container.encode(verdict.method, forKey: .method)
        try container.encode(verdict.code, forKey: .code)
    }

    func encoded() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
