import CCCore

/// An audio section read for negotiation: payload types resolved to codecs, addresses to values.
struct AudioSection {
    struct Format {
        var payloadType: UInt8
        var codec: AudioCodec
        var parameters: String?
    }

    /// In the section's order of preference; payload types of unknown meaning are left out.
    var formats: [Format] = []
    var remoteRTP: NetworkAddress?
    var remoteRTCP: NetworkAddress?
    var rtcpMux: Bool
    var direction: MediaDirection
    var ptime: Duration

    /// - Parameter known: what a payload type without `a=rtpmap` means besides the static ones: an answerer that
    ///   repeats only the number means what the offer said.
    init(_ section: MediaDescription, in description: SessionDescription, known: [PayloadFormat] = []) {
        var codecs: [UInt8: AudioCodec] = [:]
        var parameters: [UInt8: String] = [:]
        var ptime: Int?
        var ptimeMax = 200
        for attribute in section.attributes {
            guard let value = attribute.value else { continue }
            switch attribute.name {
            case "rtpmap":
                if let map = Self.rtpmap(value) { codecs[map.payloadType] = codecs[map.payloadType] ?? map.codec }
            case "fmtp":
                if let (type, text) = Self.numbered(value) { parameters[type] = parameters[type] ?? String(text) }
            case "ptime": ptime = Int(value)
            case "maxptime": ptimeMax = Int(value) ?? ptimeMax
            default: break
            }
        }
        for text in section.formats {
            guard let type = UInt8(text), type < 128, !formats.contains(where: { $0.payloadType == type }) else {
                continue
            }
            let implied = AudioCodec.fixed(payloadType: type) ?? known.first { $0.payloadType == type }?.codec
            guard let codec = codecs[type] ?? implied else { continue }
            formats.append(Format(payloadType: type, codec: codec, parameters: parameters[type]))
        }
        rtcpMux = section.attributes.contains("rtcp-mux")
        direction = description.direction(of: section)
        self.ptime = .milliseconds(min(max(min(ptime ?? 20, ptimeMax), 10), 200))
        readAddresses(section, description)
    }

    private mutating func readAddresses(_ section: MediaDescription, _ description: SessionDescription) {
        guard let connection = description.connection(of: section),
            let host = connection.address.split(separator: "/").first, let ip = IPAddress(host)
        else { return }
        if ip.isUnspecified {
            // RFC 3264 §8.4: the hold of RFC 2543. The peer takes nothing; what it sends, if anything, is as it says.
            direction = direction.intersection(.sendOnly)
            return
        }
        guard section.port != 0 else { return }
        let rtp = NetworkAddress(ip: ip, port: section.port)
        remoteRTP = rtp
        if rtcpMux {
            remoteRTCP = rtp
        } else if let value = section.attributes.value("rtcp") {
            remoteRTCP = Self.rtcp(value, fallback: ip)
        } else if section.port < .max {
            remoteRTCP = NetworkAddress(ip: ip, port: section.port + 1)
        }
    }

    /// `96 opus/48000/2`
    private static func rtpmap(_ value: String) -> PayloadFormat? {
        guard let (type, text) = numbered(value) else { return nil }
        let fields = text.split(separator: "/")
        guard fields.count >= 2, let rate = Int(fields[1].filter { !$0.isWhitespace }), rate > 0 else { return nil }
        let channels = fields.count > 2 ? Int(fields[2].filter { !$0.isWhitespace }) ?? 1 : 1
        return PayloadFormat(
            payloadType: type, codec: AudioCodec(name: fields[0], clockRate: rate, channels: channels))
    }

    /// `53020` or `53020 IN IP4 192.0.2.1` (RFC 3605)
    private static func rtcp(_ value: String, fallback: IPAddress) -> NetworkAddress? {
        let fields = value.split(separator: " ")
        guard let first = fields.first, let port = UInt16(first), port > 0 else { return nil }
        let ip = fields.count == 4 ? IPAddress(fields[3]) : nil
        return NetworkAddress(ip: ip ?? fallback, port: port)
    }

    private static func numbered(_ value: String) -> (UInt8, Substring)? {
        let fields = value.split(separator: " ", maxSplits: 1)
        guard fields.count == 2, let type = UInt8(fields[0]), type < 128 else { return nil }
        return (type, fields[1])
    }

    /// The first format that is one of `codecs`, by this section's order.
    func first(of codecs: [AudioCodec]) -> (format: Format, codec: AudioCodec)? {
        for format in formats {
            if let codec = codecs.first(where: { $0.matches(format.codec) }) { return (format, codec) }
        }
        return nil
    }

    /// The event format that fits a codec: the same clock, else the universal 8,000 Hz.
    func telephoneEvent(for codec: AudioCodec) -> Format? {
        let events = formats.filter { $0.codec.isTelephoneEvent }
        return events.first { $0.codec.clockRate == codec.clockRate } ?? events.first { $0.codec.clockRate == 8_000 }
    }
}
