/// Where the parts of a URI lie in the bytes. Making it checks the syntax and allocates nothing.
struct URIParts: Sendable {
    enum Scheme: UInt8, Sendable { case sip, sips, other }

    var scheme = Scheme.other
    private var start: UInt32
    private var schemeEnd: UInt32
    /// 0: no user.
    private var userEnd: UInt32 = 0
    /// 0: no password.
    private var passwordEnd: UInt32 = 0
    private var hostStart: UInt32
    private var hostEnd: UInt32
    private var portNumber: Int32 = -1
    /// The place of the first semicolon; `parametersEnd` when there is none.
    private var parametersStart: UInt32
    private var parametersEnd: UInt32
    private var end: UInt32

    var schemeRange: Range<Int> { Self.range(start, schemeEnd) }
    var user: Range<Int>? { userEnd == 0 ? nil : Self.range(schemeEnd &+ 1, userEnd) }
    var password: Range<Int>? { passwordEnd == 0 ? nil : Self.range(userEnd &+ 1, passwordEnd) }
    /// The host; of another scheme, everything after the colon.
    var host: Range<Int> { Self.range(hostStart, hostEnd) }
    var port: UInt16? { portNumber < 0 ? nil : UInt16(truncatingIfNeeded: portNumber) }
    /// With the first semicolon; empty when there are none.
    var parameters: Range<Int> { Self.range(parametersStart, parametersEnd) }
    /// Without the question mark.
    var headers: Range<Int> { Self.range(min(parametersEnd &+ 1, end), end) }
    var whole: Range<Int> { Self.range(start, end) }

    @inline(__always)
    private static func range(_ lower: UInt32, _ upper: UInt32) -> Range<Int> {
        Range(uncheckedBounds: (Int(lower), Int(upper)))
    }

    /// nil when `range` does not hold a URI.
    init?(_ span: Span<UInt8>, _ range: Range<Int>) {
        let end = range.upperBound
        guard range.count >= 3, end <= UInt32.max else { return nil }
        var index = range.lowerBound
        scheme = Self.scheme(span, &index, end)
        if scheme == .other {
            while index < end, Self.isSchemeCharacter(span[index]) { index &+= 1 }
            guard index < end, span[index] == UInt8(ascii: ":"), index > range.lowerBound,
                (span[range.lowerBound] | 0x20) &- 97 < 26
            else { return nil }
        }
        start = UInt32(truncatingIfNeeded: range.lowerBound)
        schemeEnd = UInt32(truncatingIfNeeded: index)
        index &+= 1
        self.end = UInt32(truncatingIfNeeded: end)
        hostStart = UInt32(truncatingIfNeeded: index)
        hostEnd = self.end
        parametersStart = self.end
        parametersEnd = self.end
        if scheme == .other {
            guard index < end, span.isURIText(index..<end) else { return nil }
            return
        }
        guard parseUser(span, &index, end), parseHost(span, &index, end) else { return nil }
        parametersStart = UInt32(truncatingIfNeeded: index)
        if index < end, span[index] == UInt8(ascii: ";") {
            guard Self.skipParameters(span, &index, end) else { return nil }
        }
        parametersEnd = UInt32(truncatingIfNeeded: index)
        guard index < end else { return }
        guard span[index] == UInt8(ascii: "?"), index &+ 1 < end, span.isURIText(index &+ 1..<end) else {
            return nil
        }
    }

    /// `sip:` or `sips:` at `index`, which moves to the colon.
    @inline(__always)
    private static func scheme(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) -> Scheme {
        guard end &- index > 4, span[index] | 0x20 == UInt8(ascii: "s"),
            span[index &+ 1] | 0x20 == UInt8(ascii: "i"), span[index &+ 2] | 0x20 == UInt8(ascii: "p")
        else { return .other }
        if span[index &+ 3] == UInt8(ascii: ":") {
            index &+= 3
            return .sip
        }
        if span[index &+ 3] | 0x20 == UInt8(ascii: "s"), span[index &+ 4] == UInt8(ascii: ":") {
            index &+= 4
            return .sips
        }
        return .other
    }

    /// Letters, digits, `+`, `-` and `.`.
    private static func isSchemeCharacter(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 97 < 26 || byte &- 48 < 10 || byte == 0x2B || byte == 0x2D || byte == 0x2E
    }

    /// Everything before `@`, when there is one.
    @inline(__always)
    private mutating func parseUser(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
        guard let at = span.firstIndex(of: UInt8(ascii: "@"), in: index..<end) else { return true }
        guard span.isURIText(index..<at) else { return false }
        if span.firstIndex(of: UInt8(ascii: "%"), in: index..<at) != nil {
            guard Self.hasOnlyWholeEscapes(span, index..<at) else { return false }
        }
        let colon = span.firstIndex(of: UInt8(ascii: ":"), in: index..<at) ?? at
        guard colon > index else { return false }
        userEnd = UInt32(truncatingIfNeeded: colon)
        if colon < at { passwordEnd = UInt32(truncatingIfNeeded: at) }
        index = at &+ 1
        hostStart = UInt32(truncatingIfNeeded: index)
        return true
    }

    private static func hasOnlyWholeEscapes(_ span: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for index in range where span[index] == UInt8(ascii: "%") {
            guard index &+ 2 < range.upperBound, SipText.hexValue(span[index &+ 1]) != nil,
                SipText.hexValue(span[index &+ 2]) != nil
            else { return false }
        }
        return true
    }

    @inline(__always)
    private mutating func parseHost(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
        guard let hostEnd = span.endOfHost(index, end) else { return false }
        self.hostEnd = UInt32(truncatingIfNeeded: hostEnd)
        index = hostEnd
        guard index < end, span[index] == UInt8(ascii: ":") else { return true }
        index &+= 1
        guard let port = span.port(&index, end) else { return false }
        portNumber = Int32(port)
        return true
    }

    /// Checks `;name` and `;name=value` up to `?` or the end; `index` stands on the first semicolon.
    @inline(__always)
    private static func skipParameters(_ span: Span<UInt8>, _ index: inout Int, _ end: Int) -> Bool {
        if span.isPlainParameters(index..<end) {
            index = end
            return true
        }
        var nameStart = index &+ 1
        while index < end {
            let byte = span[index]
            if byte == UInt8(ascii: ";") {
                if index == nameStart { return false }
                nameStart = index &+ 1
            } else if byte == UInt8(ascii: "=") {
                if index == nameStart { return false }
            } else if byte == UInt8(ascii: "?") {
                break
            } else if !ByteSet.isURICharacter(byte) {
                return false
            }
            index &+= 1
        }
        return index > nameStart
    }
}

extension URIParts {
    /// The same parts of a copy of the URI that begins at `place`.
    func moved(to place: Int) -> URIParts {
        let offset = UInt32(clamping: place) &- start
        var copy = self
        copy.start &+= offset
        copy.schemeEnd &+= offset
        if userEnd != 0 { copy.userEnd &+= offset }
        if passwordEnd != 0 { copy.passwordEnd &+= offset }
        copy.hostStart &+= offset
        copy.hostEnd &+= offset
        copy.parametersStart &+= offset
        copy.parametersEnd &+= offset
        copy.end &+= offset
        return copy
    }

    /// The parts of a URI that has just been written, from the lengths of its parts.
    init(
        scheme: Scheme, schemeEnd: Int, userEnd: Int, passwordEnd: Int, host: Range<Int>, port: UInt16?,
        parameters: Range<Int>, end: Int
    ) {
        self.scheme = scheme
        start = 0
        self.schemeEnd = UInt32(clamping: schemeEnd)
        self.userEnd = UInt32(clamping: userEnd)
        self.passwordEnd = UInt32(clamping: passwordEnd)
        hostStart = UInt32(clamping: host.lowerBound)
        hostEnd = UInt32(clamping: host.upperBound)
        portNumber = port.map { Int32($0) } ?? -1
        parametersStart = UInt32(clamping: parameters.lowerBound)
        parametersEnd = UInt32(clamping: parameters.upperBound)
        self.end = UInt32(clamping: end)
    }
}

extension Span<UInt8> {
    /// The place after a host name, an IPv4 address or a bracketed IPv6 reference; nil when none is there.
    @inline(__always)
    func endOfHost(_ start: Int, _ end: Int) -> Int? {
        var index = start
        if index < end, self[index] == UInt8(ascii: "[") { return endOfIPv6Reference(start, end) }
        while index < end, ByteSet.hostName.contains(self[index]) { index &+= 1 }
        return index > start ? index : nil
    }

    private func endOfIPv6Reference(_ start: Int, _ end: Int) -> Int? {
        var index = start &+ 1
        while index < end, self[index] != UInt8(ascii: "]") {
            let byte = self[index]
            guard SipText.hexValue(byte) != nil || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") else {
                return nil
            }
            index &+= 1
        }
        return index < end && index > start &+ 2 ? index &+ 1 : nil
    }

    /// The digits of a port at `index`, which moves behind them; nil when there is none or it is above 65,535.
    @inline(__always)
    func port(_ index: inout Int, _ end: Int) -> UInt16? {
        let start = index
        var number = 0
        while index < end, self[index] &- 48 < 10, number <= 65_535 {
            number = number &* 10 &+ Int(self[index] &- 48)
            index &+= 1
        }
        return index > start && number <= 65_535 ? UInt16(truncatingIfNeeded: number) : nil
    }

    /// Whether all bytes may stand in a URI: eight at a time, looking for controls and space, DEL, `"`, `<` and `>`.
    @inline(__always)
    func isURIText(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        let ones: UInt64 = 0x0101_0101_0101_0101
        while index &+ 8 <= range.upperBound {
            let bytes = word(at: index)
            let quote = bytes ^ (ones &* UInt64(UInt8(ascii: "\"")))
            // `<` and `>` differ in one bit.
            let bracket = (bytes | ones &* 2) ^ (ones &* UInt64(UInt8(ascii: ">")))
            let delete = bytes ^ (ones &* 0x7F)
            var hit = (bytes &- ones &* 0x21) & ~bytes
            hit |= (quote &- ones) & ~quote
            hit |= (bracket &- ones) & ~bracket
            hit |= (delete &- ones) & ~delete
            if hit & (ones &* 0x80) != 0 { return false }
            index &+= 8
        }
        while index < range.upperBound {
            if !ByteSet.isURICharacter(self[index]) { return false }
            index &+= 1
        }
        return true
    }
}

extension ByteSet {
    /// A printable character that may stand in a URI; bytes above ASCII are let through.
    @inline(__always)
    static func isURICharacter(_ byte: UInt8) -> Bool {
        byte >= 0x80 || ByteSet(low: 0xAFFF_FFFA_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF).contains(byte)
    }
}
