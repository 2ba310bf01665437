import CCCore

/// Offer and answer (RFC 3264) for one session with one audio stream.
///
/// | state | makeOffer | receiveAnswer | receiveOffer | rollback |
/// |---|---|---|---|---|
/// | stable | → offered | `wrongState` | answers, → stable | – |
/// | offered | the same offer again | → stable | `wrongState` (glare) | → stable |
///
/// An error leaves the state as it was, except that an unusable answer ends the open offer. Sections that are not our
/// audio are answered with port 0, in order. Payload types keep their meaning for the life of the session (§8.3.2).
public struct OfferAnswer: Sendable {
    /// Where this side receives RTP. RTCP is received on the next port unless multiplexed.
    public private(set) var local: NetworkAddress
    public let capabilities: MediaCapabilities
    /// What the last completed round agreed.
    public private(set) var agreed: NegotiatedAudio?
    /// The directions that this side takes part in while it holds nobody; `inactive` for a call without audio.
    public var direction = MediaDirection.sendReceive
    /// Whether this side asks the peer to stop sending (``setLocalHold(_:)``).
    public private(set) var isLocalHold = false
    /// Whether an offer of ours waits for its answer.
    public var isOffering: Bool { openOffer != nil }

    /// What this side asks for in its next description.
    private struct Wish: Sendable {
        var hold: Bool
        var local: NetworkAddress
    }

    /// The wishes that the last completed round, and the open offer, have told the peer.
    private var agreedWish: Wish
    private var offeredWish: Wish?

    private let sessionID: UInt64
    private let username: String
    private var version: UInt64
    private var lastSent: SessionDescription?
    private var openOffer: SessionDescription?
    /// The sections of the last agreed description, so that a later offer repeats them all.
    private var sections: [MediaDescription] = []
    private var audioIndex = 0
    /// Our number for each format, once it has been used.
    private var payloadTypes: [PayloadFormat] = []

    /// - Parameters:
    ///   - local: where RTP is received. Its address also goes into `o=` and `c=`.
    ///   - sessionID: any number that is unique to this session; also the first version.
    public init(
        local: NetworkAddress, capabilities: MediaCapabilities = MediaCapabilities(), sessionID: UInt64,
        username: String = "-"
    ) {
        self.local = local
        self.agreedWish = Wish(hold: false, local: local)
        self.capabilities = capabilities
        // RFC 3264 §5: both numbers stay below 2^62.
        self.sessionID = sessionID >> 2
        self.version = sessionID >> 2
        self.username = username
    }

    /// Whether later offers and answers ask the peer to stop sending: `sendonly` instead of `sendrecv`.
    public mutating func setLocalHold(_ hold: Bool) { isLocalHold = hold }

    /// Moves this side's media; the next offer or answer says so.
    public mutating func setLocalAddress(_ address: NetworkAddress) { local = address }

    // MARK: Offering

    /// The offer to send. While one is open, the same one.
    /// - Parameter direction: nil offers ``direction``, and of it only what is sent on local hold.
    public mutating func makeOffer(direction: MediaDirection? = nil) -> SessionDescription {
        if let openOffer { return openOffer }
        var section = MediaDescription(kind: "audio", port: local.port, formats: [])
        var codecs = capabilities.codecs
        if let current = agreed?.codec, let index = codecs.firstIndex(of: current) {
            codecs.insert(codecs.remove(at: index), at: 0)
        }
        for codec in codecs { append(codec, to: &section) }
        if capabilities.telephoneEvent {
            var rates: [Int] = []
            for codec in codecs where !rates.contains(codec.clockRate) { rates.append(codec.clockRate) }
            for rate in rates { append(.telephoneEvent(clockRate: rate), to: &section) }
        }
        finish(&section, direction: direction ?? wish)
        if capabilities.offersRtcpMux { section.attributes.append(SdpAttribute("rtcp-mux")) }
        var all = sections.map(\.refused)
        if audioIndex < all.count { all[audioIndex] = section } else { all = [section] }
        let offer = stamped(all)
        openOffer = offer
        offeredWish = Wish(hold: isLocalHold, local: local)
        return offer
    }

    /// Takes the peer's answer to the open offer.
    /// - Throws: ``OfferAnswerError`` `.wrongState`, `.mismatch` or `.refused`; the last agreement then still holds.
    public mutating func receiveAnswer(_ answer: SessionDescription) throws(OfferAnswerError) -> NegotiatedAudio {
        guard let offer = openOffer else { throw OfferAnswerError(code: .wrongState, message: "no offer is open") }
        openOffer = nil
        guard audioIndex < offer.media.count, audioIndex < answer.media.count,
            answer.media[audioIndex].kind.lowercased() == "audio"
        else {
            throw OfferAnswerError(code: .mismatch, message: "the answer's sections do not match the offer's")
        }
        let ours = offer.media[audioIndex]
        let theirs = answer.media[audioIndex]
        let audio = AudioSection(theirs, in: answer, known: payloadTypes)
        guard theirs.port != 0 else { throw OfferAnswerError(code: .refused, message: "the answer refuses audio") }
        guard let (format, codec) = audio.first(of: capabilities.codecs), let received = payloadType(of: codec) else {
            throw OfferAnswerError(code: .mismatch, message: "the answer has none of the codecs offered")
        }
        let offered = ours.attributes.direction ?? .sendReceive
        var result = negotiated(audio, format, codec, receive: received)
        result.rtcpMux = audio.rtcpMux && ours.attributes.contains("rtcp-mux")
        result.direction = offered.intersection(audio.direction.reversed)
        result.receivable = audio.formats.compactMap { format in
            capabilities.codecs.first { $0.matches(format.codec) }.flatMap { codec in
                payloadType(of: codec).map { PayloadFormat(payloadType: $0, codec: codec) }
            }
        }
        sections = offer.media
        agreed = result
        agreedWish = offeredWish ?? agreedWish
        return result
    }

    /// Forgets the open offer: the last agreement holds on, and the next offer asks for the same again. For a re-INVITE
    /// that is to be retried (RFC 3261 §14.1).
    public mutating func rollback() { openOffer = nil }

    /// Takes back local hold and address to what the last agreement had. For a re-INVITE that was refused.
    public mutating func revertWishes() {
        isLocalHold = agreedWish.hold
        local = agreedWish.local
    }

    // MARK: Answering

    /// Answers the peer's offer.
    ///
    /// Takes the offer's first usable audio section and in it the first codec that this side knows; the answer names
    /// that codec alone, so that no later change of codec comes as a surprise. In a running session a switched-off
    /// audio stream (port 0) is accepted and agreed as `inactive`.
    /// - Throws: ``OfferAnswerError`` `.notAcceptable` (488) or `.wrongState` (491).
    public mutating func receiveOffer(
        _ offer: SessionDescription
    ) throws(OfferAnswerError) -> (answer: SessionDescription, agreed: NegotiatedAudio) {
        guard openOffer == nil else { throw OfferAnswerError(code: .wrongState, message: "an offer of ours is open") }
        var answers = offer.media.map(\.refused)
        if let choice = choose(in: offer) {
            let (index, audio, format, codec) = choice
            let section = offer.media[index]
            let direction = wish.intersection(audio.direction.reversed)
            var answer = MediaDescription(
                kind: section.kind, port: local.port, transport: section.transport, formats: [])
            fix(PayloadFormat(payloadType: format.payloadType, codec: codec))
            append(codec, to: &answer)
            let event = capabilities.telephoneEvent ? audio.telephoneEvent(for: codec) : nil
            if let event {
                fix(PayloadFormat(payloadType: event.payloadType, codec: event.codec))
                append(event.codec, to: &answer)
            }
            finish(&answer, direction: direction)
            if audio.rtcpMux { answer.attributes.append(SdpAttribute("rtcp-mux")) }
            answers[index] = answer
            audioIndex = index
            var result = negotiated(audio, format, codec, receive: format.payloadType)
            result.direction = direction
            agreed = result
        } else if var current = agreed, audioIndex < offer.media.count, offer.media[audioIndex].port == 0 {
            current.remoteRTP = nil
            current.remoteRTCP = nil
            current.direction = .inactive
            agreed = current
        } else {
            throw OfferAnswerError(code: .notAcceptable, message: "no audio section that this side can do")
        }
        sections = answers
        agreedWish = Wish(hold: isLocalHold, local: local)
        guard let agreed else { throw OfferAnswerError(code: .notAcceptable, message: "nothing agreed") }
        return (stamped(answers), agreed)
    }

    /// The section to accept: the one in use when it is still good, else the first that is.
    private func choose(
        in offer: SessionDescription
    ) -> (index: Int, audio: AudioSection, format: AudioSection.Format, codec: AudioCodec)? {
        let inUse = agreed == nil ? [] : [audioIndex].filter { offer.media.indices.contains($0) }
        for index in inUse + Array(offer.media.indices) {
            let section = offer.media[index]
            guard section.kind.lowercased() == "audio", section.port != 0,
                ["RTP/AVP", "RTP/AVPF"].contains(section.transport.uppercased())
            else { continue }
            let audio = AudioSection(section, in: offer)
            if let (format, codec) = audio.first(of: capabilities.codecs) { return (index, audio, format, codec) }
        }
        return nil
    }

    // MARK: Parts

    /// What this side wants just now.
    private var wish: MediaDirection { isLocalHold ? direction.intersection(.sendOnly) : direction }

    private func negotiated(
        _ audio: AudioSection, _ format: AudioSection.Format, _ codec: AudioCodec, receive: UInt8
    ) -> NegotiatedAudio {
        let event = capabilities.telephoneEvent ? audio.telephoneEvent(for: codec) : nil
        return NegotiatedAudio(
            remoteRTP: audio.remoteRTP, remoteRTCP: audio.remoteRTCP, rtcpMux: audio.rtcpMux, codec: codec,
            sendPayloadType: format.payloadType, receivePayloadType: receive,
            opus: codec == .opus ? OpusParameters(formatParameters: format.parameters ?? "") : OpusParameters(),
            telephoneEventSend: event?.payloadType,
            telephoneEventReceive: event.flatMap { payloadType(of: $0.codec) },
            telephoneEventClockRate: event?.codec.clockRate ?? 8_000, ptime: audio.ptime)
    }

    private func payloadType(of codec: AudioCodec) -> UInt8? {
        payloadTypes.last { $0.codec == codec }?.payloadType ?? codec.staticPayloadType
    }

    /// From now on our number for a codec is this one; older numbers stay taken.
    private mutating func fix(_ format: PayloadFormat) {
        payloadTypes.removeAll { $0 == format }
        payloadTypes.append(format)
    }

    private mutating func append(_ codec: AudioCodec, to section: inout MediaDescription) {
        guard let type = payloadType(of: codec) ?? free(for: codec) else { return }
        fix(PayloadFormat(payloadType: type, codec: codec))
        section.formats.append("\(type)")
        section.attributes.append(SdpAttribute("rtpmap", "\(type) \(codec)"))
        if codec.isTelephoneEvent { section.attributes.append(SdpAttribute("fmtp", "\(type) 0-16")) }
        if codec == .opus, let parameters = capabilities.opus.formatParameters {
            section.attributes.append(SdpAttribute("fmtp", "\(type) \(parameters)"))
        }
    }

    /// A dynamic payload type that has no meaning yet; the customary one when it is free.
    private func free(for codec: AudioCodec) -> UInt8? {
        let customary: UInt8 =
            codec == .opus ? 111 : codec.isTelephoneEvent ? (codec.clockRate == 8_000 ? 101 : 110) : 96
        return ([customary] + Array(96...127)).first { type in !payloadTypes.contains { $0.payloadType == type } }
    }

    private func finish(_ section: inout MediaDescription, direction: MediaDirection) {
        section.attributes.append(SdpAttribute("ptime", "\(capabilities.ptime.inNanoseconds / 1_000_000)"))
        section.attributes.append(SdpAttribute(direction.rawValue))
    }

    /// Adds the session part; the version grows by one when anything differs from what was sent last (RFC 3264 §8).
    private mutating func stamped(_ media: [MediaDescription]) -> SessionDescription {
        let address = SessionDescription.Connection(
            addressType: local.ip.isIPv4 ? "IP4" : "IP6", address: "\(local.ip)")
        var description = SessionDescription(
            origin: SessionDescription.Origin(
                username: username, sessionID: "\(sessionID)", version: "\(version)", address: address),
            connection: address, media: media)
        if let lastSent, lastSent != description {
            version += 1
            description.origin.version = "\(version)"
        }
        lastSent = description
        return description
    }
}
