import CCCore
import CCMedia
import CCRecording
import CCScenario

/// *Recordings gap-free and aligned*: every conversation has its recording, which begins when the two begin to talk, is as
/// long as they talk, and misses nothing in between, on either side.
///
/// ```swift
/// let breaches = RecordingsGapFreeAndAligned().breaches(in: recordings, of: records)
/// ```
///
/// The files are read, not only what is known of them: each is a whole stereo WAV file with as many samples as it is said
/// to have. It is for runs in which the centre lived to the end and its disk took everything. Where packets were lost,
/// concealed audio is no breach; say so with ``everythingArrived``.
public struct RecordingsGapFreeAndAligned: Sendable {
    /// The name of the rule, as those of `InvariantSuite`.
    public let rule = "recordings gap-free and aligned"
    /// How far the beginning may be from the answer, and the length from the time of the talk. Frames are 20 ms long, and
    /// the media's beat has a phase of its own: up to one frame at the beginning, and one at the end.
    public var tolerance: Duration
    /// Whether every packet reached the centre in time: then nothing may be concealed.
    public var everythingArrived: Bool

    /// A conversation that is shorter may end before its first frame, and have no recording.
    static let talkMin = Duration.milliseconds(40)

    public init(tolerance: Duration = .milliseconds(40), everythingArrived: Bool = true) {
        self.tolerance = tolerance
        self.everythingArrived = everythingArrived
    }

    /// What is wrong with the recordings of contacts that have ended, in the order of the records.
    ///
    /// - Parameters:
    ///   - recordings: All recordings of the contacts, in any order.
    ///   - records: The contacts, each with its conversations.
    public func breaches(in recordings: [RecordingInfo], of records: [ContactRecord]) -> [InvariantBreach] {
        let byContact = Dictionary(grouping: recordings, by: \.contact)
        return records.flatMap { breaches(in: byContact[$0.id] ?? [], of: $0) }
    }

    private func breaches(in recordings: [RecordingInfo], of record: ContactRecord) -> [InvariantBreach] {
        var breaches: [InvariantBreach] = []
        var rest = recordings.sorted { ($0.startedAt, $0.id.rawValue) < ($1.startedAt, $1.id.rawValue) }
        for talk in record.segments where talk.outcome == .answered {
            let length = talk.talk + talk.hold
            guard let place = rest.firstIndex(where: { isBeginning($0, of: talk) }) else {
                guard length > Self.talkMin else { continue }
                breaches.append(
                    InvariantBreach(
                        expected: "a recording of \(length) that begins with the talk at "
                            + (talk.answeredAt?.iso8601 ?? "?"),
                        seen: rest.isEmpty ? "none" : "\(rest.map { $0.startedAt.iso8601 })", contact: record.id,
                        agent: talk.agent))
                continue
            }
            let recording = rest.remove(at: place)
            for (expected, seen) in faults(of: recording, talk: length) {
                breaches.append(
                    InvariantBreach(expected: expected, seen: seen, contact: record.id, agent: talk.agent))
            }
        }
        for recording in rest {
            breaches.append(
                InvariantBreach(
                    expected: "a conversation for each recording",
                    seen: "a recording of \(recording.duration) at \(recording.startedAt.iso8601)", contact: record.id))
        }
        return breaches
    }

    private func isBeginning(_ recording: RecordingInfo, of talk: AgentSegment) -> Bool {
        guard let answered = talk.answeredAt else { return false }
        let difference = recording.startedAt.duration(since: answered)
        return difference >= .zero - tolerance && difference <= tolerance
    }

    private func faults(of recording: RecordingInfo, talk: Duration) -> [(expected: String, seen: String)] {
        guard recording.state == .finished else { return [("a finished recording", "\(recording.state)")] }
        var faults: [(expected: String, seen: String)] = []
        let difference = recording.duration > talk ? recording.duration - talk : talk - recording.duration
        if difference > tolerance { faults.append(("\(talk) of audio", "\(recording.duration)")) }
        let gaps = recording.marks.filter { mark in
            switch mark.kind {
            case .missing: true
            case .customerLost, .agentLost: everythingArrived
            case .paused: false
            }
        }
        if !gaps.isEmpty {
            let seen = gaps.map { "\($0.kind) for \($0.duration) from \($0.start) on" }.joined(separator: ", ")
            faults.append(("no gap", seen))
        }
        do {
            let file = try WavFile(path: recording.path)
            let shape = "\(file.channels.count) channels at \(file.sampleRate) Hz"
            if file.channels.count != 2 || file.sampleRate != recording.sampleRate {
                faults.append(("2 channels at \(recording.sampleRate) Hz", shape))
            }
            if file.isTruncated { faults.append(("a whole WAV file", "its header claims more than there is")) }
            if file.duration != recording.duration {
                faults.append(("a file of \(recording.duration)", "one of \(file.duration)"))
            }
        } catch {
            faults.append(("a WAV file that can be read", "\(error)"))
        }
        return faults
    }
}
