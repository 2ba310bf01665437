import Foundation
private import Synchronization

/// The recorded words of one language, put together to phrases.
///
/// The words that come with the package lie beside the program, in the folder of resources that the build makes for this
/// module. A program that is installed elsewhere takes that folder (`ContactCenterKit_CCMedia.resources`, on macOS
/// `.bundle`) with it, or says with ``init(_:path:)`` where the words are. Each word is decoded when it is first needed,
/// and then kept: about 10 MB for all words of a language.
public final class SpokenPrompts: Sendable {
    /// Silence between two words.
    static let gapMilliseconds = 50

    public let language: SpokenLanguage
    private let bank: ClipBank
    private let decoded = Mutex<[Word: AudioClip]>([:])

    /// Reads a file of clips, as `Scripts/prompts.py` writes it.
    ///
    /// - Throws: ``MediaError`` `missingPrompts`, `malformedClips` or `tooLarge`.
    public init(_ language: SpokenLanguage, path: String) throws(MediaError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw MediaError(.missingPrompts, "there is no file \(path)")
        }
        self.language = language
        bank = try ClipBank(parsing: [UInt8](data))
    }

    /// The words that come with the package. They are read once in the life of the program.
    ///
    /// - Throws: ``MediaError`` `missingPrompts` when the program was installed without them.
    public static func included(_ language: SpokenLanguage) throws(MediaError) -> SpokenPrompts {
        let shared: Result<SpokenPrompts, MediaError> =
            switch language {
            case .english: english
            case .spanish: spanish
            }
        return try shared.get()
    }

    private static let english = Result { () throws(MediaError) in try find(.english) }
    private static let spanish = Result { () throws(MediaError) in try find(.spanish) }

    /// `Bundle.module` would end the program when the folder is missing.
    private static func find(_ language: SpokenLanguage) throws(MediaError) -> SpokenPrompts {
        final class Marker {}
        let own = Bundle(for: Marker.self)
        let homes = [Bundle.main.resourceURL, Bundle.main.bundleURL, own.resourceURL, own.bundleURL]
            .compactMap(\.self).flatMap { [$0, $0.deletingLastPathComponent()] }
        let file = "Prompts/\(language.rawValue).clips"
        for home in homes {
            for folder in ["ContactCenterKit_CCMedia.resources", "ContactCenterKit_CCMedia.bundle"] {
                for inner in ["", "Contents/Resources/"] {
                    let path = home.appendingPathComponent("\(folder)/\(inner)\(file)").path
                    if FileManager.default.fileExists(atPath: path) {
                        return try SpokenPrompts(language, path: path)
                    }
                }
            }
        }
        throw MediaError(.missingPrompts, "\(file) is not in ContactCenterKit_CCMedia.resources beside the program")
    }

    /// The names of the recorded words, sorted.
    public var clips: [String] { bank.names }

    /// A phrase as audio, at 8,000 or 16,000 hertz.
    ///
    /// - Throws: ``MediaError`` `unknownClip`, `malformedClips` or `codec`.
    public func audio(of phrase: SpokenPhrase, sampleRate: Int) throws(MediaError) -> AudioClip {
        try audio(of: phrase.clips(in: language), sampleRate: sampleRate)
    }

    /// Recorded words one after the other, at 8,000 or 16,000 hertz.
    ///
    /// - Throws: as ``audio(of:sampleRate:)-(SpokenPhrase,_)``.
    public func audio(of names: [String], sampleRate: Int) throws(MediaError) -> AudioClip {
        let rate = sampleRate <= 8_000 ? 8_000 : ClipBank.sampleRate
        let silence = [Int16](repeating: 0, count: rate * Self.gapMilliseconds / 1_000)
        var samples: [Int16] = []
        for name in names {
            if !samples.isEmpty { samples += silence }
            samples += try word(Word(name: name, sampleRate: rate)).samples
        }
        return AudioClip(samples: samples, sampleRate: rate)
    }

    private func word(_ word: Word) throws(MediaError) -> AudioClip {
        if let known = decoded.withLock({ $0[word] }) { return known }
        let clip = try bank.clip(word.name).resampled(to: word.sampleRate)
        decoded.withLock { $0[word] = clip }
        return clip
    }

    private struct Word: Hashable {
        let name: String
        let sampleRate: Int
    }
}
