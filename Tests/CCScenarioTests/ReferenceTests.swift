import Foundation
import Testing

/// The formulas of these tests against a table that was computed with fifty digits, where it is at hand.
@Suite("Reference values")
struct ReferenceTests {
    static let table = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "shared/data/wfm/erlang_reference.csv")

    static var isThere: Bool { FileManager.default.fileExists(atPath: table.path) }

    @Test("Erlang B, C and A agree with the table", .enabled(if: isThere, "the table of reference values is not here"))
    func agree() throws {
        let lines = try String(contentsOf: Self.table, encoding: .utf8).split(whereSeparator: \.isNewline)
        let names = lines[0].split(separator: ",").map(String.init)
        var rows = 0
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            let row = Dictionary(uniqueKeysWithValues: zip(names, fields.map { Double($0) }))
            func value(_ name: String) -> Double? { row[name] ?? nil }
            guard let rate = value("lam_per_h"), let talk = value("aht_s"), let agents = value("n"), agents <= 200,
                let threshold = value("T_s"), let patience = value("patience_s")
            else { continue }
            rows += 1
            func expect(_ ours: Double, _ name: String) {
                guard let theirs = value(name) else { return }
                #expect(abs(ours - theirs) <= 1e-9 * max(1, abs(theirs)), "\(name) in \(line.prefix(40))")
            }
            let load = rate * talk / 3600
            expect(Exact.erlangB(agents: Int(agents), load: load), "B_block")
            if load < agents {
                let exact = Exact.erlangC(agents: Int(agents), rate: rate / 3600, talk: talk, threshold: threshold)
                expect(exact.waitingProbability, "C_pwait")
                expect(exact.meanWait, "C_asa")
                expect(exact.inTimeOfOffered, "C_sl")
            }
            let exact = Exact.erlangA(
                agents: Int(agents), rate: rate / 3600, talk: talk, patience: patience, threshold: threshold)
            expect(exact.waitingProbability, "A_pwait")
            expect(exact.abandonRate, "A_pab")
            expect(exact.meanWait, "A_asa_all")
            expect(exact.inTimeOfOffered, "A_sl_offered")
            expect(exact.abandonedInTime, "A_ab_within_T")
        }
        #expect(rows > 30)
    }
}
