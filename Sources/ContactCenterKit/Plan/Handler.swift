/// Code of the program under a name, for numbers that a file describes: `numbers: {ivr: {handler: menu}}`.
public struct Handler: CenterPart {
    public let name: String
    let run: Number.Handler

    public init(_ name: String, _ run: @escaping Number.Handler) {
        self.name = name
        self.run = run
    }

    public func add(to plan: inout CenterPlan) { plan.handlers[name] = run }
}
