/// What can go wrong with a call or with the network under it.
public struct TelephonyError: Error, CustomStringConvertible {
    /// The kind of failure. Safe as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case callEnded, rejected, noAnswer, unreachable, addressInUse, noMediaPort, overloaded, notAnswered,
                differentEngine, notAcceptable, stopped
        }
        private let value: Value

        /// The call is over: the other side hung up, or this side did.
        public static let callEnded = Code(value: .callEnded)
        /// The other side refused the call; ``TelephonyError/sipStatus`` says how.
        public static let rejected = Code(value: .rejected)
        /// Nobody answered in time.
        public static let noAnswer = Code(value: .noAnswer)
        /// No route, no address, or no reply to the request.
        public static let unreachable = Code(value: .unreachable)
        /// The address that was to be bound belongs to another socket.
        public static let addressInUse = Code(value: .addressInUse)
        /// Every port of the RTP range is taken.
        public static let noMediaPort = Code(value: .noMediaPort)
        /// The limit of calls is reached.
        public static let overloaded = Code(value: .overloaded)
        /// The operation needs an answered call.
        public static let notAnswered = Code(value: .notAnswered)
        /// The two calls have no codec, or their media run on loops that cannot be joined.
        public static let differentEngine = Code(value: .differentEngine)
        /// Offer and answer have nothing in common.
        public static let notAcceptable = Code(value: .notAcceptable)
        /// The user agent is stopping and takes no new calls.
        public static let stopped = Code(value: .stopped)

        public var description: String { value.rawValue }
    }

    public var code: Code
    public var message: String
    /// The SIP status code that came with a refusal, 300...699.
    public var sipStatus: Int?
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, sipStatus: Int? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.sipStatus = sipStatus
        self.cause = cause
    }

    public var description: String { "\(code): \(message)" }
}
