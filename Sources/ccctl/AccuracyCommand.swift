import ArgumentParser
import CCCore
import CCWorkforce

/// `ccctl accuracy --forecast forecast.csv --actual calls.csv`: how good a forecast was, or a staffing.
struct Accuracy: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How good a forecast was, and how well agents matched what was needed.",
        discussion: """
            A forecast (--forecast, as ccctl forecast writes it) is compared with what came (--actual, as ccctl forecast reads \
            it). Staffing (--staffing) is a table with timestamp and the agents that were planned by the forecast, scheduled, \
            present, and needed by what came. Docs/Forecasting.md and Docs/Staffing.md define the figures.
            """)

    enum Group: String, ExpressibleByArgument, CaseIterable {
        case day, weekday, time
    }

    @Option(help: ArgumentHelp("What was forecast.", valueName: "csv"), completion: .file())
    var forecast: String?

    @Option(help: ArgumentHelp("What came.", valueName: "csv"), completion: .file())
    var actual: String?

    @Option(help: "Of tables with several channels the one to compare.")
    var channel: String?

    @Option(help: ArgumentHelp("The column of contacts that came.", valueName: "column"))
    var count: String?

    @Option(help: ArgumentHelp("Agents planned, scheduled, present and needed.", valueName: "csv"), completion: .file())
    var staffing: String?

    @Option(help: "Besides all together: by day, weekday or time of day.")
    var by = Group.day

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (forecast == nil) == (actual == nil), (forecast == nil) != (staffing == nil) else {
            throw ValidationError("expected --forecast with --actual, or --staffing")
        }
    }

    func run() throws {
        if let staffing {
            let kept = try StaffingAccuracy(TextFile.table(staffing))
            let groups = grouped(kept.intervals, \.time).map { ($0, StaffingRow(kept.figures($1))) }
            return try report(all: StaffingRow(kept.figures), groups)
        }
        guard let forecast, let actual else { return }
        let expected = try Forecast(TextFile.table(forecast), channel: channel)
        var kept = ForecastAccuracy(levels: expected.levels)
        try kept.add(expected, actual: history(TextFile.table(actual)).points)
        guard !kept.intervals.isEmpty else {
            throw FileError(file: actual, message: "none of its intervals was forecast")
        }
        let groups = grouped(kept.intervals, \.time).map { ($0, ForecastRow(kept.figures($1))) }
        try report(all: ForecastRow(kept.figures), groups)
    }

    private func history(_ table: CSVTable) throws -> History {
        let columns = History.Columns(count: count)
        guard table.optionalColumn(columns.channel) != nil else { return try History(table, columns: columns) }
        let channels = try History.channels(table, columns: columns)
        guard let history = channels.first(where: { $0.channel == channel ?? channels[0].channel })?.history,
            channel != nil || channels.count == 1
        else {
            throw FileError(
                file: table.file, path: "channel",
                message: "expected one of \(channels.map(\.channel).joined(separator: ", "))")
        }
        return history
    }

    /// The intervals of each group, in order.
    private func grouped<Interval>(_ intervals: [Interval], _ time: (Interval) -> WallTime) -> [(String, [Interval])] {
        func key(_ time: WallTime) -> (order: Int, name: String) {
            switch by {
            case .day: (time.date.dayNumber, "\(time.date)")
            case .weekday: (Weekday.allCases.firstIndex(of: time.date.weekday) ?? 0, time.date.weekday.rawValue)
            case .time: (time.minute, String("\(time)".dropFirst(11).dropLast(3)))
            }
        }
        let groups = Dictionary(grouping: intervals) { key(time($0)).order }
        return groups.sorted { $0.key < $1.key }.map { (key(time($0.value[0])).name, $0.value) }
    }

    private func report<Row: AccuracyRow>(all: Row, _ groups: [(String, Row)]) throws {
        if json {
            return print(
                try CenterJSON.line(
                    AccuracyReport(all: all, groups: groups.map { .init(group: $0, figures: $1) })))
        }
        let rows = groups.map { [$0] + $1.cells } + [["all"] + all.cells]
        for line in FiguresTable.aligned([[by.rawValue] + all.names] + rows) { print(line) }
    }
}

private struct AccuracyReport<Row: AccuracyRow>: Encodable {
    struct Group: Encodable {
        var group: String
        var figures: Row
    }

    var all: Row
    var groups: [Group]
}

private protocol AccuracyRow: Encodable {
    var names: [String] { get }
    var cells: [String] { get }
}

private struct ForecastRow: AccuracyRow {
    struct Band: Encodable {
        var nominal, covered: Double
    }

    var intervals: Int
    var actual, forecast, rmse: Double
    var wape, bias, pinball: Double?
    var bands: [Band]

    init(_ figures: ForecastAccuracy.Figures) {
        (intervals, actual, forecast) = (figures.intervals, figures.actual, figures.forecast)
        (wape, bias, rmse, pinball) = (figures.wape, figures.bias, figures.rmse, figures.pinball)
        bands = figures.bands.map { Band(nominal: $0.nominal, covered: $0.covered) }
    }

    var names: [String] {
        ["intervals", "contacts", "forecast", "WAPE, %", "bias, %", "RMSE", "pinball"]
            + bands.map { "in \(FiguresTable.number($0.nominal * 100, 0)) % band, %" }
    }

    var cells: [String] {
        func percent(_ value: Double?) -> String { FiguresTable.number(value.map { $0 * 100 }, 1) }
        return [
            "\(intervals)", FiguresTable.number(actual, 0), FiguresTable.number(forecast, 1), percent(wape),
            percent(bias),
            FiguresTable.number(rmse, 2), FiguresTable.number(pinball, 4),
        ] + bands.map { percent($0.covered) }
    }
}

private struct StaffingRow: AccuracyRow {
    var intervals: Int
    var neededHours, presentHours, overHours, underHours, byForecast, bySchedule, byAdherence: Double
    var accuracy: Double?

    init(_ figures: StaffingAccuracy.Figures) {
        intervals = figures.intervals
        (neededHours, presentHours) = (figures.neededHours, figures.presentHours)
        (overHours, underHours, accuracy) = (figures.overHours, figures.underHours, figures.accuracy)
        (byForecast, bySchedule, byAdherence) = (figures.byForecast, figures.bySchedule, figures.byAdherence)
    }

    var names: [String] {
        [
            "intervals", "needed, h", "present, h", "over, h", "under, h", "accuracy, %", "by forecast, h",
            "by schedule, h", "by adherence, h",
        ]
    }

    var cells: [String] {
        ["\(intervals)"] + [neededHours, presentHours, overHours, underHours].map { FiguresTable.number($0, 1) }
            + [FiguresTable.number(accuracy.map { $0 * 100 }, 1)]
            + [byForecast, bySchedule, byAdherence].map { FiguresTable.number($0, 1) }
    }
}
