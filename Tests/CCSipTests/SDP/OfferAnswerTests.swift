import CCCore
import NIOCore
import Testing

@testable import CCSip

private let here = NetworkAddress(ip: IPAddress(v4: 0xC000_0201), port: 20_000)
private let there = NetworkAddress(ip: IPAddress(v4: 0xC633_6401), port: 30_000)

/// A description of one audio section from the peer.
private func description(
    _ media: String = "m=audio 30000 RTP/AVP 0 8 96 101", _ lines: [String] = [], address: String = "IP4 198.51.100.1"
) throws -> SessionDescription {
    let rows =
        ["v=0", "o=- 5 5 IN IP4 198.51.100.1", "s=-", "c=IN \(address)", "t=0 0", media]
        + (lines.isEmpty ? ["a=rtpmap:96 opus/48000/2", "a=rtpmap:101 telephone-event/8000"] : lines)
    return try SessionDescription(parsing: rows.joined(separator: "\r\n") + "\r\n")
}

private func makeMachine(_ codecs: [AudioCodec] = [.opus, .pcmu, .pcma]) -> OfferAnswer {
    OfferAnswer(local: here, capabilities: MediaCapabilities(codecs: codecs), sessionID: 400)
}

@Suite struct OfferAnswerTests {
    @Test("an offer names the codecs in our order, with their clocks, Opus parameters and events")
    func offer() {
        var machine = makeMachine()
        let offer = machine.makeOffer()
        #expect(
            offer.serialized() == """
                v=0\r
                o=- 100 100 IN IP4 192.0.2.1\r
                s=-\r
                c=IN IP4 192.0.2.1\r
                t=0 0\r
                m=audio 20000 RTP/AVP 111 0 8 110 101\r
                a=rtpmap:111 opus/48000/2\r
                a=fmtp:111 useinbandfec=1\r
                a=rtpmap:0 PCMU/8000\r
                a=rtpmap:8 PCMA/8000\r
                a=rtpmap:110 telephone-event/48000\r
                a=fmtp:110 0-16\r
                a=rtpmap:101 telephone-event/8000\r
                a=fmtp:101 0-16\r
                a=ptime:20\r
                a=sendrecv\r

                """)
    }

    @Test("the answer takes the first codec of the offer that we know, and that alone")
    func answerFirstKnown() throws {
        var machine = makeMachine([.pcma, .pcmu])
        let (answer, agreed) = try machine.receiveOffer(description())
        #expect(agreed.codec == .pcmu)
        #expect(answer.media[0].formats == ["0", "101"])
        #expect(agreed.remoteRTP == there)
        #expect(agreed.remoteRTCP == NetworkAddress(ip: there.ip, port: 30_001))
        #expect(agreed.telephoneEventSend == 101)
        #expect(agreed.telephoneEventReceive == 101)
        #expect(agreed.direction == .sendReceive)
    }

    @Test("Opus is taken on whatever payload type the peer gives it, with its parameters")
    func opusOnAnyType() throws {
        var machine = makeMachine()
        let offer = try description(
            "m=audio 30000 RTP/AVP 98 101 102",
            [
                "a=rtpmap:98 OPUS/48000/2", "a=fmtp:98 maxaveragebitrate=24000; useinbandfec=1;stereo=0;usedtx=1;cbr=1",
                "a=rtpmap:101 telephone-event/8000", "a=rtpmap:102 telephone-event/48000", "a=ptime:60",
                "a=maxptime:40",
            ])
        let (answer, agreed) = try machine.receiveOffer(offer)
        #expect(agreed.codec == .opus)
        #expect(agreed.sendPayloadType == 98)
        #expect(agreed.receivePayloadType == 98)
        #expect(
            agreed.opus
                == OpusParameters(maxAverageBitrate: 24_000, useInbandFEC: true, constantBitrate: true, useDTX: true))
        #expect(agreed.telephoneEventSend == 102)
        #expect(agreed.telephoneEventClockRate == 48_000)
        #expect(agreed.ptime == .milliseconds(40))
        #expect(answer.media[0].attributes.values("rtpmap") == ["98 opus/48000/2", "102 telephone-event/48000"])
    }

    @Test("events at 8,000 Hz go along with Opus when the peer knows no others")
    func eventsAtOtherClock() throws {
        var machine = makeMachine()
        let (_, agreed) = try machine.receiveOffer(description("m=audio 30000 RTP/AVP 96 101"))
        #expect(agreed.codec == .opus)
        #expect(agreed.telephoneEventSend == 101)
        #expect(agreed.telephoneEventClockRate == 8_000)
    }

    @Test("static payload types need no rtpmap")
    func staticTypes() throws {
        var machine = makeMachine()
        let (_, agreed) = try machine.receiveOffer(description("m=audio 30000 RTP/AVP 8", ["a=ptime:20"]))
        #expect(agreed.codec == .pcma)
        #expect(agreed.telephoneEventSend == nil)
    }

    static let directions: [(MediaDirection, Bool, MediaDirection)] = [
        (.sendReceive, false, .sendReceive), (.sendOnly, false, .receiveOnly), (.receiveOnly, false, .sendOnly),
        (.inactive, false, .inactive), (.sendReceive, true, .sendOnly), (.sendOnly, true, .inactive),
        (.receiveOnly, true, .sendOnly), (.inactive, true, .inactive),
    ]

    @Test("the direction is answered as RFC 3264 says, on local hold or not", arguments: directions)
    func direction(offered: MediaDirection, hold: Bool, answered: MediaDirection) throws {
        var machine = makeMachine()
        machine.setLocalHold(hold)
        let (answer, agreed) = try machine.receiveOffer(
            description("m=audio 30000 RTP/AVP 0", ["a=\(offered.rawValue)"]))
        #expect(answer.direction(of: answer.media[0]) == answered)
        #expect(agreed.direction == answered)
    }

    @Test("a direction at session level counts for the section")
    func sessionDirection() throws {
        var machine = makeMachine()
        var offer = try description()
        offer.attributes.append(SdpAttribute("sendonly"))
        #expect(try machine.receiveOffer(offer).agreed.direction == .receiveOnly)
    }

    @Test("the old hold with address 0.0.0.0 is understood: nothing is sent")
    func oldHold() throws {
        var machine = makeMachine()
        let (answer, agreed) = try machine.receiveOffer(description(address: "IP4 0.0.0.0"))
        #expect(agreed.remoteRTP == nil)
        #expect(agreed.direction == .receiveOnly)
        #expect(answer.direction(of: answer.media[0]) == .receiveOnly)
    }

    @Test("IPv6 is offered and taken")
    func ipv6() throws {
        let local = NetworkAddress(ip: IPAddress(v6: 0x2001_0DB8_0000_0000, 1), port: 20_000)
        var machine = OfferAnswer(local: local, sessionID: 1)
        #expect(machine.makeOffer().connection == .init(addressType: "IP6", address: "2001:db8::1"))
        machine.rollback()
        let (_, agreed) = try machine.receiveOffer(description(address: "IP6 2001:db8::9"))
        #expect(agreed.remoteRTP?.description == "[2001:db8::9]:30000")
    }

    @Test("control packets go where a=rtcp says, or to the same port when multiplexed")
    func rtcp() throws {
        var one = makeMachine()
        let (_, elsewhere) = try one.receiveOffer(
            description("m=audio 30000 RTP/AVP 0", ["a=rtcp:53020 IN IP4 198.51.100.7"]))
        #expect(elsewhere.remoteRTCP?.description == "198.51.100.7:53020")
        var two = makeMachine()
        let (answer, muxed) = try two.receiveOffer(description("m=audio 30000 RTP/AVP 0", ["a=rtcp-mux"]))
        #expect(muxed.rtcpMux)
        #expect(muxed.remoteRTCP == there)
        #expect(answer.media[0].attributes.contains("rtcp-mux"))
    }

    @Test("other sections are answered with port 0, in order")
    func otherSections() throws {
        var offer = try description()
        offer.media.insert(MediaDescription(kind: "video", port: 5000, formats: ["99"]), at: 0)
        offer.media.append(MediaDescription(kind: "audio", port: 5002, formats: ["0"]))
        offer.media.append(MediaDescription(kind: "message", port: 5004, transport: "TCP/MSRP", formats: ["*"]))
        var machine = makeMachine()
        let (answer, agreed) = try machine.receiveOffer(offer)
        #expect(answer.media.map(\.kind) == ["video", "audio", "audio", "message"])
        #expect(answer.media.map(\.port) == [0, 20_000, 0, 0])
        #expect(answer.media[3].transport == "TCP/MSRP")
        #expect(agreed.remoteRTP == there)
        // A later offer of ours repeats all of them.
        machine.setLocalHold(true)
        #expect(machine.makeOffer().media.map(\.port) == [0, 20_000, 0, 0])
    }

    static let unusableSections = [
        "m=audio 30000 RTP/SAVP 0", "m=audio 30000 UDP/TLS/RTP/SAVPF 0", "m=audio 30000 RTP/AVP 9",
        "m=audio 30000 RTP/AVP 97", "m=video 30000 RTP/AVP 0", "m=audio 0 RTP/AVP 0", "m=audio 30000 RTP/AVP 300",
    ]

    @Test("an offer without audio that we can do is refused", arguments: unusableSections)
    func unusable(media: String) throws {
        var machine = makeMachine()
        let offer = try description(media, ["a=rtpmap:97 iLBC/8000"])
        let error = #expect(throws: OfferAnswerError.self) { try machine.receiveOffer(offer) }
        #expect(error?.code == .notAcceptable)
        #expect(machine.agreed == nil)
    }

    @Test("an offer without any section is refused")
    func noSection() throws {
        var offer = try description()
        offer.media = []
        var machine = makeMachine()
        #expect(throws: OfferAnswerError.self) { try machine.receiveOffer(offer) }
    }

    @Test("encrypted and plain sections side by side: the plain one is taken")
    func plainBesideEncrypted() throws {
        var offer = try description()
        offer.media.insert(MediaDescription(kind: "audio", port: 5000, transport: "RTP/SAVP", formats: ["0"]), at: 0)
        var machine = makeMachine()
        #expect(try machine.receiveOffer(offer).answer.media.map(\.port) == [0, 20_000])
    }

    @Test("the answer's codec, addresses and payload types are taken, also when its numbers differ from ours")
    func receiveAnswer() throws {
        var machine = makeMachine()
        _ = machine.makeOffer()
        let agreed = try machine.receiveAnswer(
            description(
                "m=audio 30000 RTP/AVP 107 8 120", ["a=rtpmap:107 opus/48000/2", "a=rtpmap:120 telephone-event/48000"]))
        #expect(agreed.codec == .opus)
        #expect(agreed.sendPayloadType == 107)
        #expect(agreed.receivePayloadType == 111)
        #expect(agreed.telephoneEventSend == 120)
        #expect(agreed.telephoneEventReceive == 110)
        #expect(agreed.receivable.map(\.payloadType) == [111, 8])
    }

    @Test("an answer that repeats our numbers without rtpmap means what we offered")
    func answerWithoutRtpmap() throws {
        var machine = makeMachine()
        _ = machine.makeOffer()
        let agreed = try machine.receiveAnswer(description("m=audio 30000 RTP/AVP 111 101", ["a=ptime:20"]))
        #expect(agreed.codec == .opus)
        #expect(agreed.telephoneEventSend == 101)
    }

    @Test("an answer that refuses, or does not fit, ends the offer and changes nothing")
    func badAnswers() throws {
        var machine = makeMachine()
        _ = machine.makeOffer()
        let before = try machine.receiveAnswer(description())
        for (media, code) in [
            ("m=audio 0 RTP/AVP 0", OfferAnswerError.Code.refused), ("m=audio 30000 RTP/AVP 9", .mismatch),
            ("m=video 30000 RTP/AVP 0", .mismatch),
        ] {
            machine.setLocalHold(true)
            _ = machine.makeOffer()
            let error = #expect(throws: OfferAnswerError.self) {
                try machine.receiveAnswer(description(media, ["a=x"]))
            }
            #expect(error?.code == code)
            #expect(machine.agreed == before)
            #expect(!machine.isOffering)
        }
        #expect(throws: OfferAnswerError.self) { try machine.receiveAnswer(description()) }
    }

    @Test("the version grows when, and only when, the description changes")
    func version() throws {
        var machine = makeMachine()
        #expect(machine.makeOffer().origin.version == "100")
        _ = try machine.receiveAnswer(description())
        // The agreed codec moves to the front; the description that went out first has Opus there, the peer took PCMU.
        machine.setLocalHold(true)
        let hold = machine.makeOffer()
        #expect(hold.origin.version == "101")
        #expect(hold.direction(of: hold.media[0]) == .sendOnly)
        #expect(machine.makeOffer() == hold)
        machine.rollback()
        #expect(machine.makeOffer().origin.version == "101")
        machine.rollback()
        machine.setLocalHold(false)
        #expect(machine.makeOffer().origin.version == "102")
        #expect(machine.makeOffer().origin.sessionID == "100")
    }

    @Test("the same offer again gets the same answer with the same version")
    func sameAnswer() throws {
        var machine = makeMachine()
        let first = try machine.receiveOffer(description()).answer
        let second = try machine.receiveOffer(description()).answer
        #expect(first == second)
    }

    @Test("a payload type keeps its meaning: our later offer uses the peer's number for Opus")
    func stableNumbers() throws {
        var machine = makeMachine()
        _ = try machine.receiveOffer(description("m=audio 30000 RTP/AVP 101", ["a=rtpmap:101 opus/48000/2"]))
        let offer = machine.makeOffer()
        #expect(offer.media[0].formats.first == "101")
        let maps = offer.media[0].attributes.values("rtpmap")
        #expect(maps.contains("101 opus/48000/2"))
        #expect(maps.filter { $0.hasPrefix("101 ") }.count == 1)
        #expect(maps.contains { $0.hasSuffix(" telephone-event/8000") })
    }

    @Test("an offer while ours is open is glare")
    func glare() throws {
        var machine = makeMachine()
        _ = machine.makeOffer()
        let error = #expect(throws: OfferAnswerError.self) { try machine.receiveOffer(description()) }
        #expect(error?.code == .wrongState)
        #expect(machine.isOffering)
    }

    @Test("audio that is switched off in a running session is accepted as inactive, and can come back")
    func switchedOff() throws {
        var machine = makeMachine()
        _ = try machine.receiveOffer(description())
        let (answer, off) = try machine.receiveOffer(description("m=audio 0 RTP/AVP 0"))
        #expect(answer.media[0].port == 0)
        #expect(off.direction == .inactive)
        #expect(off.remoteRTP == nil)
        #expect(try machine.receiveOffer(description()).agreed.remoteRTP == there)
    }

    @Test("two machines agree on the same stream, seen from both sides", arguments: directions)
    func bothSides(offered: MediaDirection, hold: Bool, answered: MediaDirection) throws {
        var caller = makeMachine([.pcma, .opus])
        var callee = OfferAnswer(local: there, capabilities: MediaCapabilities(codecs: [.opus, .pcma]), sessionID: 9)
        callee.setLocalHold(hold)
        let (answer, two) = try callee.receiveOffer(caller.makeOffer(direction: offered))
        let one = try caller.receiveAnswer(answer)
        #expect(one.codec == two.codec)
        #expect(one.direction == two.direction.reversed)
        #expect(one.sendPayloadType == two.receivePayloadType)
        #expect(two.sendPayloadType == one.receivePayloadType)
        #expect(one.telephoneEventSend == two.telephoneEventReceive)
        #expect(one.remoteRTP == there)
        #expect(two.remoteRTP == here)
        #expect(two.direction == answered)
    }
}
