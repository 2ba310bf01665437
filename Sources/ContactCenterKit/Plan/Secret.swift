import CCSip
import Foundation

/// A password, or where it is kept.
public enum Secret: Hashable, Sendable {
    /// The password itself.
    case text(String)
    /// The name of an environment variable that holds it.
    case environment(String)
    /// A file whose first line it is.
    case file(String)

    /// The password. Read anew each time, so that a changed one counts after a reload.
    ///
    /// - Throws: ``CenterError`` `badPlan` that names the variable or the file.
    func resolved() throws -> String {
        switch self {
        case .text(let text): return text
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
                throw CenterError(.badPlan, "the environment variable \(name) is not set")
            }
            return value
        case .file(let path):
            guard let text = try? String(contentsOfFile: path, encoding: .utf8),
                let line = text.split(whereSeparator: \.isNewline).first
            else {
                throw CenterError(.badPlan, "the file \(path) cannot be read, or its first line is empty")
            }
            return String(line)
        }
    }
}
