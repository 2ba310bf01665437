import CCCore
import CCWorkforce
import Foundation
import Testing

@Suite("Patience and handle times of records")
struct RecordFitTests {
    /// A contact that waited and was then answered for some time, or gave up.
    private static func record(_ number: Int, waited: Double, talk: Double?, queue: QueueID = "support")
        -> ContactRecord
    {
        let start = Date(timeIntervalSince1970: 1_767_571_200 + Double(number) * 60)
        let answered = talk.map { _ in start.addingTimeInterval(waited) }
        let segments = talk.map { seconds in
            [
                AgentSegment(
                    agent: "ann", reservation: ReservationID("r\(number)"), offeredAt: start, outcome: .answered,
                    answeredAt: answered, talk: .milliseconds(Int(seconds * 1000)), wrapUp: .seconds(10))
            ]
        }
        return ContactRecord(
            contact: Contact(
                id: ContactID("c\(number)"), dialledNumber: "1", callerNumber: "2", arrivedAt: start), queue: queue,
            queuedAt: start,
            answeredAt: answered, endedAt: start.addingTimeInterval(waited + (talk ?? 0)),
            terminalReason: talk == nil ? .abandonedInQueue : .completedByCustomer,
            queueWait: .milliseconds(Int(waited * 1000)), segments: segments ?? [])
    }

    @Test("count what is known of patience, and leave out who was answered at once")
    func patience() throws {
        let records = [
            Self.record(1, waited: 10, talk: nil), Self.record(2, waited: 30, talk: 100),
            Self.record(3, waited: 0, talk: 100),
            Self.record(4, waited: 20, talk: nil), Self.record(5, waited: 99, talk: nil, queue: "sales"),
        ]
        let estimate = try PatienceEstimate(records, queue: "support")
        #expect(estimate.count == 3)
        #expect(estimate.abandoned == 2)
        #expect(estimate.mean == 30)
        #expect(try PatienceEstimate(records).count == 4)
        #expect(throws: WorkforceError.self) { try PatienceEstimate(records, queue: "nobody") }
    }

    @Test("take talk, hold and wrap-up together")
    func handleTime() throws {
        let records = (1...60).map { Self.record($0, waited: 5, talk: 90 + Double($0 % 3) * 10) }
        let fit = try HandleTimeFit(records + [Self.record(99, waited: 5, talk: nil)], componentsMax: 1)
        #expect(fit.count == 60)
        #expect(abs(fit.observedMean - 110) < 1e-9)
        #expect(abs(fit.mean - 110) < 0.5)
    }
}
