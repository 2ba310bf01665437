#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ContactRecord: Codable {
    enum CodingKeys: String, CodingKey {
        case queue, connectedAt, queuedAt, answeredAt, endedAt, terminalReason, digitCount, recordings, media, segments
        case queueWait = "queueWaitSeconds"
    }

    /// Sums over the segments: written for readers, not read back.
    private enum DerivedKeys: String, CodingKey {
        case agent, ringSeconds, talkSeconds, holdSeconds, wrapUpSeconds, handleSeconds
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            contact: try Contact(from: decoder),
            queue: try fields.decodeIfPresent(QueueID.self, forKey: .queue),
            connectedAt: try fields.decodeIfPresent(Date.self, forKey: .connectedAt),
            queuedAt: try fields.decodeIfPresent(Date.self, forKey: .queuedAt),
            answeredAt: try fields.decodeIfPresent(Date.self, forKey: .answeredAt),
            endedAt: try fields.decode(Date.self, forKey: .endedAt),
            terminalReason: try fields.decode(TerminalReason.self, forKey: .terminalReason),
            queueWait: try fields.decode(Seconds.self, forKey: .queueWait).wrappedValue,
            digitCount: try fields.decodeIfPresent(Int.self, forKey: .digitCount) ?? 0,
            recordings: try fields.decodeIfPresent([RecordingID].self, forKey: .recordings) ?? [],
            media: try fields.decodeIfPresent(MediaFigures.self, forKey: .media),
            segments: try fields.decodeIfPresent([AgentSegment].self, forKey: .segments) ?? [])
    }

    public func encode(to encoder: any Encoder) throws {
        try contact.encode(to: encoder)
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encodeIfPresent(queue, forKey: .queue)
        try fields.encodeIfPresent(connectedAt, forKey: .connectedAt)
        try fields.encodeIfPresent(queuedAt, forKey: .queuedAt)
        try fields.encodeIfPresent(answeredAt, forKey: .answeredAt)
        try fields.encode(endedAt, forKey: .endedAt)
        try fields.encode(terminalReason, forKey: .terminalReason)
        try fields.encode(Seconds(wrappedValue: queueWait), forKey: .queueWait)
        try fields.encode(digitCount, forKey: .digitCount)
        try fields.encode(recordings, forKey: .recordings)
        try fields.encodeIfPresent(media, forKey: .media)
        try fields.encode(segments, forKey: .segments)

        var derived = encoder.container(keyedBy: DerivedKeys.self)
        try derived.encodeIfPresent(agent, forKey: .agent)
        try derived.encode(Seconds(wrappedValue: ring), forKey: .ringSeconds)
        try derived.encode(Seconds(wrappedValue: talk), forKey: .talkSeconds)
        try derived.encode(Seconds(wrappedValue: hold), forKey: .holdSeconds)
        try derived.encode(Seconds(wrappedValue: wrapUp), forKey: .wrapUpSeconds)
        try derived.encode(Seconds(wrappedValue: handleTime), forKey: .handleSeconds)
    }
}
