/// Demand and cover over the horizon, as a picture.
public struct SchedulePicture: Sendable {
    /// Slots are shown as minutes from a Monday.
    public let chart: Chart

    public init(_ problem: ScheduleProblem, _ report: ScheduleReport) {
        // 5 January 1970 was a Monday.
        let minutes = 1_440.0 / Double(problem.slotsPerDay)
        let x = (0..<problem.slots).map { 4 * 1_440 + Double($0) * minutes }
        let demand = (0..<problem.slots).map { slot in problem.demand.reduce(0) { $0 + $1[slot] } }
        let missing = (0..<problem.slots).map { slot in report.missingBySlot.reduce(0) { $0 + $1[slot] } }
        var chart = Chart(
            problem.name.isEmpty ? "Agents needed and on shift" : "Agents needed and on shift: \(problem.name)",
            x: .time(), y: Chart.Axis("agents"), width: min(160 * problem.days + 200, 10_000))
        chart.add(.bars(demand.map(Double.init)), x: x, as: "needed", ink: .grey, opacity: 0.45)
        chart.add(.step(report.onShift.map(Double.init)), x: x, as: "on shift", ink: .blue)
        if missing.contains(where: { $0 > 0 }) {
            chart.add(.bars(missing.map(Double.init)), x: x, as: "missing", ink: .orange)
        }
        self.chart = chart
    }
}
