/// Times of day and lengths of time as people write them.
public enum OffsetText {
    /// Seconds of `90s`, `15m`, `8h`, `8h30m`, `500ms`, `08:30`, `08:30:15`; nil for anything else.
    public static func seconds(_ text: String) -> Double? {
        if text.contains(":") {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard (2...3).contains(parts.count) else { return nil }
            var total = 0.0
            for (place, part) in parts.enumerated() {
                guard let number = UInt(part), number < (place == 0 ? 10_000 : 60) else { return nil }
                total = total * 60 + Double(number)
            }
            return parts.count == 2 ? total * 60 : total
        }
        var rest = Substring(text)
        var total = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            guard let number = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            switch unit {
            case "ms": total += number / 1000
            case "s": total += number
            case "m", "min": total += number * 60
            case "h": total += number * 3600
            case "d": total += number * 86_400
            default: return nil
            }
        }
        return text.isEmpty || total >= 4e9 ? nil : total
    }
}
