/// A CSeq value: a request's number in its dialog, and its method (RFC 3261 §20.16).
public struct CSeq: Hashable, Sendable, CustomStringConvertible {
    /// Below 2³¹.
    public var number: UInt32
    public var method: SipMethod

    public init(number: UInt32, method: SipMethod) {
        self.number = number
        self.method = method
    }

    /// For example `314159 INVITE`.
    public var description: String { "\(number) \(method)" }

    /// The number and the range of the method; nil when malformed or 2³¹ and above.
    static func parts(_ span: Span<UInt8>, _ range: Range<Int>) -> (number: UInt32, method: Range<Int>)? {
        var index = range.lowerBound
        while index < range.upperBound, span[index] &- 48 < 10 { index &+= 1 }
        guard let number = span.decimal(range.lowerBound..<index), number < 0x8000_0000 else { return nil }
        let start = span.skippingSpace(index, range.upperBound)
        guard start > index, start < range.upperBound else { return nil }
        for place in start..<range.upperBound where !ByteSet.token.contains(span[place]) { return nil }
        return (UInt32(number), start..<range.upperBound)
    }

    init?(_ bytes: [UInt8], _ range: Range<Int>) {
        guard let parts = Self.parts(bytes.span, range) else { return nil }
        number = parts.number
        method = SipMethod(bytes.text(parts.method))
    }
}
