import Foundation
import Testing

@Suite("ccctl accuracy sums up how good forecasts and staffing were")
struct AccuracyCommandTests {
    private static func folder() throws -> CommandFolder {
        try CommandFolder([
            "forecast.csv": """
            timestamp,mean,q0.1,q0.9
            2026-03-02 08:00,10,6,14
            2026-03-02 08:30,20,15,25
            2026-03-03 08:00,10,6,14
            2026-03-03 08:30,20,15,25

            """,
            "calls.csv": """
            timestamp,calls
            2026-03-01 08:00,99
            2026-03-02 08:00,12
            2026-03-02 08:30,28
            2026-03-03 08:00,10

            """,
            "staffing.csv": """
            timestamp,planned,scheduled,present,needed
            2026-03-02 08:00,10,10,8,9
            2026-03-02 08:30,12,11,11,10
            2026-03-03 08:00,10,12,12,9

            """,
        ])
    }

    private struct Report: Decodable {
        struct Figures: Decodable {
            struct Band: Decodable { var nominal, covered: Double }
            var intervals: Int
            var wape, bias, accuracy, byAdherence, overHours, underHours: Double?
            var bands: [Band]?
        }
        struct Group: Decodable {
            var group: String
            var figures: Figures
        }
        var all: Figures
        var groups: [Group]
    }

    @Test("forecasts: errors by contacts, bias and bands, of the intervals that are known")
    func forecasts() async throws {
        let folder = try Self.folder()
        let report = try await folder.json(
            Report.self, "accuracy", "--forecast", "@forecast.csv", "--actual", "@calls.csv")
        #expect(report.all.intervals == 3)
        // 2 and 8 too few of 50.
        #expect(report.all.wape == 10.0 / 50 && report.all.bias == -10.0 / 50)
        #expect(report.all.bands?.map(\.covered) == [2.0 / 3])
        #expect(report.groups.map(\.group) == ["2026-03-02", "2026-03-03"])
        #expect(report.groups.map(\.figures.wape) == [10.0 / 40, 0])
        let times = try await folder.json(
            Report.self, "accuracy", "--forecast", "@forecast.csv", "--actual", "@calls.csv", "--by", "time")
        #expect(times.groups.map(\.group) == ["08:00", "08:30"])
        let (_, text) = try await folder.ccctl(
            "accuracy", "--forecast", "@forecast.csv", "--actual", "@calls.csv", "--by", "weekday")
        #expect(text.contains("in 80 % band, %") && text.contains("mon ") && text.contains("all "), "\(text)")
    }

    @Test("staffing: hours over and under, and which step was to blame")
    func staffing() async throws {
        let report = try await Self.folder().json(Report.self, "accuracy", "--staffing", "@staffing.csv")
        #expect(report.all.overHours == 2 && report.all.underHours == 0.5)
        #expect(report.all.byAdherence == -1)
        #expect(report.groups.map(\.figures.accuracy) == [1 - 1 / 9.5, 1 - 1.5 / 4.5])
    }

    @Test("mistakes are told with file, line and column")
    func mistakes() async throws {
        let folder = try Self.folder()
        let compare = ["accuracy", "--forecast", "@forecast.csv", "--actual", "@calls.csv"]
        func refused(_ arguments: [String], _ message: String) async throws {
            let (code, output) = try await folder.ccctl(arguments)
            #expect(code != 0)
            #expect(output.contains(message), "\(output)")
        }
        try await refused(["accuracy"], "expected --forecast with --actual, or --staffing")
        try await refused(["accuracy", "--forecast", "@forecast.csv"], "expected --forecast with --actual")
        try await refused(compare + ["--channel", "mail"], "forecast.csv:1: channel: there is no such column for mail")
        for (file, old, new, message) in [
            ("forecast.csv", "q0.1", "q10", "forecast.csv:1: q10: expected a level"),
            ("forecast.csv", "q0.1", "q0.95", "forecast.csv:1: the quantiles' levels do not ascend"),
            ("forecast.csv", "03-02 08:30", "03-02 08:00", "forecast.csv:3: timestamp: "),
            ("forecast.csv", "20,15", "-20,15", "forecast.csv:3: mean: expected a number from 0"),
            ("calls.csv", "2026-03-02 08:00,12", "2026-03-02 08:00,many", "calls.csv:3: calls: \"many\""),
            ("staffing.csv", "10,8,9", "10,8,", "staffing.csv:2: needed: expected agents"),
        ] {
            let folder = try Self.folder()
            try folder.write(try folder.read(file).replacing(old, with: new, maxReplacements: 1), to: file)
            let arguments = file == "staffing.csv" ? ["accuracy", "--staffing", "@staffing.csv"] : compare
            let (code, output) = try await folder.ccctl(arguments)
            #expect(code != 0)
            #expect(output.contains(message), "\(output)")
        }
        try folder.write("timestamp,calls\n2020-01-01 08:00,1\n2020-01-01 08:30,1\n", to: "calls.csv")
        try await refused(compare, "calls.csv: none of its intervals was forecast")
    }
}
