import Foundation

/// The project's own text, found from the place of this file.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// A file of the project with its path from the root.
    struct File: CustomStringConvertible {
        let path: String
        let text: String
        var description: String { path }
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func file(_ path: String) throws -> File {
        File(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    /// All text files below a folder, or the file itself, whose names end in one of `suffixes`; build folders left out.
    static func files(in folder: String, suffixes: [String]) throws -> [File] {
        if !folder.isEmpty, suffixes.contains(where: folder.hasSuffix) {
            return exists(folder) ? [try file(folder)] : []
        }
        let start = root.appending(path: folder)
        guard let found = FileManager.default.enumerator(atPath: start.path) else { return [] }
        var paths: [String] = []
        for case let path as String in found {
            if path.split(separator: "/").last?.hasPrefix(".build") == true { found.skipDescendants() }
            if suffixes.contains(where: path.hasSuffix) { paths.append(folder.isEmpty ? path : folder + "/" + path) }
        }
        return try paths.sorted().map(file)
    }

    static func swiftFiles(in folder: String) throws -> [File] { try files(in: folder, suffixes: [".swift"]) }

    /// The folders directly below `Sources`: the rooms and the tools.
    static func targets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)
            .filter { !$0.hasPrefix(".") }.sorted()
    }
}
