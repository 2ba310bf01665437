import CCCore
import CCWorkforce
import Testing

@Suite("Demand, lines and bids from tables")
struct ScheduleTableTests {
    private static let monday = CalendarDate("2026-03-02")

    @Test("a table changes the demand of the slots that it names")
    func demand() throws {
        let problem = try LivingScheduleTests.pair()
        let bySlot = try problem.with(demand: CSVTable("slot,agents\n50,7\n52,0\n"))
        #expect(bySlot.demand[0].indices.filter { bySlot.demand[0][$0] != 1 } == [50, 52])
        #expect(bySlot.demand[0][50] == 7)
        // A row an hour: two slots each.
        let hours = try problem.with(
            demand: CSVTable("timestamp,agents\n2026-03-03 08:00,3\n2026-03-03 10:00,5\n2026-03-03 11:00,6\n"),
            from: Self.monday)
        #expect(Array(hours.demand[0][62..<72]) == [1, 1, 3, 3, 1, 1, 5, 5, 6, 6])
        #expect(bySlot.patterns == problem.patterns && bySlot.work == problem.work)
    }

    @Test(
        "a demand that cannot be is refused with line and column",
        arguments: [
            ("slot,agents\n3,1\n336,1\n", 3, "slot"), ("slot,agents\n3,1.5\n", 2, "agents"),
            ("slot,agents\n3,1\n3,2\n", 3, "slot"), ("slot,agents\n-1,1\n", 2, "slot"),
            ("slot,agents\n3,1e300\n", 2, "agents"), ("slot,agents\n3,\n", 2, "agents"),
            ("slot,agents,skill\n3,1,1\n", 2, "skill"), ("timestamp,agents\n2026-03-01 08:00,1\n", 2, "timestamp"),
            ("timestamp,agents\n2026-03-02 08:10,1\n", 2, "timestamp"),
            ("timestamp,agents\n9999-03-02 08:00,1\n", 2, "timestamp"), ("agents\n1\n", 1, "slot"),
        ])
    func wrongDemand(text: String, line: Int, column: String) throws {
        let problem = try LivingScheduleTests.pair()
        let error = #expect(throws: FileError.self) {
            try problem.with(demand: CSVTable(text, file: "d.csv"), from: Self.monday)
        }
        #expect(error?.file == "d.csv" && error?.line == line && error?.path == column, "\(error?.description ?? "")")
    }

    @Test("lines and bids are those of their tables")
    func bids() throws {
        let problem = try LivingScheduleTests.pair()
        let lines = try ShiftBids.lines(
            CSVTable("line,day,pattern\n0,0,0\n1,1,0\n0,2,0\n1,3,0\n"), in: problem)
        #expect(lines == [[0: 0, 2: 0], [1: 0, 3: 0]])
        let offer = ShiftBids(problem, lines: lines)
        let bids = try offer.bids(
            CSVTable("agent,line,seniority,points\n3,1,2,30\n1,0,9,5\n3,0,7,70\n"))
        #expect(bids.map(\.agent) == [3, 1])
        #expect(bids.map(\.seniority) == [2, 9])
        #expect(bids[0].lines.map(\.line) == [1, 0] && bids[0].lines.map(\.points) == [30, 70])
        #expect(try offer.award(bids, by: .seniority).map(\.line) == [0, 1])
    }

    @Test(
        "wrong lines and bids are refused with line and column",
        arguments: [
            ("line,day,pattern\n1,0,0\n", 2, "line"), ("line,day,pattern\n0,7,0\n", 2, "day"),
            ("line,day,pattern\n0,0,1\n", 2, "pattern"), ("line,day,pattern\n0,0,0\n0,0,0\n", 3, "day"),
            ("agent,line\n4,0\n", 2, "agent"), ("agent,line\n1,2\n", 2, "line"), ("agent,line\n1,0\n1,0\n", 3, "line"),
            ("agent,line,points\n1,0,many\n", 2, "points"),
        ])
    func wrongBids(text: String, line: Int, column: String) throws {
        let offer = ShiftBids(try LivingScheduleTests.pair(), lines: [[0: 0], [1: 0]])
        let error = #expect(throws: FileError.self) {
            let table = try CSVTable(text)
            if text.hasPrefix("line") {
                _ = try ShiftBids.lines(table, in: offer.problem)
            } else {
                _ = try offer.bids(table)
            }
        }
        #expect(error?.line == line && error?.path == column, "\(error?.description ?? "")")
    }
}
