import ArgumentParser
import CCCore
import CCSQLite
import CCWorkforce

/// `ccctl patience --csv waits.csv --plot patience.svg`
struct PatienceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patience",
        abstract: "How long customers would wait, from waits that an answer cut short.",
        discussion: """
            The table has a column wait_s (or wait) in seconds and a column abandoned, 1 where the customer gave up and 0 where an \
            agent answered.
            """)

    @Option(help: ArgumentHelp("The waits.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("A centre's store instead of a table.", valueName: "file"))
    var store: String?

    @Option(help: "Of a store only this queue.")
    var queue: String?

    @Option(help: ArgumentHelp("Draw the curve there, as SVG.", valueName: "file"))
    var plot: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Report: Codable {
        var waits, abandoned: Int
        var meanSeconds, meanLowSeconds, meanHighSeconds, medianSeconds: Double?
        var restrictedMeanSeconds: Double
    }

    func run() async throws {
        let estimate = try await estimate()
        if let plot { try TextFile.write(estimate.chart().svg, to: plot) }
        let interval = estimate.meanInterval
        let report = Report(
            waits: estimate.count, abandoned: estimate.abandoned, meanSeconds: estimate.mean,
            meanLowSeconds: interval?.lowerBound, meanHighSeconds: interval?.upperBound,
            medianSeconds: estimate.median, restrictedMeanSeconds: estimate.restrictedMean)
        if json { return print(try CenterJSON.line(report)) }
        func text(_ value: Double?) -> String { FiguresTable.number(value, 1) }
        for line in FiguresTable.aligned([
            ["waits", "\(report.waits)"], ["abandoned", "\(report.abandoned)"],
            ["mean patience, s", text(report.meanSeconds)], ["  from", text(report.meanLowSeconds)],
            ["  to", text(report.meanHighSeconds)], ["median, s", text(report.medianSeconds)],
            ["mean as far as seen, s", text(report.restrictedMeanSeconds)],
        ]) { print(line) }
    }

    private func estimate() async throws -> PatienceEstimate {
        guard let csv else {
            return try PatienceEstimate(try await StoredRecords.read(store), queue: queue.map { QueueID($0) })
        }
        let table = try TextFile.table(csv)
        let (wait, gone) = (try table.column("wait_s", "wait"), try table.column("abandoned"))
        return try PatienceEstimate(
            (0..<table.count).map { row in
                guard let seconds = try table.number(row, wait), seconds >= 0 else {
                    throw table.error(row, wait, "expected seconds, 0 or more")
                }
                guard let flag = try table.number(row, gone), flag == 0 || flag == 1 else {
                    throw table.error(row, gone, "expected 0 or 1")
                }
                return ObservedWait(seconds, abandoned: flag == 1)
            })
    }
}

/// `ccctl handletime --csv contacts.csv --plot handletime.svg`
struct HandleTimeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handletime", abstract: "What handle times are like: a mixture of log-normal distributions.",
        discussion: "The table has a column handle_s (or aht_s, or seconds) in seconds, each above 0.")

    @Option(help: ArgumentHelp("The handle times.", valueName: "file"))
    var csv: String?

    @Option(help: ArgumentHelp("A centre's store instead of a table.", valueName: "file"))
    var store: String?

    @Option(help: "Of a store only this queue.")
    var queue: String?

    @Option(help: "At most so many kinds of contacts, 1 to 4.")
    var components = 4

    @Option(help: ArgumentHelp("Draw the times and the fit there, as SVG.", valueName: "file"))
    var plot: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    private struct Report: Codable {
        struct Component: Codable {
            var weight, mu, sigma, meanSeconds: Double
        }
        var contacts: Int
        var meanSeconds, squaredVariation, observedMeanSeconds, observedSquaredVariation, criterion: Double
        var components: [Component]
    }

    func run() async throws {
        let fit = try await fit()
        if let plot { try TextFile.write(fit.chart().svg, to: plot) }
        let report = Report(
            contacts: fit.count, meanSeconds: fit.mean, squaredVariation: fit.variation,
            observedMeanSeconds: fit.observedMean, observedSquaredVariation: fit.observedVariation,
            criterion: fit.criterion,
            components: fit.components.map {
                .init(weight: $0.weight, mu: $0.mu, sigma: $0.sigma, meanSeconds: $0.mean)
            })
        if json { return print(try CenterJSON.line(report)) }
        func text(_ value: Double, _ digits: Int) -> String { FiguresTable.number(value, digits) }
        print("\(fit.count) contacts, mean \(text(fit.observedMean, 1)) s, of the fit \(text(fit.mean, 1)) s")
        let rows = fit.components.map {
            [text($0.weight * 100, 1), text($0.median, 1), text($0.mean, 1), text($0.sigma, 3)]
        }
        for line in FiguresTable.aligned([["share, %", "median, s", "mean, s", "sigma"]] + rows) { print(line) }
    }

    private func fit() async throws -> HandleTimeFit {
        guard let csv else {
            return try HandleTimeFit(
                try await StoredRecords.read(store), queue: queue.map { QueueID($0) }, componentsMax: components)
        }
        let table = try TextFile.table(csv)
        let column = try table.column("handle_s", "handle_time", "aht_s", "seconds")
        return try HandleTimeFit(
            (0..<table.count).map { row in
                guard let seconds = try table.number(row, column), seconds > 0 else {
                    throw table.error(row, column, "expected seconds, above 0")
                }
                return seconds
            }, componentsMax: components)
    }
}

/// The contacts of a centre's store.
private enum StoredRecords {
    static func read(_ path: String?) async throws -> [ContactRecord] {
        guard let path else { throw ValidationError("--csv or --store is missing") }
        return try await SQLiteStore(path: path, access: .readOnly).records(ContactFilter())
    }
}
