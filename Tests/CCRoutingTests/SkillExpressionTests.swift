import CCCore
import CCRouting
import Testing

@Suite("Skill expressions")
struct SkillExpressionTests {
    @Test(
        "text and Swift say the same",
        arguments: [
            ("*", .anyone), ("es", .skill("es")), ("es>=3", .skill("es", atLeast: 3)), ("es<=3", .skill("es", 1...3)),
            ("es=3", .skill("es", 3...3)), ("es 2..4", .skill("es", 2...4)),
            ("es>=3 & !trainee", .skill("es", atLeast: 3) && !.skill("trainee")),
            ("(en | fr) & billing 2..4", (.skill("en") || .skill("fr")) && .skill("billing", 2...4)),
            ("a & b | c", .skill("a") && .skill("b") || .skill("c")), ("!(a | b)", !(.skill("a") || .skill("b"))),
            ("\"two words\"", .skill("two words")), ("a & b & c", .skill("a") && .skill("b") && .skill("c")),
        ] as [(String, SkillExpression)])
    func text(text: String, expression: SkillExpression) throws {
        #expect(try SkillExpression(text) == expression)
        #expect(expression.description == text)
    }

    @Test(
        "a text that is none says where it goes wrong",
        arguments: [
            ("", 1), ("&", 1), ("a &", 4), ("a b", 3), ("(a", 3), ("a)", 2), ("a>=11", 4), ("a>=", 4), ("a 4..2", 7),
            ("a 2", 4), ("!", 2), ("\"open", 6), ("a ? b", 3),
        ] as [(String, Int)])
    func mistakes(text: String, column: Int) {
        #expect { try SkillExpression(text) } throws: { ($0 as? SkillExpressionError)?.column == column }
    }

    @Test("whatever is written can be read again", arguments: 0..<500 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var chance = SplitMix64(state: seed)
        func make(_ depth: Int) -> SkillExpression {
            let names: [SkillID] = ["en", "es-419", "a b", "q\"uote", "ünï", "x.y:z"]
            switch chance.next() % (depth > 3 ? 2 : 6) {
            case 0: return .skill(names[Int(chance.next() % 6)])
            case 1:
                let low = 1 + Int(chance.next() % 10)
                return .skill(names[Int(chance.next() % 6)], low...(low + Int(chance.next() % UInt64(11 - low))))
            case 2: return .not(make(depth + 1))
            case 3: return .any((0..<2).map { _ in make(depth + 1) })
            default: return .all((0..<2).map { _ in make(depth + 1) })
            }
        }
        let expression = make(0)
        let again = try SkillExpression(expression.description)
        #expect(again.description == expression.description)
        for _ in 0..<20 {
            var skills = SkillSet()
            for name in ["en", "es-419", "a b", "q\"uote", "ünï", "x.y:z"] as [SkillID] {
                skills[name] = Int(chance.next() % 11)
            }
            #expect(again.isFulfilled(by: skills) == expression.isFulfilled(by: skills))
        }
    }

    @Test("any bytes at all are read or refused, never more", arguments: 0..<300 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var chance = SplitMix64(state: seed)
        let alphabet = Array("ab1239 &|!()<>=.\"\\*~é\u{0}")
        let text = String((0..<(chance.next() % 40)).map { _ in alphabet[Int(chance.next() % UInt64(alphabet.count))] })
        do {
            let expression = try SkillExpression(text)
            #expect(throws: Never.self) { try SkillExpression(expression.description) }
        } catch {
            #expect((1...text.unicodeScalars.count + 1).contains(error.column))
        }
    }

    @Test("deep nesting and long texts are refused")
    func limits() {
        #expect(throws: SkillExpressionError.self) { try SkillExpression(String(repeating: "(", count: 3_000)) }
        #expect(throws: SkillExpressionError.self) { try SkillExpression(String(repeating: "!", count: 3_000) + "a") }
        #expect(throws: SkillExpressionError.self) { try SkillExpression(String(repeating: "a", count: 5_000)) }
    }
}
