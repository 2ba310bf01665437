import CCCore
import CCWorkforce
import Foundation

/// The files of one forecast.
struct ForecastInput {
    var dataset = ""
    var origin = ""
    var history: String
    var holidays: String?
    var future: String
    var soFar: String?
    var count: String?

    init(history: String, holidays: String?, future: String, soFar: String?, count: String?) {
        self.history = history
        self.holidays = holidays
        self.future = future
        self.soFar = soFar
        self.count = count
    }

    /// A folder with train.csv, future.csv and perhaps holidays.csv; its name is the origin, its parent's the dataset.
    init(folder: URL, count: String?) {
        let folder = folder.standardizedFileURL
        dataset = folder.deletingLastPathComponent().lastPathComponent
        origin = folder.lastPathComponent
        history = folder.appending(path: "train.csv").path
        future = folder.appending(path: "future.csv").path
        let holidays = folder.appending(path: "holidays.csv").path
        if FileManager.default.fileExists(atPath: holidays) { self.holidays = holidays }
        self.count = count
    }

    /// All folders with a train.csv below another, by name.
    static func folders(below root: String) throws -> [URL] {
        guard let files = FileManager.default.enumerator(atPath: root) else {
            throw FileError(file: root, message: "there is no such folder")
        }
        var names: [String] = []
        for case let name as String in files where name.hasSuffix("/train.csv") || name == "train.csv" {
            names.append(String(name.dropLast("train.csv".count)))
        }
        guard !names.isEmpty else { throw FileError(file: root, message: "no folder below it has a train.csv") }
        return names.sorted().map { URL(filePath: root).appending(path: $0) }
    }

    /// By channel, or one without a name.
    func histories() throws -> [(channel: String, history: History)] {
        let table = try TextFile.table(history)
        let columns = History.Columns(count: count)
        guard table.optionalColumn(columns.channel) != nil else { return [("", try History(table, columns: columns))] }
        return try History.channels(table, columns: columns)
    }

    /// A name of a picture's file per channel: with the channel's name when there are several, of which letters, digits, - and _
    /// are kept, and ending in `.svg`.
    static func pictures(_ plot: String, channels: [String]) -> [String] {
        let stem = plot.lowercased().hasSuffix(".svg") ? String(plot.dropLast(4)) : plot
        guard channels.count > 1 else { return [stem + ".svg"] }
        var taken: Set<String> = []
        return channels.map { channel in
            let kept = String(
                channel.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" || $0 == "-" ? $0 : "-" })
            var name = kept
            var number = 2
            // Names differ also where the file system takes capitals for small letters.
            while !taken.insert(name.lowercased()).inserted {
                name = "\(kept)-\(number)"
                number += 1
            }
            return "\(stem)-\(name).svg"
        }
    }

    /// A mistake in what was read, with its file and, where there is one, its line.
    func placed(_ error: WorkforceError, channel: String, _ future: CSVTable) -> any Error {
        if error.place.hasPrefix("history") {
            return FileError(file: history, path: channel.isEmpty ? "" : "channel \(channel)", message: error.message)
        }
        guard error.place.hasPrefix("times") else { return error }
        let row = Int(error.place.filter(\.isNumber))
        return FileError(
            file: self.future, line: row.flatMap { $0 < future.count ? future.line($0) : nil }, path: "timestamp",
            message: error.message)
    }

}

/// The rows that `ccctl forecast` writes.
struct ForecastSheet {
    let levels: [Double]
    /// Rows begin with dataset and origin and end with seconds.
    var isTask = false
    var hasChannels = false
    private var hasHandleTime = false
    private var rows: [(dataset: String, origin: String, channel: String, forecast: Forecast, seconds: Double)] = []

    init(levels: [Double]) { self.levels = levels }

    mutating func add(_ forecast: Forecast, dataset: String, origin: String, channel: String, seconds: Double) {
        rows.append((dataset, origin, channel, forecast, seconds))
        hasHandleTime = hasHandleTime || forecast.points.contains { $0.handleTime != nil }
    }

    var text: String {
        var names = isTask ? ["dataset", "origin"] : []
        if hasChannels { names.append("channel") }
        names += ["timestamp", "mean"] + levels.map { "q\($0)" }
        if hasHandleTime { names.append("handle_time") }
        if isTask { names.append("seconds") }
        var csv = CSVText(names)
        // To a ten-thousandth, which keeps the order of quantiles.
        func number(_ value: Double?) -> String { CSVText.number(value, digits: 4) }
        for (dataset, origin, channel, forecast, seconds) in rows {
            for point in forecast.points {
                var fields = isTask ? [dataset, origin] : []
                if hasChannels { fields.append(channel) }
                fields += [point.time.description, number(point.mean)] + point.quantiles.map(number)
                if hasHandleTime { fields.append(number(point.handleTime)) }
                if isTask { fields.append(number(seconds)) }
                csv.add(fields)
            }
        }
        return csv.text
    }
}
