/// Runs rules against an implementation and names the one that is broken.
struct StoreCheck<Store> {
    /// A fresh, empty store.
    let make: () async throws -> Store

    func rule(_ name: String, _ body: (Store) async throws -> Void) async throws {
        do {
            try await body(try await make())
        } catch let failure as Mismatch {
            throw ConformanceFailure(rule: name, detail: failure.detail)
        } catch {
            throw ConformanceFailure(rule: name, detail: "it threw \(error)")
        }
    }
}

struct Mismatch: Error {
    let detail: String
}

func expectEqual<Value: Equatable>(_ found: Value, _ expected: Value) throws {
    guard found == expected else { throw Mismatch(detail: "found \(found) instead of \(expected)") }
}
