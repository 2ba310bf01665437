import CCCore

/// What is wrong with a configuration: everything that was found, each with file, line and key.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// In the order of the file's lines; never empty.
    public let problems: [FileError]

    public init(_ problems: [FileError]) {
        self.problems = problems.enumerated()
            .sorted { ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset) }.map(\.element)
    }

    /// One problem a line: `center.yml:12: queues.support.wrapUp: …`
    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
