import Foundation
import Testing

/// A folder with files for `ccctl`, gone when nobody has it any more.
final class CommandFolder: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = FileManager.default.temporaryDirectory.path + "/command-\(UUID())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }

    /// Runs `ccctl`. Arguments that begin with `@` name a file of the folder. The output is both that of the program and its remarks.
    func ccctl(_ arguments: String...) async throws -> (code: Int32, output: String) { try await ccctl(arguments) }

    func ccctl(_ arguments: [String]) async throws -> (code: Int32, output: String) {
        try await SwarmCommandTests.ccctl(
            arguments.map { $0.hasPrefix("@") ? path + "/" + $0.dropFirst() : $0 }, folder: path)
    }

    /// The object that a command prints with `--json`.
    func json<Value: Decodable>(_ type: Value.Type, _ arguments: String...) async throws -> Value {
        let (code, output) = try await ccctl(arguments + ["--json"])
        try #require(code == 0, "\(output)")
        return try JSONDecoder().decode(Value.self, from: Data(output.utf8))
    }

    /// That a command fails with a message that holds a text.
    func expectFailure(
        _ arguments: String..., says message: String, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let (code, output) = try await ccctl(arguments)
        #expect(code != 0, sourceLocation: sourceLocation)
        #expect(output.contains(message), "\(output)", sourceLocation: sourceLocation)
    }
}
