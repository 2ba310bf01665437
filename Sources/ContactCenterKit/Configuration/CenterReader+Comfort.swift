import CCCore
import CCMedia
import CCYaml

extension NodeReader {
    /// What callers of a queue hear, which stands among its keys; nil when nothing stands there.
    func comfort(of queue: QueueID) throws(FileError) -> Comfort? {
        guard let place = try fields(CenterKeys.queue)["comfort"] else { return nil }
        let fields = try place.fields(CenterKeys.comfort)
        var comfort = Comfort(queue)
        if let language = fields["language"] { comfort.language = try language.language() }
        comfort.musicFile = try fields["music"]?.text()
        for step in try fields["say"]?.list("a list of what is said") ?? [] { comfort.steps.append(try step.step()) }
        return comfort
    }

    private func step() throws(FileError) -> Comfort.Step {
        let fields = try fields(CenterKeys.say)
        let after = try fields["after"]?.duration() ?? .zero
        func every(_ usual: Duration?) throws(FileError) -> Duration? {
            guard let place = fields["every"] else { return usual }
            return (try? place.text()) == "once" ? nil : try place.duration()
        }
        if let message = fields["message"] {
            if let other = fields["say"] ?? fields["atMost"] { throw other.error("not together with message") }
            return Comfort.Step(
                content: .announcement(.message(try message.text())), after: after, every: try every(nil))
        }
        let isPosition = try fields.required("say").choice(["position": true, "estimatedWait": false])
        if isPosition {
            if let other = fields["atMost"] { throw other.error("not together with position") }
            return Comfort.Step(content: .position, after: after, every: try every(.seconds(60)))
        }
        let most = try fields["atMost"]?.duration() ?? .seconds(3_600)
        return Comfort.Step(content: .estimatedWait(atMost: most), after: after, every: try every(.seconds(120)))
    }

    func language() throws(FileError) -> SpokenLanguage {
        guard let language = SpokenLanguage(rawValue: try text()) else {
            let known = SpokenLanguage.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("expected a language, one of \(known)")
        }
        return language
    }

    /// A WAV file, or files by language.
    func message(_ name: String) throws(FileError) -> Message {
        guard isMapping else { return Message(name, file: try text()) }
        let fields = try fields(CenterKeys.message)
        var files: [SpokenLanguage: String] = [:]
        for language in SpokenLanguage.allCases { files[language] = try fields[language.rawValue]?.text() }
        return Message(name, file: try fields["otherwise"]?.text(), in: files)
    }
}
