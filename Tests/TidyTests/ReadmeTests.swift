import Testing

@Suite("The README is short, and it and the guides are true")
struct ReadmeTests {
    @Test("the README has at most 150 lines")
    func length() throws {
        #expect(try Repository.file("README.md").lines.count <= 151)
    }

    /// A block is compiled when it stands, line by line, in a Swift file that the package builds. A fence that says
    /// `swift manifest` shows lines of somebody's Package.swift, which nothing here can compile.
    @Test("every Swift block of the README and the guides stands in a file that is compiled")
    func snippets() throws {
        let compiled = try (Repository.swiftFiles(in: "Examples") + Repository.swiftFiles(in: "Tests")).map(\.lines)
        let documents =
            try Repository.files(in: "README.md", suffixes: [".md"])
            + Repository.files(in: "Docs", suffixes: [".md"])
        for document in documents {
            for block in codeBlocks(of: document) where block.language == "swift" {
                let found = compiled.contains { contains($0, block.lines) }
                let text = block.lines.joined(separator: "\n")
                #expect(found, "\(document.path):\(block.start): no compiled file has this block:\n\(text)")
            }
        }
    }

    @Test("every command that the README gives to make is in the Makefile")
    func makeVerbs() throws {
        let makefile = try Repository.file("Makefile").lines
        for match in try Repository.file("README.md").text.matches(
            of: /(?:^|`)make ([a-z-]+)/.anchorsMatchLineEndings())
        {
            #expect(makefile.contains { $0.hasPrefix(match.1 + ":") || $0.contains(" \(match.1):") }, "make \(match.1)")
        }
    }

    struct CodeBlock {
        let language: String
        let start: Int
        var lines: [Substring] = []
    }

    private func codeBlocks(of file: Repository.File) -> [CodeBlock] {
        var blocks: [CodeBlock] = []
        var open: CodeBlock?
        for (index, line) in file.lines.enumerated() {
            if line.hasPrefix("```") {
                if let block = open { blocks.append(block) }
                open = open == nil ? CodeBlock(language: String(line.dropFirst(3)), start: index + 1) : nil
            } else {
                open?.lines.append(line)
            }
        }
        return blocks
    }

    /// Whether `block` is a run of `lines`, apart from one indentation common to the whole run.
    private func contains(_ lines: [Substring], _ block: [Substring]) -> Bool {
        guard let first = block.first, lines.count >= block.count else { return block.isEmpty }
        for start in 0...(lines.count - block.count) where lines[start].hasSuffix(first) {
            let indent = lines[start].dropLast(first.count)
            guard indent.allSatisfy(\.isWhitespace) else { continue }
            let run = lines[start..<(start + block.count)]
            if zip(run, block).allSatisfy({ $0 == $1 || $0 == indent + $1 }) { return true }
        }
        return false
    }
}
