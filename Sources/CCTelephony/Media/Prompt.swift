import CCMedia

/// Audio to be played on calls: a recorded prompt, a tone or music. Prepared once for both rates that calls use, then
/// shared by all of them.
public struct Prompt: Hashable, Sendable {
    private let narrow: AudioClip
    private let wide: AudioClip
    /// How long it plays.
    public let duration: Duration

    public init(_ clip: AudioClip) {
        narrow = clip.resampled(to: 8_000)
        wide = clip.resampled(to: 16_000)
        duration = clip.duration
    }

    /// Reads a WAV file: 8, 16, 44.1 or 48 kHz; several channels are mixed down.
    ///
    /// - Throws: `MediaError` that names the file and the place in it.
    public init(wav path: String) throws {
        self.init(try AudioClip(wav: path))
    }

    /// Recorded words, as they are spoken.
    ///
    /// - Throws: `MediaError` `unknownClip`, `malformedClips` or `codec`.
    public init(_ phrase: SpokenPhrase, from prompts: SpokenPrompts) throws {
        narrow = try prompts.audio(of: phrase, sampleRate: 8_000)
        wide = try prompts.audio(of: phrase, sampleRate: 16_000)
        duration = wide.duration
    }

    /// A phrase in the words that come with the package.
    ///
    /// - Throws: `MediaError` `missingPrompts` when the program was installed without them.
    public init(_ phrase: SpokenPhrase, in language: SpokenLanguage) throws {
        try self.init(phrase, from: .included(language))
    }

    /// The samples for a leg's rate in hertz.
    func clip(at sampleRate: Int) -> AudioClip { sampleRate <= 8_000 ? narrow : wide }

    /// The music on hold that comes with the package. It loops without a seam.
    public static let music = Prompt(.holdMusic())
    /// A short beep, as before a recording.
    public static let beep = Prompt(.beep())
}
