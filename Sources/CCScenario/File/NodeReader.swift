import CCCore
import Yams

/// A place in a scenario file: reads typed values and says where they are wrong.
struct NodeReader {
    let node: Node
    let path: String
    let file: String

    func error(_ message: String) -> ScenarioError {
        ScenarioError(file: file, line: node.mark?.line, path: path, message: message)
    }

    private func child(_ key: String, _ node: Node) -> NodeReader {
        NodeReader(node: node, path: path.isEmpty ? key : path + "." + key, file: file)
    }

    // MARK: Mappings and lists

    /// The values by key, in the order of the file.
    func entries(_ what: String) throws(ScenarioError) -> [(key: String, value: NodeReader)] {
        guard let mapping = node.mapping else { throw error("expected \(what), found \(found)") }
        var entries: [(String, NodeReader)] = []
        for (key, value) in mapping {
            guard let name = key.string else {
                throw NodeReader(node: key, path: path, file: file).error("a key is a word")
            }
            entries.append((name, child(name, value)))
        }
        return entries
    }

    /// The values of a mapping that may have these keys and no others.
    func fields(_ known: [String]) throws(ScenarioError) -> Fields {
        var values: [String: NodeReader] = [:]
        let expected = "expected a mapping with the keys \(known.joined(separator: ", "))"
        guard node.mapping != nil else { throw error("\(expected), found \(found)") }
        for (key, value) in try entries("a mapping") {
            guard known.contains(key) else {
                throw value.error("unknown key; expected one of \(known.joined(separator: ", "))")
            }
            values[key] = value
        }
        return Fields(place: self, values: values)
    }

    var isMapping: Bool { node.mapping != nil }
    var isText: Bool { node.scalar != nil && double == nil }

    func list(_ what: String) throws(ScenarioError) -> [NodeReader] {
        guard let sequence = node.sequence else { throw error("expected \(what), found \(found)") }
        var readers: [NodeReader] = []
        for (place, node) in sequence.enumerated() {
            readers.append(NodeReader(node: node, path: "\(path)[\(place)]", file: file))
        }
        return readers
    }

    // MARK: Values

    private var double: Double? {
        guard let text = node.scalar?.string, node.scalar?.style == .plain || node.scalar?.style == .any else {
            return nil
        }
        return Double(text)
    }

    private var found: String {
        if node.mapping != nil { return "a mapping" }
        if node.sequence != nil { return "a list" }
        return node.scalar.map { $0.string.isEmpty ? "nothing" : "\"\($0.string)\"" } ?? "something else"
    }

    func text() throws(ScenarioError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw error("expected a text, found \(found)") }
        return text
    }

    func number(_ range: ClosedRange<Double>, _ what: String) throws(ScenarioError) -> Double {
        guard let value = double, value.isFinite else { throw error("expected \(what), found \(found)") }
        guard range.contains(value) else { throw error("expected \(what), found \(found)") }
        return value
    }

    func integer(_ range: ClosedRange<Int>, _ what: String) throws(ScenarioError) -> Int {
        guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
            throw error("expected \(what), found \(found)")
        }
        return value
    }

    /// Seconds as a number, or a text such as `90s`, `15m`, `8h30m`, `08:30`.
    func seconds() throws(ScenarioError) -> Double {
        let what = "a time of 0 or more, in seconds or as 90s, 15m, 8h30m or 08:30"
        if let value = double {
            guard value.isFinite, value >= 0, value < 4e9 else { throw error("expected \(what), found \(found)") }
            return value
        }
        guard let text = node.scalar?.string, let value = OffsetText.seconds(text) else {
            throw error("expected \(what), found \(found)")
        }
        return value
    }

    func duration() throws(ScenarioError) -> Duration {
        .nanoseconds(Int64((try seconds() * 1e9).rounded()))
    }

    func choice<Value>(_ choices: KeyValuePairs<String, Value>) throws(ScenarioError) -> Value {
        let text = try text()
        guard let choice = choices.first(where: { $0.key == text }) else {
            throw error("expected one of \(choices.map(\.key).joined(separator: ", ")), found \(found)")
        }
        return choice.value
    }

    /// The fields of a mapping that was checked for unknown keys.
    struct Fields {
        let place: NodeReader
        let values: [String: NodeReader]

        subscript(key: String) -> NodeReader? { values[key] }

        func required(_ key: String) throws(ScenarioError) -> NodeReader {
            guard let value = values[key] else { throw place.error("the key \(key) is missing") }
            return value
        }
    }
}

/// Times of day and lengths of time as people write them.
enum OffsetText {
    /// Seconds of `90s`, `15m`, `8h`, `8h30m`, `500ms`, `08:30`, `08:30:15`; nil for anything else.
    static func seconds(_ text: String) -> Double? {
        if text.contains(":") {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard (2...3).contains(parts.count) else { return nil }
            var total = 0.0
            for (place, part) in parts.enumerated() {
                guard let number = UInt(part), number < (place == 0 ? 10_000 : 60) else { return nil }
                total = total * 60 + Double(number)
            }
            return parts.count == 2 ? total * 60 : total
        }
        var rest = Substring(text)
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            switch unit {
            case "ms": total += number / 1000
            case "s": total += number
            case "m", "min": total += number * 60
            case "h": total += number * 3600
            case "d": total += number * 86_400
            default: return nil
            }
        }
        return text.isEmpty || total >= 4e9 ? nil : total
    }
}
