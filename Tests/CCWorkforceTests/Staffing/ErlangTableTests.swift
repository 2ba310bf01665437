import CCCore
import CCWorkforce
import Testing

@Suite("A table of Erlang's figures")
struct ErlangTableTests {
    @Test("has the columns of the exact table and its figures")
    func excerpt() throws {
        let table = try ErlangTable(CSVTable(ErlangReference.excerpt))
        let (made, exact) = (
            ErlangReference(table.csv.lines.joined(separator: "\n")), ErlangReference(ErlangReference.excerpt)
        )
        #expect(made.rows.count == exact.rows.count)
        for (row, expected) in zip(made.rows, exact.rows) {
            #expect(row.keys.sorted() == expected.keys.sorted())
            for (name, text) in expected where !(text.isEmpty && name.hasPrefix("n80")) {
                guard let value = Double(text) else {
                    #expect(row[name] == text)
                    continue
                }
                #expect(abs((Double(row[name] ?? "") ?? .nan) - value) <= 1e-12 * abs(value), "\(name)")
            }
        }
    }

    @Test("leaves out what there is not, and takes 20 s where no threshold stands")
    func short() throws {
        let table = try ErlangTable(CSVTable("aht_s,lam_per_h,n\n300,1200,90\n300,1200,110\n"))
        let rows = ErlangReference(table.csv.lines.joined(separator: "\n")).rows
        #expect(rows[0]["C_sl"]?.isEmpty == true && rows[0]["A_pab"]?.isEmpty == true)
        let exact = try WaitingFigures(Workload(load: 100, handleTime: 300), agents: 110, threshold: 20)
        #expect(rows[1]["C_sl"] == "\(exact.serviceLevel())")
        #expect(rows[1]["n80_20"] == "108")
    }

    @Test(
        "names line and column of a mistake",
        arguments: [
            ("lam_per_h,aht_s,n\n1,2,3\n1,x,3\n", 3, "aht_s"), ("lam_per_h,aht_s,n\n1,2,3.5\n", 2, "n"),
            ("lam_per_h,aht_s,n\n-1,2,3\n", 2, "lam_per_h"), ("lam_per_h,aht_s,n\n1,0,3\n", 2, "aht_s"),
            ("lam_per_h,aht_s,n\n1,,3\n", 2, "aht_s"), ("lam_per_h,aht_s\n1,2\n", 1, "n"),
            ("lam_per_h,aht_s,n,patience_s\n1,2,3,-4\n", 2, "patience_s"), ("lam_per_h,aht_s,n\n1,2,-3\n", 2, "n"),
            ("lam_per_h,aht_s,n\n1,2,1e300\n", 2, "n"),
        ])
    func mistakes(text: String, line: Int, column: String) {
        let error = #expect(throws: FileError.self) { try ErlangTable(CSVTable(text)) }
        #expect(error?.line == line)
        #expect(error?.path.contains(column) == true)
    }
}
