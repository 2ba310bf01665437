internal import GRDB

/// Why a store's file cannot be opened, read or written.
public struct SQLiteStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong; the name is stable and fit as a metric label.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Name: String {
            case notFound, notADatabase, otherApplication, newerVersion, olderVersion, readOnly, cannotOpen, busy
            case inUse, noSpace, corrupt, failed
        }
        private let name: Name

        /// There is no such file.
        public static let notFound = Code(name: .notFound)
        /// The file is no SQLite database.
        public static let notADatabase = Code(name: .notADatabase)
        /// The file is a database of some other program.
        public static let otherApplication = Code(name: .otherApplication)
        /// The file, or an entry of its journal, was written by a newer version of this library.
        public static let newerVersion = Code(name: .newerVersion)
        /// The file was written by an older version and, opened for reading only, cannot be brought up to date.
        public static let olderVersion = Code(name: .olderVersion)
        /// The file or its folder may not be written.
        public static let readOnly = Code(name: .readOnly)
        /// The file cannot be opened: a folder is missing, or it may not be read.
        public static let cannotOpen = Code(name: .cannotOpen)
        /// Another process kept the file locked for too long.
        public static let busy = Code(name: .busy)
        /// Another centre has the file's journal open.
        public static let inUse = Code(name: .inUse)
        /// The disk is full.
        public static let noSpace = Code(name: .noSpace)
        /// The file's content makes no sense.
        public static let corrupt = Code(name: .corrupt)
        /// Any other failure of the database.
        public static let failed = Code(name: .failed)

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

extension SQLiteStoreError {
    init(_ error: any Error, path: String) {
        switch error {
        case let error as SQLiteStoreError: self = error
        case let error as DatabaseError:
            let code: Code =
                switch error.resultCode {
                case .SQLITE_NOTADB: .notADatabase
                case .SQLITE_READONLY, .SQLITE_PERM: .readOnly
                case .SQLITE_CANTOPEN: .cannotOpen
                case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
                case .SQLITE_FULL: .noSpace
                case .SQLITE_CORRUPT: .corrupt
                default: .failed
                }
            // The description with the statement's values may hold personal data; the message does not.
            self.init(code, path: path, message: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        case let error as RowReader.Corrupt:
            self.init(.corrupt, path: path, message: "the column \(error.column) makes no sense")
        default: self.init(.failed, path: path, message: String(describing: Swift.type(of: error)))
        }
    }
}
