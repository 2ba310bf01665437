import CCCore
import CCMedia
import CCYaml

extension Comfort {
    func node() throws -> YamlNode {
        guard musicFile != nil || music == nil else {
            throw CenterError(.badPlan, "the music of queue \"\(queue)\" is not in a file")
        }
        var fields: [(String, YamlNode)] = []
        if language != .english { fields.append(("language", YamlNode(language.rawValue))) }
        if let musicFile { fields.append(("music", .name(musicFile))) }
        if !steps.isEmpty { fields.append(("say", .list(try steps.map { try $0.node(queue) }))) }
        return .fields(fields)
    }
}

extension Comfort.Step {
    fileprivate func node(_ queue: QueueID) throws -> YamlNode {
        var fields: [(String, YamlNode)]
        let usual: Duration?
        switch content {
        case .position: (fields, usual) = ([("say", YamlNode("position"))], .seconds(60))
        case .estimatedWait(let most):
            (fields, usual) = ([("say", YamlNode("estimatedWait"))], .seconds(120))
            if most != .seconds(3_600) { fields.append(("atMost", .time(most))) }
        case .announcement(.message(let name)): (fields, usual) = ([("message", .name(name))], nil)
        case .announcement(.prompt), .announcement(.phrase):
            throw CenterError(.badPlan, "queue \"\(queue)\" says something that has no name")
        }
        if after != .zero { fields.append(("after", .time(after))) }
        if every != usual { fields.append(("every", every.map { .time($0) } ?? YamlNode("once"))) }
        return .fields(fields)
    }
}

extension Message {
    func node() throws -> YamlNode {
        guard recordings.keys.allSatisfy({ files[$0] != nil }), otherwise == nil || otherwiseFile != nil else {
            throw CenterError(.badPlan, "the message \"\(name)\" is not in a file")
        }
        if files.isEmpty, let otherwiseFile { return .name(otherwiseFile) }
        var fields: [(String, YamlNode)] = []
        for language in SpokenLanguage.allCases {
            if let file = files[language] { fields.append((language.rawValue, .name(file))) }
        }
        if let otherwiseFile { fields.append(("otherwise", .name(otherwiseFile))) }
        return .fields(fields)
    }
}
