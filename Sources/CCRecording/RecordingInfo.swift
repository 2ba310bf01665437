#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import CCCore

/// What is known about a recording: everything but the audio.
public struct RecordingInfo: Hashable, Sendable, Codable, Identifiable {
    public let id: RecordingID
    public let contact: ContactID
    public let tenant: TenantID
    public let path: String
    /// The date of the first sample.
    public let startedAt: Date
    /// In hertz: 8,000 or 16,000.
    public let sampleRate: Int
    /// 2: the customer is left, the agent right.
    public let channels: Int
    @Seconds public var duration: Duration
    /// Where the audio is not what was said, in the order in which it began.
    public var marks: [RecordingMark]
    /// Packets that never arrived, of both legs together.
    public var packetsLost: Int
    public var state: RecordingState

    /// - Parameters: `startedAt` and `duration` are kept to the millisecond.
    public init(
        id: RecordingID, contact: ContactID, tenant: TenantID = .main, path: String, startedAt: Date, sampleRate: Int,
        channels: Int = 2, duration: Duration = .zero, marks: [RecordingMark] = [], packetsLost: Int = 0,
        state: RecordingState = .recording
    ) {
        self.id = id
        self.contact = contact
        self.tenant = tenant
        self.path = path
        self.startedAt = startedAt.roundedToMilliseconds
        self.sampleRate = sampleRate
        self.channels = channels
        self.duration = .milliseconds(duration.roundedMilliseconds)
        self.marks = marks
        self.packetsLost = packetsLost
        self.state = state
    }

    enum CodingKeys: String, CodingKey {
        case id, contact, tenant, path, startedAt, sampleRate, channels, marks, packetsLost, state
        case duration = "durationSeconds"
    }
}

/// A stretch of a recording that does not hold what was said.
public struct RecordingMark: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Silence in both channels, because the centre came too late to record it.
        case missing
        /// Silence in both channels, because the recording was paused.
        case paused
        /// Concealed audio in the customer's channel, because packets were lost.
        case customerLost
        /// Concealed audio in the agent's channel, because packets were lost.
        case agentLost
    }

    public let kind: Kind
    /// From the beginning of the recording.
    @Seconds public var start: Duration
    @Seconds public var duration: Duration

    public init(kind: Kind, start: Duration, duration: Duration) {
        self.kind = kind
        self.start = .milliseconds(start.roundedMilliseconds)
        self.duration = .milliseconds(duration.roundedMilliseconds)
    }

    public var end: Duration { start + duration }

    enum CodingKeys: String, CodingKey {
        case kind
        case start = "startSeconds"
        case duration = "durationSeconds"
    }
}

/// How far a recording has come. Coded as its name, with the reason after a colon: `"failed:noSpace"`.
public enum RecordingState: Hashable, Sendable {
    case recording
    case finished
    /// It ends early or is missing; the text says why.
    case failed(String)
}

extension RecordingState: RawRepresentable, Codable, CustomStringConvertible {
    public init?(rawValue: String) {
        switch rawValue {
        case "recording": self = .recording
        case "finished": self = .finished
        default:
            guard rawValue.hasPrefix("failed:") else { return nil }
            self = .failed(String(rawValue.dropFirst("failed:".count)))
        }
    }

    public var rawValue: String {
        switch self {
        case .recording: "recording"
        case .finished: "finished"
        case .failed(let reason): "failed:\(reason)"
        }
    }

    public var description: String { rawValue }
}
