import ArgumentParser
import CCCore
import CCWorkforce
import Foundation

/// `ccctl forecast --history calls.csv --holidays holidays.csv --future open.csv --output forecast.csv`
struct Forecasts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forecast",
        abstract: "Forecast contacts per interval, with bands, from a table of what was.",
        discussion: """
            The history has the columns timestamp and calls (or contacts, count, offered), and may have handle_time (mean \
            seconds) and channel; a row is an interval. Intervals that are missing are no error; an empty count is not \
            known. The future has the column timestamp: the intervals in which the centre will be open. Holidays have \
            date, kind (holiday, eve or event), name and, if you like, factor (how many times the usual volume).

            With --store the history is counted from a centre's contact records: the contacts of --queue that arrived, in \
            intervals of --minutes by the clock of --zone. The centre counts as open where the future has the same time of \
            the same weekday.

            The output has timestamp, mean and one column per quantile, with handle_time and channel when the history has them. \
            With --task or --tasks it reads train.csv, future.csv and holidays.csv of a folder or of all folders below, and \
            its rows begin with dataset (the parent folder's name) and origin (the folder's name) and end with seconds (of \
            processor time). Wrong rows are named with file, line and column.
            """)

    /// Which way of forecasting.
    enum Model: String, ExpressibleByArgument, CaseIterable {
        /// The one to use.
        case auto
        /// The same interval a week ago, for comparison.
        case naive
    }

    @Option(help: ArgumentHelp("What was.", valueName: "csv"), completion: .file())
    var history: String?

    @Option(help: ArgumentHelp("A centre's store, instead of --history.", valueName: "file"), completion: .file())
    var store: String?

    @Option(help: "With --store: the queue; all without it.")
    var queue: String?

    @Option(help: "With --store: where the centre's clock hangs, as an IANA name.")
    var zone = ZoneArgument.utc

    @Option(help: "With --store: the length of an interval.")
    var minutes = 30

    @Option(help: ArgumentHelp("Special days.", valueName: "csv"), completion: .file())
    var holidays: String?

    @Option(help: ArgumentHelp("The intervals to forecast.", valueName: "csv"), completion: .file())
    var future: String?

    @Option(help: ArgumentHelp("Where the forecast is written; to the standard output without it.", valueName: "csv"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "What came so far on the first day to forecast: the rest of that day is forecast anew.", valueName: "csv"))
    var soFar: String?

    @Option(help: ArgumentHelp("One folder with train.csv, future.csv and holidays.csv.", valueName: "folder"))
    var task: String?

    @Option(help: ArgumentHelp("All such folders below this one.", valueName: "folder"))
    var tasks: String?

    @Option(
        help: ArgumentHelp(
            "Where a picture of history, forecast and bands is written, one per channel.", valueName: "svg"))
    var plot: String?

    @Option(help: "auto, or naive for the same interval a week ago.")
    var model: Model = .auto

    @Option(help: ArgumentHelp("The history's column of contacts.", valueName: "column"))
    var count: String?

    @Option(help: ArgumentHelp("The quantiles, comma-separated.", valueName: "levels"))
    var levels: String = "0.025,0.1,0.5,0.9,0.975"

    func validate() throws {
        let ways = [history, store, task, tasks].filter { $0 != nil }.count
        guard ways == 1 else {
            throw ValidationError("exactly one of --history, --store, --task and --tasks is needed")
        }
        if history ?? store != nil, future == nil { throw ValidationError("--history and --store need --future") }
        if history ?? store == nil, future != nil || holidays != nil || soFar != nil {
            throw ValidationError("--future, --holidays and --so-far go with --history and --store")
        }
        if tasks != nil, plot != nil { throw ValidationError("--plot goes with a single forecast") }
        if model == .naive, soFar != nil { throw ValidationError("--so-far goes with the auto model") }
    }

    func run() async throws {
        let levels = try self.levels.split(separator: ",").map { text in
            guard let level = Double(text.trimmingCharacters(in: .whitespaces)) else {
                throw ValidationError("--levels: \"\(text)\" is not a number")
            }
            return level
        }
        var sheet = ForecastSheet(levels: levels)
        if let file = history ?? store, let future {
            try await add(
                ForecastInput(history: file, holidays: holidays, future: future, soFar: soFar, count: count), to: &sheet
            )
        } else {
            let folders = try task.map { [URL(filePath: $0)] } ?? ForecastInput.folders(below: tasks ?? "")
            sheet.isTask = true
            for folder in folders { try await add(ForecastInput(folder: folder, count: count), to: &sheet) }
        }
        try TextFile.write(sheet.text, to: output)
    }

    private func add(_ input: ForecastInput, to sheet: inout ForecastSheet) async throws {
        let calendar = try input.holidays.map { try HolidayCalendar(TextFile.table($0)) } ?? .none
        let future = try TextFile.table(input.future)
        let times = try future.times()
        let histories =
            store == nil
            ? try input.histories()
            : [("", try await ForecastInput.counted(input.history, queue, zone.zone, minutes, for: times))]
        let hasChannels = histories.contains { !$0.channel.isEmpty }
        if hasChannels, soFar != nil { throw ValidationError("--so-far goes with a history of one channel") }
        sheet.hasChannels = sheet.hasChannels || hasChannels
        let pictures = plot.map { ForecastInput.pictures($0, channels: histories.map(\.channel)) }
        for (place, (channel, history)) in histories.enumerated() {
            let before = nanoseconds(CLOCK_PROCESS_CPUTIME_ID)
            let forecast: Forecast
            do { forecast = try self.forecast(history, times, calendar, sheet.levels, input) } catch let error
                as WorkforceError
            {
                throw input.placed(error, channel: channel, future)
            }
            let seconds = Double(nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - before) / 1e9
            sheet.add(forecast, dataset: input.dataset, origin: input.origin, channel: channel, seconds: seconds)
            guard let pictures else { continue }
            let title = "Contacts per interval" + (channel.isEmpty ? "" : ": \(channel)")
            try TextFile.write(forecast.chart(title, history: history).svg, to: pictures[place])
        }
    }

    private func forecast(
        _ history: History, _ times: [WallTime], _ calendar: HolidayCalendar, _ levels: [Double], _ input: ForecastInput
    ) throws -> Forecast {
        switch model {
        case .naive: return try SeasonalNaive().forecast(history, for: times, calendar: calendar, levels: levels)
        case .auto:
            let model = try ForecastModel(history, for: times, calendar: calendar)
            guard let soFar = input.soFar else { return try model.forecast(levels: levels) }
            let arrived = try History(
                TextFile.table(soFar), columns: .init(count: count), intervalMinutes: history.intervalMinutes)
            return try model.reforecast(arrived: arrived.points, levels: levels)
        }
    }
}
