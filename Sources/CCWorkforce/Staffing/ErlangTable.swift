import CCCore

/// Erlang's figures for every row of a table, as a table to be written.
///
/// Columns that are read: `lam_per_h` (contacts per hour), `aht_s`, `n` (agents), `T_s` (threshold; missing or empty: 20) and
/// `patience_s` (missing or empty: nobody gives up). To them are added `a_erlang`, Erlang B (`B_block`), Erlang C (`C_…`, empty
/// where the queue would grow without end), Erlang A (`A_…`, empty where nobody gives up) and the fewest agents for 80 % within
/// 20 s without and with giving up (`n80_20`, `n80_20_A`).
public struct ErlangTable: Sendable {
    public let csv: CSVText

    /// - Throws: `FileError` with line and column.
    public init(_ table: CSVTable) throws {
        let rate = try table.column("lam_per_h")
        let handleTime = try table.column("aht_s")
        let agents = try table.column("n")
        let (threshold, patience) = (table.optionalColumn("T_s"), table.optionalColumn("patience_s"))
        var csv = CSVText(Self.inputs + Self.outputs)
        for row in 0..<table.count {
            func input(_ column: Int) throws -> Double {
                guard let value = try table.number(row, column) else {
                    throw table.error(row, column, "expected a number")
                }
                return value
            }
            let count = try input(agents)
            guard count >= 0, count <= Double(WaitingFigures.agentsMax), count == count.rounded() else {
                throw table.error(row, agents, "expected a whole number of agents, 0 or more")
            }
            let patienceMean = try patience.flatMap { try table.number(row, $0) }
            let time = try threshold.flatMap { try table.number(row, $0) } ?? 20
            do {
                let work = try Workload(
                    contactsPerHour: input(rate), handleTime: input(handleTime), patience: patienceMean ?? .infinity)
                let values = try Self.values(work, agents: Int(count), threshold: time)
                let given =
                    [try input(rate), work.handleTime, count, time].map(CSVText.number) + [CSVText.number(patienceMean)]
                csv.add(given + values)
            } catch let error as WorkforceError {
                let columns = [
                    "handleTime": handleTime, "patience": patience ?? rate, "threshold": threshold ?? rate,
                ]
                throw table.error(row, columns[error.place] ?? rate, "\(error)")
            }
        }
        self.csv = csv
    }

    private static let inputs = ["lam_per_h", "aht_s", "n", "T_s", "patience_s"]
    private static let outputs = [
        "a_erlang", "B_block", "C_pwait", "C_sl", "C_asa", "C_occ", "A_pwait", "A_pab", "A_sl_offered", "A_ab_within_T",
        "A_sl_excl", "A_sl_virtual", "A_asa_all", "A_asa_served", "A_occ", "A_lq", "n80_20", "n80_20_A",
    ]

    private static func values(_ work: Workload, agents: Int, threshold: Double) throws -> [String] {
        let patient = Workload(unchecked: work.load, work.handleTime, .infinity)
        let targets = StaffingTargets.service(0.8, within: 20)
        let c = try WaitingFigures(patient, agents: agents, threshold: threshold)
        var values = [work.load, try ErlangB.blocking(load: work.load, servers: agents)].map(CSVText.number)
        values +=
            c.isStable
            ? [c.waitingProbability, c.serviceLevel(), c.averageSpeedOfAnswer, c.occupancy].map(CSVText.number)
            : ["", "", "", ""]
        guard work.patience.isFinite else {
            return values + [String](repeating: "", count: 10) + ["\(try patient.agents(for: targets))", ""]
        }
        let a = try WaitingFigures(work, agents: agents, threshold: threshold)
        values += [
            a.waitingProbability, a.abandonRate, a.serviceLevel(), a.abandonedInTime,
            a.serviceLevel(.excludingAbandonedInTime), a.virtualServiceLevel, a.averageWait, a.averageSpeedOfAnswer,
            a.occupancy, a.queueLength,
        ].map(CSVText.number)
        return values + ["\(try patient.agents(for: targets))", "\(try work.agents(for: targets))"]
    }
}
