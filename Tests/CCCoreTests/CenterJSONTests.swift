import CCCore
import Foundation
import Testing

@Suite("JSON")
struct CenterJSONTests {
    @Test(
        "dates are ISO 8601 in UTC with milliseconds, and come back equal",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_763_763_600_123, "2025-11-21T22:20:00.123Z"), (951_782_400_001, "2000-02-29T00:00:00.001Z"),
            (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func dates(milliseconds: Int64, text: String) {
        let date = Date(millisecondsSince1970: milliseconds)
        #expect(date.iso8601 == text)
        #expect(Date(iso8601: text) == date)
        #expect(date.millisecondsSince1970 == milliseconds)
    }

    @Test("every millisecond of a second survives the way through text")
    func milliseconds() {
        for millisecond in 0..<1000 {
            let date = Date(millisecondsSince1970: 1_763_763_600_000 + Int64(millisecond))
            #expect(Date(iso8601: date.iso8601) == date)
            #expect(date.roundedToMilliseconds == date)
        }
    }

    @Test("dates without fractions or with another zone are read too")
    func otherDates() {
        let date = Date(millisecondsSince1970: 1_763_763_600_000)
        #expect(Date(iso8601: "2025-11-21T22:20:00Z") == date)
        #expect(Date(iso8601: "2025-11-21T23:20:00+01:00") == date)
        #expect(Date(iso8601: "yesterday") == nil)
        #expect(Date(iso8601: "") == nil)
    }

    @Test(
        "dates beyond the calendar are clamped and do not trap",
        arguments: [Date.distantPast, .distantFuture, .init(timeIntervalSince1970: .infinity)])
    func extremeDates(date: Date) {
        #expect(date.iso8601.count == 24)
        #expect(Date.distantPast.duration(since: date) == .zero)
    }

    @Test("durations round to the nearest millisecond")
    func durations() {
        #expect(Duration.nanoseconds(1_499_999).roundedMilliseconds == 1)
        #expect(Duration.nanoseconds(1_500_000).roundedMilliseconds == 2)
        #expect(Duration.nanoseconds(-1_500_000).roundedMilliseconds == -2)
        #expect(Duration.seconds(60).roundedMilliseconds == 60_000)
    }

    @Test("a record's JSON is flat, has stable names, and comes back equal")
    func record() throws {
        let record = try #require(answered().record)
        let line = try CenterJSON.line(record)
        #expect(try CenterJSON.value(ContactRecord.self, from: line) == record)
        for part in [
            #""id":"c1""#, #""tenant":"main""#, #""channel":"voice""#, #""direction":"inbound""#,
            #""callerNumber":"+34911234567""#, #""dialledNumber":"support""#, #""queue":"support""#,
            #""arrivedAt":"2025-11-21T22:20:00.000Z""#, #""terminalReason":"completedByCustomer""#,
            #""queueWaitSeconds":8"#, #""talkSeconds":60"#, #""handleSeconds":60"#, #""agent":"ann""#,
            #""recordings":[]"#, #""outcome":"answered""#,
        ] {
            #expect(line.contains(part), "\(line)")
        }
        #expect(!line.contains("\n"))
    }

    @Test("a nonsensical duration or date is an error")
    func nonsense() throws {
        let line = try CenterJSON.line(try #require(answered().record))
        let bad = line.replacing(#""queueWaitSeconds":8"#, with: #""queueWaitSeconds":1e300"#)
        #expect(throws: DecodingError.self) { try CenterJSON.value(ContactRecord.self, from: bad) }
        let worse = line.replacing("2025-11-21T22:20:00.000Z", with: "soon")
        #expect(throws: DecodingError.self) { try CenterJSON.value(ContactRecord.self, from: worse) }
    }

    private func answered() -> Story {
        var story = Story()
        story.tell(1, .contactQueued("c1", "support"))
        story.tell(1, .contactOffered("c1", "ann", "r1"))
        story.tell(9, .contactAnswered("c1", "ann"))
        story.tell(69, .contactEnded("c1", .completedByCustomer))
        return story
    }
}
