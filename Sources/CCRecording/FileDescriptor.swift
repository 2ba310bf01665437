#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// An open file. It is closed when it goes out of scope.
struct FileDescriptor: ~Copyable, Sendable {
    private let number: Int32
    let path: String

    /// Creates a file for writing, and the folders on the way to it. An existing file is not touched.
    init(creating path: String) throws(RecordingError) {
        try Self.createParents(of: path)
        try self.init(path, O_CREAT | O_EXCL | O_WRONLY)
    }

    /// Opens an existing file for reading and writing.
    init(updating path: String) throws(RecordingError) { try self.init(path, O_RDWR) }

    private init(_ path: String, _ flags: Int32) throws(RecordingError) {
        var number: Int32
        repeat { number = open(path, flags | O_CLOEXEC, 0o640) } while number < 0 && errno == EINTR
        guard number >= 0 else { throw Self.failure(errno, "cannot open", path) }
        self.number = number
        self.path = path
    }

    deinit { _ = close(number) }

    var size: Int {
        get throws(RecordingError) {
            let end = lseek(number, 0, SEEK_END)
            guard end >= 0 else { throw Self.failure(errno, "cannot measure", path) }
            return Int(end)
        }
    }

    /// Writes all octets at an offset from the file's beginning.
    func write(_ bytes: [UInt8], at offset: Int) throws(RecordingError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                pwrite(
                    number, buffer.baseAddress?.advanced(by: written), buffer.count - written, off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(count == 0 ? ENOSPC : errno, "cannot write", path) }
            written += count
        }
    }

    /// The first octets, at most `count`.
    func read(_ count: Int) throws(RecordingError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var found = 0
        while found < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(number, buffer.baseAddress?.advanced(by: found), count - found, off_t(found))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Self.failure(errno, "cannot read", path) }
            if got == 0 { break }
            found += got
        }
        return Array(bytes.prefix(found))
    }

    func truncate(to size: Int) throws(RecordingError) {
        guard ftruncate(number, off_t(size)) == 0 else { throw Self.failure(errno, "cannot shorten", path) }
    }

    private static func createParents(of path: String) throws(RecordingError) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let folder = String(path[..<slash])
        if mkdir(folder, 0o750) == 0 || errno == EEXIST { return }
        guard errno == ENOENT else { throw failure(errno, "cannot create the folder", folder) }
        try createParents(of: folder)
        guard mkdir(folder, 0o750) == 0 || errno == EEXIST else {
            throw failure(errno, "cannot create the folder", folder)
        }
    }

    private static func failure(_ number: Int32, _ what: String, _ path: String) -> RecordingError {
        let code: RecordingError.Code =
            switch number {
            case ENOSPC, EDQUOT: .noSpace
            case EACCES, EPERM, EROFS, EISDIR: .notWritable
            case EEXIST: .alreadyExists
            case ENOENT, ENOTDIR: .notFound
            case EFBIG: .tooLarge
            default: .inputOutput
            }
        return RecordingError(code, path: path, message: "\(what): \(String(cString: strerror(number)))")
    }
}
