import CCCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Entries that the database has not committed yet, in a small file beside it.
///
/// An entry is written with one pwrite(2) into the page cache and is safe from the death of the process from then on; only
/// the machine's own death can take it before the database has committed it. Nothing asks for the disk, and the file has
/// its full length from the beginning; but a kernel short of clean pages may make the write itself wait.
///
/// The file has two halves, written in turns; a half is used again once the database has committed past it. When both
/// are full, because the database hangs, noting stops until it goes on. ``TailLayout`` says what stands in a half.
final class TailFile: Sendable {
    /// 4 MiB: some 15,000 entries.
    static let usualBytes = 4 << 20

    private struct State {
        var descriptor: Int32
        /// The half that is written, and how far; 0: nothing of it yet.
        var half = 0
        var offset = 0
        /// The last position in each half.
        var last: [UInt64] = [0, 0]
        var committed: UInt64 = 0
        /// The checksum of the entry before the next one.
        var previous: UInt32 = 0
        var buffer: [UInt8] = []
    }

    private let state: Mutex<State>
    private let halfBytes: Int

    /// Opens or creates the file, and keeps others from it.
    ///
    /// - Throws: ``SQLiteStoreError`` with `inUse`, `cannotOpen` or `noSpace`.
    init(path: String, bytes: Int = usualBytes) throws(SQLiteStoreError) {
        halfBytes = bytes / 2
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SQLiteStoreError(.cannotOpen, path: path, message: Self.reason) }
        // Before the file is this object's: what fails here is closed here, and not once more at the object's end, when
        // the number may be that of another file.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            _ = Self.close(descriptor)
            throw SQLiteStoreError(.inUse, path: path, message: "another centre writes this journal")
        }
        state = Mutex(State(descriptor: descriptor))
    }

    deinit { close() }

    /// Everything in the file.
    func read() -> [UInt8] {
        state.withLock { state in
            var bytes: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while bytes.count < 2 * halfBytes {
                let count = pread(state.descriptor, &chunk, chunk.count, off_t(bytes.count))
                guard count > 0 else { break }
                bytes += chunk[..<count]
            }
            return bytes
        }
    }

    /// Forgets everything: the database has it. What is noted next follows this position, whose entry has this checksum.
    /// False when the disk does not give the room.
    func reset(position: UInt64, checksum: UInt32) -> Bool {
        state.withLock { state in
            state.half = 0
            state.offset = 0
            state.last = [0, 0]
            state.committed = position
            state.previous = checksum
            let zeros = [UInt8](repeating: 0, count: 1 << 16)
            for offset in stride(from: 0, to: 2 * halfBytes, by: zeros.count) {
                let count = min(zeros.count, 2 * halfBytes - offset)
                guard pwrite(state.descriptor, zeros, count, off_t(offset)) == count else { return false }
            }
            return ftruncate(state.descriptor, off_t(2 * halfBytes)) == 0
        }
    }

    /// Notes an entry. False when it is not in the file: both halves are full, or the disk has failed.
    func append(position: UInt64, checksum: UInt32, body: [UInt8]) -> Bool {
        state.withLock { state in
            defer { state.previous = checksum }
            guard state.descriptor >= 0 else { return false }
            let needed = TailLayout.frameBytes(body.count)
            let follows = state.last[state.half] + 1 == position
            if state.offset > 0, !follows || state.offset + needed > halfBytes {
                let other = 1 - state.half
                guard state.last[other] <= state.committed else { return false }
                state.half = other
                state.offset = 0
            }
            let start = state.offset == 0 ? TailLayout.headerBytes : 0
            guard state.offset + start + needed <= halfBytes else { return false }
            state.buffer.removeAll(keepingCapacity: true)
            if start > 0 { TailLayout.appendHeader(first: position, previous: state.previous, to: &state.buffer) }
            TailLayout.appendFrame(position: position, checksum: checksum, body: body, to: &state.buffer)
            let place = off_t(state.half * halfBytes + state.offset)
            guard pwrite(state.descriptor, state.buffer, state.buffer.count, place) == state.buffer.count else {
                // What comes next begins in the other half.
                state.offset = halfBytes
                return false
            }
            // The mark of the end is written over by the next frame.
            state.offset += state.buffer.count - TailLayout.endBytes
            state.last[state.half] = position
            return true
        }
    }

    /// The database has everything up to this position.
    func committed(through position: UInt64) {
        state.withLock { $0.committed = max($0.committed, position) }
    }

    func close() {
        state.withLock { state in
            guard state.descriptor >= 0 else { return }
            _ = Self.close(state.descriptor)
            state.descriptor = -1
        }
    }

    private static func close(_ descriptor: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.close(descriptor)
        #elseif canImport(Musl)
        Musl.close(descriptor)
        #else
        Darwin.close(descriptor)
        #endif
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
