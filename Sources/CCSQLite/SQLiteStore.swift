#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore
internal import GRDB
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Everything that a centre keeps, in one SQLite file: its journal, contacts, registrations, recordings' metadata.
///
/// Each `save` is one transaction. When it has returned, its data survives the death of the process (write-ahead log;
/// a power failure may cost the last moments, never the file). Several processes may use the file at once: a writer
/// waits up to 5 seconds for another. Opening brings an older file up to date.
public final class SQLiteStore: Sendable {
    /// What the file is opened for.
    public enum Access: Sendable {
        /// Reading and writing; the file is created when it is missing, its folder is not.
        case readWrite
        /// Reading a file that exists. Needs the right to write into its folder while nobody else has it open.
        case readOnly
    }

    public let path: String
    private let database: DatabasePool
    let work: (any BlockingWork)?
    /// What is noted beside the database while the journal is open.
    let tail = Mutex<TailFile?>(nil)
    let tailBytes: Int

    /// - Parameter work: Where the file is waited for; nil: on threads of the database's own. Opening waits where it is.
    /// - Throws: ``SQLiteStoreError`` naming the file, with `notFound`, `notADatabase`, `otherApplication`,
    ///   `newerVersion`, `olderVersion`, `readOnly`, `cannotOpen`, `busy` or `corrupt`.
    public convenience init(
        path: String, access: Access = .readWrite, work: (any BlockingWork)? = nil
    ) throws(SQLiteStoreError) {
        try self.init(path: path, access: access, work: work, tailBytes: TailFile.usualBytes)
    }

    init(path: String, access: Access, work: (any BlockingWork)?, tailBytes: Int) throws(SQLiteStoreError) {
        self.path = path
        self.work = work
        self.tailBytes = tailBytes
        do {
            var isFolder = false
            let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            if isFolder { throw SQLiteStoreError(.cannotOpen, path: path, message: "it is a folder") }
            if access == .readOnly, !exists {
                throw SQLiteStoreError(.notFound, path: path, message: "there is no such file")
            }
            // Look before anything is changed in a file that may not be ours.
            if exists {
                let version = try Self.retryingWhileBusy {
                    try DatabaseQueue(path: path, configuration: Self.configuration(.readOnly)).read(Schema.version)
                }
                try Self.check(version, access, path)
            }
            database = try Self.retryingWhileBusy {
                try DatabasePool(path: path, configuration: Self.configuration(access))
            }
            if access == .readWrite {
                try database.writeWithoutTransaction { db in
                    try db.inTransaction(.immediate) {
                        try Self.check(Schema.version(db), access, path)
                        try Schema.migrate(db)
                        return .commit
                    }
                }
            }
        } catch {
            throw SQLiteStoreError(error, path: path)
        }
    }

    /// Waits for running operations and closes the file. Afterwards every operation fails.
    public func close() throws(SQLiteStoreError) {
        closeTail()
        do { try database.close() } catch { throw SQLiteStoreError(error, path: path) }
    }

    private static func configuration(_ access: Access) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = access == .readOnly
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            if !db.configuration.readonly { try db.execute(sql: "PRAGMA synchronous = NORMAL") }
        }
        return configuration
    }

    private static func check(_ version: Schema.Version, _ access: Access, _ path: String) throws(SQLiteStoreError) {
        switch version {
        case .none where access == .readOnly:
            throw SQLiteStoreError(.otherApplication, path: path, message: "the database is empty")
        case .other:
            throw SQLiteStoreError(.otherApplication, path: path, message: "a database of another program")
        case .number(let number) where number > Schema.latest:
            throw SQLiteStoreError(
                .newerVersion, path: path, message: "the file's version is \(number), the latest known \(Schema.latest)"
            )
        case .number(let number) where number < Schema.latest && access == .readOnly:
            throw SQLiteStoreError(
                .olderVersion, path: path, message: "the file's version is \(number), not \(Schema.latest)")
        case .none, .number: break
        }
    }

    /// Creating the log of a new file needs it alone, and SQLite does not wait for that.
    private static func retryingWhileBusy<T>(_ body: () throws -> T) throws -> T {
        for _ in 0..<200 {
            do { return try body() } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                usleep(25_000)
            }
        }
        return try body()
    }
}

extension SQLiteStore {
    /// Writes to the end also when the task is cancelled: what a cancelled call leaves behind is to be kept too.
    func write<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws -> T {
        do {
            if let work { return try await work.blocking { [database] in try database.write(body) } }
            return try await withCheckedThrowingContinuation { continuation in
                database.asyncWrite(body) { _, result in continuation.resume(with: result) }
            }
        } catch {
            throw rethrown(error)
        }
    }

    func read<T: Sendable>(_ body: @Sendable @escaping (Database) throws -> T) async throws -> T {
        do {
            if let work { return try await work.blocking { [database] in try database.read(body) } }
            return try await database.read(body)
        } catch {
            throw rethrown(error)
        }
    }

    private func rethrown(_ error: any Error) -> any Error {
        switch error {
        case is CancellationError, is JournalDamage, is JournalTrimmed: error
        default: SQLiteStoreError(error, path: path)
        }
    }
}
