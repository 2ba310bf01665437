import Testing

@Suite("A room imports only what is below it")
struct ImportTests {
    /// What every room may use: the standard library's modules and the operating system's.
    static let everywhere: Set<String> = [
        "Foundation", "FoundationEssentials", "Synchronization", "Glibc", "Musl", "Darwin",
    ]

    /// What each room may import besides. Siblings never import each other, with one exception: a recording is made of
    /// audio, so CCRecording stands on CCMedia.
    static let allowed: [String: Set<String>] = [
        "CCCore": [],
        "CCSip": ["CCCore", "NIOCore", "Crypto"],
        "CCMedia": ["CCCore", "COpus", "NIOCore"],
        "CCRouting": ["CCCore", "DequeModule", "HeapModule"],
        "CCRecording": ["CCCore", "CCMedia"],
        "CCTelephony": ["CCCore", "CCSip", "CCMedia", "NIOCore", "NIOPosix", "Logging"],
        "CCSQLite": ["CCCore", "CCSip", "CCRouting", "CCRecording", "GRDB"],
        "ContactCenterKit": [
            "CCCore", "CCSip", "CCMedia", "CCTelephony", "CCRouting", "CCRecording", "CCSQLite", "CCYaml", "Logging",
            "ServiceLifecycle", "UnixSignals", "NIOCore",
        ],
        "CCYaml": ["CCCore", "Yams"],
        "CCWorkforce": ["CCCore"],
        "CCSolver": ["CCCore", "CCWorkforce", "CCbc"],
        "CCScenario": ["CCCore", "CCRouting", "CCWorkforce", "CCYaml", "HeapModule"],
        "CCSimulation": [
            "CCCore", "CCSip", "CCMedia", "CCTelephony", "CCRouting", "CCRecording", "CCScenario", "ContactCenterKit",
            "NIOCore", "HeapModule",
        ],
        "CCTestKit": ["CCCore", "CCSip", "CCMedia", "CCRouting", "CCRecording", "NIOCore"],
        "ccctl": [
            "CCCore", "CCSip", "CCRouting", "CCSQLite", "CCScenario", "CCSimulation", "CCWorkforce", "CCSolver",
            "ContactCenterKit", "ArgumentParser", "NIOCore",
        ],
    ]

    @Test("every target has its line in the table of imports")
    func everyTargetIsListed() throws {
        let targets = try Repository.targets().filter { !(try Repository.swiftFiles(in: "Sources/" + $0).isEmpty) }
        #expect(Set(targets) == Set(Self.allowed.keys))
    }

    @Test("imports stay within the table", arguments: allowed.keys.sorted())
    func imports(target: String) throws {
        let allowed = Self.everywhere.union(Self.allowed[target] ?? [])
        let form = /(?:^|\s)import (?:[a-z]+ )?([A-Z_]\w*)/
        for file in try Repository.swiftFiles(in: "Sources/" + target) {
            for (index, line) in file.codeLines.enumerated() {
                guard let module = line.firstMatch(of: form)?.1 else { continue }
                #expect(
                    allowed.contains(String(module)), "\(file.path):\(index + 1): \(target) does not import \(module)")
            }
        }
    }

    @Test("every product that the package depends on is used, and the document on dependencies says why")
    func dependencies() throws {
        let document = try Repository.file("Docs/Dependencies.md").text
        let files = try Repository.swiftFiles(in: "Sources") + Repository.swiftFiles(in: "Examples")
        for match in try Repository.file("Package.swift").text.matches(of: /\.product\(name: "(\w+)"/) {
            let product = String(match.1)
            #expect(files.contains { $0.text.contains("import \(product)\n") }, "nobody imports \(product)")
            #expect(document.contains("`\(product)`"), "Docs/Dependencies.md does not name \(product)")
        }
    }
}
