import CCMedia
import CCTelephony

/// Something that is said to callers.
public enum Announcement: Hashable, Sendable, ExpressibleByStringLiteral {
    case prompt(Prompt)
    /// A ``Message`` of the plan, or a sentence that comes with the package (`SpokenPhrase.Fixed`: `busy`, `closed` …).
    case message(String)
    case phrase(SpokenPhrase)

    public init(stringLiteral name: String) { self = .message(name) }
}

/// A recorded text of yours under a name, in one or several languages.
public struct Message: CenterPart, Hashable {
    public var name: String
    /// For callers who are spoken to in that language.
    public var recordings: [SpokenLanguage: Prompt]
    /// For all others.
    public var otherwise: Prompt?
    /// WAV files that are read when the centre is made, in the place of ``recordings`` and ``otherwise``.
    public private(set) var files: [SpokenLanguage: String] = [:]
    public private(set) var otherwiseFile: String?

    /// - Parameters:
    ///   - prompt: For callers in whose language there is no recording.
    public init(_ name: String, _ prompt: Prompt? = nil, in recordings: [SpokenLanguage: Prompt] = [:]) {
        self.name = name
        self.recordings = recordings
        otherwise = prompt
    }

    /// The same from WAV files.
    public init(_ name: String, file: String? = nil, in files: [SpokenLanguage: String] = [:]) {
        self.init(name, nil, in: [:])
        self.files = files
        otherwiseFile = file
    }

    /// The same with its files read.
    func resolved() throws -> Message {
        var message = self
        for (language, file) in files { message.recordings[language] = try Prompt(wav: file) }
        if let otherwiseFile { message.otherwise = try Prompt(wav: otherwiseFile) }
        return message
    }

    public func add(to plan: inout CenterPlan) { plan.messages.append(self) }
}

extension CenterPlan {
    /// What an announcement sounds like; nil when there is nothing to play.
    func prompt(of announcement: Announcement, in language: SpokenLanguage) -> Prompt? {
        switch announcement {
        case .prompt(let prompt): return prompt
        case .phrase(let phrase): return try? Prompt(phrase, in: language)
        case .message(let name):
            if let message = messages.first(where: { $0.name == name }) {
                return message.recordings[language] ?? message.otherwise
            }
            return SpokenPhrase.Fixed(rawValue: name).flatMap { try? Prompt(.fixed($0), in: language) }
        }
    }
}
