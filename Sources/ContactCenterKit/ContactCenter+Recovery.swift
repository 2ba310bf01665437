import CCRecording
import Logging

extension ContactCenter {
    /// Puts in order what a process that died in the middle of calls has left: recordings that it was writing are made to
    /// play to their last sample, and marked as cut off.
    ///
    /// - Returns: Those recordings, as they are marked; nobody has been told yet that they ended.
    func recover() async -> [RecordingInfo] {
        let cutOff: [RecordingInfo]
        do {
            cutOff = try await recordings.recordings(RecordingFilter(onlyUnfinished: true))
        } catch {
            logger.error("recordings not looked through", metadata: ["error": "\(error)"])
            return []
        }
        var marked: [RecordingInfo] = []
        for var recording in cutOff {
            do {
                let repair = try await network.blocking { [path = recording.path, rate = recording.sampleRate] in
                    try RecordingFile.repair(path: path, sampleRate: rate)
                }
                recording.duration = repair.duration
                recording.state = .failed("crashed")
            } catch {
                recording.state = .failed((error as? RecordingError)?.code.description ?? "inputOutput")
            }
            journal.keep(recording)
            marked.append(recording)
        }
        return marked
    }
}
