/// What went wrong in this module: a broken packet, a damaged file, a codec that refused.
public struct MediaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of error; safe as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String, Hashable, Sendable {
            case malformedRtp, malformedRtcp, malformedEvent, malformedWav, unsupportedWav, tooLarge, codec
            case malformedClips, unknownClip, missingPrompts
        }

        private let value: Value

        private init(_ value: Value) { self.value = value }

        /// Not an RTP packet (RFC 3550 §5.1).
        public static let malformedRtp = Code(.malformedRtp)
        /// Not an RTCP compound packet (RFC 3550 §6.1).
        public static let malformedRtcp = Code(.malformedRtcp)
        /// Not a telephone-event payload (RFC 4733 §2.3).
        public static let malformedEvent = Code(.malformedEvent)
        /// Not a WAV file, or damaged beyond reading.
        public static let malformedWav = Code(.malformedWav)
        /// A WAV file in a form that is not read: a foreign codec, sample size, rate or channel count.
        public static let unsupportedWav = Code(.unsupportedWav)
        /// Not a file of spoken clips, or damaged.
        public static let malformedClips = Code(.malformedClips)
        /// A spoken clip that the file does not have.
        public static let unknownClip = Code(.unknownClip)
        /// The prompts that come with the package are not where the program looks for them.
        public static let missingPrompts = Code(.missingPrompts)
        /// Above the stated limit.
        public static let tooLarge = Code(.tooLarge)
        /// libopus reported an error, or refused the settings.
        public static let codec = Code(.codec)

        public var description: String { value.rawValue }
    }

    public var code: Code
    /// For people: what was expected and what was found.
    public var message: String
    /// The chunk of the file that is broken (`fmt `, `data`); `nil` outside files.
    public var chunk: String?
    /// Where in the packet or file, in bytes from its start; `nil` where no place is to blame.
    public var offset: Int?

    public init(_ code: Code, _ message: String, chunk: String? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.chunk = chunk
        self.offset = offset
    }

    public var description: String {
        var text = "\(code): \(message)"
        if let chunk { text += " [chunk '\(chunk)']" }
        if let offset { text += " at byte \(offset)" }
        return text
    }
}
