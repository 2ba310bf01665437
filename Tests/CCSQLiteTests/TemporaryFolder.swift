import CCSQLite
import Foundation

/// A folder of its own for one test.
struct TemporaryFolder: Sendable {
    let path: String

    func file(_ name: String) -> String { path + "/" + name }

    /// A new store in a file of its own.
    func store() throws -> SQLiteStore { try SQLiteStore(path: file(UUID().uuidString + ".sqlite")) }
}

func withTemporaryFolder<T>(_ body: (TemporaryFolder) async throws -> T) async throws -> T {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("cctests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(TemporaryFolder(path: url.path))
}
