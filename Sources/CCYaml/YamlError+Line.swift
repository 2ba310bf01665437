import Yams

extension YamlError {
    /// Counted from 1.
    var line: Int? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        case .reader(_, let offset?, _, let yaml): yaml.utf8.prefix(offset).reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
        default: nil
        }
    }

    var problem: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _):
            "not YAML: \(problem)"
        case .duplicatedKeysInMapping(let duplicates, _):
            "keys that stand there twice: \(duplicates.map { "\($0)" }.sorted().joined(separator: ", "))"
        default: "not YAML: \(self)"
        }
    }
}

extension NodeReader {
    /// The line of the last key of a path such as `queues.support.talk` that is there.
    public func line(of path: String) -> Int? { node.line(of: path) }
}

extension Node {
    /// The line of the last key of a path such as `queues.support.talk` that is there.
    func line(of path: String) -> Int? {
        var node = self
        var line: Int?
        var rest = Substring(path)
        while !rest.isEmpty {
            guard let mapping = node.mapping else { break }
            // Names may hold dots: the longest key that fits.
            let next = mapping.compactMap { key, value in key.string.map { ($0, key, value) } }
                .filter { rest == $0.0 || rest.hasPrefix($0.0 + ".") || rest.hasPrefix($0.0 + "[") }
                .max { $0.0.count < $1.0.count }
            guard let (name, key, value) = next else { break }
            line = key.mark?.line ?? line
            node = value
            rest = rest.dropFirst(name.count)
            while rest.first == "[", let end = rest.firstIndex(of: "]") {
                if let index = Int(rest[rest.index(after: rest.startIndex)..<end]), let list = node.sequence,
                    index < list.count
                {
                    node = list[index]
                    line = node.mark?.line ?? line
                }
                rest = rest[rest.index(after: end)...]
            }
            if rest.first == "." { rest = rest.dropFirst() }
        }
        return line
    }
}
