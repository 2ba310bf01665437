import CCCore
import CCWorkforce
import Testing

@Suite("The rest of a day, forecast anew")
struct IntradayTests {
    /// Days with a level of their own, known by noon.
    private static func days(_ count: Int, seed: UInt64) -> [History.Point] {
        var random = SplitMix64(state: seed)
        let start = CalendarDate("2026-01-05")!
        return (0..<count).flatMap { day -> [History.Point] in
            let level = 1 + 0.2 * random.normal()
            return stride(from: 480, to: 1_200, by: 30).map { minute in
                .init(WallTime(start.advanced(by: day), minute: minute), Double(random.poisson(80 * max(0.3, level))))
            }
        }
    }

    private static func split(seed: UInt64) throws -> (model: ForecastModel, today: [History.Point], day: CalendarDate)
    {
        let points = days(45, seed: seed)
        let day = points.last!.time.date
        let today = points.filter { $0.time.date == day }
        let model = try ForecastModel(History(points.filter { $0.time.date < day }), for: today.map(\.time))
        return (model, today, day)
    }

    @Test("the rest is nearer to what came, and its bands are narrower")
    func improves() throws {
        var before = 0.0
        var after = 0.0
        var wide = 0.0
        var narrow = 0.0
        for seed in 1...4 as ClosedRange<UInt64> {
            let (model, today, _) = try Self.split(seed: seed)
            let first = try model.forecast()
            let arrived = today.filter { $0.time.minute < 720 }
            let second = try model.reforecast(arrived: arrived)
            for (place, point) in today.enumerated() {
                let count = try #require(point.count)
                if point.time.minute < 720 {
                    #expect(second.points[place].mean == count)
                    #expect(second.points[place].quantiles.allSatisfy { $0 == count })
                    continue
                }
                before += abs(first.points[place].mean - count)
                after += abs(second.points[place].mean - count)
                wide += first.points[place].quantiles[3] - first.points[place].quantiles[1]
                narrow += second.points[place].quantiles[3] - second.points[place].quantiles[1]
                #expect(zip(second.points[place].quantiles, second.points[place].quantiles.dropFirst()).allSatisfy(<=))
            }
        }
        #expect(after < 0.8 * before, "\(after) and \(before)")
        #expect(narrow < 0.85 * wide, "\(narrow) and \(wide)")
    }

    @Test("nothing so far changes nothing, and everything so far leaves nothing")
    func ends() throws {
        let (model, today, _) = try Self.split(seed: 9)
        #expect(try model.reforecast(arrived: []) == model.forecast())
        #expect(try model.reforecast(arrived: today).points.map(\.mean) == today.map(\.count))
    }

    @Test("what is not known changes nothing, also on a day that is some days ahead")
    func unknownAhead() throws {
        let points = Self.days(60, seed: 4)
        let day = points.last!.time.date
        let today = points.filter { $0.time.date == day }
        let past = points.filter { $0.time.date < day.advanced(by: -10) }
        let model = try ForecastModel(History(past), for: today.map(\.time))
        let before = try model.forecast()
        #expect(try model.reforecast(arrived: [.init(today[0].time, nil)]) == before)
    }

    @Test("intervals that were not to be forecast are refused")
    func mistakes() throws {
        let (model, today, day) = try Self.split(seed: 9)
        #expect(throws: WorkforceError.self) {
            try model.reforecast(arrived: [.init(WallTime(day.advanced(by: 1)), 3)])
        }
        #expect(throws: WorkforceError.self) { try model.reforecast(arrived: [today[3], today[2]]) }
        #expect(throws: WorkforceError.self) { try model.reforecast(arrived: [.init(today[0].time, -1)]) }
    }
}
