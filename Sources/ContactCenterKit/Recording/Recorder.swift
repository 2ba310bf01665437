import CCCore
import CCRecording
import CCTelephony
import Foundation
import Logging

/// Writes one call's audio to a file while it goes on. A disk that fails costs the recording, never the call.
struct Recorder: Sendable {
    /// Audio that may wait for the disk: 30 seconds. More is lost, which the recording marks as a gap.
    static let stretchesMax = 150

    let folder: String
    let network: any Network
    let time: any TimeSource
    let desk: Desk
    let journal: Journal
    let logger: Logger

    /// Records `call` while `body` runs.
    ///
    /// - Returns: What `body` returned, and the finished recording; nil when nothing could be recorded.
    func record<Result: Sendable>(
        _ call: Call, contact: ContactID, id: RecordingID, _ body: @Sendable () async throws -> Result
    ) async throws -> (result: Result, recording: RecordingInfo?) {
        let audio = Mailbox<RecordedAudio>(limit: Self.stretchesMax)
        return try await withThrowingTaskGroup(of: RecordingInfo?.self) { group in
            group.addTask { await write(audio, contact: contact, id: id) }
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(try await call.withAudio({ audio.post($0) }, body))
            } catch {
                outcome = .failure(error)
            }
            audio.finish()
            let recording = try await group.next() ?? nil
            return (try outcome.get(), recording)
        }
    }

    /// Takes the audio from the call until it ends, and writes it. Returns what was recorded; nil when nothing was.
    private func write(_ audio: Mailbox<RecordedAudio>, contact: ContactID, id: RecordingID) async -> RecordingInfo? {
        var session: RecordingSession?
        while true {
            let stretches = await audio.nextBatch()
            guard !stretches.isEmpty else { break }
            if session == nil {
                session = await begin(stretches, contact: contact, id: id)
                guard session != nil else {
                    audio.finish()
                    audio.clear()
                    return nil
                }
            }
            guard let current = session, !current.hasFailed else { continue }
            session = await write(stretches, to: current)
        }
        guard let ended = session else { return nil }
        return await finish(ended)
    }

    /// Begins a recording with the first stretches of its audio, which have just come.
    private func begin(
        _ stretches: [RecordedAudio], contact: ContactID, id: RecordingID
    ) async -> RecordingSession? {
        let sampleRate = stretches[0].sampleRate
        // A stretch comes when its last frame has been heard.
        let started = time.date.addingTimeInterval(-0.02 * Double(stretches.reduce(0) { $0 + $1.ticks }))
        let path =
            "\(folder)/\(started.iso8601.filter { $0.isNumber || $0 == "T" })-\(contact)-\(id.rawValue.prefix(6)).wav"
        let info = RecordingInfo(id: id, contact: contact, path: path, startedAt: started, sampleRate: sampleRate)
        // First of all: what a process that dies leaves behind is looked for by this.
        await journal.keepAndWait(info)
        do {
            let recorder = try StereoRecorder(sampleRate: sampleRate)
            let file = try await network.blocking { try RecordingFile(path: path, sampleRate: sampleRate) }
            await desk.tell(.recordingStarted(contact, id))
            return RecordingSession(info: info, recorder: recorder, file: file)
        } catch {
            await failed(info, error)
            return nil
        }
    }

    private func write(_ stretches: [RecordedAudio], to session: RecordingSession) async -> RecordingSession {
        var session = session
        var bytes: [UInt8] = []
        for stretch in stretches { session.take(stretch, into: &bytes) }
        do {
            try await network.blocking { [file = session.file, bytes] in try file.append(bytes) }
        } catch {
            session.hasFailed = true
            session.info.duration = session.file.writtenDuration
            await failed(session.info, error)
        }
        return session
    }

    private func finish(_ session: RecordingSession) async -> RecordingInfo {
        var info = session.info
        guard !session.hasFailed else { return info }
        info.marks = session.recorder.marks
        do {
            info.duration = try await network.blocking { [file = session.file] in try file.finish() }
            info.state = .finished
            journal.keep(info)
            await desk.tell(.recordingFinished(info.contact, info.id))
        } catch {
            info.duration = session.file.writtenDuration
            await failed(info, error)
        }
        return info
    }

    private func failed(_ info: RecordingInfo, _ error: any Error) async {
        var info = info
        let reason = (error as? RecordingError)?.code.description ?? "inputOutput"
        info.state = .failed(reason)
        logger.error("recording failed", metadata: ["reason": "\(reason)", "contact": "\(info.contact)"])
        journal.keep(info)
        await desk.tell(.recordingFailed(info.contact, info.id, reason))
    }
}

/// A recording while it goes on.
private struct RecordingSession: Sendable {
    var info: RecordingInfo
    var recorder: StereoRecorder
    let file: RecordingFile
    var hasFailed = false

    mutating func take(_ stretch: RecordedAudio, into bytes: inout [UInt8]) {
        let samples = recorder.samplesPerTick
        guard stretch.sampleRate == recorder.sampleRate else { return }
        for index in 0..<stretch.ticks {
            let range = index * samples..<(index + 1) * samples
            recorder.record(
                tick: Int64(stretch.firstTick + index), customer: Array(stretch.party[range]),
                agent: Array(stretch.otherSide[range]), customerLost: stretch.partyConcealed[index],
                agentLost: stretch.otherSideConcealed[index], into: &bytes)
            // A tick is a packet of the usual length.
            info.packetsLost += (stretch.partyConcealed[index] ? 1 : 0) + (stretch.otherSideConcealed[index] ? 1 : 0)
        }
    }
}
