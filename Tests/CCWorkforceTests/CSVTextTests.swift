import CCCore
import CCWorkforce
import Testing

@Suite("Tables that are written")
struct CSVTextTests {
    @Test("are read as they were, whatever stands in their fields", arguments: 1...20 as ClosedRange<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        func field() -> String {
            String((0..<Int(random.next() % 6)).map { _ in Array("a b,\"\n\r'é")[Int(random.next() % 9)] })
        }
        let header = ["name", "first, \"second\"", " spaced "]
        let rows = (0..<20).map { _ in [field() + "x", field(), field()] }
        var csv = CSVText(header)
        for row in rows { csv.add(row) }
        let table = try CSVTable(csv.text)
        #expect(table.header == header)
        #expect((0..<table.count).map { row in (0..<3).map { table[row, $0] } } == rows)
    }

    @Test("have numbers that are those that they were, and nothing where there is none")
    func numbers() throws {
        for value in [0, -3, 1.5, 1e-9, 123_456_789.125, 1e20, .leastNonzeroMagnitude, -1e300] {
            #expect(Double(CSVText.number(value)) == value)
        }
        #expect(CSVText.number(1200) == "1200")
        #expect(CSVText.number(nil).isEmpty && CSVText.number(.nan).isEmpty && CSVText.number(-.infinity).isEmpty)
        #expect(CSVText.number(2.0 / 3, digits: 4) == "0.6667")
        #expect(CSVText.number(1.99999, digits: 2) == "2")
        #expect(CSVText.number(1e300, digits: 9) == "1e+300")
        #expect(CSVText.number(.infinity, digits: 2).isEmpty)
        #expect(CSVText.number(0.123456789012, digits: .max) == "0.123456789")
    }
}
