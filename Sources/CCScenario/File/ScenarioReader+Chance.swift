import CCCore
import CCYaml

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ScenarioReader {
    /// A number, which is always the same, or a mapping with the distribution's name as its only key.
    func distribution(_ place: NodeReader) throws(ScenarioError) -> Distribution {
        guard place.isMapping else { return .deterministic(try place.seconds()) }
        let fields = try place.fields(ScenarioKeys.distributions)
        guard fields.values.count == 1, let (name, value) = fields.values.first else {
            throw place.error("expected one distribution: \(ScenarioKeys.distributions.joined(separator: ", "))")
        }
        switch name {
        case "deterministic": return .deterministic(try value.seconds())
        case "exponential": return .exponential(mean: try value.positiveSeconds())
        case "lognormal": return try logNormal(value)
        case "uniform":
            let bounds = try value.list("a list of the least and the greatest value")
            guard bounds.count == 2 else { throw value.error("expected two values, the least and the greatest") }
            let (low, high) = (try bounds[0].seconds(), try bounds[1].seconds())
            guard low <= high else { throw value.error("the least value is above the greatest") }
            return .uniform(low: low, high: high)
        case "gamma":
            let fields = try value.fields(["shape", "scale"])
            return .gamma(
                shape: try fields.required("shape").positive(), scale: try fields.required("scale").positiveSeconds())
        case "erlang":
            let fields = try value.fields(["phases", "mean"])
            return .erlang(
                phases: try fields.required("phases").integer(1...1000, "a whole number from 1"),
                mean: try fields.required("mean").positiveSeconds())
        case "empirical": return .empirical(try values(value))
        default:
            var phases: [Distribution.Phase] = []
            for phase in try value.list("a list of phases with weight and mean") {
                let fields = try phase.fields(["weight", "mean"])
                phases.append(
                    Distribution.Phase(
                        weight: try fields.required("weight").positive(),
                        mean: try fields.required("mean").positiveSeconds()))
            }
            guard !phases.isEmpty else { throw value.error("expected one phase or more") }
            return .hyperexponential(phases)
        }
    }

    private func logNormal(_ place: NodeReader) throws(ScenarioError) -> Distribution {
        let fields = try place.fields(["mean", "cv", "mu", "sigma"])
        if let mu = fields["mu"], let sigma = fields["sigma"], fields.values.count == 2 {
            return .logNormal(
                mu: try mu.number(-50...50, "a number, the mean of the logarithm"),
                sigma: try sigma.number(0...20, "a number from 0, the standard deviation of the logarithm"))
        }
        guard let mean = fields["mean"], let variation = fields["cv"], fields.values.count == 2 else {
            throw place.error("expected mean and cv (standard deviation ÷ mean), or mu and sigma")
        }
        return .logNormal(
            mean: try mean.positiveSeconds(), variation: try variation.number(0...1000, "a number from 0"))
    }

    /// A list of times, or the name of a CSV file that has them in its first column.
    private func values(_ place: NodeReader) throws(ScenarioError) -> [Double] {
        var values: [Double] = []
        if place.isText {
            for row in try table(place) {
                guard let text = row.fields.first, let value = Double(text), value >= 0 else {
                    throw row.error("expected a number of seconds from 0")
                }
                values.append(value)
            }
        } else {
            for value in try place.list("a list of times, or the name of a CSV file") {
                values.append(try value.seconds())
            }
        }
        guard !values.isEmpty else { throw place.error("expected one value or more") }
        return values
    }

    // MARK: Arrivals

    func arrivals(_ place: NodeReader, start: Date) throws(ScenarioError) -> ArrivalProcess {
        if !place.isMapping, (try? place.text()) == "none" { return .none }
        let fields = try place.fields(ScenarioKeys.arrivals)
        let kinds = fields.values.keys.filter { $0 != "per" }
        guard kinds.count == 1, let kind = kinds.first, let value = fields[kind] else {
            throw place.error("expected one of rate, rates, every, intervals, times, recorded")
        }
        let units: KeyValuePairs<String, Double> = ["second": 1, "minute": 60, "hour": 3600, "day": 86_400]
        let unit: Double = try fields["per"]?.choice(units) ?? 3600
        switch kind {
        case "rate":
            let rate = try value.number(0...1e9, "a rate of 0 or more")
            return rate > 0 ? .poisson(rate: rate / unit) : .none
        case "every": return .regular(interval: try value.positiveSeconds())
        case "rates":
            var intervals: [ArrivalProcess.RateInterval] = []
            for interval in try value.list("a list of intervals with from and rate") {
                let fields = try interval.fields(ScenarioKeys.rateInterval)
                intervals.append(
                    .init(
                        start: try fields.required("from").duration(),
                        rate: try fields.required("rate").number(0...1e9, "a rate of 0 or more") / unit))
            }
            return .piecewise(intervals)
        case "intervals": return .piecewise(try intervals(value, start: start, unit: unit))
        case "times":
            var offsets: [Duration] = []
            if value.isText {
                for row in try table(value) { offsets.append(try row.offset(0, start: start)) }
            } else {
                for time in try value.list("a list of times, or the name of a CSV file") {
                    offsets.append(try time.duration())
                }
            }
            return .recorded(offsets)
        default:
            var arrivals: [RecordedArrival] = []
            for arrival in try value.list("a list of arrivals") {
                let fields = try arrival.fields(ScenarioKeys.recordedArrival)
                arrivals.append(
                    RecordedArrival(
                        offset: try fields.required("at").duration(), patience: try fields["patience"]?.seconds(),
                        waited: try fields["waited"]?.seconds(), talk: try fields["talk"]?.seconds(),
                        wrapUp: try fields["wrapUp"]?.seconds()))
            }
            return .recorded(arrivals)
        }
    }

    /// A CSV file with the start of each interval, and its count or its rate. The last lasts as long as the one before.
    private func intervals(
        _ place: NodeReader, start: Date, unit: Double
    ) throws(ScenarioError) -> [ArrivalProcess.RateInterval] {
        let rows = try table(place)
        guard rows.count > 1 else { throw place.error("expected two intervals or more") }
        let heading = try text(place).split(separator: "\n").first?.lowercased() ?? ""
        let isRate = heading.split(separator: ",").dropFirst().first?.contains("rate") ?? false
        var intervals: [ArrivalProcess.RateInterval] = []
        for row in rows {
            guard row.fields.count >= 2, let value = Double(row.fields[1]), value >= 0, value.isFinite else {
                throw row.error("expected an offset and a \(isRate ? "rate" : "count") of 0 or more")
            }
            intervals.append(.init(start: try row.offset(0, start: start), rate: isRate ? value / unit : value))
        }
        for index in intervals.indices.dropLast() where intervals[index].start >= intervals[index + 1].start {
            throw rows[index + 1].error("starts before the interval above it ends")
        }
        var last = 0.0
        if !isRate {
            for index in intervals.indices {
                if index + 1 < intervals.count {
                    last = (intervals[index + 1].start - intervals[index].start).inSeconds
                }
                intervals[index].rate /= last
            }
        } else {
            last = (intervals[intervals.count - 1].start - intervals[intervals.count - 2].start).inSeconds
        }
        let end = intervals[intervals.count - 1].start + .nanoseconds(Int64(last * 1e9))
        return intervals + [.init(start: end, rate: 0)]
    }

    // MARK: CSV

    struct Row {
        let fields: [String]
        let line: Int
        let file: String

        func error(_ message: String) -> ScenarioError { ScenarioError(file: file, line: line, message: message) }

        /// An offset in seconds or as a text, or a date.
        func offset(_ column: Int, start: Date) throws(ScenarioError) -> Duration {
            let text = fields[column]
            let seconds = Double(text) ?? OffsetText.seconds(text) ?? Date(iso8601: text)?.timeIntervalSince(start)
            guard let seconds, seconds >= 0, seconds < 4e9 else {
                throw error("expected an offset in seconds or as 08:30, or an ISO 8601 date from the start on")
            }
            return .nanoseconds(Int64((seconds * 1e9).rounded()))
        }
    }

    private func text(_ place: NodeReader) throws(ScenarioError) -> String {
        let name = try place.text()
        do { return try reading(name) } catch { throw place.error("\(name) cannot be read: \(error)") }
    }

    /// The rows of a CSV file, without a heading, comments (`#`) and empty lines.
    private func table(_ place: NodeReader) throws(ScenarioError) -> [Row] {
        let name = try place.text()
        var rows: [Row] = []
        for (number, line) in try text(place).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let fields = line.filter { $0 != "\r" }.split(separator: ",", omittingEmptySubsequences: false)
                .map { field in String(field.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
            guard let first = fields.first, !first.isEmpty, !first.hasPrefix("#") else { continue }
            if number == 0, first.first?.isLetter == true { continue }
            rows.append(Row(fields: fields, line: number + 1, file: name))
        }
        return rows
    }
}

extension NodeReader {
    func positive() throws(ScenarioError) -> Double {
        try number(Double.leastNormalMagnitude...1e12, "a number above 0")
    }

    func positiveSeconds() throws(ScenarioError) -> Double {
        let seconds = try seconds()
        guard seconds > 0 else { throw error("expected a time above 0") }
        return seconds
    }
}
