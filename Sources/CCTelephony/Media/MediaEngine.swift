import CCCore
import CCMedia
import CCSip
import Logging
import NIOCore

/// Moves the media of all calls of one event loop: packets in as they come, one tick for all legs every 20 ms.
///
/// A tick takes one frame from each leg's jitter buffer, decides what each leg hears (its bridged partner, a prompt,
/// music, its own echo or silence), hands both sides to the recorder, encodes and sends. Legs of one engine can be
/// bridged. While there are no legs there are no ticks; while no leg has audio, there is one a second, for control packets.
actor MediaEngine {
    static let frame = Duration.milliseconds(20)
    static let ticksPerSecond = 50
    /// After a stall, at most this many missed ticks are made up for; the rest are skipped, and recordings show a gap.
    static let catchUpTicksMax = 5
    /// Ports that other programs hold are passed over, at most this many for one leg.
    static let bindAttemptsMax = 256

    nonisolated let loop: any NetworkLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    let settings: MediaSettings
    private let time: any TimeSource
    private let entropy: Entropy
    private let logger: Logger
    private var ports: RtpPortRange
    private var legs: [Leg] = []
    private var byID: [LegID: Leg] = [:]
    private var nextLeg: LegID = 0
    private var tick = 0
    private var nextTickAt = Instant.zero
    private var isTicking = false
    /// No leg needs a frame: the next wake-up is a second away.
    private var isIdle = false
    private var wakeup: (any Wakeup)?
    private var packet = ByteBuffer()

    /// - Parameters:
    ///   - share: Which of the media loops this is, from 0.
    ///   - shares: How many there are: each has its part of the ports.
    init(
        loop: any NetworkLoop, share: Int, of shares: Int, settings: MediaSettings, time: any TimeSource,
        entropy: Entropy, logger: Logger
    ) {
        self.loop = loop
        self.settings = settings
        self.time = time
        self.entropy = entropy
        self.logger = logger
        ports = RtpPortRange(settings.ports, share: share, of: shares)
    }

    /// Runs `work` on the engine's loop soon, in order of the calls, without waiting for it.
    nonisolated func post(_ work: @escaping @Sendable (isolated MediaEngine) -> Void) {
        loop.execute { self.assumeIsolated(work) }
    }

    var legCount: Int { legs.count }
    /// Pairs of ports that are taken.
    var portPairCount: Int { ports.inUse }

    // MARK: Life of a leg

    /// Binds a pair of ports. The leg sends and hears nothing until it is configured.
    ///
    /// - Throws: ``TelephonyError`` `noMediaPort` when the range is used up.
    func open(ip: IPAddress, events: LegEvents) async throws -> (id: LegID, port: UInt16) {
        let id = nextLeg
        nextLeg += 1
        for _ in 0..<Self.bindAttemptsMax {
            guard let port = ports.take() else { break }
            do {
                let leg = try await bind(id: id, ip: ip, port: port, events: events)
                byID[id] = leg
                legs.append(leg)
                startTicking()
                return (id, port)
            } catch let error as TelephonyError where error.code == .addressInUse {
                logger.debug("media port in use by another program", metadata: ["port": "\(port)"])
                ports.release(port)
            } catch {
                ports.release(port)
                throw error
            }
        }
        throw TelephonyError(.noMediaPort, "no free port pair in \(settings.ports)")
    }

    private func bind(id: LegID, ip: IPAddress, port: UInt16, events: LegEvents) async throws -> Leg {
        let rtp = try await loop.bindDatagram(NetworkAddress(ip: ip, port: port), bytesMax: 2_048) { bytes, source in
            self.assumeIsolated { $0.byID[id]?.receivedRtp(bytes, from: source, now: $0.loop.now) }
        }
        do {
            let control = NetworkAddress(ip: ip, port: port + 1)
            let rtcp = try await loop.bindDatagram(control, bytesMax: 2_048) { bytes, source in
                self.assumeIsolated { $0.byID[id]?.receivedRtcp(bytes, from: source, now: $0.loop.now) }
            }
            return Leg(id: id, port: port, rtp: rtp, rtcp: rtcp, settings: settings, entropy: entropy, events: events)
        } catch {
            rtp.close(whenClosed: {})
            throw error
        }
    }

    /// Ends a leg: its last report goes out, its ports become free, its statistics are handed over.
    func close(_ id: LegID) {
        guard let leg = byID.removeValue(forKey: id) else { return }
        if let partner = leg.partner { disconnect(leg, partner) }
        legs.removeAll { $0 === leg }
        leg.finish(now: loop.now, date: time.date(at: loop.now), packet: &packet)
        let (port, rtcp) = (leg.port, leg.rtcp)
        leg.rtp.close { rtcp.close { self.assumeIsolated { $0.ports.release(port) } } }
    }

    // MARK: What a leg does

    /// Applies what offer and answer have agreed; the stream's SSRC and sequence numbers go on.
    func configure(_ id: LegID, _ agreed: NegotiatedAudio) {
        byID[id]?.configure(agreed, now: loop.now)
        stir()
    }

    /// Lets two legs hear each other. What they heard before ends.
    func connect(_ first: LegID, _ second: LegID) {
        guard let first = byID[first], let second = byID[second], first !== second else { return }
        for leg in [first, second] { if let partner = leg.partner { disconnect(leg, partner) } }
        first.partner = second
        second.partner = first
    }

    func disconnect(_ first: LegID, _ second: LegID) {
        guard let first = byID[first], let second = byID[second], first.partner === second else { return }
        disconnect(first, second)
    }

    private func disconnect(_ first: Leg, _ second: Leg) {
        first.partner = nil
        second.partner = nil
    }

    /// Plays a prompt over whatever the leg hears. `finished` is called once, on the loop: true at its end, false when
    /// something else took its place or the leg was closed.
    func play(_ id: LegID, _ prompt: Prompt, loops: Bool, playback: Int, finished: @escaping @Sendable (Bool) -> Void) {
        guard let leg = byID[id] else { return finished(false) }
        leg.play(prompt, loops: loops, playback: playback, finished: finished)
        stir()
    }

    func stopPlaying(_ id: LegID, playback: Int) { byID[id]?.stopPlaying(playback: playback) }

    /// This side puts the other one on hold: it hears music and is not listened to.
    func setHeld(_ id: LegID, _ held: Bool) { byID[id]?.isHeld = held }

    func setEcho(_ id: LegID, _ echoes: Bool) { byID[id]?.echoes = echoes }

    /// Music for a party that waits without anybody on the other side; nil for silence.
    func setBackground(_ id: LegID, _ music: Prompt?) { byID[id]?.setBackground(music) }

    /// Sends DTMF: 0-9, *, #, A-D. Others are left out.
    func sendDigits(_ id: LegID, _ digits: String, duration: Duration, gap: Duration) {
        byID[id]?.sendDigits(digits, duration: duration, gap: gap)
    }

    func startTap(_ id: LegID, _ name: Int, _ receive: @escaping @Sendable (RecordedAudio) -> Void) {
        byID[id]?.startTap(name, receive)
        stir()
    }

    func stopTap(_ id: LegID, _ name: Int) { byID[id]?.stopTap(name) }

    func statistics(_ id: LegID) -> MediaStatistics? { byID[id]?.statistics }

    // MARK: The tick

    private func startTicking() {
        guard !isTicking else { return }
        isTicking = true
        nextTickAt = loop.now.advanced(by: Self.frame)
        scheduleTick()
    }

    private func scheduleTick() {
        isIdle = !legs.contains { $0.needsTicks }
        let due = isIdle ? nextTickAt.advanced(by: Self.frame * (Self.ticksPerSecond - 1)) : nextTickAt
        wakeup = loop.wake(at: due) { self.assumeIsolated { $0.tickDue() } }
    }

    /// Something needs frames now: no waiting for the end of the idle second.
    private func stir() {
        guard isTicking, isIdle, legs.contains(where: { $0.needsTicks }) else { return }
        wakeup?.cancel()
        skipTicks()
        scheduleTick()
    }

    /// Passes over the ticks that are past, in which there was nothing to do.
    private func skipTicks() {
        let late = nextTickAt.duration(to: loop.now)
        guard late >= .zero else { return }
        let ticks = Int(late.inNanoseconds / Self.frame.inNanoseconds) + 1
        tick += ticks
        nextTickAt = nextTickAt.advanced(by: Self.frame * ticks)
    }

    private func tickDue() {
        guard !legs.isEmpty else {
            isTicking = false
            return
        }
        if isIdle {
            skipTicks()
            supervise(legs[...], now: loop.now)
        }
        var made = 0
        while nextTickAt <= loop.now {
            if made < Self.catchUpTicksMax { runTick(at: nextTickAt) }
            made += 1
            tick += 1
            nextTickAt = nextTickAt.advanced(by: Self.frame)
        }
        scheduleTick()
    }

    /// - Parameter now: The nominal time of the tick, also when it is made up for later.
    private func runTick(at now: Instant) {
        for leg in legs where leg.needsTicks { leg.take(now: now) }
        for leg in legs where leg.needsTicks { leg.give(tick: tick, now: now, packet: &packet) }
        // Control work is spread: each leg looks after it once a second.
        var index = tick % Self.ticksPerSecond
        while index < legs.count {
            supervise(legs[index...index], now: now)
            index += Self.ticksPerSecond
        }
    }

    private func supervise(_ some: ArraySlice<Leg>, now: Instant) {
        let date = time.date(at: now)
        for leg in some { leg.supervise(now: now, date: date, packet: &packet) }
    }
}

/// Names a leg within its engine.
typealias LegID = Int

/// What a leg tells the call that it belongs to. All are called on the engine's loop.
struct LegEvents: Sendable {
    /// A key was pressed (RFC 4733).
    var digit: @Sendable (DtmfDigit) -> Void
    /// The first frame of the other side's audio is there.
    var heard: @Sendable () -> Void
    /// Media had come and has stopped for the time that the settings state.
    var silent: @Sendable () -> Void
    /// The leg is closed.
    var closed: @Sendable (MediaStatistics) -> Void
}
