import CCCore
import Yams

/// A piece of a YAML file that is being written.
public struct YamlNode {
    let node: Node

    private init(_ node: Node) { self.node = node }

    /// A word or a number as it stands: `longestIdle`, `20`. What might be taken for something else is a ``name(_:)``.
    public init(_ plain: String) { node = Node(plain) }

    /// A mapping, in this order.
    public static func fields(_ fields: [(String, YamlNode)]) -> YamlNode {
        YamlNode(.mapping(Node.Mapping(fields.map { (Self.name($0.0).node, $0.1.node) })))
    }

    /// A text that stays a text when it looks like a number.
    public static func name(_ text: String) -> YamlNode {
        YamlNode(.scalar(Node.Scalar(text, Tag(.str), Double(text) == nil ? .any : .doubleQuoted)))
    }

    /// Without a fraction when it has none.
    public static func number(_ value: Double) -> YamlNode {
        YamlNode(value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)")
    }

    /// Seconds, exact to the nanosecond.
    public static func time(_ duration: Duration) -> YamlNode {
        let nanoseconds = duration.inNanoseconds
        let (whole, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard rest != 0 else { return YamlNode("\(whole)") }
        let digits = String(rest + 1_000_000_000).dropFirst()
        return YamlNode("\(whole).\(digits)")
    }

    public static func list(_ nodes: [YamlNode]) -> YamlNode { YamlNode(.sequence(Node.Sequence(nodes.map(\.node)))) }

    /// The text of a whole file.
    public var yaml: String {
        (try? Yams.serialize(node: node, width: -1, allowUnicode: true, sortKeys: false)) ?? ""
    }
}
