import ContactCenterKit

/// Built-in phones that call the centre over loopback, with real SIP and RTP: callers who talk, some who give up, some
/// who press keys; agents who answer, put on hold and hang up.
struct Demo {
    let center: ContactCenter
    let accounts: [Account]
    let seconds: Int
    let json: Bool

    /// Fewer agents than the callers need at times, so that there is a queue to see.
    private static let agentsMax = 4
    /// One caller in each so many.
    private static let millisecondsBetweenCallers = 900
    /// What people say, over and over.
    private static let voices = (1...4).map { Prompt(.speechLike(seed: $0, seconds: 4)) }

    func run() async throws {
        let events = center.events()
        try await withThrowingTaskGroup(of: Void.self) { group in
            if !json {
                group.addTask {
                    for await case .event(let event) in events { Console.say("  \(event)") }
                }
            }
            group.addTask {
                defer { center.stop() }
                guard let address = await center.waitUntilListening()?.first else { return }
                Console.say("ready: sip:\(address), \(seconds) seconds of callers and agents follow")
                try await phones(calling: address)
            }
            // Ends when the callers are through, or with a signal.
            try await center.runService()
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
        try await report()
    }

    /// Runs the phones until the last caller has hung up.
    private func phones(calling address: NetworkAddress) async throws {
        let staff = Array(accounts.prefix(Self.agentsMax))
        let desk = phone(ports: 30_000...30_999)
        let street = phone(ports: 31_000...32_999)
        try await withThrowingTaskGroup { group in
            group.addTask { try await desk.run(UserAgentHandlers { await answer($0) }) }
            group.addTask { try await street.run(UserAgentHandlers { _ in }) }
            guard await desk.waitUntilListening() != nil, await street.waitUntilListening() != nil else { return }
            try await withThrowingTaskGroup { people in
                for account in staff {
                    people.addTask {
                        try await desk.withRegistration(at: address, username: account.name, password: account.password)
                        {
                            try await Task.sleep(for: .seconds(3_600))
                        }
                    }
                }
                try await callers(from: street, to: address)
                people.cancelAll()
                while let _ = await people.nextResult() {}
            }
            await desk.stop(within: .zero)
            await street.stop(within: .zero)
            try await group.waitForAll()
        }
    }

    private func phone(ports: ClosedRange<UInt16>) -> UserAgent {
        var configuration = UserAgentConfiguration(listen: [NetworkAddress(ip: IPAddress(v4: 0x7F00_0001), port: 0)])
        configuration.media.ports = ports
        configuration.product = "demo phone"
        return UserAgent(configuration: configuration)
    }

    // MARK: Agents

    private func answer(_ call: Call) async {
        let serial = call.dialled.unicodeScalars.reduce(0) { $0 + Int($1.value) }
        do {
            try await Task.sleep(for: .milliseconds(300 + 150 * (serial % 4)))
            try await call.answer()
            try await call.setBackground(Self.voices[serial % Self.voices.count])
            try await Task.sleep(for: .seconds(2))
            if serial % 2 == 0 {
                try await call.hold()
                try await Task.sleep(for: .seconds(1))
                try await call.resume()
            }
            // The customer usually hangs up first.
            try await Task.sleep(for: .seconds(4))
        } catch {
            // The caller has hung up: the call's scope does the rest.
        }
    }

    // MARK: Callers

    private func callers(from phone: UserAgent, to address: NetworkAddress) async throws {
        let count = max(1, seconds * 1_000 / Self.millisecondsBetweenCallers)
        await withTaskGroup { group in
            for index in 0..<count {
                group.addTask { await call(index, from: phone, to: address) }
                try? await Task.sleep(for: .milliseconds(Self.millisecondsBetweenCallers))
            }
        }
    }

    private func call(_ index: Int, from phone: UserAgent, to address: NetworkAddress) async {
        var options = CallOptions()
        options.from = NameAddress(uri: SipURI(user: "+1555010\(100 + index % 900)", host: "127.0.0.1"))
        options.codecs = index % 2 == 0 ? [.pcmu] : [.opus]
        let support = SipURI(user: "support", host: "\(address.ip)", port: address.port)
        do {
            try await phone.withCall(to: support, options: options) { call in
                try await call.setBackground(Self.voices[index % Self.voices.count])
                if index % 5 == 4 {
                    // An impatient one.
                    try await Task.sleep(for: .milliseconds(1_200))
                    return
                }
                try await Task.sleep(for: .seconds(2))
                if index % 3 == 0 { try await call.send(digits: "1234#") }
                try await Task.sleep(for: .seconds(3))
            }
        } catch {
            Console.warn("  caller \(index): \(error)")
        }
    }

    // MARK: The end

    private func report() async throws {
        let summary = try await center.summary()
        let recordings = try await center.recordings.recordings().reversed()
        if json {
            return Console.say(try CenterJSON.line(Report(summary: summary, recordings: Array(recordings))))
        }
        func seconds(_ duration: Duration?) -> String {
            duration.map { "\(($0.inSeconds * 1_000).rounded() / 1_000) s" } ?? "-"
        }
        let level = summary.serviceLevel.map { "\(Int(($0 * 100).rounded())) %" } ?? "-"
        Console.say(
            """

            offered                  \(summary.offered)
            answered                 \(summary.answered)
            abandoned                \(summary.abandoned)
            service level            \(level) within \(seconds(summary.serviceLevelThreshold))
            average speed of answer  \(seconds(summary.averageSpeedOfAnswer))
            average handle time      \(seconds(summary.averageHandleTime))
            media packets            \(summary.media.packetsExpected), \(summary.media.packetsLost) lost
            recordings               \(recordings.count)
            """)
        for recording in recordings {
            Console.say("  \(recording.path)  \(seconds(recording.duration))  \(recording.state)")
        }
    }
}

/// The summary and what was recorded, as one JSON object.
private struct Report: Encodable {
    let summary: CenterSummary
    let recordings: [RecordingInfo]

    private enum Keys: String, CodingKey { case recordingPaths }

    func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var fields = encoder.container(keyedBy: Keys.self)
        try fields.encode(recordings.map(\.path), forKey: .recordingPaths)
    }
}
