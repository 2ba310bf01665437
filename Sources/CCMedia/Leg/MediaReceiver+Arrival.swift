public import CCCore
public import NIOCore

extension MediaReceiver {
    /// Takes one datagram from the network.
    ///
    /// The caller has decided that it comes from the right address. Another SSRC is followed from its second packet in
    /// sequence on, so a stray packet does no harm.
    /// - Parameters:
    ///   - datagram: its readable bytes.
    ///   - now: when it arrived.
    public mutating func receive(_ datagram: ByteBuffer, now: Instant) -> Outcome {
        if RtpPacket.isRtcp(datagram) { return ignored(.rtcp) }
        let bytes = datagram.readableBytesUInt8Span
        guard let packet = try? RtpPacket(parsing: bytes) else { return ignored(.malformed) }
        let header = packet.header
        let isEvent = header.payloadType == settings.telephoneEvent?.payloadType
        guard isEvent || header.payloadType == settings.payloadType || header.payloadType == Self.comfortNoise else {
            return ignored(.payloadType)
        }
        var events: [DtmfEvent] = []
        if let reason = validate(header, &events) { return ignored(reason) }
        lastPacket = now
        counters.octets += packet.payload.count
        if isEvent {
            counters.eventPackets += 1
            guard let event = try? TelephoneEventPayload(parsing: bytes.extracting(packet.payload)) else {
                return ignored(.malformed)
            }
            dtmf.receive(event, timestamp: header.timestamp, now: now, into: &events)
            return .digits(events)
        }
        let outcome =
            header.payloadType == settings.payloadType
            ? receiveAudio(bytes.extracting(packet.payload), header, now) : .comfortNoise
        return events.isEmpty ? outcome : .digits(events)
    }

    /// Ends keys whose last packets were lost. To be called every tick; nearly always empty.
    public mutating func overdueDigits(now: Instant) -> [DtmfEvent] {
        guard dtmf.digit != nil else { return [] }
        var events: [DtmfEvent] = []
        dtmf.advance(now: now, into: &events)
        return events
    }

    private mutating func receiveAudio(_ payload: Span<UInt8>, _ header: RtpHeader, _ now: Instant) -> Outcome {
        guard let ticks = decoder.duration(of: payload), ticks <= settings.codec.clockRate / Self.packetsPerSecondMin
        else { return ignored(.malformed) }
        source?.receive(timestamp: header.timestamp, arrival: now, clockRate: settings.codec.clockRate)
        let inserted = jitter.insert(
            payload, sequence: header.sequence, timestamp: header.timestamp, ticks: ticks, arrival: now)
        switch inserted {
        case .stored, .overflowed:
            counters.audioPackets += 1
            return .audio
        case .late:
            counters.latePackets += 1
            return .ignored(.late)
        case .duplicate:
            counters.duplicatePackets += 1
            return .ignored(.duplicate)
        case .jumped:
            return ignored(.jump)
        }
    }

    /// Checks source and sequence number. Returns why the packet is not to be used, or `nil`.
    private mutating func validate(_ header: RtpHeader, _ events: inout [DtmfEvent]) -> Reason? {
        guard let ssrc = source?.ssrc else {
            follow(header, &events)
            return nil
        }
        guard ssrc == header.ssrc else {
            guard let candidate, candidate.ssrc == header.ssrc, candidate.nextSequence == header.sequence else {
                candidate = (header.ssrc, header.sequence &+ 1)
                return .newSource
            }
            follow(header, &events)
            return nil
        }
        switch source?.receive(sequence: header.sequence) {
        case .suspicious: return .jump
        case .restarted:
            dtmf.reset(into: &events)
            jitter.reset()
            return nil
        case .valid, nil: return nil
        }
    }

    private mutating func follow(_ header: RtpHeader, _ events: inout [DtmfEvent]) {
        candidate = nil
        if let source { counters.lostPackets += Int(clamping: max(0, source.lost)) }
        source = RtpReceiveStatistics(ssrc: header.ssrc, firstSequence: header.sequence)
        _ = source?.receive(sequence: header.sequence)
        dtmf.reset(into: &events)
        jitter.reset()
    }

    private mutating func ignored(_ reason: Reason) -> Outcome {
        counters.ignoredPackets += 1
        return .ignored(reason)
    }
}
