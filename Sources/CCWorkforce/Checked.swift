/// Numbers that were handed in: each is checked where it comes in, and told with its place and what is expected instead.
enum Checked {
    @discardableResult
    static func number(_ value: Double, in range: ClosedRange<Double>, at place: @autoclosure () -> String) throws
        -> Double
    {
        guard value.isFinite else { throw WorkforceError(.notFinite, at: place(), "expected a number, not \(value)") }
        guard range.contains(value) else {
            throw WorkforceError(
                .outOfRange, at: place(),
                "expected \(text(range.lowerBound)) to \(text(range.upperBound)), not \(value)")
        }
        return value
    }

    @discardableResult
    static func count(_ value: Int, in range: ClosedRange<Int>, at place: @autoclosure () -> String) throws -> Int {
        guard range.contains(value) else {
            throw WorkforceError(
                .outOfRange, at: place(), "expected \(range.lowerBound) to \(range.upperBound), not \(value)")
        }
        return value
    }

    private static func text(_ value: Double) -> String {
        abs(value) < 1e6 && value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
