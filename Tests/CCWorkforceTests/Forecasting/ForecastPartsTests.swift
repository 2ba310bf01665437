import CCCore
import Foundation
import Testing

@testable import CCWorkforce

@Suite("The parts of the forecast")
struct ForecastPartsTests {
    @Test("counting noise on the scale of roots is that of exact sums")
    func countingNoise() {
        for mean in [0.02, 0.1, 0.4, 1, 2, 3.3, 6, 15, 40.0] {
            var (first, second) = (0.0, 0.0)
            for count in 0..<200 {
                let mass = exp(Double(count) * log(mean) - mean - lgamma(Double(count) + 1))
                first += mass * (Double(count) + 0.25).squareRoot()
                second += mass * (Double(count) + 0.25)
            }
            #expect(abs(Calibration.countingVariance(mean) - (second - first * first)) < 0.003, "\(mean)")
        }
    }

    /// Only a level, without a calendar's effects: then the filter is the local level model's, of which the gain is known.
    @Test("the filter's gain settles where the local level model's does")
    func filter() {
        var hyper = DayHyper(scale: 1)
        hyper.noise = 1
        hyper.level = 0.5
        hyper.passing = 0
        hyper.weekdays = 0
        var covariance = [Double](repeating: 0, count: DayFilter.fixed * DayFilter.fixed)
        covariance[DayFilter.level] = 10
        var filter = DayFilter(
            hyper: hyper, priorMean: [Double](repeating: 0, count: DayFilter.fixed), priorCovariance: covariance, day: 0
        )
        for day in 1...200 {
            filter.advance(to: day)
            filter.update(Sparse(), 0, noise: 1)
        }
        filter.advance(to: 201)
        filter.update(Sparse(), 1, noise: 1)
        // P = (q + √(q² + 4 q r)) / 2 before learning, gain P / (P + r) (Harvey 1989, chapter 4).
        let before = (0.25 + (0.0625 + 1.0).squareRoot()) / 2
        var moved: [Double] = []
        #expect(abs(filter.predict(Sparse(), target: 201, moved: &moved).mean - before / (before + 1)) < 1e-9)
        let ahead = filter.predict(Sparse(), target: 205, moved: &moved)
        #expect(abs(ahead.variance - (before / (before + 1) + 4 * 0.25)) < 1e-9)
    }

    @Test("a day off alone is odd and so are silent ones up to a week; two others in a row and special days are not")
    func oddDays() {
        func odd(_ changed: [Int: Double], special: Int? = nil) -> [Int] {
            let days = (0..<40).filter { $0 % 7 < 5 }
            let logs = days.indices.map { row in 5 + 0.02 * Double(row % 3) + (changed[row] ?? 0) }
            return OddDays.find(
                days, logs: logs, counting: logs.map { _ in 0.001 }, classes: days.map { $0 % 7 },
                isSpecial: { $0 == special.map { days[$0] } }
            ).enumerated().filter(\.element).map(\.offset)
        }
        #expect(odd([:]) == [])
        #expect(odd([12: -4]) == [12])
        #expect(odd([12: -4, 20: 2]) == [12, 20])
        #expect(odd([12: -3, 13: -3]) == [])
        #expect(odd([12: -4, 13: 4]) == [12, 13])
        #expect(odd([12: -0.5]) == [])
        #expect(odd([12: -4], special: 12) == [])
        // Silent, not only low: five weekdays span less than a week, eight days do not.
        #expect(odd([12: -5, 13: -5, 14: -5]) == [12, 13, 14])
        #expect(odd([12: -5, 13: -5, 14: -5], special: 13) == [12, 14])
        #expect(odd([27: -5, 28: -5]) == [27, 28])
        #expect(odd(Dictionary(uniqueKeysWithValues: (12..<17).map { ($0, -5) })) == Array(12..<17))
        #expect(odd(Dictionary(uniqueKeysWithValues: (12..<18).map { ($0, -5) })) == [])
    }

    @Test("names of days have a coefficient when others share them, at most forty; the rest only widen")
    func namedDays() {
        func features(_ days: [(Int, String)], future: Set<Int> = []) -> DayFeatures {
            DayFeatures(
                calendar: HolidayCalendar(days.map { .init(CalendarDate(dayNumber: $0), .event, name: $1) }),
                past: Array(0..<200), future: future)
        }
        let few = features(
            [(1, "once"), (2, "twice"), (9, "twice"), (3, "again"), (201, "again"), (4, "")], future: [201])
        #expect(few.names.keys.sorted() == ["eventagain", "eventtwice"])
        #expect([1, 2, 3, 4, 5].map(few.unlearned) == [0.0225, 0, 0, 0, 0])
        let alone = features((0..<200).map { ($0, "own \($0)") })
        #expect(alone.names.isEmpty)
        #expect(alone.size == DayFeatures.yearly)
        let many = features((0..<198).map { ($0, $0 < 150 ? "two \($0 % 75)" : "three \($0 % 16)") })
        #expect(many.names.count == DayFeatures.namesMax)
        #expect((0..<16).allSatisfy { many.names["eventthree \($0)"] != nil })
        #expect(many.size == DayFeatures.yearly + DayFeatures.namesMax)
    }

    @Test("a short day is like the weekday that has its hours")
    func likeness() throws {
        var points: [History.Point] = []
        let monday = CalendarDate("2026-01-05")!
        for day in 0..<35 where day % 7 < 5 {
            let close = day % 7 == 4 || day == 29 ? 780 : 1_140
            for minute in stride(from: 480, to: close, by: 60) {
                points.append(.init(WallTime(monday.advanced(by: day), minute: minute), 9))
            }
        }
        let matrix = try DayMatrix(History(points)) { $0.count }
        let likeness = Likeness(matrix)
        let row = try #require(matrix.dayNumbers.firstIndex(of: monday.dayNumber + 29))
        #expect(likeness(matrix, row: row) == 4)
        #expect(likeness(matrix, row: row - 1) == 0)
    }

    @Test("what profiles leave of few contacts is nothing on average, so that components do not lower means")
    func fewContacts() throws {
        var random = SplitMix64(state: 9)
        let start = CalendarDate("2026-01-05")!
        let points = (0..<120).flatMap { day in
            (0..<24).map { hour in
                let mean = hour < 8 ? 0.3 : 1.5
                return History.Point(
                    WallTime(start.advanced(by: day), minute: hour * 60), Double(random.poisson(mean)))
            }
        }
        var matrix = try DayMatrix(History(points)) { $0.count }
        let likeness = Likeness(matrix)
        let classes = (0..<matrix.rows).map { likeness(matrix, row: $0) }
        let shaped = ShapeChoice(&matrix, masks: likeness.masks, classes: classes, firstValidated: 60)
        let left = shaped.residuals(matrix)
        #expect(abs(left.reduce(0, +) / Double(left.count)) < 0.02)
        #expect(left.contains { abs($0) > 0.3 })
    }

    @Test("components find a shape that some days share and forecast it")
    func components() throws {
        // Every other Wednesday afternoon and morning change places.
        let days = (0..<140).filter { $0 % 7 < 5 }
        let slots = 12
        var residuals: [Double] = []
        for day in days {
            let sign = day % 7 == 2 ? 1.0 : -0.2
            for slot in 0..<slots {
                residuals.append(sign * (slot < 6 ? 1 : -1) + 0.1 * sin(Double(day * 13 + slot * 7)))
            }
        }
        let features = DayFeatures(calendar: .none, past: days, future: [])
        let found = DayComponents(residuals, slots: slots, days: days, features: features, firstValidated: 50)
        #expect(!found.components.isEmpty)
        let wednesday = found(140 + 2, slots: slots)
        #expect(wednesday[0] > 0.5 && wednesday[11] < -0.5)
        let monday = found(140, slots: slots)
        #expect(abs(monday[0]) < 0.4)
        let noise = residuals.indices.map { sin(Double($0 * $0 % 1_013)) }
        let none = DayComponents(noise, slots: slots, days: days, features: features, firstValidated: 50)
        #expect(none.components.allSatisfy { $0.weight < 0.3 })
    }
}
