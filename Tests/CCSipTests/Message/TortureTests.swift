import Foundation
import NIOCore
import Testing

@testable import CCSip

struct TortureRow: Sendable, CustomTestStringConvertible {
    var file: String
    var isAccepted: Bool
    var status: Int?
    var testDescription: String { file }

    init(_ file: String, _ isAccepted: Bool, _ status: Int?) {
        self.file = file + ".dat"
        self.isAccepted = isAccepted
        self.status = status
    }

    static let all: [TortureRow] = accepted + unserved + rejected + applicationRejected + lenient

    static let accepted: [TortureRow] =
        ["wsinv", "esc01", "escnull", "lwsdisp", "longreq", "dblreq", "semiuri", "transports", "unreason", "noreason"]
        .map {
            TortureRow($0, true, nil)
        }
        + ["badbranch", "unksm2", "regaut01", "bcast", "zeromf", "cparam01", "cparam02", "regescrt", "inv2543"].map {
            TortureRow($0, true, nil)
        }

    /// Well-formed, but asking for what this stack does not have.
    static let unserved: [TortureRow] = [
        TortureRow("intmeth", true, 405), TortureRow("esc02", true, 405), TortureRow("mpart01", true, 405),
        TortureRow("unkscm", true, 416), TortureRow("novelsc", true, 416), TortureRow("bext01", true, 420),
        TortureRow("invut", true, 415), TortureRow("sdp01", true, 406),
    ]

    static let rejected: [TortureRow] = [
        TortureRow("badinv01", false, 400), TortureRow("clerr", false, 400), TortureRow("ncl", false, 400),
        TortureRow("scalar02", false, 400), TortureRow("scalarlg", false, nil), TortureRow("quotbal", false, 400),
        TortureRow("lwsruri", false, 400), TortureRow("badvers", false, 505), TortureRow("mismatch01", false, 400),
        TortureRow("mismatch02", false, 400), TortureRow("bigcode", false, nil),
    ]

    static let applicationRejected: [TortureRow] = [
        TortureRow("insuf", false, 400), TortureRow("multi01", false, 400), TortureRow("mcl01", false, 400),
    ]

    /// RFC 4475 leaves these to the element. The choices: start lines, URIs and name-addrs are read strictly, because
    /// two elements that guess differently route differently; a Date, which decides nothing here, is not looked at;
    /// white space inside angle brackets is harmless and ignored.
    static let lenient: [TortureRow] = [
        TortureRow("ltgtruri", false, 400), TortureRow("lwsstart", false, 400), TortureRow("trws", false, 400),
        TortureRow("escruri", false, 400), TortureRow("baddate", true, nil), TortureRow("regbadct", false, 400),
        TortureRow("badaspec", true, nil), TortureRow("baddn", false, 400),
    ]
}

@Suite("RFC 4475 torture messages")
struct TortureTests {
    @Test("every torture message gets its verdict", arguments: TortureRow.all)
    func verdict(row: TortureRow) throws {
        let verdict = MessageVerdict(parsing: try TestData.message("rfc4475/\(row.file)"))
        #expect(verdict.isAccepted == row.isAccepted, "\(verdict)")
        #expect(verdict.status == row.status, "\(verdict)")
        #expect((verdict.reason == nil) == (row.isAccepted && row.status == nil), "\(verdict)")
    }

    @Test("the table names every file of the archive")
    func complete() throws {
        let index = try String(contentsOf: TestData.folder.appending(path: "rfc4475/INDEX.tsv"), encoding: .utf8)
        let rows = index.split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        let expected = rows.filter { $0[3] != "none" }.map { String($0[0]) }
        #expect(Set(expected) == Set(TortureRow.all.map(\.file)))
        for row in rows {
            guard let ours = TortureRow.all.first(where: { $0.file == row[0] }) else { continue }
            switch row[3] {
            case "accept": #expect(ours.isAccepted, "\(ours.file)")
            case "reject", "app-reject": #expect(!ours.isAccepted, "\(ours.file)")
            default: #expect(row[3] == "reject-or-lenient")
            }
        }
    }
}
