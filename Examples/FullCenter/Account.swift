import ArgumentParser
import ContactCenterKit
import Foundation

/// One agent's account.
struct Account {
    let name: String
    let password: String
    let skills: Set<SkillID>

    /// agent1 … agentN, all with the password `demo`.
    static func demo(count: Int) -> [Account] {
        (0..<count).map { Account(name: "agent\($0 + 1)", password: "demo", skills: ["support", "sales"]) }
    }

    /// Reads `name password [skill,skill]`, one account a line. Empty lines and lines that begin with # are passed over.
    static func read(file: String) throws -> [Account] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        var accounts: [Account] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let name = fields.first, !name.hasPrefix("#") else { continue }
            guard (2...3).contains(fields.count) else {
                throw ValidationError("\(file):\(number + 1): expected 'name password [skill,skill]'")
            }
            guard !accounts.contains(where: { $0.name == name }) else {
                throw ValidationError("\(file):\(number + 1): account \(name) stands here a second time")
            }
            let skills = fields.count == 3 ? fields[2].split(separator: ",").map { SkillID(String($0)) } : ["support"]
            accounts.append(Account(name: name, password: fields[1], skills: Set(skills)))
        }
        return accounts
    }
}

enum Console {
    static func say(_ line: String) { write(line, to: .standardOutput) }
    static func warn(_ line: String) { write(line, to: .standardError) }

    private static func write(_ line: String, to handle: FileHandle) {
        // A closed terminal is no reason to stop a centre.
        try? handle.write(contentsOf: Data((line + "\n").utf8))
    }
}
