import CCCore

/// The text form of policies: `name`, or `name(key: number, key: number number)`.
///
/// A key with other characters than letters, digits and `-_.@*` stands in quotes.
struct PolicyText {
    let whole: String
    let name: String
    private(set) var parameters: [(key: String, numbers: [Double])] = []

    init(_ whole: String) throws(PolicyError) {
        self.whole = whole
        guard let open = whole.firstIndex(of: "(") else {
            name = whole
            return
        }
        name = String(whole[..<open])
        guard whole.last == ")" else { throw PolicyError(text: whole, message: "the parenthesis is not closed") }
        var rest = whole[whole.index(after: open)...].dropLast()
        while !rest.allSatisfy(\.isWhitespace) {
            let key = try takeKey(&rest)
            let end = rest.firstIndex(of: ",") ?? rest.endIndex
            var numbers: [Double] = []
            for word in rest[..<end].split(whereSeparator: \.isWhitespace) {
                guard let number = Double(word), number.isFinite else {
                    throw error("\(key): \(word) is no number")
                }
                numbers.append(number)
            }
            guard !numbers.isEmpty else { throw error("\(key): a number is missing") }
            guard !parameters.contains(where: { $0.key == key }) else { throw error("\(key) stands there twice") }
            parameters.append((key, numbers))
            rest = end < rest.endIndex ? rest[rest.index(after: end)...] : rest[end...]
        }
    }

    private func takeKey(_ rest: inout Substring) throws(PolicyError) -> String {
        rest = rest.drop(while: \.isWhitespace)
        var key = ""
        if rest.first == "\"" {
            rest = rest.dropFirst()
            while let next = rest.popFirst(), next != "\"" { key.append(next) }
        } else {
            while let next = rest.first, Self.isPlain(next) {
                key.append(next)
                rest = rest.dropFirst()
            }
        }
        rest = rest.drop(while: \.isWhitespace)
        guard !key.isEmpty, rest.popFirst() == ":" else {
            throw error("expected name: number\(key.isEmpty ? "" : " after \(key)")")
        }
        return key
    }

    func error(_ message: String) -> PolicyError { PolicyError(text: whole, message: message) }

    // MARK: Reading parameters

    /// The one number of each parameter.
    func numbers() throws(PolicyError) -> [String: Double] {
        var all: [String: Double] = [:]
        for (key, numbers) in parameters {
            guard numbers.count == 1 else { throw error("\(key): expected one number") }
            all[key] = numbers[0]
        }
        return all
    }

    func none<P: RoutingPolicy>(_ policy: P) throws(PolicyError) -> Policy {
        guard parameters.isEmpty else { throw error("\(name) has no parameters") }
        return Policy(policy)
    }

    /// The number of the one parameter that there may be.
    func number(_ key: String) throws(PolicyError) -> Double? {
        for (other, _) in parameters where other != key {
            throw error("\(name) has no parameter \(other), only \(key)")
        }
        return try numbers()[key]
    }

    // MARK: Writing

    private static func isPlain(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "-_.@*".contains(character)
    }

    static func text(_ name: String, _ parameters: [(String, Double)]) -> String {
        text(name, parameters.map { ($0.0, [$0.1]) })
    }

    /// Parameters by name.
    static func text(_ name: String, _ parameters: [(String, [Double])]) -> String {
        if parameters.isEmpty { return name }
        let texts = parameters.sorted { $0.0 < $1.0 }.map { key, numbers in
            let name = !key.isEmpty && key.allSatisfy(isPlain) ? key : "\"\(key)\""
            return "\(name): \(numbers.map(short).joined(separator: " "))"
        }
        return "\(name)(\(texts.joined(separator: ", ")))"
    }

    /// `2`, `0.5`.
    private static func short(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }

    // MARK: Checks

    static func sum(of shares: [Double], _ text: String) throws(PolicyError) -> Double {
        guard shares.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            throw PolicyError(text: text, message: "shares are 0 or more")
        }
        // In an order of its own: a sum of floating-point numbers depends on it.
        let sum = shares.sorted().reduce(0, +)
        guard sum > 0 else { throw PolicyError(text: text, message: "one share has to be above 0") }
        return sum
    }

    static func checkPositive(_ weights: [Double], _ text: String) throws(PolicyError) {
        guard weights.allSatisfy({ $0 > 0 && $0.isFinite }) else {
            throw PolicyError(text: text, message: "weights are above 0")
        }
    }
}
