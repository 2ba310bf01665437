import CCCore
import Foundation
import Logging
import UnixSignals

extension ContactCenter {
    /// A centre as a file describes it (`Docs/Configuration.md`).
    ///
    /// - Parameters:
    ///   - path: the YAML file.
    ///   - handlers: code of the program that numbers of the file name.
    /// - Throws: ``ConfigurationError`` with everything that is wrong in the file, each with line and key; ``CenterError``
    ///   `badPlan` when a password or another file that it names cannot be read; the store's error.
    public convenience init(
        configuration path: String, handlers: [String: Number.Handler] = [:],
        logger: Logger = Logger(label: "contactcenter", factory: { _ in SwiftLogNoOpLogHandler() })
    ) throws {
        try self.init(plan: CenterPlan(file: path, handlers: handlers), logger: logger)
    }

    /// Reads a configuration again and goes on by it: see ``apply(_:)``.
    ///
    /// The handlers are those of the plan that the centre runs.
    ///
    /// - Throws: ``ConfigurationError`` or ``CenterError``; nothing has changed then.
    @discardableResult
    public func apply(configuration path: String) async throws -> PlanChanges {
        try await apply(CenterPlan(file: path, handlers: plan.handlers))
    }
}

extension ContactCenter {
    /// Reads the configuration again at each SIGHUP and goes on by it, until the task is cancelled. What is wrong with it is
    /// told, and changes nothing.
    public func applyOnHangUp(
        configuration path: String, told: @Sendable (Result<PlanChanges, any Error>) async -> Void
    ) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            do {
                await told(.success(try await apply(configuration: path)))
            } catch {
                await told(.failure(error))
            }
        }
    }
}

extension CenterPlan {
    /// Reads a configuration file: see ``init(yaml:file:handlers:)``.
    public init(file path: String, handlers: [String: Number.Handler] = [:]) throws(ConfigurationError) {
        let yaml: String
        do { yaml = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw ConfigurationError([
                FileError(file: path, message: "there is no such text file, or it may not be read")
            ])
        }
        try self.init(yaml: yaml, file: path, handlers: handlers)
    }
}
