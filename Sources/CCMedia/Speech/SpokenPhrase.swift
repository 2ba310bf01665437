/// Something that the package can say with the prompts that come with it.
///
/// A phrase is a value: ``clips(in:)`` says which recorded words make it, ``SpokenPrompts`` plays them together.
/// Numbers are spoken from 0 to ``numberMax``; a greater one is spoken as the greatest.
public enum SpokenPhrase: Hashable, Sendable {
    public static let numberMax = 999

    /// A cardinal number by itself.
    case number(Int)
    /// "You are number 12 in line"; the first is told to be next.
    case position(Int)
    /// "There are 11 calls ahead of you".
    case callsAhead(Int)
    /// "The estimated waiting time is less than one minute".
    case waitLessThanAMinute
    /// "The estimated waiting time is about 5 minutes".
    case waitAbout(minutes: Int)
    /// "The estimated waiting time is more than 60 minutes".
    case waitMore(minutes: Int)
    /// "1 hour and 20 minutes", "45 seconds": whole seconds below a minute, else whole minutes; up to 99 hours.
    case duration(Duration)
    /// A time of the day: hour 0 to 23, minute 0 to 59.
    case time(hour: Int, minute: Int)
    case fixed(Fixed)

    /// A sentence without a number in it.
    public enum Fixed: String, Hashable, Sendable, Codable, CaseIterable {
        /// "Please hold the line. The next free agent will take your call."
        case pleaseWait = "please-wait"
        /// "All our agents are busy at the moment. Please call again later. Goodbye."
        case busy
        /// "We are closed at the moment. Please call again during our opening hours. Goodbye."
        case closed
        /// "We had to close because of an emergency. Please call again later. Goodbye."
        case emergency
        /// "To keep your place in line and be called back, press one."
        case callbackOffer = "callback-offer"
        /// "Thank you. We will call you back when it is your turn. Goodbye."
        case callbackAccepted = "callback-accepted"
        /// "One moment, please. You are being transferred."
        case transfer
        /// "Thank you for calling. Goodbye."
        case goodbye
    }

    /// An estimated wait in words: less than a minute, about some minutes (rounded up, above ten to multiples of five),
    /// or more than `most`, which is at least a minute.
    public static func estimatedWait(_ wait: Duration, atMost most: Duration = .seconds(3_600)) -> SpokenPhrase {
        guard wait >= .seconds(60) else { return .waitLessThanAMinute }
        guard wait <= most else { return .waitMore(minutes: max(1, Int(most.components.seconds / 60))) }
        let minutes = Int((wait.components.seconds + 59) / 60)
        return .waitAbout(minutes: minutes <= 10 ? minutes : (minutes + 4) / 5 * 5)
    }

    /// The names of the recorded words that make the phrase, in their order.
    public func clips(in language: SpokenLanguage) -> [String] {
        switch language {
        case .english: EnglishGrammar.clips(of: self)
        case .spanish: SpanishGrammar.clips(of: self)
        }
    }
}

/// A duration as it is spoken: hours and minutes, or seconds.
struct SpokenDuration {
    var hours = 0
    var minutes = 0
    var seconds = 0

    init(_ duration: Duration) {
        let whole = max(0, min(duration.components.seconds, 99 * 3_600))
        if whole < 60 {
            seconds = Int(whole)
        } else {
            let rounded = Int((whole + 30) / 60)
            (hours, minutes) = rounded.quotientAndRemainder(dividingBy: 60)
        }
    }
}

/// How English puts its words together.
enum EnglishGrammar {
    static func clips(of phrase: SpokenPhrase) -> [String] {
        switch phrase {
        case .number(let number): cardinal(number)
        case .position(let place): place <= 1 ? ["next"] : ["position"] + cardinal(place) + ["in-line"]
        case .callsAhead(let calls):
            [calls == 1 ? "there-is" : "there-are"] + counted(calls, "call-ahead", "calls-ahead")
        case .waitLessThanAMinute: ["wait-less"]
        case .waitAbout(let minutes): ["wait-about"] + counted(minutes, "minute")
        case .waitMore(let minutes): ["wait-more"] + counted(minutes, "minute")
        case .duration(let duration): spoken(SpokenDuration(duration))
        case .time(let hour, let minute): time(min(max(hour, 0), 23), min(max(minute, 0), 59))
        case .fixed(let sentence): [sentence.rawValue]
        }
    }

    static func cardinal(_ number: Int) -> [String] {
        let number = min(max(number, 0), SpokenPhrase.numberMax)
        let (hundreds, rest) = number.quotientAndRemainder(dividingBy: 100)
        return (hundreds > 0 ? ["h\(hundreds)"] : []) + (rest > 0 || hundreds == 0 ? ["n\(rest)"] : [])
    }

    private static func counted(_ count: Int, _ unit: String, _ units: String? = nil) -> [String] {
        cardinal(count) + [count == 1 ? unit : units ?? unit + "s"]
    }

    private static func spoken(_ duration: SpokenDuration) -> [String] {
        guard duration.hours > 0 else {
            return duration.minutes > 0 ? counted(duration.minutes, "minute") : counted(duration.seconds, "second")
        }
        return counted(duration.hours, "hour")
            + (duration.minutes > 0 ? ["and"] + counted(duration.minutes, "minute") : [])
    }

    private static func time(_ hour: Int, _ minute: Int) -> [String] {
        let minutes = minute == 0 ? ["o-clock"] : (minute < 10 ? ["oh"] : []) + cardinal(minute)
        return cardinal((hour + 11) % 12 + 1) + minutes + [hour < 12 ? "am" : "pm"]
    }
}

/// How Spanish puts its words together: numbers that end in one follow the gender of what is counted.
enum SpanishGrammar {
    enum Form { case alone, masculine, feminine }

    static func clips(of phrase: SpokenPhrase) -> [String] {
        switch phrase {
        case .number(let number): cardinal(number, .alone)
        case .position(let place): place <= 1 ? ["next"] : ["position"] + cardinal(place, .alone) + ["in-line"]
        case .callsAhead(let calls):
            ["there-are"] + cardinal(calls, .feminine) + [calls == 1 ? "call-ahead" : "calls-ahead"]
        case .waitLessThanAMinute: ["wait-less"]
        // "unos" is a plural.
        case .waitAbout(let minutes) where minutes <= 1: ["wait-about-one"] + counted(1, "minute", .masculine)
        case .waitAbout(let minutes): ["wait-about"] + counted(minutes, "minute", .masculine)
        case .waitMore(let minutes): ["wait-more"] + counted(minutes, "minute", .masculine)
        case .duration(let duration): spoken(SpokenDuration(duration))
        case .time(let hour, let minute): time(min(max(hour, 0), 23), min(max(minute, 0), 59))
        case .fixed(let sentence): [sentence.rawValue]
        }
    }

    static func cardinal(_ number: Int, _ form: Form) -> [String] {
        let number = min(max(number, 0), SpokenPhrase.numberMax)
        let (hundreds, rest) = number.quotientAndRemainder(dividingBy: 100)
        var clips: [String] = []
        switch hundreds {
        case 0: break
        case 1: clips.append(rest == 0 ? "h1-alone" : "h1")
        default: clips.append("h\(hundreds)" + (form == .feminine ? "f" : ""))
        }
        guard rest > 0 || hundreds == 0 else { return clips }
        let varies = rest % 10 == 1 && rest != 11
        switch form {
        case .masculine where varies: clips.append("n\(rest)m")
        case .feminine where varies: clips.append("n\(rest)f")
        default: clips.append("n\(rest)")
        }
        return clips
    }

    private static func counted(_ count: Int, _ unit: String, _ form: Form) -> [String] {
        cardinal(count, form) + [count == 1 ? unit : unit + "s"]
    }

    private static func spoken(_ duration: SpokenDuration) -> [String] {
        let minutes = counted(duration.minutes, "minute", .masculine)
        guard duration.hours > 0 else {
            return duration.minutes > 0 ? minutes : counted(duration.seconds, "second", .masculine)
        }
        return counted(duration.hours, "hour", .feminine) + (duration.minutes > 0 ? ["and"] + minutes : [])
    }

    private static func time(_ hour: Int, _ minute: Int) -> [String] {
        let onDial = (hour + 11) % 12 + 1
        let minutes = minute == 0 ? ["o-clock"] : ["and"] + cardinal(minute, .alone)
        let part = hour < 12 ? "am" : hour < 20 ? "pm" : "night"
        return [onDial == 1 ? "the-one" : "the"] + cardinal(onDial, .feminine) + minutes + [part]
    }
}
