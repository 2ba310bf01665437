/// G.711, both laws, by table (ITU-T G.711; RFC 3551 §4.5.14): one octet a sample at 8 kHz.
public enum G711 {
    /// The two companding laws.
    public enum Law: Hashable, Sendable {
        /// North America and Japan; 14-bit range. RTP payload type 0.
        case mu
        /// Elsewhere; 13-bit range. RTP payload type 8.
        case a
    }

    /// Appends one sample for each octet of `payload` to `pcm`.
    public static func decode(_ payload: Span<UInt8>, law: Law, appendingTo pcm: inout [Int16]) {
        let start = pcm.count
        pcm.append(contentsOf: repeatElement(0, count: payload.count))
        let decoded = law == .mu ? muDecoded : aDecoded
        let table = decoded.span
        var samples = pcm.mutableSpan
        for index in payload.indices {
            samples[start + index] = table[Int(payload[index])]
        }
    }

    /// Appends one octet for each sample of `pcm` to `payload`.
    public static func encode(_ pcm: Span<Int16>, law: Law, appendingTo payload: inout [UInt8]) {
        let start = payload.count
        payload.append(contentsOf: repeatElement(0, count: pcm.count))
        var octets = payload.mutableSpan
        switch law {
        case .mu:
            let table = muEncoded.span
            for index in pcm.indices { octets[start + index] = table[Int(UInt16(bitPattern: pcm[index]) >> 2)] }
        case .a:
            let table = aEncoded.span
            for index in pcm.indices { octets[start + index] = table[Int(UInt16(bitPattern: pcm[index]) >> 4)] }
        }
    }

    /// One sample.
    public static func decode(_ octet: UInt8, law: Law) -> Int16 {
        law == .mu ? muDecoded[Int(octet)] : aDecoded[Int(octet)]
    }

    /// One octet.
    public static func encode(_ sample: Int16, law: Law) -> UInt8 {
        let bits = UInt16(bitPattern: sample)
        return law == .mu ? muEncoded[Int(bits >> 2)] : aEncoded[Int(bits >> 4)]
    }

    /// The octet of silence: 0xFF for µ-law, 0xD5 for A-law.
    public static func silence(law: Law) -> UInt8 { law == .mu ? 0xFF : 0xD5 }

    // MARK: Tables

    private static let muDecoded: [Int16] = (0..<256).map { muSample(UInt8($0)) }
    private static let aDecoded: [Int16] = (0..<256).map { aSample(UInt8($0)) }
    /// By the upper 14 bits of the sample.
    private static let muEncoded: [UInt8] = (0..<16384).map { muOctet(Int16(truncatingIfNeeded: $0 << 2)) }
    /// By the upper 12 bits of the sample.
    private static let aEncoded: [UInt8] = (0..<4096).map { aOctet(Int16(truncatingIfNeeded: $0 << 4)) }

    /// Table 2a: sign, three bits of segment, four of step, all inverted. Bias 33 in 14-bit units.
    private static func muOctet(_ sample: Int16) -> UInt8 {
        let magnitude = min((Int(sample < 0 ? ~sample : sample) >> 2) + 33, 0x1FFF)
        let segment = Int.bitWidth - 6 - magnitude.leadingZeroBitCount
        let step = (magnitude >> (segment + 1)) & 0x0F
        return ~UInt8((sample < 0 ? 0x80 : 0) | segment << 4 | step)
    }

    private static func muSample(_ octet: UInt8) -> Int16 {
        let bits = Int(~octet)
        let segment = (bits >> 4) & 7
        let magnitude = (((bits & 0x0F) * 2 + 33) << segment) - 33
        return Int16(4 * (bits & 0x80 != 0 ? -magnitude : magnitude))
    }

    /// Table 1a: sign, three bits of segment, four of step, even bits inverted. The first two segments have one step
    /// size.
    private static func aOctet(_ sample: Int16) -> UInt8 {
        let magnitude = Int(sample < 0 ? ~sample : sample) >> 4
        let segment = max(0, Int.bitWidth - 4 - magnitude.leadingZeroBitCount)
        let step = segment > 1 ? (magnitude >> (segment - 1)) & 0x0F : magnitude & 0x0F
        return UInt8((sample < 0 ? 0 : 0x80) | segment << 4 | step) ^ 0x55
    }

    private static func aSample(_ octet: UInt8) -> Int16 {
        let bits = Int(octet ^ 0x55)
        let segment = (bits >> 4) & 7
        var magnitude = (bits & 0x0F) * 16 + 8
        if segment > 0 { magnitude = (magnitude + 256) << (segment - 1) }
        return Int16(bits & 0x80 != 0 ? magnitude : -magnitude)
    }
}
