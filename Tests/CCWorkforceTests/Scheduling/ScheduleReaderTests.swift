import CCCore
import Foundation
import Testing

@testable import CCWorkforce

@Suite("Reading scheduling instances")
struct ScheduleReaderTests {
    private static func cover(_ changes: (String, String)...) -> String {
        var text = """
            {"kind":"cover","slots":4,"slots_per_day":4,"demand":[1,0,2,1],"under_cost":[14,40],\
            "patterns":[{"start":0,"length":2,"breaks":[],"paid":2}],"shifts":[{"day":0,"pattern":0,"cost":8}]}
            """
        for (old, new) in changes { text = text.replacing(old, with: new) }
        return text
    }

    private static func roster(_ changes: (String, String)...) -> String {
        var text = """
            {"kind":"roster","slots":4,"slots_per_day":4,"skills":1,"demand":[[1,0,2,1]],"under_cost":[14,40],\
            "rest_slots":2,"max_consecutive_days":6,"patterns":[{"start":0,"length":2,"breaks":[],"paid":2}],\
            "agents":[{"id":3,"skills":[0],"min_slots":0,"max_slots":2,"max_days":1,"days_before":0}],\
            "options":[[3,0,0,8]]}
            """
        for (old, new) in changes { text = text.replacing(old, with: new) }
        return text
    }

    @Test("what is right is read")
    func right() throws {
        let problem = try ScheduleProblem(json: Data(Self.roster().utf8))
        #expect(problem.roster?.agents == [RosterAgent(id: 3, minSlots: 0, maxSlots: 2, maxDays: 1)])
        #expect(problem.demand == [[1, 0, 2, 1]])
        let cover = try ScheduleProblem(json: Data(Self.cover().utf8))
        #expect(cover.shifts == [AnonymousShift(day: 0, pattern: 0, cost: 8)])
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var text: String
        var code: WorkforceError.Code
        var place: String
        var testDescription: String { "\(place): \(code)" }
    }

    static let wrong = [
        Wrong(text: "", code: .mismatch, place: ""),
        Wrong(text: "[]", code: .mismatch, place: ""),
        Wrong(text: "{}", code: .empty, place: "kind"),
        Wrong(text: cover(("\"cover\"", "\"tour\"")), code: .mismatch, place: "kind"),
        Wrong(text: cover(("\"slots\":4", "\"slots\":0")), code: .outOfRange, place: "slots"),
        Wrong(text: cover(("\"slots\":4", "\"slots\":5")), code: .outOfRange, place: "slots"),
        Wrong(text: cover(("\"slots\":4", "\"slots\":4000000000")), code: .outOfRange, place: "slots"),
        Wrong(text: cover(("\"slots\":4", "\"slots\":1e300")), code: .mismatch, place: ""),
        Wrong(text: cover(("[1,0,2,1]", "[1,0,2]")), code: .mismatch, place: "demand[0]"),
        Wrong(text: cover(("[1,0,2,1]", "[]")), code: .mismatch, place: "demand[0]"),
        Wrong(text: cover(("[1,0,2,1]", "[1,0,-2,1]")), code: .outOfRange, place: "demand[0][2]"),
        Wrong(text: cover(("[1,0,2,1]", "[1,0,2000001,1]")), code: .outOfRange, place: "demand[0][2]"),
        Wrong(text: cover(("[1,0,2,1]", "[1,0,\"two\",1]")), code: .mismatch, place: "demand[2]"),
        Wrong(text: cover(("[14,40]", "[]")), code: .empty, place: "under_cost"),
        Wrong(text: cover(("[14,40]", "[14,-1]")), code: .outOfRange, place: "under_cost[1]"),
        Wrong(text: cover(("[14,40]", "[40,14]")), code: .outOfRange, place: "under_cost[1]"),
        Wrong(text: cover(("\"length\":2", "\"length\":0")), code: .outOfRange, place: "patterns[0].length"),
        Wrong(text: cover(("\"length\":2", "\"length\":99")), code: .outOfRange, place: "patterns[0].length"),
        Wrong(text: cover(("\"breaks\":[]", "\"breaks\":[2]")), code: .outOfRange, place: "patterns[0].breaks"),
        Wrong(text: cover(("\"breaks\":[]", "\"breaks\":[0,1]")), code: .outOfRange, place: "patterns[0].breaks"),
        Wrong(text: cover(("\"paid\":2", "\"paid\":-1")), code: .outOfRange, place: "patterns[0].paid"),
        Wrong(text: cover(("\"pattern\":0", "\"pattern\":1")), code: .mismatch, place: "shifts[0].pattern"),
        Wrong(text: cover(("\"day\":0", "\"day\":1")), code: .outOfRange, place: "shifts[0].day"),
        Wrong(text: cover(("\"cost\":8", "\"cost\":9999999")), code: .outOfRange, place: "shifts[0].cost"),
        Wrong(text: cover(("[{\"day\":0,\"pattern\":0,\"cost\":8}]", "[]")), code: .empty, place: "shifts"),
        Wrong(text: roster(("\"agents\"", "\"people\"")), code: .empty, place: "agents"),
        Wrong(text: roster(("[3,0,0,8]", "[3,0,0]")), code: .mismatch, place: "options[0]"),
        Wrong(text: roster(("[3,0,0,8]", "[4,0,0,8]")), code: .mismatch, place: "options[0].agent"),
        Wrong(text: roster(("[3,0,0,8]", "[3,0,9,8]")), code: .mismatch, place: "options[0].pattern"),
        Wrong(text: roster(("[3,0,0,8]", "[3,0,0,8],[3,0,0,9]")), code: .duplicate, place: "options[1]"),
        Wrong(text: roster(("[0],\"min", "[1],\"min")), code: .outOfRange, place: "agents[0].skills"),
        Wrong(text: roster(("[0],\"min", "[],\"min")), code: .outOfRange, place: "agents[0].skills"),
        Wrong(text: roster(("\"min_slots\":0", "\"min_slots\":3")), code: .infeasible, place: "agents[0]"),
        Wrong(text: roster(("\"max_days\":1", "\"max_days\":8")), code: .outOfRange, place: "agents[0].max_days"),
        Wrong(text: roster(("\"max_days\":1,", "")), code: .empty, place: "agents[0].max_days"),
        Wrong(text: roster(("\"skills\":1", "\"skills\":2")), code: .mismatch, place: "demand"),
        Wrong(text: roster(("\"rest_slots\":2", "\"rest_slots\":-2")), code: .outOfRange, place: "rest_slots"),
    ]

    @Test("what is wrong is told with its place", arguments: wrong)
    func mistake(_ wrong: Wrong) {
        let error = #expect(throws: WorkforceError.self) { try ScheduleProblem(json: Data(wrong.text.utf8)) }
        #expect(error?.code == wrong.code)
        #expect(error?.place == wrong.place)
    }

    @Test("no agents")
    func nobody() throws {
        let agent =
            #"{"id":3,"skills":[0],"min_slots":0,"max_slots":2,"max_days":1,"days_before":0}"#
        let error = #expect(throws: WorkforceError.self) {
            try ScheduleProblem(json: Data(Self.roster((agent, ""), ("[3,0,0,8]", "")).utf8))
        }
        #expect(error == WorkforceError(.empty, at: "agents", "expected at least one agent"))
    }

    @Test("solutions are read as they are written, and mistakes are told with their place")
    func solutions() throws {
        let roster = try ScheduleProblem(json: Data(Self.roster().utf8))
        let cover = try ScheduleProblem(json: Data(Self.cover().utf8))
        for (solution, problem) in [
            (ScheduleSolution.roster([.init(agent: 3, day: 0, pattern: 0)]), roster), (.cover([4]), cover),
            (.roster([]), roster),
        ] {
            #expect(try ScheduleSolution(json: Data(solution.json.utf8), for: problem) == solution)
        }
        for (text, problem, place) in [
            ("{}", roster, "assign"), ("{}", cover, "count"), (#"{"count":{"1":2}}"#, cover, "count.1"),
            (#"{"count":{"0":-2}}"#, cover, "count.0"), (#"{"assign":[[1,2]]}"#, roster, "assign[0]"),
        ] {
            let error = #expect(throws: WorkforceError.self) {
                try ScheduleSolution(json: Data(text.utf8), for: problem)
            }
            #expect(error?.place == place)
        }
    }
}
