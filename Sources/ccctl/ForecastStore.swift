import CCCore
import CCSQLite
import CCWorkforce
import Foundation

extension ForecastInput {
    /// The history in a centre's store, up to the last contact of any queue or the first day to forecast, whichever is earlier:
    /// what a store that ends earlier has not seen is not known.
    static func counted(
        _ store: String, _ queue: String?, _ zone: TimeZone, _ minutes: Int, for times: [WallTime]
    ) async throws -> History {
        let inbound = try await SQLiteStore(path: store, access: .readOnly).records().filter {
            $0.contact.direction == .inbound
        }
        let records = inbound.filter { queue == nil || $0.queue?.rawValue == queue }
        guard let first = times.first, let earliest = records.map(\.contact.arrivedAt).min() else {
            throw FileError(file: store, message: "it has no contact that came" + (queue.map { " to \($0)" } ?? ""))
        }
        // From the first contact's midnight.
        var calendar = Foundation.Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let start = calendar.startOfDay(for: earliest)
        let end = calendar.date(
            from: DateComponents(year: first.date.year, month: first.date.month, day: first.date.day))
        guard let end, start < end else {
            throw FileError(file: store, message: "its first contact comes after the first interval to forecast")
        }
        let open = Set(times.map(weekly))
        let latest = inbound.map(\.contact.arrivedAt).max() ?? end
        return try History.counting(records, per: minutes, in: zone, during: start..<max(start, min(latest, end))) {
            open.contains(weekly($0))
        }
    }

    /// Minutes since Monday's midnight.
    private static func weekly(_ time: WallTime) -> Int {
        (Weekday.allCases.firstIndex(of: time.date.weekday) ?? 0) * 1_440 + time.minute
    }
}
