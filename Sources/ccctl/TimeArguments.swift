import ArgumentParser
import CCCore
import CCWorkforce
import Foundation

extension CalendarDate: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// An instant: `2025-11-21T22:20:00Z`.
struct DateArgument: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        guard let date = Date(iso8601: argument) else { return nil }
        self.date = date
    }
}

/// An instant, or what clocks on the wall show: `2026-03-02 08:00`, or `2026-03-02` for its midnight.
enum TimeArgument: ExpressibleByArgument {
    case instant(Date)
    case wall(WallTime)

    init?(argument: String) {
        if let wall = WallTime(argument) ?? CalendarDate(argument).map({ WallTime($0) }) {
            self = .wall(wall)
        } else if let date = Date(iso8601: argument) {
            self = .instant(date)
        } else {
            return nil
        }
    }

    /// Milliseconds since 1 January 1970.
    func milliseconds(in zone: TimeZone) -> Int {
        switch self {
        case .instant(let date): AdherenceBoard.milliseconds(date)
        case .wall(let wall): wall.milliseconds(in: zone)
        }
    }
}

/// Where clocks hang.
struct ZoneArgument: ExpressibleByArgument {
    static let utc = ZoneArgument(zone: .gmt, defaultValueDescription: "UTC")

    let zone: TimeZone
    let defaultValueDescription: String

    init?(argument: String) {
        guard let zone = TimeZone(identifier: argument) else { return nil }
        self.init(zone: zone, defaultValueDescription: argument)
    }

    private init(zone: TimeZone, defaultValueDescription: String) {
        (self.zone, self.defaultValueDescription) = (zone, defaultValueDescription)
    }
}
