#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension CenterEvent {
    /// Adds the event's JSON to `bytes`: what ``CenterJSON/line(_:)`` makes of it, octet for octet, and many times faster.
    public func appendJSON(to bytes: inout [UInt8]) {
        let wire = self.wire
        var object = JSONObjectWriter(take(&bytes))
        // By name, as everywhere.
        object.add("agent", wire.agent?.rawValue)
        object.add("by", wire.by?.rawValue)
        object.add("callback", wire.callback)
        object.add("cause", wire.cause?.rawValue)
        object.add("codes", wire.codes)
        object.add("contact", wire.contact?.rawValue)
        object.add("date", wire.date)
        object.add("decision", wire.decision)
        if let contact = wire.details {
            object.begin("details")
            object.add("arrivedAt", contact.arrivedAt)
            object.add("callerNumber", contact.callerNumber.rawValue)
            object.add("channel", contact.channel.rawValue)
            object.add("dialledNumber", contact.dialledNumber.rawValue)
            object.add("direction", contact.direction.rawValue)
            object.add("id", contact.id.rawValue)
            object.add("signallingID", contact.signallingID)
            object.add("tenant", contact.tenant.rawValue)
            object.end()
        }
        object.add("failure", wire.failure)
        if let media = wire.media {
            object.begin("media")
            object.add("packetsExpected", media.packetsExpected)
            object.add("packetsLost", media.packetsLost)
            object.end()
        }
        object.add("other", wire.other?.rawValue)
        object.add("outcome", wire.outcome?.rawValue)
        object.add("queue", wire.queue?.rawValue)
        object.add("reason", wire.reason?.rawValue)
        object.add("recording", wire.recording?.rawValue)
        object.add("reservation", wire.reservation?.rawValue)
        object.add("state", wire.state?.rawValue)
        object.add("target", wire.target)
        object.add("tenant", wire.tenant?.rawValue)
        object.add("treatment", wire.treatment)
        object.add("type", wire.type.rawValue)
        object.add("until", wire.until)
        object.end()
        bytes = object.bytes
    }

    /// Moves the bytes out, so that there is one owner and no copy.
    private func take(_ bytes: inout [UInt8]) -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }
}

/// Writes one JSON object, field by field, at the end of some bytes.
private struct JSONObjectWriter {
    private(set) var bytes: [UInt8]
    private var isFirst = true

    init(_ bytes: consuming [UInt8]) {
        self.bytes = bytes
        self.bytes.append(UInt8(ascii: "{"))
    }

    mutating func add(_ name: StaticString, _ value: String?) {
        guard var value else { return }
        key(name)
        bytes.append(UInt8(ascii: "\""))
        value.withUTF8 { text in
            if text.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
                bytes.append(contentsOf: text)
            } else {
                for octet in text { escape(octet) }
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// What is seldom told, in the usual way.
    mutating func add(_ name: StaticString, _ value: (some Encodable)?) {
        guard let value, let text = try? CenterJSON.line(value) else { return }
        key(name)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func add(_ name: StaticString, _ value: Int) {
        key(name)
        bytes.append(contentsOf: String(value).utf8)
    }

    mutating func add(_ name: StaticString, _ value: Date?) {
        guard let value else { return }
        key(name)
        bytes.append(UInt8(ascii: "\""))
        value.appendISO8601(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func begin(_ name: StaticString) {
        key(name)
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
    }

    mutating func end() {
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    private mutating func key(_ name: StaticString) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
    }

    private mutating func escape(_ octet: UInt8) {
        let short: Character? =
            switch octet {
            case UInt8(ascii: "\""): "\""
            case UInt8(ascii: "\\"): "\\"
            case 0x08: "b"
            case 0x09: "t"
            case 0x0A: "n"
            case 0x0C: "f"
            case 0x0D: "r"
            default: nil
            }
        if let short = short?.asciiValue {
            bytes += [UInt8(ascii: "\\"), short]
        } else if octet < 0x20 {
            let digits = Array("0123456789abcdef".utf8)
            bytes += Array("\\u00".utf8) + [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
        } else {
            bytes.append(octet)
        }
    }
}

extension Date {
    /// As ``iso8601``, by days since 1970 (Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013).
    func appendISO8601(to bytes: inout [UInt8]) {
        let total = Swift.min(millisecondsSince1970, 253_402_300_799_999)
        // Before the Gregorian calendar began, others know better.
        guard total >= -12_219_292_800_000 else { return bytes.append(contentsOf: iso8601.utf8) }
        let inDay = Int((total % 86_400_000 + 86_400_000) % 86_400_000)
        // Days since 1 March of the year 0; an era is 400 years.
        let days = Int((total - Int64(inDay)) / 86_400_000) + 719_468
        let era = days / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func add(_ value: Int, digits: Int, _ end: Unicode.Scalar) {
            var unit = 1
            for _ in 1..<digits { unit *= 10 }
            while unit > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(value / unit % 10))
                unit /= 10
            }
            bytes.append(UInt8(ascii: end))
        }
        add(year, digits: 4, "-")
        add(month, digits: 2, "-")
        add(day, digits: 2, "T")
        add(inDay / 3_600_000, digits: 2, ":")
        add(inDay / 60_000 % 60, digits: 2, ":")
        add(inDay / 1000 % 60, digits: 2, ".")
        add(inDay % 1000, digits: 3, "Z")
    }
}
