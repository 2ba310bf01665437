// All scanning of received bytes goes through these few operations. Every load is bounds-checked by the standard
// library, also that of a word, and an integer has no invalid bit pattern, so a hostile message can at worst be
// misread, never misused.
extension Span<UInt8> {
    /// Eight bytes as a number, the first byte in the lowest bits.
    @inline(__always)
    func word(at offset: Int) -> UInt64 {
        UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// Whether the `length` (1 to 8) bytes at `start` are the letters of `letters` (lower case), in any case.
    @inline(__always)
    func word(at start: Int, _ length: Int, isEqualTo letters: UInt64) -> Bool {
        if start &+ 8 <= count {
            let found = word(at: start) | 0x2020_2020_2020_2020
            return (found ^ letters) &<< UInt64((8 &- length) &* 8) == 0
        }
        for offset in 0..<length
        where self[start &+ offset] | 0x20 != UInt8(truncatingIfNeeded: letters &>> UInt64(offset &* 8)) {
            return false
        }
        return true
    }

    /// The first place of a byte in `range`.
    @inline(__always)
    func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        let pattern = 0x0101_0101_0101_0101 &* UInt64(byte)
        while index &+ 8 <= count {
            let difference = word(at: index) ^ pattern
            let hit = (difference &- 0x0101_0101_0101_0101) & ~difference & 0x8080_8080_8080_8080
            if hit != 0 {
                index &+= hit.trailingZeroBitCount >> 3
                return index < range.upperBound ? index : nil
            }
            index &+= 8
            if index >= range.upperBound { return nil }
        }
        while index < range.upperBound {
            if self[index] == byte { return index }
            index &+= 1
        }
        return nil
    }

    /// The first byte below 0x0E (CR, LF, TAB or another control character) in `range`.
    @inline(__always)
    func firstControl(from start: Int, to end: Int) -> Int? {
        var index = start
        while index &+ 8 <= end {
            let bytes = word(at: index)
            let hit = (bytes &- 0x0E0E_0E0E_0E0E_0E0E) & ~bytes & 0x8080_8080_8080_8080
            if hit != 0 { return index &+ hit.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < end {
            if self[index] < 0x0E { return index }
            index &+= 1
        }
        return nil
    }

    /// `range` without linear white space at either end.
    @inline(__always)
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, ByteSet.isSpace(self[lower]) { lower &+= 1 }
        while lower < upper, ByteSet.isSpace(self[upper &- 1]) { upper &-= 1 }
        return Range(uncheckedBounds: (lower, upper))
    }

    /// The first place at or after `index` that is not linear white space.
    @inline(__always)
    func skippingSpace(_ index: Int, _ end: Int) -> Int {
        var index = index
        while index < end, ByteSet.isSpace(self[index]) { index &+= 1 }
        return index
    }

    /// The place after the quoted string that opens at `index`; nil when it is never closed.
    func endOfQuoted(_ index: Int, _ end: Int) -> Int? {
        var index = index &+ 1
        while index < end {
            switch self[index] {
            case UInt8(ascii: "\""): return index &+ 1
            case UInt8(ascii: "\\"): index &+= 2
            default: index &+= 1
            }
        }
        return nil
    }

    /// An unsigned decimal number of 1 or more digits that fits 64 bits and fills `range`.
    @inline(__always)
    func decimal(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in range {
            let digit = self[index] &- 48
            guard digit < 10 else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// Whether `range` spells `text`, also in case.
    @inline(__always)
    func isSame(_ range: Range<Int>, _ text: String) -> Bool {
        guard range.count == text.utf8.count else { return false }
        var index = range.lowerBound
        for byte in text.utf8 {
            if self[index] != byte { return false }
            index &+= 1
        }
        return true
    }

    /// Whether `range` spells `text` (ASCII, given in lower case), in any case.
    @inline(__always)
    func matches(_ range: Range<Int>, _ text: String) -> Bool {
        var index = range.lowerBound
        for expected in text.utf8 {
            guard index < range.upperBound, SipText.lowercased(self[index]) == expected else { return false }
            index &+= 1
        }
        return index == range.upperBound
    }
}

/// A set of ASCII characters as 128 bits.
struct ByteSet {
    let low: UInt64
    let high: UInt64

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        byte < 128 && ((byte < 64 ? low : high) &>> UInt64(byte)) & 1 != 0
    }

    /// RFC 3261 §25.1 `token`: letters, digits and ``-.!%*_+`'~``.
    @inline(__always)
    static var token: ByteSet { ByteSet(low: 0x03FF_6CA2_0000_0000, high: 0x47FF_FFFF_87FF_FFFE) }

    /// Space, tab, and the CR and LF of a folded line.
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0D || byte == 0x0A || byte == 0x09 }
}

extension [UInt8] {
    /// The text of a range; what is not UTF-8 is repaired.
    @inline(__always)
    func text(_ range: Range<Int>) -> String {
        String(decoding: self[range], as: UTF8.self)
    }

    /// The text of a header value, with folded lines joined by one space (RFC 3261 §7.3.1).
    func unfolded(_ range: Range<Int>) -> String {
        let span = span
        guard span.firstIndex(of: 0x0D, in: range) != nil else { return text(range) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            if span[index] == 0x0D {
                while let last = bytes.last, ByteSet.isSpace(last) { bytes.removeLast() }
                index = span.skippingSpace(index, range.upperBound)
                bytes.append(0x20)
            } else {
                bytes.append(span[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A quoted string's text without its quotes and backslashes; folded lines joined.
    func unquoted(_ range: Range<Int>) -> String {
        let span = span
        if range.count >= 2, span.firstIndex(of: UInt8(ascii: "\\"), in: range) == nil,
            span.firstIndex(of: 0x0D, in: range) == nil
        {
            return text(range.lowerBound &+ 1..<range.upperBound &- 1)
        }
        return SipText.unquoted(unfolded(range))
    }

    /// The text of a part of a URI, `%HH` turned into what it stands for.
    @inline(__always)
    func unescaped(_ range: Range<Int>) -> String {
        let text = text(range)
        return span.firstIndex(of: UInt8(ascii: "%"), in: range) == nil
            ? text : SipText.unescaped(text)
    }
}
