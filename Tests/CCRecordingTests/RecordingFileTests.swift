import CCMedia
import Foundation
import Synchronization
import Testing

@testable import CCRecording

@Suite("Recording file")
struct RecordingFileTests {
    @Test("a finished recording is a WAV file that reads back sample by sample", arguments: [8000, 16_000])
    func roundTrip(rate: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/2025/11/call.wav"
            let file = try RecordingFile(path: path, sampleRate: rate)
            var recorder = try StereoRecorder(sampleRate: rate)
            let customer = AudioClip.speechLike(seed: 1, seconds: 3, sampleRate: rate).samples
            let agent = AudioClip.speechLike(seed: 2, seconds: 3, sampleRate: rate).samples
            let size = rate / 50
            for tick in 0..<150 {
                var bytes: [UInt8] = []
                let range = tick * size..<(tick + 1) * size
                recorder.record(
                    tick: Int64(tick), customer: Array(customer[range]), agent: Array(agent[range]), into: &bytes)
                try file.append(bytes)
            }
            #expect(try file.finish() == .seconds(3))
            #expect(try file.finish() == .seconds(3))
            let wav = try WavFile(path: path)
            #expect(wav.sampleRate == rate)
            #expect(wav.channels == [Array(customer.prefix(150 * size)), Array(agent.prefix(150 * size))])
            #expect(!wav.isTruncated)
        }
    }

    @Test("while it is written, the file is playable and at most half a second behind")
    func writtenAsItGoes() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/call.wav"
            let file = try RecordingFile(path: path, sampleRate: 8000)
            #expect(try WavFile(path: path).channels == [[], []])
            for tick in 1...120 {
                try file.append([UInt8](repeating: 1, count: 640))
                let wav = try WavFile(path: path)
                let behind = Duration.milliseconds(20 * tick) - wav.duration
                #expect(behind >= .zero && behind < .milliseconds(500))
                #expect(wav.duration == file.writtenDuration)
                #expect(!wav.isTruncated)
            }
        }
    }

    @Test("an existing file is never overwritten")
    func exists() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/call.wav"
            try RecordingFile(path: path, sampleRate: 8000).finish()
            expectError(.alreadyExists, path) { _ = try RecordingFile(path: path, sampleRate: 8000) }
        }
    }

    @Test("a folder that cannot be made is an error that names it")
    func noFolder() throws {
        try withTemporaryFolder { folder in
            try Data().write(to: URL(fileURLWithPath: folder + "/file"))
            expectError(.notFound, folder + "/file/call.wav") {
                _ = try RecordingFile(path: folder + "/file/call.wav", sampleRate: 8000)
            }
            expectError(.alreadyExists, folder) { _ = try RecordingFile(path: folder, sampleRate: 8000) }
        }
    }

    @Test(
        "a read-only folder is an error that names the file",
        .enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnly() throws {
        try withTemporaryFolder { folder in
            try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
            defer { try? FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder) }
            expectError(.notWritable, folder + "/call.wav") {
                _ = try RecordingFile(path: folder + "/call.wav", sampleRate: 8000)
            }
        }
    }

    #if os(Linux)
    @Test("a full disk is an error")
    func diskFull() throws {
        expectError(.noSpace, "/dev/full") {
            _ = try RecordingFile(FileDescriptor(updating: "/dev/full"), sampleRate: 8000)
        }
    }
    #endif

    @Test("after a failed write every call says why, and what was written before is playable")
    func failsOnce() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/call.wav"
            let file = try RecordingFile(path: path, sampleRate: 8000)
            try file.append([UInt8](repeating: 1, count: 32_000))
            file.state.withLock { $0.failure = RecordingError(.noSpace, path: path, message: "full") }
            expectError(.noSpace, path) { try file.append([1, 2, 3, 4]) }
            expectError(.noSpace, path) { try file.flush() }
            expectError(.noSpace, path) { try file.finish() }
            #expect(try WavFile(path: path).duration == .seconds(1))
        }
    }

    @Test("after the end nothing can be added")
    func closed() throws {
        try withTemporaryFolder { folder in
            let file = try RecordingFile(path: folder + "/call.wav", sampleRate: 8000)
            try file.finish()
            expectError(.closed, folder + "/call.wav") { try file.append([0, 0, 0, 0]) }
        }
    }

    @Test("a file that reaches 4 GiB is closed, full and playable")
    func tooLarge() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/call.wav"
            let file = try RecordingFile(path: path, sampleRate: 16_000)
            // A hole on the disk: no space is used.
            file.state.withLock { $0.dataBytes = RecordingFile.dataBytesMax - 1000 }
            expectError(.tooLarge, path) { try file.append([UInt8](repeating: 7, count: 64_000)) }
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            #expect(size == RecordingFile.dataBytesMax + 44)
            #expect(try RecordingFile.repair(path: path).recoveredBytes == 0)
        }
    }

    @Test("a recording whose writer was killed is repaired to its last sample", arguments: [0, 1, 3, 4, 641, 40_002])
    func repair(extra: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/call.wav"
            let file = try RecordingFile(path: path, sampleRate: 8000)
            try file.append([UInt8](repeating: 1, count: 16_000))
            // Octets that came to the disk without their header.
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(repeating: 2, count: extra))
            try handle.close()
            let repair = try RecordingFile.repair(path: path)
            #expect(repair.recoveredBytes == extra / 4 * 4)
            let wav = try WavFile(path: path)
            #expect(wav.channels[0].count == (16_000 + extra) / 4)
            #expect(wav.duration == repair.duration)
            #expect(!wav.isTruncated)
            #expect(try RecordingFile.repair(path: path) == .init(duration: repair.duration, recoveredBytes: 0))
        }
    }

    @Test("what is no recording is not repaired", arguments: ["", "RIFF", String(repeating: "x", count: 500)])
    func notARecording(content: String) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/notes.txt"
            try content.write(toFile: path, atomically: true, encoding: .utf8)
            expectError(.notARecording, path) { _ = try RecordingFile.repair(path: path) }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
            expectError(.notFound, folder + "/none.wav") { _ = try RecordingFile.repair(path: folder + "/none.wav") }
        }
    }

    @Test("a recording whose writer was killed before its header was whole is an empty one", arguments: [0, 1, 43])
    func noHeader(bytes: Int) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/call.wav"
            try RecordingFile(path: path, sampleRate: 16_000).finish()
            let whole = try Data(contentsOf: URL(filePath: path))
            try whole.prefix(bytes).write(to: URL(filePath: path))
            #expect(try RecordingFile.repair(path: path, sampleRate: 16_000).duration == .zero)
            #expect(try Data(contentsOf: URL(filePath: path)) == whole)
            try Data("notes".utf8).write(to: URL(filePath: path))
            expectError(.notARecording, path) { _ = try RecordingFile.repair(path: path, sampleRate: 16_000) }
        }
    }

    private func expectError(
        _ code: RecordingError.Code, _ path: String, sourceLocation: SourceLocation = #_sourceLocation,
        _ body: () throws -> Void
    ) {
        let error = #expect(throws: RecordingError.self, sourceLocation: sourceLocation, performing: body)
        #expect(error?.code == code, "\(error?.description ?? "")", sourceLocation: sourceLocation)
        #expect(error.map { path.hasPrefix($0.path) } == true, sourceLocation: sourceLocation)
    }
}

private func withTemporaryFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("cctests-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
}
