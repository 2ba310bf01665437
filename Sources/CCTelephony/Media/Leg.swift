import CCCore
import CCMedia
import CCSip
import NIOCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The media of one call: two sockets, a receiver, a sender, and what the other side is to hear. Belongs to its engine.
final class Leg {
    /// A held party that sends nothing for so many frames is replaced by music for its partner.
    static let holdSilenceFrames = 10
    /// How long the source of a stream is taken for the only one after its last packet.
    static let latchHold = Duration.seconds(5)
    /// A party that need not send, on hold or in a call without audio, is asked so many times less often whether it is
    /// still there.
    static let patienceWithSilent = 10

    let id: LegID
    let port: UInt16
    let rtp: any DatagramSocket
    let rtcp: any DatagramSocket
    let settings: MediaSettings
    private let entropy: Entropy
    private let events: LegEvents

    private var agreed: NegotiatedAudio?
    private var receiver: MediaReceiver?
    private var sender: MediaSender?
    private var control: RtcpSession?
    /// Where RTP really comes from, once some has come (symmetric RTP, RFC 4961): private addresses in SDP are wrong.
    private var latched: NetworkAddress?
    private var latchedControl: NetworkAddress?
    private var packetsSent = 0

    /// What came from the other side in this tick.
    private(set) var heard: [Int16] = []
    private var heardKind = MediaReceiver.FrameKind.silence
    private var silentFrames = 0
    private var hasBeenHeard = false
    private var lastHeardAt: Instant?
    /// When the other side was heard last, or asked whether it is there; nil before it is heard for the first time.
    private var supervisedFrom: Instant?
    /// What the other side is sent in this tick.
    private var said: [Int16] = []

    var partner: Leg? { didSet { resampler = nil } }
    var echoes = false
    /// This side has put the other one on hold.
    var isHeld = false { didSet { holdMusic = nil } }
    private var resampler: Resampler?
    private var playing: Playing?
    private var background: PromptPlayer?
    private var holdMusic: PromptPlayer?
    private var tap: RecordingTap?
    private var tapName = 0

    private struct Playing {
        var player: PromptPlayer
        let playback: Int
        let finished: @Sendable (Bool) -> Void
    }

    init(
        id: LegID, port: UInt16, rtp: any DatagramSocket, rtcp: any DatagramSocket, settings: MediaSettings,
        entropy: Entropy, events: LegEvents
    ) {
        self.id = id
        self.port = port
        self.rtp = rtp
        self.rtcp = rtcp
        self.settings = settings
        self.entropy = entropy
        self.events = events
    }

    // MARK: Agreement

    func configure(_ new: NegotiatedAudio, now: Instant) {
        if new.remoteRTP != agreed?.remoteRTP { latched = nil }
        if new.remoteRTCP != agreed?.remoteRTCP { latchedControl = nil }
        agreed = new
        if supervisedFrom != nil || !new.direction.receives { supervisedFrom = now }
        let codec = AudioCodecKind(new.codec)
        let received = MediaReceiver.Settings(
            codec: codec, payloadType: new.receivePayloadType, telephoneEvent: new.receivedEvents,
            sampleRate: settings.wideband)
        let sent = MediaSender.Settings(
            codec: codec, payloadType: new.sendPayloadType, telephoneEvent: new.sentEvents,
            sampleRate: settings.wideband, opus: CCMedia.OpusParameters(new.opus))
        // libopus refuses only when memory is short: the leg then stays as it was, or silent.
        if receiver == nil { receiver = try? MediaReceiver(received) } else { try? receiver?.reconfigure(received) }
        if sender == nil { sender = try? MediaSender(sent, entropy: entropy) } else { try? sender?.reconfigure(sent) }
        if control == nil, let sender {
            control = RtcpSession(ssrc: sender.ssrc, cname: entropy.token(), now: now, random: entropy.unit())
        }
        if heard.count != heardRate / 50 { heard = [Int16](repeating: 0, count: heardRate / 50) }
        if said.count != saidRate / 50 { said = [Int16](repeating: 0, count: saidRate / 50) }
    }

    /// Samples per second of what comes from the other side. It may differ from what it is sent while a peer uses
    /// another of the agreed codecs.
    private var heardRate: Int { receiver?.sampleRate ?? 8_000 }
    private var saidRate: Int { sender?.sampleRate ?? 8_000 }

    /// The other side has said that it will not send, or not just now.
    private var isHeldByRemote: Bool { !(agreed?.direction.receives ?? true) || !(agreed?.direction.sends ?? true) }

    /// Whether a frame every 20 ms matters: a call that agreed on no audio, and is neither played to nor recorded, needs
    /// only its control packets.
    var needsTicks: Bool {
        guard let agreed else { return false }
        return agreed.direction != .inactive || playing != nil || tap != nil
    }

    // MARK: Packets

    func receivedRtp(_ bytes: ByteBuffer, from source: NetworkAddress, now: Instant) {
        guard let agreed, isHeardFrom(source, now: now) else { return }
        switch receive(bytes, agreed, now: now) {
        case .ignored(.rtcp): return receivedRtcp(bytes, from: source, now: now)
        case .ignored(let reason) where reason != .late && reason != .duplicate: return
        case .digits(let keys): report(keys)
        case .audio, .comfortNoise, .ignored: break
        }
        latched = source
        lastHeardAt = now
        supervisedFrom = now
    }

    /// Once a peer is heard, others are not listened to, unless it has been silent for a while: a NAT that has forgotten
    /// its mapping gives a phone another address.
    private func isHeardFrom(_ source: NetworkAddress, now: Instant) -> Bool {
        // Where the description says that media comes from is always right.
        guard let latched, latched != source, source != agreed?.remoteRTP, let lastHeardAt else { return true }
        return lastHeardAt.duration(to: now) > Self.latchHold
    }

    private func receive(_ bytes: ByteBuffer, _ agreed: NegotiatedAudio, now: Instant) -> MediaReceiver.Outcome {
        guard let outcome = receiver?.receive(bytes, now: now) else { return .ignored(.malformed) }
        // A peer may change between the codecs that offer and answer have in common without asking again.
        guard outcome == .ignored(.payloadType), agreed.receivable.count > 1,
            let type = bytes.getInteger(at: bytes.readerIndex + 1, as: UInt8.self),
            let format = agreed.receivable.first(where: { $0.payloadType == type & 0x7F }),
            var settings = receiver?.settings
        else { return outcome }
        settings.codec = AudioCodecKind(format.codec)
        settings.payloadType = format.payloadType
        try? receiver?.reconfigure(settings)
        return receiver?.receive(bytes, now: now) ?? outcome
    }

    func receivedRtcp(_ bytes: ByteBuffer, from source: NetworkAddress, now: Instant) {
        guard source.ip == (latched ?? agreed?.remoteRTP)?.ip else { return }
        guard let result = control?.receive(bytes, from: receiver?.source?.ssrc, now: now), result != .ignored else {
            return
        }
        if latchedControl == nil { latchedControl = source }
    }

    private func report(_ keys: [DtmfEvent]) {
        for case .pressed(let digit) in keys { events.digit(digit) }
    }

    // MARK: Tick

    /// First half of a tick: one frame from the other side.
    func take(now: Instant) {
        guard receiver != nil else { return }
        heardKind = receiver?.nextFrame(into: &heard, now: now) ?? .silence
        silentFrames = heardKind == .silence ? silentFrames + 1 : 0
        if heardKind == .audio, !hasBeenHeard {
            hasBeenHeard = true
            events.heard()
        }
        if let keys = receiver?.overdueDigits(now: now), !keys.isEmpty { report(keys) }
    }

    /// Second half of a tick: decides what the other side hears, and sends it.
    func give(tick: Int, now: Instant, packet: inout ByteBuffer) {
        guard receiver != nil else { return }
        let conversation = prepare()
        tap?.add(
            tick: tick, party: heard, isConcealed: heardKind == .concealed, otherSide: conversation ? said : nil,
            isOtherConcealed: partner?.heardKind == .concealed)
        guard let agreed, agreed.direction.sends, let remote = latched ?? agreed.remoteRTP,
            sender?.frame(said, into: &packet, now: now) != MediaSender.Sent.nothing
        else { return }
        packetsSent += 1
        rtp.send(packet, to: remote)
    }

    /// Fills ``said``. True when it belongs on a recording, false for silence and music on hold.
    private func prepare() -> Bool {
        if playing != nil {
            playing?.player.fill(&said, rate: saidRate)
            if let ended = playing, ended.player.isFinished {
                playing = nil
                ended.finished(true)
            }
            return true
        }
        if isHeld || (partner?.isAbsent ?? false) {
            if holdMusic == nil { holdMusic = PromptPlayer(settings.holdMusic, loops: true, rate: saidRate) }
            holdMusic?.fill(&said, rate: saidRate)
            return false
        }
        if holdMusic != nil { holdMusic = nil }
        if let partner {
            copy(from: partner)
            return true
        }
        if echoes {
            copy(from: self)
            return true
        }
        if background != nil {
            background?.fill(&said, rate: saidRate)
            return false
        }
        for index in said.indices { said[index] = 0 }
        return false
    }

    /// Held by its own side, and silent: somebody else has to entertain the partner.
    private var isAbsent: Bool { isHeldByRemote && silentFrames >= Self.holdSilenceFrames }

    private func copy(from other: Leg) {
        let (from, to) = (other.heardRate, saidRate)
        guard from != to else {
            said = other.heard
            return
        }
        if resampler?.inputRate != from || resampler?.outputRate != to {
            resampler = try? Resampler(from: from, to: to)
        }
        let heard = other.heard
        resampler?.process(heard.span, into: &said)
    }

    // MARK: What is heard

    func play(_ prompt: Prompt, loops: Bool, playback: Int, finished: @escaping @Sendable (Bool) -> Void) {
        let before = playing
        playing = Playing(
            player: PromptPlayer(prompt, loops: loops, rate: saidRate), playback: playback, finished: finished)
        before?.finished(false)
    }

    func stopPlaying(playback: Int) {
        guard let current = playing, current.playback == playback else { return }
        playing = nil
        current.finished(false)
    }

    func setBackground(_ music: Prompt?) {
        background = music.map { PromptPlayer($0, loops: true, rate: saidRate) }
    }

    func sendDigits(_ digits: String, duration: Duration, gap: Duration) {
        _ = sender?.sendDigits(digits.filter { DtmfDigit($0) != nil }, duration: duration, pause: gap)
    }

    /// Takes the place of the tap before. `name` is what it is stopped by, if it is still there then.
    func startTap(_ name: Int, _ receive: @escaping @Sendable (RecordedAudio) -> Void) {
        tap?.flush()
        tap = RecordingTap(sampleRate: heardRate, receive: receive)
        tapName = name
    }

    /// - Parameter name: nil: whichever it is.
    func stopTap(_ name: Int? = nil) {
        guard name == nil || name == tapName else { return }
        tap?.flush()
        tap = nil
    }

    // MARK: Supervision

    /// Once a second: control packets that are due, and whether the other side still sends.
    func supervise(now: Instant, date: Date, packet: inout ByteBuffer) {
        if let due = control?.nextDeadline, due <= now, let sender {
            control?.report(
                sent: sender.counters, received: receiver?.source, now: now, ntp: NtpTime(date), random: entropy.unit(),
                into: &packet)
            sendControl(packet)
        }
        guard let agreed, let timeout = settings.silenceTimeout, let since = supervisedFrom else { return }
        // Who need not send may be gone as well.
        let mustSend = agreed.direction.receives && !isHeld
        guard since.duration(to: now) > (mustSend ? timeout : timeout * Self.patienceWithSilent) else { return }
        // Asked again after as long again: an answer now does not vouch for ever.
        supervisedFrom = now
        events.silent()
    }

    private func sendControl(_ bytes: ByteBuffer) {
        guard let agreed, let remote = latchedControl ?? (agreed.rtcpMux ? latched : nil) ?? agreed.remoteRTCP else {
            return
        }
        (agreed.rtcpMux ? rtp : rtcp).send(bytes, to: remote)
    }

    func finish(now: Instant, date: Date, packet: inout ByteBuffer) {
        if let sender {
            control?.goodbye(
                sent: sender.counters, received: receiver?.source, now: now, ntp: NtpTime(date), into: &packet)
            sendControl(packet)
        }
        stopTap()
        let before = playing
        playing = nil
        before?.finished(false)
        events.closed(statistics)
    }

    var statistics: MediaStatistics {
        var figures = MediaStatistics()
        figures.packetsSent = packetsSent
        guard let receiver else { return figures }
        let counters = receiver.counters
        figures.packetsReceived = counters.audioPackets + counters.eventPackets
        figures.packetsLost = counters.lostPackets + Int(max(0, receiver.source?.lost ?? 0)) + counters.latePackets
        figures.packetsExpected = figures.packetsReceived + figures.packetsLost
        if let jitter = receiver.source?.jitter {
            figures.jitter = Double(jitter) * 1_000 / Double(receiver.settings.codec.clockRate)
        }
        figures.roundTrip = control?.remote?.roundTripTime
        return figures
    }
}

extension AudioCodecKind {
    init(_ codec: AudioCodec) {
        switch codec {
        case .opus: self = .opus
        case .pcma: self = .pcma
        default: self = .pcmu
        }
    }
}

extension CCMedia.OpusParameters {
    init(_ negotiated: CCSip.OpusParameters) {
        self.init()
        maximumAverageBitrate = negotiated.maxAverageBitrate
        usesInBandFec = negotiated.useInbandFEC
        usesDtx = negotiated.useDTX
        isConstantBitrate = negotiated.constantBitrate
        if let rate = negotiated.maxPlaybackRate { maximumPlaybackRate = rate }
    }
}

extension NegotiatedAudio {
    var receivedEvents: TelephoneEventFormat? {
        telephoneEventReceive.map { TelephoneEventFormat(payloadType: $0, clockRate: telephoneEventClockRate) }
    }

    var sentEvents: TelephoneEventFormat? {
        telephoneEventSend.map { TelephoneEventFormat(payloadType: $0, clockRate: telephoneEventClockRate) }
    }
}
