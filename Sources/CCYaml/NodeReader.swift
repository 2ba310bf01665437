import CCCore
import Yams

/// A place in a YAML file: reads typed values and says where they are wrong.
///
/// All that it throws is a `FileError` with file, line and path of keys.
public struct NodeReader {
    let node: Node
    /// The keys that lead here, for example `queues.support.patience`.
    public let path: String
    /// The file's name, for errors.
    public let file: String

    init(node: Node, path: String, file: String) {
        self.node = node
        self.path = path
        self.file = file
    }

    /// The whole of a file.
    ///
    /// - Throws: `FileError` when the text is no YAML, has a key twice in one place, or is empty.
    public init(yaml: String, file: String) throws(FileError) {
        let node: Node?
        do {
            node = try Yams.compose(yaml: yaml)
        } catch let error as YamlError {
            throw FileError(file: file, line: error.line, message: error.problem)
        } catch {
            throw FileError(file: file, message: "not YAML: \(error)")
        }
        guard let node else { throw FileError(file: file, message: "the file is empty") }
        self.init(node: node, path: "", file: file)
    }

    /// Where this place begins, counted from 1.
    public var line: Int? { node.mark?.line }

    /// An error here.
    public func error(_ message: String) -> FileError {
        FileError(file: file, line: node.mark?.line, path: path, message: message)
    }

    private func child(_ key: String, _ node: Node) -> NodeReader {
        NodeReader(node: node, path: path.isEmpty ? key : path + "." + key, file: file)
    }

    // MARK: Mappings and lists

    /// The values by key, in the order of the file.
    public func entries(_ what: String) throws(FileError) -> [(key: String, value: NodeReader)] {
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
    public func fields(_ known: [String]) throws(FileError) -> Fields {
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

    public var isMapping: Bool { node.mapping != nil }
    public var isText: Bool { node.scalar != nil && double == nil }

    public func list(_ what: String) throws(FileError) -> [NodeReader] {
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

    public func text() throws(FileError) -> String {
        guard let text = node.scalar?.string, !text.isEmpty else { throw error("expected a text, found \(found)") }
        return text
    }

    public func number(_ range: ClosedRange<Double>, _ what: String) throws(FileError) -> Double {
        guard let value = double, value.isFinite else { throw error("expected \(what), found \(found)") }
        guard range.contains(value) else { throw error("expected \(what), found \(found)") }
        return value
    }

    public func integer(_ range: ClosedRange<Int>, _ what: String) throws(FileError) -> Int {
        guard let text = node.scalar?.string, let value = Int(text), range.contains(value) else {
            throw error("expected \(what), found \(found)")
        }
        return value
    }

    /// Seconds as a number, or a text such as `90s`, `15m`, `8h30m`, `08:30`.
    public func seconds() throws(FileError) -> Double {
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

    public func duration() throws(FileError) -> Duration {
        .nanoseconds(Int64((try seconds() * 1e9).rounded()))
    }

    public func choice<Value>(_ choices: KeyValuePairs<String, Value>) throws(FileError) -> Value {
        let text = try text()
        guard let choice = choices.first(where: { $0.key == text }) else {
            throw error("expected one of \(choices.map(\.key).joined(separator: ", ")), found \(found)")
        }
        return choice.value
    }

    /// The fields of a mapping that was checked for unknown keys.
    public struct Fields {
        public let place: NodeReader
        public let values: [String: NodeReader]

        public subscript(key: String) -> NodeReader? { values[key] }

        public func required(_ key: String) throws(FileError) -> NodeReader {
            guard let value = values[key] else { throw place.error("the key \(key) is missing") }
            return value
        }
    }
}
