import CCCore

extension Policy {
    /// One of the package's policies by its text, for example `roundRobin` or `fixedQueueRatio(sales: 2, support: 1)`.
    ///
    /// - Throws: ``PolicyError`` that says what is wrong with the text.
    public init(_ text: String) throws(PolicyError) {
        let read = try PolicyText(text)
        switch read.name {
        case "longestIdle": self = try read.none(LongestIdle())
        case "longestWait": self = try read.none(LongestWait())
        case "mostIdleGroup": self = try read.none(MostIdleGroup())
        case "fewestContacts": self = try read.none(FewestContacts())
        case "leastTalkTime": self = try read.none(LeastTalkTime())
        case "roundRobin": self = try read.none(RoundRobin())
        case "linear": self = try read.none(Linear())
        case "random": self = try read.none(RandomAgent())
        case "weightedRandom": self = try read.none(WeightedRandom())
        case "bestProficiency": self = try read.none(BestProficiency())
        case "leastLoaded": self = try read.none(LeastLoaded())
        case "specialistsFirst": self = try read.none(SpecialistsFirst())
        case "oldestFirst": self = try read.none(OldestFirst())
        case "earliestDue": self = try read.none(EarliestDue())
        case "idlenessRatio":
            self.init(try IdlenessRatio(Self.keyed(try read.numbers()) { AgentGroupID($0) }))
        case "weightedWait": self.init(try WeightedWait(Self.keyed(try read.numbers()) { QueueID($0) }))
        case "fixedQueueRatio": self.init(try FixedQueueRatio(Self.keyed(try read.numbers()) { QueueID($0) }))
        case "priority": self.init(try PriorityFirst(aging: try read.number("aging")))
        case "serviceLevel": self.init(try ServiceLevelDriven(gain: try read.number("gain") ?? 10))
        case "generalizedCMu":
            var weights = try read.numbers()
            let power = weights.removeValue(forKey: "power") ?? 2
            self.init(try GeneralizedCMu(Self.keyed(weights) { QueueID($0) }, power: power))
        case "affineScores": self.init(try AffineScores(try Self.scores(read)))
        default:
            throw PolicyError(
                text: text, message: "no such policy; expected one of \(Self.names.joined(separator: ", "))")
        }
    }

    /// The names of the package's policies: those that choose agents, then those that choose contacts, then both.
    public static let names = [
        "longestIdle", "mostIdleGroup", "fewestContacts", "leastTalkTime", "roundRobin", "linear", "random",
        "weightedRandom", "bestProficiency", "leastLoaded", "specialistsFirst", "idlenessRatio", "longestWait",
        "oldestFirst", "priority", "weightedWait", "serviceLevel", "generalizedCMu", "fixedQueueRatio", "earliestDue",
        "affineScores",
    ]

    public static let fewestContacts = Policy(FewestContacts())
    public static let leastTalkTime = Policy(LeastTalkTime())
    public static let roundRobin = Policy(RoundRobin())
    public static let linear = Policy(Linear())
    public static let random = Policy(RandomAgent())
    public static let weightedRandom = Policy(WeightedRandom())
    public static let bestProficiency = Policy(BestProficiency())
    public static let leastLoaded = Policy(LeastLoaded())
    public static let specialistsFirst = Policy(SpecialistsFirst())
    public static let oldestFirst = Policy(OldestFirst())
    public static let earliestDue = Policy(EarliestDue())

    private static func keyed<ID: Hashable>(_ numbers: [String: Double], _ id: (String) -> ID) -> [ID: Double] {
        Dictionary(uniqueKeysWithValues: numbers.map { (id($0), $1) })
    }

    private static func scores(_ read: PolicyText) throws(PolicyError) -> [AffineScores.Pair: AffineScores.Score] {
        var scores: [AffineScores.Pair: AffineScores.Score] = [:]
        for (key, numbers) in read.parameters {
            let names = key.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
            guard names.count == 2, !names[0].isEmpty, !names[1].isEmpty else {
                throw read.error("\(key): expected queue@group")
            }
            guard numbers.count == 3 else { throw read.error("\(key): expected three numbers: base, wait, idle") }
            let pair = AffineScores.Pair(
                names[0] == "*" ? nil : QueueID(names[0]), names[1] == "*" ? nil : AgentGroupID(names[1]))
            scores[pair] = AffineScores.Score(base: numbers[0], wait: numbers[1], idle: numbers[2])
        }
        return scores
    }
}
