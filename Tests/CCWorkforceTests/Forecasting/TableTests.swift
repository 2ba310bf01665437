import CCCore
import CCWorkforce
import Testing

@Suite("Tables of text")
struct TableTests {
    @Test("quotes, commas and line ends within fields, CRLF, a byte-order mark and empty lines are read")
    func reads() throws {
        let table = try CSVTable("\u{FEFF}name, calls\r\n\"a, \"\"b\"\"\nc\",1\r\n\n  x y  , 2.5\n")
        #expect(table.header == ["name", "calls"])
        #expect(table.count == 2)
        #expect(table[0, 0] == "a, \"b\"\nc")
        #expect(table[1, 0] == "x y")
        #expect(try table.number(0, 1) == 1)
        #expect(try table.number(1, 1) == 2.5)
        #expect(table.line(0) == 2)
        #expect(table.line(1) == 5)
    }

    @Test(
        "a mistake is told with its line",
        arguments: [
            ("", 1, "no header"),
            ("\n \n", 1, "no header"),
            ("a,a\n1,2\n", 1, "two columns"),
            ("a,\n1,2\n", 1, "no name"),
            ("a,b\n1,2\n3\n", 3, "1 fields where the header has 2"),
            ("a,b\n1,2,3\n", 2, "3 fields"),
            ("a,b\n1,2\n3,\"4\n5,6\n", 3, "not closed"),
            ("a,b\n1,2\"3\n", 2, "middle of a field"),
            ("a,b\n\"x\ny\"z,2\n", 3, "after a closing quote"),
        ])
    func mistakes(text: String, line: Int, message: String) throws {
        let error = #expect(throws: FileError.self) { try CSVTable(text, file: "h.csv") }
        #expect(error?.file == "h.csv")
        #expect(error?.line == line)
        #expect(error?.message.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test(
        "a history's mistake is told with line and column",
        arguments: [
            ("timestamp,calls\n", 1, "", "no rows"),
            ("time,calls\n2026-01-05 08:00:00,1\n", 1, "timestamp", "no such column"),
            ("timestamp,callers\n2026-01-05 08:00:00,1\n", 1, "calls", "no such column"),
            ("timestamp,calls\n2026-01-05 08:00:00,1\n", 2, "", "one interval"),
            ("timestamp,calls\n2026-01-05 08:00:00,1\n2026-01-05 08:30:00,x\n", 3, "calls", "\"x\" is not a number"),
            ("timestamp,calls\n2026-01-05 08:00:00,nan\n", 2, "calls", "not a number"),
            ("timestamp,calls\n2026-01-05 08:00:00,inf\n", 2, "calls", "not a number"),
            ("timestamp,calls\n2026-01-05 08:00:00,0x10\n", 2, "calls", "not a number"),
            ("timestamp,calls\n2026-01-05 08:00:00,1e999\n", 2, "calls", "not a number"),
            ("timestamp,calls\n2026-01-05 08:00:00,-3\n", 2, "calls", "not within"),
            ("timestamp,calls\n2026-02-30 08:00:00,3\n", 2, "timestamp", "not a time"),
            ("timestamp,calls\n2026-01-05 24:00:00,3\n", 2, "timestamp", "not a time"),
            ("timestamp,calls\n2026-01-05 08:00:30,3\n", 2, "timestamp", "not a time"),
            ("timestamp,calls\n,3\n", 2, "timestamp", "not a time"),
            (
                "timestamp,calls\n2026-01-05 08:30:00,1\n2026-01-05 08:00:00,1\n", 3, "timestamp",
                "comes after 2026-01-05 08:30:00"
            ),
            (
                "timestamp,calls\n2026-01-05 08:30:00,1\n2026-01-05 08:30:00,1\n", 3, "timestamp", "twice"
            ),
            (
                "timestamp,calls\n2026-01-05 08:00:00,1\n2026-01-05 08:30:00,1\n2026-01-05 09:07:00,1\n", 4,
                "timestamp",
                "does not fit intervals of 30 minutes"
            ),
            ("timestamp,calls,handle_time\n2026-01-05 08:30:00,1,-5\n", 2, "handle_time", "not within"),
        ])
    func histories(text: String, line: Int, column: String, message: String) throws {
        let error = #expect(throws: FileError.self) { try History(CSVTable(text, file: "h.csv")) }
        #expect(error?.line == line)
        #expect(error?.path == column)
        #expect(error?.message.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("gaps are allowed, an empty count is not known, and the interval's length is found out")
    func gaps() throws {
        let history = try History(
            CSVTable("timestamp,calls\n2026-01-05T08:00,1\n2026-01-05T08:30,\n2026-01-07T10:00,7\n"))
        #expect(history.points.map(\.count) == [1, nil, 7])
        #expect(history.intervalMinutes == 30)
    }

    @Test("channels are told apart, each with times of its own")
    func channels() throws {
        let table = try CSVTable(
            """
            timestamp,channel,calls,handle_time
            2026-01-05 08:00:00,voice,4,200
            2026-01-05 08:00:00,chat,2,
            2026-01-05 08:30:00,voice,5,0
            2026-01-05 08:30:00,chat,0,
            """)
        let channels = try History.channels(table)
        #expect(channels.map(\.channel) == ["voice", "chat"])
        #expect(channels[0].history.points.map(\.count) == [4, 5])
        #expect(channels[0].history.points.map(\.handleTime) == [200, nil])
        #expect(channels[1].history.points.map(\.count) == [2, 0])
    }

    @Test("a quiet channel has the interval of the table, also with one row")
    func quietChannels() throws {
        let table = try CSVTable(
            """
            timestamp,channel,calls
            2026-01-05 08:00:00,voice,4
            2026-01-05 08:00:00,mail,1
            2026-01-05 08:00:00,chat,1
            2026-01-05 08:30:00,voice,5
            2026-01-05 09:00:00,mail,2
            """)
        #expect(try History.channels(table).map(\.history.intervalMinutes) == [30, 30, 30])
        let one = try CSVTable("timestamp,channel,calls\n2026-01-05 08:00:00,voice,4\n")
        #expect(throws: FileError.self) { try History.channels(one) }
    }

    @Test("one row is a history when the interval's length is given")
    func oneRow() throws {
        let table = try CSVTable("timestamp,calls\n2026-01-05 08:00:00,4\n")
        let history = try History(table, intervalMinutes: 30)
        #expect(history.intervalMinutes == 30)
        #expect(history.points.map(\.count) == [4])
        #expect(throws: FileError.self) { try History(table, intervalMinutes: 7) }
    }

    private static func autumn(_ rows: String...) throws -> History {
        try History(
            CSVTable(
                "timestamp,calls,handle_time\n"
                    + rows.map { "2026-10-\($0.contains(",") ? $0 : $0 + ",4,")\n" }.joined(), file: "h.csv"))
    }

    @Test("the hour that is there twice when clocks are put back has the mean of both, in either order of rows")
    func autumnHour() throws {
        for rows in [
            ["25 02:00,4,100", "25 02:30,6,", "25 02:00,2,400", "25 02:30,", "25 03:00,8,"],
            ["25 02:00,4,100", "25 02:00,2,400", "25 02:30,6,", "25 02:30,", "25 03:00,8,"],
        ].map({ $0.map { $0 == "25 02:30," ? "25 02:30,," : $0 } }) {
            let history = try Self.autumn(rows[0], rows[1], rows[2], rows[3], rows[4])
            #expect(history.points.map(\.time.minute) == [120, 150, 180])
            #expect(history.points.map(\.count) == [3, 6, 8])
            #expect(history.points[0].handleTime == 200)
        }
        // The next row's mistake still has its own line.
        let error = #expect(throws: FileError.self) {
            try Self.autumn("25 02:00", "25 02:30", "25 02:00", "25 02:30", "25 03:00", "25 03:07")
        }
        #expect(error?.line == 7)
    }

    @Test("other times that come again or late are refused")
    func noAutumnHour() {
        // A Monday; a Sunday's noon; more than an hour; a third time; what was not there before; two hours of one night.
        for (line, rows) in [
            (3, ["26 02:00", "26 02:00"]), (3, ["25 12:00", "25 12:00"]),
            (5, ["25 01:00", "25 01:30", "25 02:00", "25 01:00"]),
            (4, ["25 02:00", "25 02:00", "25 02:00"]), (4, ["25 02:00", "25 02:45", "25 02:15"]),
            (6, ["25 01:00", "25 01:00", "25 02:00", "25 02:30", "25 02:00"]),
        ] {
            let error = #expect(throws: FileError.self) {
                try History(
                    CSVTable("timestamp,calls\n" + rows.map { "2026-10-\($0),4\n" }.joined(), file: "h.csv"))
            }
            #expect(error?.line == line, "\(rows)")
        }
    }

    @Test("holidays are read, and an unknown kind is told with its place")
    func holidays() throws {
        let calendar = try HolidayCalendar(
            CSVTable("date,kind,name,factor\n2026-12-25,holiday,Christmas,\n2026-12-01,event,sale,1.4\n"))
        #expect(calendar.days.map(\.name) == ["sale", "Christmas"])
        #expect(calendar[CalendarDate("2026-12-01")!].map(\.factor) == [1.4])
        let error = #expect(throws: FileError.self) {
            try HolidayCalendar(CSVTable("date,kind\n2026-12-25,feast\n", file: "days.csv"))
        }
        #expect(error?.description.hasPrefix("days.csv:2: kind: \"feast\"") == true)
    }

    @Test("times of the future ascend")
    func times() throws {
        #expect(try CSVTable("timestamp\n2026-12-25 08:00:00\n").times().map(\.minute) == [480])
        #expect(throws: FileError.self) { try CSVTable("timestamp\n").times() }
        #expect(throws: FileError.self) {
            try CSVTable("timestamp\n2026-12-25 08:00:00\n2026-12-25 08:00:00\n").times()
        }
    }
}
