import ContactCenterKit
import Foundation
import Testing

@Suite("The configuration in the guide")
struct GuideConfigurationTests {
    /// The YAML blocks of a page.
    private func blocks(_ page: String) throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: page), encoding: .utf8)
        return text.matches(of: /```yaml\n(?s)(.*?)```/).map { String($0.1) }
    }

    @Test("reads, has nothing wrong with it, and reads back")
    func guide() throws {
        let blocks = try blocks("Docs/Configuration.md")
        #expect(blocks.count == 2)
        let findings = CenterPlan.check(yaml: blocks[0]).map { $0.problem.description }
        #expect(findings.isEmpty, "\(findings)")
        let plan = try CenterPlan(yaml: blocks[0], handlers: ["menu": { call, _ in await call.reject(.notFound) }])
        #expect(plan.queues.map(\.hours?.timeZone) == ["Europe/Madrid", "Europe/Madrid"])
        #expect(plan.queues[0].hours?.days.count == 3)
        #expect(try CenterPlan(yaml: plan.yaml(), handlers: plan.handlers) == plan)
        #expect(try CenterPlan(yaml: blocks[1] + "queues: {support: {}}\nagents: {a: {}}").legal?.queues == ["support"])
    }

    @Test("every key of the reader stands in the guide")
    func keys() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "Docs/Configuration.md"), encoding: .utf8)
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(CenterPlan.schema.utf8)) as? [String: Any])
        func keys(_ value: Any) -> Set<String> {
            if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys($1)) } }
            guard let object = value as? [String: Any] else { return [] }
            var found = Set((object["properties"] as? [String: Any])?.keys.map { $0 } ?? [])
            for inner in object.values { found.formUnion(keys(inner)) }
            return found
        }
        for key in keys(schema).sorted() where !["exclusiveMinimum"].contains(key) {
            #expect(text.contains("`\(key)`") || text.contains("\(key):"), "\(key) is missing in Docs/Configuration.md")
        }
    }
}
