/// A language for which prompts come with the package.
public enum SpokenLanguage: String, Hashable, Sendable, Codable, CaseIterable {
    case english, spanish
}
