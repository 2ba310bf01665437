import CCCore
import CCRouting
import Testing

@Suite("Policies as text")
struct PolicyTextTests {
    static let texts = [
        "longestIdle", "mostIdleGroup", "fewestContacts", "leastTalkTime", "roundRobin", "linear", "random",
        "weightedRandom", "bestProficiency", "leastLoaded", "specialistsFirst", "longestWait", "oldestFirst",
        "priority", "priority(aging: 60)", "weightedWait", "weightedWait(sales: 3, support: 0.5)", "serviceLevel",
        "serviceLevel(gain: 4)", "generalizedCMu(power: 2, sales: 3, support: 1)",
        "generalizedCMu(a: 1, power: 1.5)", "fixedQueueRatio(sales: 2, support: 1)",
        "fixedQueueRatio(power: 1, \"power desk\": 2)", "idlenessRatio(gold: 1, silver: 3)", "earliestDue",
        "affineScores", "affineScores(*@*: 0 1 0, *@night: -4 1 0.5, sales@closers: 30 1 0.5)",
    ]

    @Test("every policy comes back from its text, and the text is the same again", arguments: texts)
    func roundTrip(text: String) throws {
        let policy = try Policy(text)
        #expect(policy.text == text)
        #expect(try CenterJSON.value([Policy].self, from: CenterJSON.line([policy])) == [policy])
    }

    @Test("every name is in the list, and every name of the list is tested here")
    func names() throws {
        let tested = Set(Self.texts.map { String($0.prefix { $0 != "(" }) })
        #expect(tested == Set(Policy.names))
    }

    @Test("spaces and the order of parameters do not matter")
    func canonical() throws {
        let policy = try Policy("fixedQueueRatio( support:1,sales : 2 )")
        #expect(policy == Policy(try FixedQueueRatio(["sales": 2, "support": 1])))
        #expect(try Policy("generalizedCMu(sales: 3)").text == "generalizedCMu(power: 2, sales: 3)")
        #expect(try Policy("serviceLevel(gain: 10)") == Policy("serviceLevel"))
    }

    @Test(
        "a text that is no policy says why",
        arguments: [
            ("", "no such policy"), ("longestidle", "no such policy; expected one of longestIdle"),
            ("roundRobin(a: 1)", "has no parameters"), ("fixedQueueRatio", "one share has to be above 0"),
            ("fixedQueueRatio(a: -1, b: 3)", "shares are 0 or more"), ("fixedQueueRatio(a: x)", "x is no number"),
            ("fixedQueueRatio(a: 1 2)", "expected one number"), ("fixedQueueRatio(a: 1", "is not closed"),
            ("fixedQueueRatio(a 1)", "expected name: number after a"),
            ("idlenessRatio(a: 1, a: 2)", "stands there twice"),
            ("priority(aging: 0)", "aging is a time above 0"), ("priority(age: 1)", "has no parameter age, only aging"),
            ("weightedWait(a: 0)", "weights are above 0"), ("serviceLevel(gain: -1)", "gain is 0 or more"),
            ("generalizedCMu(power: 0.5)", "power is 1 to 100"), ("generalizedCMu(a: inf)", "inf is no number"),
            ("affineScores(a: 1 2 3)", "expected queue@group"), ("affineScores(a@b: 1 2)", "expected three numbers"),
            ("affineScores(a@b: 1 -2 3)", "0 or more for wait and idle"), ("linear)", "no such policy"),
        ])
    func errors(text: String, message: String) {
        do {
            let policy = try Policy(text)
            Issue.record("\(policy) came of \(text)")
        } catch {
            #expect(error.text == text || text.isEmpty || !error.text.isEmpty)
            #expect(error.description.contains(message), "\(error)")
        }
    }
}
