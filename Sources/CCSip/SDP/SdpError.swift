/// Why bytes are not a session description.
public struct SdpError: Error, Equatable, CustomStringConvertible {
    /// What kind of mistake it is; safe as a metric label.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String, Sendable { case version, origin, media, connection, line, missing, tooLarge, text }
        private let value: Value

        /// No `v=0` at the start.
        public static let version = Code(value: .version)
        /// An `o=` line without its six fields.
        public static let origin = Code(value: .origin)
        /// An `m=` line without kind, port, transport and a format, or with a port that is no number.
        public static let media = Code(value: .media)
        /// A `c=` line without its three fields.
        public static let connection = Code(value: .connection)
        /// A line that is not a letter, an equals sign and text.
        public static let line = Code(value: .line)
        /// A mandatory line is absent.
        public static let missing = Code(value: .missing)
        /// More bytes, lines or sections than the limits allow.
        public static let tooLarge = Code(value: .tooLarge)
        /// Not UTF-8.
        public static let text = Code(value: .text)

        public var description: String { value.rawValue }
    }

    public let code: Code
    /// Counted from 1; 0 when the mistake is not in one line.
    public let line: Int
    public let message: String

    public var description: String { line > 0 ? "SDP line \(line): \(message)" : "SDP: \(message)" }
}
