import ContactCenterKit
import Testing

@Suite("A conversation", .timeLimit(.minutes(5)))
struct ConversationTests {
    @Test(
        "is heard on both sides, whatever the codecs",
        arguments: [
            (AudioCodec.pcmu, AudioCodec.pcmu), (.pcma, .pcmu), (.opus, .opus), (.opus, .pcmu), (.pcmu, .opus),
        ])
    func audio(customer: AudioCodec, agent: AudioCodec) async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let (customerHears, agentHears, start) = (Ear(), Ear(), OneShot<Void>())
            try await rig.phone("agent1", codecs: [agent], AgentPhone.talks(Voice.agent, at: start, heard: agentHears))
            let caller = try await rig.caller(codecs: [customer], hears: customerHears)
            try await rig.talk("agent1", start, caller, says: Voice.customer)
            await caller.hangUp()
            let clear = customer == .opus || agent == .opus ? 0.5 : 0.8
            #expect(agentHears.clarity(of: Voice.customer) > clear)
            #expect(customerHears.clarity(of: Voice.agent) > clear)
        }
    }

    @Test("is recorded in stereo, customer left and agent right, in step", arguments: [AudioCodec.pcmu, .opus])
    func recording(codec: AudioCodec) async throws {
        try await withTemporaryFolder { folder in
            try await Rig.run {
                Support()
                Recordings(folder + "/recordings")
                Store.sqlite(folder + "/center.sqlite")
            } body: { rig in
                try await rig.phone("agent1", codecs: [codec]) { call in
                    try await call.answer()
                    try await call.echo()
                }
                let caller = try await rig.caller(codecs: [codec])
                try await rig.talk("agent1", OneShot(), caller, says: Voice.customer)
                await caller.hangUp()

                let record = try #require(try await rig.records().first)
                try await rig.events.wait(for: "recordingFinished")
                #expect(
                    try await eventually {
                        let recording = try await rig.center.recordings.recordings().first
                        return recording?.state == .finished
                    })
                let info = try #require(try await rig.center.recordings.recordings().first)
                #expect(record.recordings == [info.id] && info.contact == record.id)
                #expect(info.path.hasPrefix(folder + "/recordings/"))
                let wav = try WavFile(path: info.path)
                #expect(
                    !wav.isTruncated && wav.channels.count == 2 && wav.sampleRate == (codec == .opus ? 16_000 : 8_000))
                #expect(info.duration == wav.duration && info.duration > .seconds(2))
                let left = Voice.customer.match(in: wav.channels[0], rate: wav.sampleRate)
                let right = Voice.customer.match(in: wav.channels[1], rate: wav.sampleRate)
                #expect(left.clarity > (codec == .opus ? 0.6 : 0.8))
                #expect(right.clarity > (codec == .opus ? 0.4 : 0.7))
                // The echo comes back after the way there and back, jitter buffers included.
                let delay = right.seconds - left.seconds
                #expect(delay > 0.02 && delay < 0.8, "\(delay) s")
            }
        }
    }

    @Test("that the agent puts on hold gives the customer music, and counts as hold")
    func heldByAgent() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let ear = Ear()
            try await rig.phone("agent1") { call in
                try await call.answer()
                try await Task.sleep(for: .milliseconds(300))
                try await call.hold()
                try await Task.sleep(for: .milliseconds(1_200))
                try await call.resume()
                await call.waitForEnd()
            }
            let caller = try await rig.caller()
            try await rig.events.wait { if case .contactHeld(_, by: .agent) = $0 { true } else { false } }
            try await caller.call.withAudio(ear.listen) {
                try await rig.events.wait { if case .contactResumed(_, by: .agent) = $0 { true } else { false } }
            }
            #expect(ear.clarity(of: Voice.music) > 0.8)
            await caller.hangUp()
            let record = try #require(try await rig.records().first)
            #expect(record.hold > .milliseconds(1_100) && record.hold < .seconds(15))
            #expect(record.talk > .milliseconds(200))
        }
    }

    @Test("that the customer puts on hold gives the agent music, and counts as hold")
    func heldByCustomer() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let ear = Ear()
            try await rig.phone("agent1", AgentPhone.talks(heard: ear))
            let caller = try await rig.caller()
            try await rig.reaches("agent1", .talking)
            try await caller.call.hold()
            try await rig.events.wait { if case .contactHeld(_, by: .customer) = $0 { true } else { false } }
            try await Task.sleep(for: .milliseconds(1_300))
            try await caller.call.resume()
            try await rig.events.wait { if case .contactResumed(_, by: .customer) = $0 { true } else { false } }
            await caller.hangUp()
            #expect(ear.clarity(of: Voice.music) > 0.8)
            let record = try #require(try await rig.records().first)
            #expect(record.hold > .milliseconds(1_200) && record.hold < .seconds(15))
        }
    }

    @Test("ends for the caller when the agent hangs up")
    func agentHangsUp() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.hangsUp(after: .milliseconds(200)))
            let caller = try await rig.caller()
            #expect(try await caller.waitForEnd() == .remoteHangup)
            #expect(try await rig.records().first?.terminalReason == .completedByAgent)
            try await rig.reaches("agent1", .idle)
        }
    }

    @Test("ends for the agent when the caller hangs up")
    func callerHangsUp() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.talks())
            let caller = try await rig.caller()
            try await rig.reaches("agent1", .talking)
            await caller.hangUp()
            #expect(try await eventually { phone.calls.first?.end == .remoteHangup })
            #expect(try await rig.records().first?.terminalReason == .completedByCustomer)
        }
    }

    @Test("shows the agent who is calling, at the centre's address")
    func callerName() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let phone = try await rig.phone("agent1", AgentPhone.talks())
            let caller = try await rig.caller(as: "+15550177")
            try await rig.reaches("agent1", .talking)
            #expect(phone.calls.first?.from.uri.user == "+15550177")
            #expect(phone.calls.first?.from.uri.host == "127.0.0.1")
            await caller.hangUp()
        }
    }
}
