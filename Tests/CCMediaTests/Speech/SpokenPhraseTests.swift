import CCTestKit
import Foundation
import Testing

@testable import CCMedia

@Suite("Spoken phrases")
struct SpokenPhraseTests {
    static let phrases: [SpokenPhrase] =
        (0...999).flatMap {
            [.number($0), .position($0), .callsAhead($0), .waitAbout(minutes: $0), .waitMore(minutes: $0)]
        }
        + [.waitLessThanAMinute] + SpokenPhrase.Fixed.allCases.map { .fixed($0) }
        + (0..<60).flatMap { [.duration(.seconds($0)), .duration(.seconds($0 * 60)), .duration(.seconds($0 * 5_000))] }
        + (0..<24).flatMap { hour in (0..<60).map { .time(hour: hour, minute: $0) } }

    @Test("every phrase has its recorded words, and no word is recorded in vain", arguments: SpokenLanguage.allCases)
    func complete(language: SpokenLanguage) throws {
        let recorded = Set(try SpokenPrompts.included(language).clips)
        let needed = Set(Self.phrases.flatMap { $0.clips(in: language) })
        #expect(needed.subtracting(recorded) == [])
        #expect(recorded.subtracting(needed) == [])
        #expect(Self.phrases.allSatisfy { !$0.clips(in: language).isEmpty })
    }

    @Test("each word is as loud as speech, begins and ends softly, and lasts no longer than its sentence")
    func levels() throws {
        for language in SpokenLanguage.allCases {
            let prompts = try SpokenPrompts.included(language)
            for name in prompts.clips {
                let clip = try prompts.audio(of: [name], sampleRate: 16_000)
                #expect(clip.level > -30 && clip.level < -19, "\(language) \(name): \(clip.level) dB")
                #expect(clip.duration > .milliseconds(80) && clip.duration < .seconds(10), "\(name) \(clip.duration)")
                for edge in [clip.samples.first, clip.samples.last] {
                    #expect((edge?.magnitude ?? .max) < 700, "\(language) \(name) clicks")
                }
            }
        }
    }

    @Test(
        "English",
        arguments: [
            (SpokenPhrase.number(0), "n0"), (.number(7), "n7"), (.number(40), "n40"), (.number(100), "h1"),
            (.number(112), "h1 n12"), (.number(999), "h9 n99"), (.number(2_000), "h9 n99"), (.number(-1), "n0"),
            (.position(1), "next"), (.position(12), "position n12 in-line"),
            (.callsAhead(1), "there-is n1 call-ahead"), (.callsAhead(2), "there-are n2 calls-ahead"),
            (.waitAbout(minutes: 1), "wait-about n1 minute"), (.waitMore(minutes: 60), "wait-more n60 minutes"),
            (.duration(.seconds(1)), "n1 second"), (.duration(.seconds(4_830)), "n1 hour and n21 minutes"),
            (.duration(.seconds(7_200)), "n2 hours"), (.time(hour: 0, minute: 0), "n12 o-clock am"),
            (.time(hour: 15, minute: 5), "n3 oh n5 pm"), (.time(hour: 12, minute: 30), "n12 n30 pm"),
        ] as [(SpokenPhrase, String)])
    func english(phrase: SpokenPhrase, clips: String) {
        #expect(phrase.clips(in: .english).joined(separator: " ") == clips)
    }

    @Test(
        "Spanish numbers have the gender and the plural of what they count",
        arguments: [
            (SpokenPhrase.number(21), "n21"), (.number(100), "h1-alone"), (.number(101), "h1 n1"),
            (.number(200), "h2"), (.position(21), "position n21 in-line"),
            (.callsAhead(221), "there-are h2f n21f calls-ahead"), (.callsAhead(1), "there-are n1f call-ahead"),
            (.waitAbout(minutes: 1), "wait-about-one n1m minute"), (.waitAbout(minutes: 21), "wait-about n21m minutes"),
            (.waitMore(minutes: 61), "wait-more n61m minutes"), (.waitMore(minutes: 11), "wait-more n11 minutes"),
            (.duration(.seconds(3_600)), "n1f hour"), (.duration(.seconds(21 * 3_600)), "n21f hours"),
            (.duration(.seconds(3_660)), "n1f hour and n1m minute"), (.duration(.seconds(31)), "n31m seconds"),
            (.time(hour: 13, minute: 0), "the-one n1f o-clock pm"), (.time(hour: 9, minute: 21), "the n9 and n21 am"),
            (.time(hour: 22, minute: 15), "the n10 and n15 night"),
        ] as [(SpokenPhrase, String)])
    func spanish(phrase: SpokenPhrase, clips: String) {
        #expect(phrase.clips(in: .spanish).joined(separator: " ") == clips)
    }

    @Test("an estimated wait is rounded up, and beyond its limit only said to be more")
    func estimates() {
        #expect(SpokenPhrase.estimatedWait(.seconds(59)) == .waitLessThanAMinute)
        #expect(SpokenPhrase.estimatedWait(.seconds(60)) == .waitAbout(minutes: 1))
        #expect(SpokenPhrase.estimatedWait(.seconds(61)) == .waitAbout(minutes: 2))
        #expect(SpokenPhrase.estimatedWait(.seconds(11 * 60)) == .waitAbout(minutes: 15))
        #expect(SpokenPhrase.estimatedWait(.seconds(3_601)) == .waitMore(minutes: 60))
        #expect(SpokenPhrase.estimatedWait(.seconds(700), atMost: .seconds(600)) == .waitMore(minutes: 10))
    }

    @Test("different words sound different, and a phrase is its words with short gaps")
    func sound() throws {
        let prompts = try SpokenPrompts.included(.english)
        let twelve = try prompts.audio(of: .number(12), sampleRate: 8_000)
        let phrase = try prompts.audio(of: .position(12), sampleRate: 8_000)
        let match = AudioCorrelation.best(of: twelve.samples, in: phrase.samples)
        let before = try prompts.audio(of: ["position"], sampleRate: 8_000)
        #expect(match.coefficient > 0.999 && match.lag == before.samples.count + 400)
        let thirteen = try prompts.audio(of: .number(13), sampleRate: 8_000)
        #expect(AudioCorrelation.best(of: thirteen.samples, in: phrase.samples).coefficient < 0.8)
    }

    @Test("a missing or a damaged file is an error that says so")
    func damaged() throws {
        func code(_ body: () throws -> Void) -> MediaError.Code? {
            do {
                try body()
                return nil
            } catch {
                return (error as? MediaError)?.code
            }
        }
        #expect(code { _ = try SpokenPrompts(.english, path: "/nowhere") } == .missingPrompts)
        let path = Bundle.module(of: "english")
        let whole = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        #expect(try ClipBank(parsing: whole).names.count > 100)
        #expect(code { _ = try ClipBank(parsing: whole).clip("nothing") } == .unknownClip)
        for length in [0, 7, 13, 14, 20, 400, whole.count - 1] {
            #expect(code { _ = try ClipBank(parsing: Array(whole[..<length])) } == .malformedClips, "\(length)")
        }
        // Any byte may be wrong: an error, or other audio, and nothing worse.
        for place in stride(from: 0, to: whole.count, by: 997) {
            var bytes = whole
            bytes[place] ^= 0xFF
            _ = code {
                let bank = try ClipBank(parsing: bytes)
                if let name = bank.names.first { _ = try bank.clip(name) }
            }
        }
    }
}

extension Bundle {
    /// The file of a language in the project's own folder.
    fileprivate static func module(of language: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/CCMedia/Speech/Prompts/\(language).clips").path
    }
}
