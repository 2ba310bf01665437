import CCCore
import CCWorkforce
import Foundation
import Testing

@Suite("Histories")
struct HistoryTests {
    private static let monday = CalendarDate("2026-01-05")!

    @Test(
        "what cannot be a history is told with its place",
        arguments: [
            ([], "history", WorkforceError.Code.empty),
            ([(0, 1.0)], "history", .tooShort),
            ([(0, 1), (30, .nan)], "history[1].count", .notFinite),
            ([(0, -1), (30, 1)], "history[0].count", .outOfRange),
            ([(0, 1e13), (30, 1)], "history[0].count", .outOfRange),
            ([(30, 1), (0, 1)], "history[1].time", .unordered),
            ([(30, 1), (30, 1)], "history[1].time", .duplicate),
            ([(0, 1), (30, 1), (67, 1)], "history[2].time", .mismatch),
        ])
    func mistakes(points: [(Int, Double)], place: String, code: WorkforceError.Code) {
        let error = #expect(throws: WorkforceError.self) {
            try History(points.map { .init(WallTime(Self.monday, minute: $0), $1) })
        }
        #expect(error?.place == place)
        #expect(error?.code == code)
    }

    @Test("an interval's length that does not divide the day is refused")
    func intervals() throws {
        let points = [History.Point(WallTime(Self.monday), 1)]
        #expect(throws: WorkforceError.self) { try History(points, intervalMinutes: 7) }
        #expect(throws: WorkforceError.self) { try History(points, intervalMinutes: 0) }
        #expect(try History(points, intervalMinutes: 30).intervalMinutes == 30)
    }

    @Test("a minute past midnight and years apart are no trouble")
    func sparse() throws {
        let points = [0, 1, 5_000_000_000].map { History.Point(WallTime(minuteNumber: $0), 1) }
        #expect(try History(points).intervalMinutes == 1)
    }

    private static func record(_ date: String, talk: Duration = .zero) -> ContactRecord {
        let arrived = try! Date(date, strategy: .iso8601)
        let contact = Contact(
            id: ContactID(date), dialledNumber: PhoneNumber("100"), callerNumber: PhoneNumber("200"),
            arrivedAt: arrived)
        let segment = AgentSegment(
            agent: "ann", reservation: "1", offeredAt: arrived, outcome: .answered, talk: talk)
        return ContactRecord(
            contact: contact, endedAt: arrived.addingTimeInterval(300), terminalReason: .completedByAgent,
            segments: talk > .zero ? [segment] : [])
    }

    @Test("contacts are counted by the wall's clock, also where clocks are changed")
    func counting() throws {
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        func day(_ from: String, _ to: String, _ arrivals: [String]) throws -> History {
            try History.counting(
                arrivals.map { Self.record($0, talk: .seconds(120)) }, per: 30, in: zone,
                during: Date(from, strategy: .iso8601)..<Date(to, strategy: .iso8601))
        }
        let plain = try day(
            "2026-01-04T23:00:00Z", "2026-01-05T23:00:00Z", ["2026-01-05T07:10:00Z", "2026-01-05T07:29:59Z"])
        #expect(plain.points.count == 48)
        #expect(plain.points.first?.time.description == "2026-01-05 00:00:00")
        #expect(plain.points.first { $0.time.minute == 480 }?.count == 2)
        #expect(plain.points.first { $0.time.minute == 480 }?.handleTime == 120)
        #expect(plain.points.first { $0.time.minute == 510 }?.count == 0)
        // 29 March 2026: 2 o'clock does not occur.
        let spring = try day("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", ["2026-03-29T01:10:00Z"])
        #expect(spring.points.count == 46)
        #expect(!spring.points.contains { $0.time.minute / 60 == 2 })
        #expect(spring.points.first { $0.time.minute == 180 }?.count == 1)
        // 25 October 2026: 2 o'clock occurs twice, and its intervals have the mean of both.
        let autumn = try day(
            "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z",
            ["2026-10-25T00:10:00Z", "2026-10-25T01:10:00Z", "2026-10-25T01:11:00Z"])
        #expect(autumn.points.count == 48)
        #expect(autumn.points.first { $0.time.minute == 120 }?.count == 1.5)
    }

    @Test(
        "every length of an interval counts each contact once, also those that do not divide quarters of hours",
        arguments: [1, 2, 10, 15, 16, 18, 20, 24, 30, 32, 36, 45, 48, 60, 96, 1_440])
    func lengths(minutes: Int) throws {
        let start = try Date("2026-01-05T00:00:00Z", strategy: .iso8601)
        let each = (0..<1_440).map { minute in
            let arrived = start.addingTimeInterval(Double(minute) * 60 + 30)
            let contact = Contact(
                id: ContactID("\(minute)"), dialledNumber: PhoneNumber("100"), callerNumber: PhoneNumber("200"),
                arrivedAt: arrived)
            return ContactRecord(
                contact: contact, endedAt: arrived, terminalReason: .abandonedInQueue, segments: [])
        }
        let history = try History.counting(
            each, per: minutes, in: .gmt, during: start..<start.addingTimeInterval(86_400))
        #expect(history.points.count == 1_440 / minutes)
        #expect(history.points.allSatisfy { $0.count == Double(minutes) })
    }

    @Test("only intervals wholly within the period and open ones are counted")
    func period() throws {
        let zone = TimeZone.gmt
        let start = try Date("2026-01-05T08:10:00Z", strategy: .iso8601)
        let history = try History.counting(
            [Self.record("2026-01-05T08:15:00Z"), Self.record("2026-01-05T08:35:00Z")], per: 30, in: zone,
            during: start..<start.addingTimeInterval(7_200), isOpen: { $0.minute < 570 })
        #expect(history.points.map(\.time.minute) == [510, 540])
        #expect(history.points.map(\.count) == [1, 0])
        #expect(throws: WorkforceError.self) {
            try History.counting([], per: 7, in: zone, during: start..<start.addingTimeInterval(7_200))
        }
        #expect(throws: WorkforceError.self) {
            try History.counting([], per: 1, in: zone, during: start..<start.addingTimeInterval(1e10))
        }
    }
}
