import CCCore
import CCMedia
import CCSip
import CCTelephony
import Synchronization
import Testing

@Suite("A call between two user agents on loopback")
struct UserAgentTests {
    @Test(
        "is heard in both directions",
        arguments: [
            (AudioCodec.pcmu, 0.95), (.pcma, 0.95), (.opus, 0.75),
        ])
    func audioBothWays(codec: AudioCodec, atLeast: Double) async throws {
        let question = AudioClip.speechLike(seed: 1, seconds: 2)
        let answer = AudioClip.speechLike(seed: 2, seconds: 2)
        let there = Ear()
        let handlers = UserAgentHandlers { call in
            try? await call.answer()
            try? await call.withAudio(there.listen) {
                try await call.play(Prompt(answer))
                await call.waitForEnd()
            }
        }
        let here = Ear()
        try await Loopback.run(
            here: Loopback.configuration(codecs: [codec]),
            there: Loopback.configuration(codecs: [.opus, .pcmu, .pcma]),
            handlers: handlers
        ) { loopback in
            try await loopback.here.withCall(to: loopback.uri("anybody")) { call in
                try await call.withAudio(here.listen) {
                    try await call.play(Prompt(question))
                    try await Task.sleep(for: .milliseconds(500))
                }
            }
        }
        #expect(match(question, in: there.party, codec) > atLeast)
        #expect(match(answer, in: here.party, codec) > atLeast)
    }

    private func match(_ reference: AudioClip, in heard: [Int16], _ codec: AudioCodec) -> Double {
        let rate = codec == .opus ? 16_000 : 8_000
        let middle = Array(reference.resampled(to: rate).samples.dropFirst(rate / 4).prefix(rate))
        return likeness(of: middle, in: heard, rate: rate)
    }

    @Test("carries each key once and in order")
    func digits() async throws {
        let keys = Mutex("")
        let handlers = UserAgentHandlers { call in
            try? await call.answer()
            for await key in call.digits { keys.withLock { $0.append(key) } }
        }
        try await Loopback.run(handlers: handlers) { loopback in
            try await loopback.here.withCall(to: loopback.uri("ivr")) { call in
                try await call.send(digits: "1234567890*#")
                _ = try await eventually { keys.withLock { $0.count } >= 12 }
            }
        }
        #expect(keys.withLock { $0 } == "1234567890*#")
    }

    @Test("collects keys up to the terminator")
    func collecting() async throws {
        let collected = OneShot<String>()
        let handlers = UserAgentHandlers { call in
            try? await call.answer()
            collected.fulfil((try? await call.collectDigits(DigitCollection(max: 8))) ?? "failed")
        }
        try await Loopback.run(handlers: handlers) { loopback in
            try await loopback.here.withCall(to: loopback.uri("ivr")) { call in
                try await call.send(digits: "4711#99")
                #expect(await collected.value() == "4711")
            }
        }
    }

    @Test("ends the handler's task when the caller hangs up")
    func remoteHangupCancels() async throws {
        let cancelled = OneShot<Bool>()
        let handlers = UserAgentHandlers { call in
            try? await call.answer()
            do {
                try await Task.sleep(for: .seconds(60))
                cancelled.fulfil(false)
            } catch {
                cancelled.fulfil(call.end == .remoteHangup)
            }
        }
        try await Loopback.run(handlers: handlers) { loopback in
            try await loopback.here.withCall(to: loopback.uri("anybody")) { _ in }
            #expect(await cancelled.value() == true)
            #expect(try await eventually { await loopback.there.callCount == 0 })
            #expect(try await eventually { await loopback.here.callCount == 0 })
        }
    }

    @Test("ends the caller's body when the called side hangs up")
    func calleeHangsUp() async throws {
        let handlers = UserAgentHandlers { call in try? await call.answer() }
        try await Loopback.run(handlers: handlers) { loopback in
            let error = await failure {
                try await loopback.here.withCall(to: loopback.uri("anybody")) { call in
                    try await call.loop(.music)
                }
            }
            #expect(error?.code == .callEnded)
        }
    }

    @Test("is refused with the status that the called side gives", arguments: [486, 480, 603, 404])
    func refused(status: Int) async throws {
        let handlers = UserAgentHandlers { call in await call.reject(SipStatus(status)) }
        try await Loopback.run(handlers: handlers) { loopback in
            let error = await failure {
                try await loopback.here.withCall(to: loopback.uri("anybody")) { _ in }
            }
            #expect(error?.code == .rejected)
            #expect(error?.sipStatus == status)
        }
    }

    @Test("is refused by the screen before anything is set up")
    func screened() async throws {
        let handlers = UserAgentHandlers(screen: { dialled, _ in dialled == "known" ? nil : .notFound }) { _ in }
        try await Loopback.run(handlers: handlers) { loopback in
            let error = await failure {
                try await loopback.here.withCall(to: loopback.uri("unknown")) { _ in }
            }
            #expect(error?.sipStatus == 404)
        }
    }

    @Test("is cancelled when nobody answers in time")
    func ringTimeout() async throws {
        let end = OneShot<CallEnd?>()
        let rang = OneShot<Bool>()
        let handlers = UserAgentHandlers { call in
            try? await call.ring()
            await call.waitForEnd()
            end.fulfil(call.end)
        }
        try await Loopback.run(handlers: handlers) { loopback in
            var options = CallOptions()
            options.ringTimeout = .milliseconds(300)
            options.ringing = { rang.fulfil(true) }
            let error = await failure { [options] in
                try await loopback.here.withCall(to: loopback.uri("anybody"), options: options) { _ in }
            }
            #expect(error?.code == .noAnswer)
            #expect(await end.value() == .cancelled)
            #expect(rang.current == true)
        }
    }

    @Test("is cancelled by cancelling the task that places it")
    func cancelling() async throws {
        let end = OneShot<CallEnd?>()
        let ringing = OneShot<Bool>()
        let handlers = UserAgentHandlers { call in
            try? await call.ring()
            ringing.fulfil(true)
            await call.waitForEnd()
            end.fulfil(call.end)
        }
        try await Loopback.run(handlers: handlers) { loopback in
            await withTaskGroup { group in
                group.addTask { try? await loopback.here.withCall(to: loopback.uri("anybody")) { _ in } }
                _ = await ringing.value()
                group.cancelAll()
            }
            #expect(await end.value() == .cancelled)
        }
    }

    @Test("plays hold music to a party that is put on hold, and speech again afterwards")
    func hold() async throws {
        let events = Mutex<[CallEvent]>([])
        let handlers = UserAgentHandlers { call in
            call.observe { event in events.withLock { $0.append(event) } }
            try? await call.answer()
            try? await call.echo()
        }
        try await Loopback.run(handlers: handlers) { loopback in
            try await loopback.here.withCall(to: loopback.uri("anybody")) { call in
                try await call.hold()
                #expect(try await eventually { events.withLock { $0.contains(.heldByRemote) } })
                try await call.resume()
                #expect(try await eventually { events.withLock { $0.contains(.resumedByRemote) } })
            }
        }
    }

    @Test("runs over TCP")
    func tcp() async throws {
        let handlers = UserAgentHandlers { call in
            try? await call.answer()
            try? await call.echo()
        }
        try await Loopback.run(handlers: handlers) { loopback in
            try await loopback.here.withCall(to: loopback.uri("echo", transport: "tcp")) { call in
                let ear = Ear()
                let clip = AudioClip.speechLike(seed: 3, seconds: 1)
                try await call.withAudio(ear.listen) {
                    try await call.play(Prompt(clip))
                    try await Task.sleep(for: .milliseconds(400))
                }
                let middle = Array(clip.samples[2_000..<6_000])
                #expect(likeness(of: middle, in: ear.party, rate: 8_000) > 0.95)
            }
        }
    }

    @Test("runs over IPv6")
    func ipv6() async throws {
        let handlers = UserAgentHandlers { call in
            try? await call.answer()
            try? await call.echo()
        }
        try await Loopback.run(host: "::1", handlers: handlers) { loopback in
            try await loopback.here.withCall(to: loopback.uri("echo")) { call in
                let ear = Ear()
                let clip = AudioClip.speechLike(seed: 4, seconds: 1)
                try await call.withAudio(ear.listen) {
                    try await call.play(Prompt(clip))
                    try await Task.sleep(for: .milliseconds(400))
                }
                let middle = Array(clip.samples[2_000..<6_000])
                #expect(likeness(of: middle, in: ear.party, rate: 8_000) > 0.95)
            }
        }
    }

    @Test("is bridged to another with a different codec")
    func bridgeTranscodes() async throws {
        let clip = AudioClip.speechLike(seed: 5, seconds: 2)
        let ear = Ear()
        let agent = UserAgentHandlers { call in
            try? await call.answer()
            _ = try? await call.withAudio(ear.listen) { await call.waitForEnd() }
        }
        try await Loopback.run(there: Loopback.configuration(codecs: [.opus]), handlers: agent) { agentSide in
            // The switch takes the caller's G.711 call and joins it with an Opus call of its own.
            let inside = Loopback.configuration(codecs: [.opus, .pcmu])
            let exchange = UserAgent(configuration: inside)
            let handlers = UserAgentHandlers { call in
                try? await call.answer()
                var options = CallOptions()
                options.near = call
                options.codecs = [.opus]
                try? await exchange.withCall(to: agentSide.uri("agent"), options: options) { other in
                    try await call.bridge(with: other)
                }
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await exchange.run(handlers) }
                guard let address = await exchange.waitUntilListening()?.first else { return }
                try await agentSide.here.withCall(to: SipURI(user: "agent", address: address)) { call in
                    try await Task.sleep(for: .milliseconds(300))
                    try await call.play(Prompt(clip))
                    try await Task.sleep(for: .milliseconds(300))
                }
                await exchange.stop(within: .zero)
                try await group.waitForAll()
            }
        }
        let middle = Array(clip.resampled(to: 16_000).samples[8_000..<24_000])
        #expect(likeness(of: middle, in: ear.party, rate: 16_000) > 0.7)
    }

    @Test("frees its ports: a range for one call serves one after the other")
    func portsAreFreed() async throws {
        let handlers = UserAgentHandlers { call in
            try? await call.answer(); await call.waitForEnd()
        }
        let first = Loopback.nextPorts().lowerBound
        let narrow = Loopback.configuration(ports: first...(first + 1))
        try await Loopback.run(here: narrow, handlers: handlers) { loopback in
            for _ in 0..<5 {
                _ = try await eventually { await loopback.here.callCount == 0 }
                _ = try await eventually {
                    (try? await loopback.here.withCall(to: loopback.uri("anybody")) { _ in true }) ?? false
                }
            }
            let error = await failure {
                try await loopback.here.withCall(to: loopback.uri("anybody")) { _ in
                    try await loopback.here.withCall(to: loopback.uri("anybody")) { _ in }
                }
            }
            #expect(error?.code == .noMediaPort)
        }
    }

    @Test("beyond the limit is answered 503")
    func overload() async throws {
        let handlers = UserAgentHandlers { call in
            try? await call.answer(); await call.waitForEnd()
        }
        var there = Loopback.configuration()
        there.callsMax = 1
        try await Loopback.run(there: there, handlers: handlers) { loopback in
            try await loopback.here.withCall(to: loopback.uri("anybody")) { _ in
                let error = await failure {
                    try await loopback.here.withCall(to: loopback.uri("anybody")) { _ in }
                }
                #expect(error?.sipStatus == 503)
            }
        }
    }
}
