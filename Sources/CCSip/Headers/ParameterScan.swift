extension Span<UInt8> {
    /// Checks the parameters of a header value: `*( ";" name [ "=" value ] )` with white space allowed around the
    /// signs. `index` moves to the end or to the comma before the next value.
    ///
    /// - Returns: nil when malformed; else whether there is white space, so that the text must be cleaned.
    @inline(__always)
    func skipParameters(_ index: inout Int, _ end: Int) -> (hasSpace: Bool, end: Int)? {
        if index == end || isPlainParameters(index..<end) {
            index = end
            return (false, end)
        }
        return skipUnusualParameters(&index, end)
    }

    /// The same byte by byte, for parameters with white space or quotes and for values that others follow.
    private func skipUnusualParameters(_ index: inout Int, _ end: Int) -> (hasSpace: Bool, end: Int)? {
        var hasSpace = false
        var last = index
        while true {
            index = skippingSpace(index, end)
            guard index < end, self[index] != UInt8(ascii: ",") else { return (hasSpace, last) }
            if index != last { hasSpace = true }
            guard self[index] == UInt8(ascii: ";") else { return nil }
            let nameStart = skippingSpace(index &+ 1, end)
            if nameStart != index &+ 1 { hasSpace = true }
            index = nameStart
            while index < end, ByteSet.isParameterCharacter(self[index]) { index &+= 1 }
            last = index
            guard index > nameStart else { return nil }
            let equals = skippingSpace(index, end)
            guard equals < end, self[equals] == UInt8(ascii: "=") else { continue }
            let valueStart = skippingSpace(equals &+ 1, end)
            if equals != index || valueStart != equals &+ 1 { hasSpace = true }
            index = valueStart
            if index < end, self[index] == UInt8(ascii: "\"") {
                guard let after = endOfQuoted(index, end) else { return nil }
                index = after
            } else {
                while index < end, ByteSet.isParameterCharacter(self[index]) || self[index] == UInt8(ascii: "=") {
                    index &+= 1
                }
            }
            last = index
        }
    }

    /// Whether `range` is nothing but `;name` and `;name=value`, without white space, quotes, brackets, commas and
    /// question marks: what nearly all parameters are like. Looks at eight bytes at a time; false may also mean "not sure".
    func isPlainParameters(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty, self[range.lowerBound] == UInt8(ascii: ";"),
            self[range.upperBound &- 1] != UInt8(ascii: ";"), range.upperBound &+ 8 <= count
        else { return false }
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops = ones &* 0x80
        var index = range.lowerBound
        /// 0x80 in the lowest byte when the byte before this word was a semicolon.
        var afterSemicolon: UInt64 = 0
        while index < range.upperBound {
            var bytes = word(at: index)
            let left = range.upperBound &- index
            if left < 8 {
                let mask = UInt64.max &>> UInt64(64 &- left &* 8)
                bytes = (bytes & mask) | ((ones &* UInt64(UInt8(ascii: "a"))) & ~mask)
            }
            let quote = bytes ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let bracket = (bytes | ones &* 2) ^ (ones &* UInt64(UInt8(ascii: ">")))
            let comma = bytes ^ (ones &* UInt64(UInt8(ascii: ",")))
            let question = bytes ^ (ones &* UInt64(UInt8(ascii: "?")))
            let delete = bytes ^ (ones &* 0x7F)
            var hit = (bytes &- ones &* 0x21) & ~bytes
            hit |= (quote &- ones) & ~quote
            hit |= (bracket &- ones) & ~bracket
            hit |= (comma &- ones) & ~comma
            hit |= (question &- ones) & ~question
            hit |= (delete &- ones) & ~delete
            if hit & tops != 0 { return false }
            let semicolons = Self.places(of: UInt8(ascii: ";"), in: bytes)
            let behind = semicolons &<< 8 | afterSemicolon
            if behind != 0, behind & (semicolons | Self.places(of: UInt8(ascii: "="), in: bytes)) != 0 { return false }
            afterSemicolon = semicolons &>> 56
            index &+= 8
        }
        return true
    }

    /// 0x80 in each byte of the word that equals `byte`.
    @inline(__always)
    private static func places(of byte: UInt8, in word: UInt64) -> UInt64 {
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let difference = word ^ (0x0101_0101_0101_0101 &* UInt64(byte))
        return ~(((difference & low) &+ low) | difference | low)
    }

    /// The parameters in `range` without white space outside of quotes and without line breaks inside of them.
    func cleaned(_ range: Range<Int>) -> [UInt8] {
        var clean = [UInt8]()
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = self[index]
            if byte == UInt8(ascii: "\""), let after = endOfQuoted(index, range.upperBound) {
                for place in index..<after where self[place] != 0x0D && self[place] != 0x0A {
                    clean.append(self[place])
                }
                index = after
                continue
            }
            if !ByteSet.isSpace(byte) { clean.append(byte) }
            index += 1
        }
        return clean
    }
}

extension ByteSet {
    /// What names and unquoted values are made of: more than a token, because phones send more, but none of `;=,"<>`.
    @inline(__always)
    static func isParameterCharacter(_ byte: UInt8) -> Bool {
        byte >= 0x80 || ByteSet(low: 0x87FF_EFFA_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF).contains(byte)
    }
}
