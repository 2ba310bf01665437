/// Paid time that is not spent on contacts.
///
/// The parts follow each other: of the hours that are left after what is planned, the unplanned share is lost as well. So
/// their remainders multiply, and 20 % and 10 % are 28 % together, not 30 %.
public struct Shrinkage: Hashable, Sendable {
    /// Holidays, training, meetings: a share of the paid time, 0 to below 1.
    public let planned: Double
    /// Illness, lateness: a share of the time that is left, 0 to below 1.
    public let unplanned: Double

    public static let none = Shrinkage(unchecked: 0, 0)

    /// - Throws: `WorkforceError` at `planned` or `unplanned`.
    public init(planned: Double = 0, unplanned: Double = 0) throws {
        self.init(
            unchecked: try Checked.number(planned, in: 0...0.99, at: "planned"),
            try Checked.number(unplanned, in: 0...0.99, at: "unplanned"))
    }

    private init(unchecked planned: Double, _ unplanned: Double) {
        (self.planned, self.unplanned) = (planned, unplanned)
    }

    /// The share of the paid time that is left for contacts.
    public var availability: Double { (1 - planned) * (1 - unplanned) }
    /// Both together.
    public var total: Double { 1 - availability }

    /// How many must be on the payroll for so many at work, not rounded.
    public func gross(_ net: Double) -> Double { net / availability }

    /// The same rounded up; what is above a whole number by rounding only is not.
    public func gross(_ net: Int) -> Int {
        let exact = gross(Double(net))
        return exact < 1e15 ? Int((exact * (1 - 1e-14)).rounded(.up)) : net
    }
}
