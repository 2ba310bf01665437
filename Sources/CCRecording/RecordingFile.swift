import CCCore
import CCMedia
import Synchronization

/// Writes a stereo WAV file as it goes.
///
/// Samples are gathered for half a second, then written together with the header's lengths. A process that is killed
/// therefore leaves a file that plays up to its last half second, plus what its owner had not yet appended. The calls
/// block for as long as the disk does: make them from a thread that may wait. They may come from any thread.
public final class RecordingFile: Sendable {
    public let path: String
    public let sampleRate: Int

    let state: Mutex<State>
    private var bytesPerSecond: Int { sampleRate * Self.frameBytes }
    /// A left and a right sample of 16 bits.
    private static let frameBytes = 4
    static let dataBytesMax = WavWriter.dataBytesMax / frameBytes * frameBytes

    struct State: ~Copyable {
        var file: FileDescriptor?
        var gathered: [UInt8] = []
        /// Octets of samples in the file.
        var dataBytes = 0
        var failure: RecordingError?
    }

    /// Creates the file, the folders on the way to it, and an empty recording in it.
    ///
    /// - Throws: ``RecordingError`` with `alreadyExists`, `notWritable`, `notFound`, `noSpace` or `inputOutput`.
    public convenience init(path: String, sampleRate: Int) throws(RecordingError) {
        try self.init(FileDescriptor(creating: path), sampleRate: sampleRate)
    }

    init(_ file: consuming FileDescriptor, sampleRate: Int) throws(RecordingError) {
        path = file.path
        self.sampleRate = sampleRate
        try file.write(WavWriter.header(sampleRate: sampleRate, channels: 2, dataBytes: 0), at: 0)
        state = Mutex(State(file: file))
    }

    /// What is in the file, without what is still gathered.
    public var writtenDuration: Duration { duration(of: state.withLock { $0.dataBytes }) }

    /// Adds samples as ``StereoRecorder`` makes them: left and right in turns, 16 bits, little-endian.
    ///
    /// After an error the file stays as it was after the last good write, and every further call throws the same error.
    /// - Throws: ``RecordingError`` with `noSpace`, `tooLarge`, `notWritable`, `closed` or `inputOutput`.
    public func append(_ bytes: [UInt8]) throws(RecordingError) {
        try state.withLock { state throws(RecordingError) in
            try check(state)
            state.gathered += bytes
            if state.gathered.count >= bytesPerSecond / 2 { try write(&state) }
        }
    }

    /// Writes what is gathered.
    public func flush() throws(RecordingError) {
        try state.withLock { state throws(RecordingError) in
            try check(state)
            try write(&state)
        }
    }

    /// Writes what is gathered and closes the file. The second call only returns the duration again.
    ///
    /// - Returns: the length of the recording.
    @discardableResult
    public func finish() throws(RecordingError) -> Duration {
        try state.withLock { state throws(RecordingError) in
            if state.file == nil, state.failure == nil { return duration(of: state.dataBytes) }
            try check(state)
            defer { state.file = nil }
            try write(&state)
            return duration(of: state.dataBytes)
        }
    }

    private func check(_ state: borrowing State) throws(RecordingError) {
        if let failure = state.failure { throw failure }
        if state.file == nil { throw RecordingError(.closed, path: path, message: "the recording is finished") }
    }

    private func write(_ state: inout State) throws(RecordingError) {
        let room = Self.dataBytesMax - state.dataBytes
        let isTooLarge = state.gathered.count > room
        if isTooLarge { state.gathered.removeLast(state.gathered.count - room) }
        do throws(RecordingError) {
            try state.file?.write(state.gathered, at: WavWriter.headerBytes + state.dataBytes)
            state.dataBytes += state.gathered.count
            state.gathered.removeAll(keepingCapacity: true)
            let lengths = state.dataBytes / Self.frameBytes * Self.frameBytes
            try state.file?.write(WavWriter.header(sampleRate: sampleRate, channels: 2, dataBytes: lengths), at: 0)
            if isTooLarge {
                throw RecordingError(.tooLarge, path: path, message: "a WAV file holds at most 4 GiB")
            }
        } catch {
            // Half a write may be in the file: off with it, since the header does not count it.
            try? state.file?.truncate(to: WavWriter.headerBytes + state.dataBytes)
            state.failure = error
            state.file = nil
            throw error
        }
    }

    private func duration(of dataBytes: Int) -> Duration {
        .microseconds(Int64(dataBytes / Self.frameBytes) * 1_000_000 / Int64(sampleRate))
    }
}
