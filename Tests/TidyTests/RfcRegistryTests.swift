import Testing

/// `Docs/RFC.md` says what of which RFC the project claims to do: one table row each, with the section, the source file
/// and the names of the tests that show it.
@Suite("Every claim about an RFC is shown by a test")
struct RfcRegistryTests {
    struct Row {
        let line: Int
        let section, claim, source: String
        let tests: [String]
    }

    private func rows() throws -> [Row] {
        try Repository.file("Docs/RFC.md").lines.enumerated().compactMap { index, line in
            guard line.hasPrefix("|"), !line.hasPrefix("|-"), !line.hasPrefix("| Section") else { return nil }
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map(\.trimmed)
            guard cells.count >= 4 else {
                Issue.record("Docs/RFC.md:\(index + 1): a row has four cells: section, claim, source, tests")
                return nil
            }
            return Row(
                line: index + 1, section: cells[0], claim: cells[1], source: cells[2].replacing("`", with: ""),
                tests: cells[3].matches(of: /`([^`]+)`/).map { String($0.1) })
        }
    }

    @Test("every claim names its source file and at least one test that exists")
    func claims() throws {
        let names = try testNames()
        let rows = try rows()
        #expect(!rows.isEmpty)
        for row in rows {
            let place = "Docs/RFC.md:\(row.line): \(row.claim)"
            #expect(row.section.contains(/^(RFC )?\d{4}( |$)/), "\(place): which RFC?")
            #expect(Repository.exists(row.source), "\(place): no file \(row.source)")
            #expect(!row.tests.isEmpty, "\(place): no test shows it")
            for test in row.tests { #expect(names.contains(test), "\(place): no test is called “\(test)”") }
        }
    }

    private func testNames() throws -> Set<String> {
        var names: Set<String> = []
        for file in try Repository.swiftFiles(in: "Tests") {
            for match in file.text.matches(of: /@Test\(\s*"((?:[^"\\]|\\.)*)"/) { names.insert(String(match.1)) }
        }
        return names
    }
}
