import CCCore
import CCMedia
import CCTestKit
import Foundation
import Testing

/// What the people in these tests "say": audio like speech, the same each time.
enum Voice {
    static let customer = AudioClip.speechLike(seed: 1, seconds: 5)
    static let agent = AudioClip.speechLike(seed: 2, seconds: 5)

    /// The agent's voice as a file for a phone to play, and silence after it: baresip hangs up when its file ends.
    static func writeAgent(to file: URL) throws {
        let silence = [Int16](repeating: 0, count: 30 * agent.sampleRate)
        try Data(AudioClip(samples: agent.samples + silence, sampleRate: agent.sampleRate).wav).write(to: file)
    }
}

extension Interop {
    @Suite("Audio, from phone to recording")
    struct AudioTests {
        @Test(
            "what the customer says is on the left of the recording, and what the agent's phone echoes on the right",
            .needs(.sipp), .needsRawSockets)
        func echo() async throws {
            try await withTemporaryFolder { folder in
                let agent = try FreePorts.one()
                let options = FullCenterProcess.Options(agents: 1, staticContact: "sip:127.0.0.1:\(agent)")
                try Capture.write(Voice.customer.samples, to: folder.appending(path: "caller.pcap"))
                try await Sipp(folder: folder, echoesAudio: true).answer("agent", at: agent) { _ in
                    try await FullCenterProcess.run(in: folder, options) { center in
                        let counts = try await Sipp(folder: folder)
                            .call("caller-audio", to: center.sipPort, service: "support", pause: .seconds(6))
                        #expect(counts.successful == 1 && counts.failed == 0)
                        _ = try await center.records(1)

                        let recording = try #require(try center.recordingFiles().first)
                        let wav = try WavFile(path: recording.path)
                        #expect(wav.channels.count == 2)
                        expect(Voice.customer, in: wav, channel: 0)
                        expect(Voice.customer, in: wav, channel: 1)
                    }
                }
            }
        }

        @Test(
            "baresip registers with a digest, answers a queued call, and its voice is on the right of the recording",
            .needs(.sipp), .needs(.baresip), .needsRawSockets, arguments: ["udp", "tcp"])
        func baresip(transport: String) async throws {
            try await withTemporaryFolder { folder in
                let sound = folder.appending(path: "agent.wav")
                try Voice.writeAgent(to: sound)
                try Capture.write(Voice.customer.samples, to: folder.appending(path: "caller.pcap"))
                try await FullCenterProcess.run(in: folder, .init(agents: 3)) { center in
                    let phone = Baresip(folder: folder)
                    try await phone.run(as: "agent1", server: center.sipPort, sound: sound, transport: transport) {
                        baresip in
                        try await baresip.says("200 OK")
                        let counts = try await Sipp(folder: folder)
                            .call("caller-audio", to: center.sipPort, service: "support", pause: .seconds(6))
                        #expect(counts.successful == 1 && counts.failed == 0)
                        try await baresip.says("incoming rtp for 'audio' established")

                        let records = try await center.records(1)
                        #expect(records.map(\.agent) == ["agent1"])
                        #expect(records.map(\.terminalReason) == [.completedByCustomer])
                        let recording = try #require(try center.recordingFiles().first)
                        let wav = try WavFile(path: recording.path)
                        expect(Voice.customer, in: wav, channel: 0)
                        expect(Voice.agent, in: wav, channel: 1)
                    }
                }
            }
        }

        /// Asks that nearly every stretch of the voice that the recording has is found there, in its order, and clear.
        private func expect(
            _ voice: AudioClip, in wav: WavFile, channel: Int, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            let reference = voice.resampled(to: wav.sampleRate).samples
            let window = wav.sampleRate / 2
            let pieces = AudioCorrelation.track(
                of: reference, in: wav.channels[channel], window: window, slack: wav.sampleRate / 10)
            let clear = pieces.filter { $0.coefficient > 0.8 }
            #expect(pieces.count >= 5, "too little of the voice in channel \(channel)", sourceLocation: sourceLocation)
            #expect(
                Double(clear.count) >= 0.8 * Double(pieces.count), "channel \(channel): \(pieces)",
                sourceLocation: sourceLocation)
        }
    }
}
