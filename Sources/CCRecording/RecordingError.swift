/// Why a recording cannot be written or read.
public struct RecordingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong; the name is stable and fit as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case noSpace, notWritable, alreadyExists, notFound, tooLarge, notARecording, unsupportedRate, closed
            case inputOutput
        }
        private let name: Name

        /// The disk or the quota is full.
        public static let noSpace = Code(name: .noSpace)
        /// The folder or the file may not be written.
        public static let notWritable = Code(name: .notWritable)
        /// There is a file at the path; recordings are never overwritten.
        public static let alreadyExists = Code(name: .alreadyExists)
        /// There is no such file, or a part of the path is not a folder.
        public static let notFound = Code(name: .notFound)
        /// A WAV file holds at most 4 GiB: 18 hours at 16 kHz, 37 hours at 8 kHz. What was written is playable.
        public static let tooLarge = Code(name: .tooLarge)
        /// The file was not written by a ``RecordingFile``.
        public static let notARecording = Code(name: .notARecording)
        /// Neither 8 nor 16 kHz.
        public static let unsupportedRate = Code(name: .unsupportedRate)
        /// The recording was finished before.
        public static let closed = Code(name: .closed)
        /// Any other failure of the file system.
        public static let inputOutput = Code(name: .inputOutput)

        public var description: String { name.rawValue }
    }

    public let code: Code
    public let path: String
    public let message: String

    public init(_ code: Code, path: String, message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    public var description: String { "\(code): \(message) (\(path))" }
}
