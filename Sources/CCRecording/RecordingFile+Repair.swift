import CCCore
import CCMedia

extension RecordingFile {
    /// What a repair has found.
    public struct Repair: Hashable, Sendable {
        /// The length of the recording now.
        public let duration: Duration
        /// Octets of samples that the header did not count; 0: nothing had to be done.
        public let recoveredBytes: Int
    }

    /// Mends a file whose writer was killed: its header is made to count all samples in it, and half a sample at the
    /// end is cut off. A file that is in order is not touched.
    ///
    /// - Parameter sampleRate: What the recording was to have, for a writer that was killed before it had written a whole
    ///   header: the file becomes an empty recording then.
    /// - Throws: ``RecordingError`` with `notARecording` when it does not begin as a ``RecordingFile`` does, `notFound`,
    ///   `notWritable` or `inputOutput`.
    public static func repair(path: String, sampleRate: Int? = nil) throws(RecordingError) -> Repair {
        let file = try FileDescriptor(updating: path)
        let header = try file.read(WavWriter.headerBytes)
        if let sampleRate, header.count < WavWriter.headerBytes {
            let whole = WavWriter.header(sampleRate: sampleRate, channels: 2, dataBytes: 0)
            guard whole.starts(with: header) else {
                throw RecordingError(.notARecording, path: path, message: "it does not begin as a recording does")
            }
            try file.write(whole, at: 0)
            return Repair(duration: .zero, recoveredBytes: 0)
        }
        let rate = [8000, 16_000].first { rate in
            let ours = WavWriter.header(sampleRate: rate, channels: 2, dataBytes: 0)
            // Everything but the two lengths.
            return header.count == ours.count && ours[0..<4] == header[0..<4] && ours[8..<40] == header[8..<40]
        }
        guard let sampleRate = rate else {
            throw RecordingError(.notARecording, path: path, message: "it does not begin as a recording does")
        }
        let size = try file.size - WavWriter.headerBytes
        let dataBytes = min(size / 4 * 4, dataBytesMax)
        let lengths = (WavWriter.riffLength(dataBytes: dataBytes), WavWriter.dataLength(dataBytes: dataBytes))
        let duration = Duration.microseconds(Int64(dataBytes / 4) * 1_000_000 / Int64(sampleRate))
        let counted = header[40..<44].reversed().reduce(0) { $0 << 8 | Int($1) }
        if lengths == (Array(header[4..<8]), Array(header[40..<44])), size == dataBytes {
            return Repair(duration: duration, recoveredBytes: 0)
        }
        if size > dataBytes { try file.truncate(to: WavWriter.headerBytes + dataBytes) }
        try file.write(lengths.0, at: WavWriter.riffLengthOffset)
        try file.write(lengths.1, at: WavWriter.dataLengthOffset)
        return Repair(duration: duration, recoveredBytes: max(0, dataBytes - counted))
    }
}
