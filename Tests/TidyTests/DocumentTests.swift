import Foundation
import Testing

@Suite("The documents hold together")
struct DocumentTests {
    static let places = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Docs"]

    @Test("every relative link of the documents leads somewhere", arguments: places)
    func links(place: String) throws {
        for file in try Repository.files(in: place, suffixes: [".md"]) {
            let folder = (file.path as NSString).deletingLastPathComponent
            for match in file.text.matches(of: /\]\(([^)\s]+)\)/) where !match.1.contains(/^[a-z]+:/) {
                let parts = match.1.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
                    String.init)
                let target = parts[0].isEmpty ? file.path : (folder as NSString).appendingPathComponent(parts[0])
                guard Repository.exists(target) else {
                    Issue.record("\(file.path): \(match.1) does not exist")
                    continue
                }
                guard parts.count == 2, target.hasSuffix(".md") else { continue }
                let anchors = try Repository.file(target).lines.filter { $0.hasPrefix("#") }.map(anchor)
                #expect(anchors.contains(parts[1]), "\(file.path): \(match.1) names no heading")
            }
        }
    }

    /// The anchor that a heading gets: lower case, spaces as hyphens, punctuation dropped.
    private func anchor(of heading: Substring) -> String {
        let words = heading.drop { $0 == "#" }.trimmed.lowercased()
        return String(
            words.compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : nil })
    }

    @Test("every module has a DocC catalogue with a landing page and a Design article", arguments: try libraries())
    func catalogue(module: String) throws {
        let catalogue = "Sources/\(module)/\(module).docc"
        let landing = try Repository.file("\(catalogue)/\(module).md")
        #expect(landing.lines.first == "# ``\(module)``")
        #expect(landing.text.contains("<doc:Design>"), "the landing page should lead to the Design article")
        #expect(try Repository.file("\(catalogue)/Design.md").lines.count > 10)
    }

    private static func libraries() throws -> [String] {
        try Repository.targets().filter { target in
            let sources = try Repository.swiftFiles(in: "Sources/" + target)
            return !sources.isEmpty
                && !sources.contains { $0.path.hasSuffix("/main.swift") || $0.text.contains("@main") }
        }
    }

    @Test("no file names a path of somebody's machine or speaks of how it was written")
    func noTraces() throws {
        let traces = /\/(?:home|Users|work|root|farm)\/[A-Za-z]|sub-?agent|clos[i]ng note/
        let suffixes = [".swift", ".md", ".sh", ".py", ".xml", ".cfg", ".yml", ".h", "Makefile", "run"]
        let folders = [
            "Sources", "Tests", "Examples", "Benchmarks", "Docs", "Scripts", ".ci", "Makefile", "Package.swift",
        ]
        for folder in folders + Self.places.filter({ $0 != "Docs" }) {
            for file in try Repository.files(in: folder, suffixes: suffixes)
            where !file.path.hasSuffix("DocumentTests.swift") {
                for (index, line) in file.lines.enumerated() where line.contains(traces) {
                    Issue.record("\(file.path):\(index + 1): \(line.trimmed)")
                }
            }
        }
    }
}
