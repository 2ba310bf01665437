import CCCore
import CCRouting
import CCScenario
import CCWorkforce
import Foundation

/// Ten weeks of a centre that there is not: the simulator tells its events, and records are made of them as a journal makes
/// them.
enum InventedCentre {
    /// Contacts an hour on a usual Tuesday, from 8 to 20 o'clock.
    private static let profile = [38.0, 70, 92, 96, 84, 62, 58, 70, 76, 64, 44, 26]
    /// Monday to Sunday: Saturdays are short, on Sundays it is closed.
    private static let weekdays = [1.25, 1.0, 0.95, 0.95, 1.05, 0.6, 0]

    static func records(queue: QueueID, seed: UInt64) throws -> [ContactRecord] {
        var random = SplitMix64(state: seed)
        var intervals: [ArrivalProcess.RateInterval] = []
        for day in 0..<70 {
            // Some days are busier than others for no reason that anybody knows; there is a little growth.
            let level = weekdays[day % 7] * (0.88 + 0.24 * random.unit()) * (1 + Double(day) / 700)
            for hour in 0..<24 {
                let open = day % 7 == 5 ? 9..<14 : 8..<20
                let rate = open.contains(hour) ? profile[hour - 8] * level / 3_600 : 0
                intervals.append(.init(start: .seconds((day * 24 + hour) * 3_600), rate: rate))
            }
        }
        let scenario = Scenario(
            name: "invented centre", start: Date(timeIntervalSince1970: 1_788_134_400), horizon: .seconds(70 * 86_400),
            queues: [
                ScenarioQueue(
                    Queue(queue, wrapUp: .seconds(300)), arrivals: .piecewise(intervals),
                    patience: .drawn(.exponential(mean: 150)), talk: .logNormal(mean: 215, variation: 0.9),
                    wrapUp: .exponential(mean: 25))
            ],
            groups: [AgentGroup("all", count: 8)])
        return try ContactSimulation(scenario).records(seed: seed)
    }
}

extension ContactSimulation {
    /// The records of a run, as the journal of a real centre would have them.
    func records(seed: UInt64) throws -> [ContactRecord] {
        var timelines: [ContactID: ContactTimeline] = [:]
        var order: [ContactID] = []
        _ = try run(seed: seed) { event in
            if case .contactArrived(let contact) = event.kind {
                timelines[contact.id] = ContactTimeline(contact)
                order.append(contact.id)
            }
            if let id = event.contact { timelines[id]?.apply(event) }
        }
        return order.compactMap { timelines[$0]?.record }
    }
}

/// When a centre is open: the half-hours of a week in which contacts came more often than once in a while.
struct OpenHours {
    private let open: Set<Int>
    private let calendar: Calendar

    init(_ records: [ContactRecord], in zone: TimeZone) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        var seen: [Int: Set<Int>] = [:]
        var weeks: Set<Int> = []
        for record in records {
            let time = WallTime(record.contact.arrivedAt, in: calendar)
            let week = (time.date.dayNumber + 3).quotientAndRemainder(dividingBy: 7)
            weeks.insert(week.quotient)
            seen[week.remainder * 48 + time.minute / 30, default: []].insert(week.quotient)
        }
        open = Set(seen.filter { $0.value.count * 4 > weeks.count }.keys)
        self.calendar = calendar
    }

    func contains(_ time: WallTime) -> Bool {
        open.contains((time.date.dayNumber + 3) % 7 * 48 + time.minute / 30)
    }

    /// The midnight that begins the week after a moment.
    func monday(after date: Date) -> WallTime {
        let day = WallTime(date, in: calendar).date
        return WallTime(day.advanced(by: 7 - (day.dayNumber + 3) % 7))
    }
}

extension WallTime {
    init(_ date: Date, in calendar: Calendar) {
        let fields = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        let day = CalendarDate(year: fields.year ?? 1970, month: fields.month ?? 1, day: fields.day ?? 1)
        self.init(day ?? CalendarDate(dayNumber: 0), minute: (fields.hour ?? 0) * 60 + (fields.minute ?? 0))
    }
}
