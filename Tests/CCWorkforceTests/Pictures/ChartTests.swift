import CCWorkforce
import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("A chart")
struct ChartTests {
    @Test("is well-formed XML, whatever the words and numbers")
    func wellFormed() throws {
        var chart = Chart("5 < 6 & \"7\" > \u{1}", x: .time("<x>"), y: Chart.Axis("a&b", range: 3...3))
        let x: [Double] = [0, 30, 60, 90]
        chart.add(.line([1, .nan, .infinity, 4]), x: x, as: "<line>")
        chart.add(.band(lower: [1, 2], upper: [3, 4, 5]), x: x, as: "")
        chart.add(.bars([-1, 1e300, 0, 2]), x: [], as: "no x")
        chart.add(.points([]), x: [], as: "empty")
        chart.addMark(at: 45, "now & then")
        for chart in [chart, Chart(""), Chart("t", x: Chart.Axis(scale: .time, range: -1e18...1e18))] {
            let parser = XMLParser(data: Data(chart.svg.utf8))
            #expect(parser.parse(), "\(parser.parserError.map(String.init(describing:)) ?? "")")
        }
    }

    @Test("leaves a gap where a value is missing")
    func gap() {
        var chart = Chart("")
        chart.add(.line([1, 2, .nan, 2, 1]), x: [0, 1, 2, 3, 4], as: "")
        let path = chart.svg.split(separator: "\n").first { $0.hasPrefix("<path") } ?? ""
        #expect(path.count { $0 == "M" } == 2)
        var band = Chart("")
        band.add(
            .band(lower: [1, 1, .nan, 1, 1], upper: [2, 2, .nan, 2, 2]), x: [0, 1, 2, 3, 4], as: "")
        #expect(band.svg.split(separator: "\n").count { $0.hasPrefix("<path") } == 2)
    }

    @Test("of a million points keeps the highest and stays small")
    func million() {
        var values = (0..<1_000_000).map { Double($0 % 100) }
        values[654_321] = 1_000
        var chart = Chart("", y: Chart.Axis(range: 0...1_000))
        chart.add(.line(values), x: values.indices.map(Double.init), as: "")
        let svg = chart.svg
        #expect(svg.utf8.count < 200_000)
        // The top of the plot is twelve pixels below the picture's.
        #expect(svg.contains(" 12L"))
    }

    @Test("has its marks at round places, in the axis's unit")
    func ticks() {
        var chart = Chart("", x: Chart.Axis(scale: .seconds), y: Chart.Axis(scale: .share, range: 0...1))
        chart.add(.step([1, 0.5]), x: [0, 600], as: "")
        #expect(chart.svg.contains(">60 %<") && chart.svg.contains(">10 min<"))
        var days = Chart("", x: .time())
        // 12 January 2026 is a Monday.
        let monday = 20_465.0 * 1_440
        days.add(.line([1, 2]), x: [monday, monday + 7 * 1_440], as: "")
        #expect(days.svg.contains(">Mon 12 Jan<"))
    }
}
