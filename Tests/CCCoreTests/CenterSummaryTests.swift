import CCCore
import Foundation
import Testing

@Suite("Centre summary")
struct CenterSummaryTests {
    /// Ten contacts: six answered after 2, 10, 20, 20.001, 30 and 50 s, two abandoned after 3 and 40 s, one lost by a stop,
    /// one rejected; and an echo call and an outbound call beside them.
    private let records: [ContactRecord] = [
        call("a1", wait: 2, talk: 60, wrapUp: 10), call("a2", wait: 10, talk: 60, wrapUp: 10),
        call("a3", wait: 20, talk: 60, wrapUp: 10), call("a4", wait: 20.001, talk: 60, wrapUp: 10),
        call("a5", wait: 30, talk: 60, wrapUp: 10), call("a6", wait: 50, talk: 60, wrapUp: 10),
        left("b1", after: 3, .abandonedInQueue), left("b2", after: 40, .abandonedWhileRinging),
        left("l", after: 9, .stopped), unqueued("r", .rejectedQueueFull), unqueued("e", .completedByCustomer),
        call("o", wait: 0, talk: 900, wrapUp: 0, direction: .outbound),
    ]

    @Test("ten contacts give the figures that are worked out by hand")
    func workedExample() throws {
        let summary = CenterSummary(of: records)
        #expect(summary.contacts == 12)
        #expect(summary.offered == 9)
        #expect(summary.answered == 6)
        #expect(summary.answeredInTime == 3, "20 s are in time, 20.001 s are not")
        #expect(summary.abandoned == 2)
        #expect(summary.shortAbandoned == 1)
        #expect(summary.lost == 1)
        #expect(summary.rejected == 1)
        #expect(summary.selfServed == 1)
        #expect(summary.offered == summary.answered + summary.abandoned + summary.lost)
        #expect(summary.serviceLevel == 3.0 / 9)
        let waits: [Duration] = [2000, 10_000, 20_000, 20_001, 30_000, 50_000].map { .milliseconds($0) }
        #expect(summary.averageSpeedOfAnswer == waits.reduce(.zero, +) / 6)
        #expect(summary.averageHandleTime == .seconds(70), "the outbound call does not count")
        #expect(summary.averageWrapUp == .seconds(10))
        #expect(summary.reasons.values.reduce(0, +) == 12)
    }

    @Test("the order of the records does not matter, and adding them one by one is the same")
    func order() {
        var oneByOne = CenterSummary()
        for record in records.reversed() { oneByOne.add(record) }
        #expect(oneByOne == CenterSummary(of: records))
    }

    @Test("the JSON has every name, with null where there is no figure")
    func emptyJSON() throws {
        let line = try CenterJSON.line(CenterSummary())
        #expect(line.contains(#""offered":0"#))
        #expect(line.contains(#""serviceLevel":null"#))
        #expect(line.contains(#""averageSpeedOfAnswerSeconds":null"#))
        #expect(line.contains(#""mediaLoss":0"#))
        let full = try CenterJSON.line(CenterSummary(of: records))
        #expect(full.contains(#""averageHandleTimeSeconds":70"#))
        #expect(full.contains(#""abandonedWhileRinging":1"#))
    }

    @Test("media loss counts all legs of all contacts")
    func mediaLoss() {
        var record = records[0]
        record.media = MediaFigures(packetsExpected: 900, packetsLost: 9)
        record.segments = [
            AgentSegment(
                agent: "ann", reservation: "r", offeredAt: Story.start, outcome: .answered,
                media: MediaFigures(packetsExpected: 100, packetsLost: 1))
        ]
        let summary = CenterSummary(of: [record])
        #expect(summary.media.packetsExpected == 1000)
        #expect(summary.media.lossRatio == 0.01)
    }
}

private func contact(_ id: String, _ direction: Direction = .inbound) -> Contact {
    Contact(
        id: ContactID(id), direction: direction, dialledNumber: "support", callerNumber: "", arrivedAt: Story.start)
}

private func call(
    _ id: String, wait: Double, talk: Double, wrapUp: Double, direction: Direction = .inbound
) -> ContactRecord {
    let answer = Story.start.addingTimeInterval(wait)
    let segment = AgentSegment(
        agent: "ann", reservation: "r", offeredAt: Story.start, outcome: .answered, answeredAt: answer,
        talk: .seconds(talk), wrapUp: .seconds(wrapUp))
    return ContactRecord(
        contact: contact(id, direction), queue: "support", queuedAt: Story.start, answeredAt: answer,
        endedAt: answer.addingTimeInterval(talk), terminalReason: .completedByCustomer, queueWait: .seconds(wait),
        segments: [segment])
}

private func left(_ id: String, after wait: Double, _ reason: TerminalReason) -> ContactRecord {
    ContactRecord(
        contact: contact(id), queue: "support", queuedAt: Story.start, endedAt: Story.start.addingTimeInterval(wait),
        terminalReason: reason, queueWait: .seconds(wait))
}

private func unqueued(_ id: String, _ reason: TerminalReason) -> ContactRecord {
    ContactRecord(contact: contact(id), endedAt: Story.start, terminalReason: reason)
}
