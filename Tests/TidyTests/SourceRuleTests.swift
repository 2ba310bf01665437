import Testing

/// A call that has no place in Sources, why, and the files where it does have one.
struct BannedCall: Sendable, CustomTestStringConvertible {
    let pattern: String
    let reason: String
    var allowedIn: [String] = []
    var testDescription: String { pattern }
}

@Suite("The source text keeps the rules of the house")
struct SourceRuleTests {
    static let time = "Sources/CCCore/TimeSource.swift"
    static let chance = "Sources/CCCore/Entropy.swift"

    static let bannedCalls = [
        BannedCall(
            pattern: #"(?:^|[^.\w])Task(\.detached)?\s*(\([^{]*\))?\s*\{|Task\.detached"#, reason: "who waits for it?",
            allowedIn: ["Sources/CCSimulation/Simulation.swift"]),
        BannedCall(pattern: #"\btry!"#, reason: "throw, or handle the error"),
        BannedCall(pattern: #"\bas!"#, reason: "a cast that can fail needs an answer"),
        BannedCall(pattern: #"\bfatalError\("#, reason: "one bad call must not end all calls"),
        BannedCall(pattern: #"(?:^|[^.\w])(debugP|p)rint\("#, reason: "libraries log", allowedIn: ["Sources/ccctl/"]),
        BannedCall(pattern: #"\bDispatchQueue\b"#, reason: "work runs in tasks or on event loops"),
        BannedCall(pattern: #"\bDate\(\)|\bDate\.now\b"#, reason: "time comes from a TimeSource", allowedIn: [time]),
        BannedCall(
            pattern: #"\b(Continuous|Suspending)Clock\b|\bTask\.sleep\b"#, reason: "time comes from a TimeSource",
            allowedIn: [time]),
        BannedCall(
            pattern: #"\bSystemRandomNumberGenerator\b"#, reason: "chance comes from Entropy", allowedIn: [chance]),
        BannedCall(pattern: #"\.random\((?!.*\busing:)|\bUUID\(\)"#, reason: "chance comes from Entropy"),
    ]

    /// Read and stripped once for all rules.
    private static let sources = Result {
        try Repository.swiftFiles(in: "Sources").map { (path: $0.path, code: $0.codeLines) }
    }

    @Test("no room uses a call that the house bans", arguments: bannedCalls)
    func bannedCall(_ banned: BannedCall) throws {
        let pattern = try Regex(banned.pattern).wordBoundaryKind(.simple)
        for (path, code) in try Self.sources.get() where !banned.allowedIn.contains(where: path.hasPrefix) {
            for (index, line) in code.enumerated() where line.contains(pattern) {
                Issue.record("\(path):\(index + 1): \(line.trimmed) (\(banned.reason))")
            }
        }
    }

    @Test("no source file is longer than 400 lines", arguments: ["Sources", "Examples"])
    func fileLength(folder: String) throws {
        for file in try Repository.swiftFiles(in: folder) {
            #expect(file.lines.count <= 401, "\(file.path): is it one room or two?")
        }
    }

    @Test("no source file has left-over notes to its author")
    func leftovers() throws {
        for file in try Repository.swiftFiles(in: "Sources") {
            for (index, line) in file.lines.enumerated() where line.contains(/TODO|FIXME|XXX/) {
                Issue.record("\(file.path):\(index + 1): \(line.trimmed)")
            }
        }
    }

    @Test("the rules see code, not comments or strings")
    func scanner() {
        let source = """
            let a = "print(1)" // print(2)
            /* print(3) /* print(4) */ */ let b = #"a " print(5)"#
            print("\\" print(6)")
            """
        let code = Repository.File(path: "", text: source).codeLines
        #expect(code.count == 3)
        #expect(code.map { $0.contains("print(") } == [false, false, true])
        #expect(code[1].contains("let b"))
    }
}

extension StringProtocol {
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
