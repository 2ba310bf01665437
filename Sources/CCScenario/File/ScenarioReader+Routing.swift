import CCCore
import CCRouting
import CCYaml

extension ScenarioReader {
    /// What a queue says about who gets its contacts, and when.
    func readRouting(_ fields: NodeReader.Fields, into rules: inout Queue) throws(ScenarioError) {
        if let requires = fields["requires"] { rules.requires = rules.requires && (try expression(requires)) }
        if let prefers = fields["prefers"] { rules.prefers = try expression(prefers) }
        for step in try fields["relaxation"]?.list("a list of steps") ?? [] {
            let fields = try step.fields(ScenarioKeys.relaxation)
            rules.relaxation.append(
                Relaxation(
                    after: try fields.required("after").duration(), to: try expression(fields.required("to"))))
        }
        if let selection = fields["selection"] { rules.selection = try policy(selection) }
        if let priority = fields["priority"] {
            rules.priority = try priority.integer(-1_000...1_000, "a whole number from -1000 to 1000")
        }
        if let aging = fields["aging"] { rules.aging = try aging.duration() }
        if let order = fields["order"] {
            rules.order = try order.choice([
                "firstInFirstOut": .firstInFirstOut, "lastInFirstOut": .lastInFirstOut,
                "earliestDueFirst": .earliestDueFirst,
            ])
        }
        if let weight = fields["weight"] { rules.weight = try weight.number(1e-6...1e6, "a number above 0") }
    }

    func policy(_ place: NodeReader) throws(ScenarioError) -> Policy {
        let text = try place.text()
        do { return try Policy(text) } catch { throw place.error(error.message) }
    }

    private func expression(_ place: NodeReader) throws(ScenarioError) -> SkillExpression {
        let text = try place.text()
        do { return try SkillExpression(text) } catch { throw place.error("\(error)") }
    }
}
