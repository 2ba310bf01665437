import NIOCore

/// A digit in the body of an INFO: `application/dtmf-relay` (`Signal=5`, `Duration=160`) or `application/dtmf` (the digit
/// alone). No RFC defines them; they are what phones send.
struct DtmfInfo: Equatable {
    /// `0`–`9`, `*`, `#`, `A`–`D`.
    var digit: Character
    /// 250 ms when the body does not say.
    var duration: Duration

    init(digit: Character, duration: Duration) {
        self.digit = digit
        self.duration = duration
    }

    /// nil when the type is another one or the body names no digit.
    init?(contentType: String?, body: ByteBuffer) {
        let text = String(buffer: body)
        var signal: Substring?
        duration = .milliseconds(250)
        switch contentType {
        case "application/dtmf-relay":
            for line in text.split(whereSeparator: \.isNewline) {
                let pair = line.split(separator: "=", maxSplits: 1).map { $0.filter { !$0.isWhitespace } }
                guard pair.count == 2 else { continue }
                switch pair[0].lowercased() {
                case "signal": signal = Substring(pair[1])
                case "duration":
                    if let milliseconds = Int(pair[1]) { duration = .milliseconds(min(max(milliseconds, 1), 60_000)) }
                default: break
                }
            }
        case "application/dtmf": signal = Substring(text.filter { !$0.isWhitespace })
        default: return nil
        }
        guard let signal, let digit = Self.digit(signal) else { return nil }
        self.digit = digit
    }

    /// `10` and `11` stand for star and hash in what some gateways send.
    private static func digit(_ signal: Substring) -> Character? {
        switch signal {
        case "10": return "*"
        case "11": return "#"
        default:
            guard signal.count == 1, let first = signal.uppercased().first, "0123456789*#ABCD".contains(first) else {
                return nil
            }
            return first
        }
    }

    var body: ByteBuffer {
        ByteBuffer(string: "Signal=\(digit)\r\nDuration=\(duration.inWholeMilliseconds)\r\n")
    }
}

extension Duration {
    fileprivate var inWholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
