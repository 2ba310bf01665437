/// What is wrong with a file that people write, and where: scenarios, configurations.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file's name as it was given; nil for what was made in code.
    public var file: String?
    /// Counted from 1.
    public var line: Int?
    /// The keys that lead to the place, for example `queues.support.wrapUp`.
    public var path: String
    /// What is wrong and what is expected instead.
    public var message: String

    public init(file: String? = nil, line: Int? = nil, path: String = "", message: String) {
        self.file = file
        self.line = line
        self.path = path
        self.message = message
    }

    /// `day.yml:12: queues.support.wrapUp: …`
    public var description: String {
        let place = [file, line.map(String.init)].compactMap { $0 }.joined(separator: ":")
        return [place, path, message].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
