import CCCore
import CCRecording
import CCRouting
import CCScenario
import CCTelephony
import ContactCenterKit
import Synchronization

/// The centre of a run, from its start to the last look into its stores.
extension TelephonyRun {
    func runCenter() async throws {
        if case .crash(let at, let restartsAfter) = options.centerFault {
            try await runUntilCrash(at: .zero.advanced(by: at))
            try await world.time.sleep(for: restartsAfter)
        }
        let host = try world.host(Self.centerAddress)
        let center = try ContactCenter(
            plan: plan(), network: host, time: world.time, entropy: world.entropy("center"))
        let events = center.events(bufferMax: 1_000_000)
        notes.withLock { $0.center = center }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await center.run() }
            group.addTask { await self.follow(events) }
            if isJournalRead {
                group.addTask {
                    guard await center.waitUntilListening() != nil else { return }
                    try await self.read(center.journal(after: 0))
                }
            }
            if case .stop(let at, _) = options.centerFault {
                group.addTask {
                    try? await self.world.time.sleep(until: .zero.advanced(by: at), tolerance: nil)
                    center.stop()
                }
            }
            try await group.waitForAll()
        }
        try await review(center, on: host)
    }

    /// The first life of a centre whose machine dies.
    private func runUntilCrash(at instant: Instant) async throws {
        let at = Instant.zero.duration(to: instant)
        let host = try world.host(Self.centerAddress)
        let center = try ContactCenter(
            plan: plan(), network: host, time: world.time, entropy: world.entropy("center that dies"))
        let events = center.events(bufferMax: 1_000_000)
        notes.withLock { $0.center = center }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                do { try await center.run() } catch {
                    // Dying is not an error; not to come up before it is.
                    guard self.world.time.now < instant else { return }
                    self.add("it runs", expected: "a centre that lives until \(at)", seen: "\(error)")
                }
            }
            group.addTask { await self.follow(events, until: instant) }
            try? await world.time.sleep(until: instant, tolerance: nil)
            host.cutOff()
            group.cancelAll()
        }
        notes.withLock {
            $0.center = nil
            $0.isCrashed = true
        }
    }

    /// Hands every event to the checkers and to the agents.
    private func follow(
        _ events: EventBroadcast<CenterEvent>.Subscription, until end: Instant = .distantFuture
    ) async {
        var queues: [ContactID: QueueID] = [:]
        var lastQueues: [AgentID: QueueID] = [:]
        for await item in events {
            // What a dead machine still says, nobody hears.
            guard world.time.now < end else { return }
            guard case .event(let event) = item else {
                add("every event is seen", expected: "none missed", seen: "\(item)")
                continue
            }
            if !isJournalRead { note(event) }
            switch event.kind {
            case .contactQueued(let contact, let queue): queues[contact] = queue
            case .contactAnswered(let contact, let agent): lastQueues[agent] = queues[contact]
            case .contactClosed(let contact): queues[contact] = nil
            case .agentStateChanged(let agent, let state, _, _):
                states[agent]?.post(Standing(state: state, queue: lastQueues[agent]))
            default: break
            }
        }
    }

    /// A centre that dies has no time to tell its last words: they stand in the journal, which its successor writes to its
    /// end and from which all events are read then.
    private var isJournalRead: Bool { if case .crash = options.centerFault { true } else { false } }

    private func read(_ journal: JournalStream) async throws {
        for try await entry in journal { note(entry.event) }
    }

    private func note(_ event: CenterEvent) {
        let keepsEvents = options.keepsEvents
        notes.withLock { notes in
            notes.suite.observe(event)
            notes.result.agentTimes.observe(event)
            if keepsEvents { notes.result.events.append((try? CenterJSON.line(event)) ?? "\(event)") }
        }
    }

    /// After the last call: waits until the centre holds nothing any more, and says what it holds if it does not let go.
    func settle() async {
        let wrapUp = scenario.rules.map(\.wrapUp).max() ?? .zero
        let deadline = world.time.now.advanced(by: wrapUp + TelephonySimulation.settlingMax)
        guard let center, let host = try? world.host(Self.centerAddress) else { return }
        var load = await center.load()
        while !load.isNothing, world.time.now < deadline {
            try? await world.time.sleep(for: .seconds(5))
            load = await center.load()
        }
        let ports = host.boundAddresses.map(\.port).filter { $0 != Self.sipPort }
        if !load.isNothing || !ports.isEmpty {
            add(
                "everything freed", expected: "nothing held some minutes after the last call",
                seen: "\(load), ports \(ports)")
        }
        for agent in scenario.agents {
            guard let status = await center.status(of: agent.id) else { continue }
            notes.withLock { $0.result.agents.append(status) }
            if status.contact != nil {
                add(
                    "everything freed", expected: "\(agent.id) has no contact", seen: "\(status.state)",
                    contact: status.contact, agent: agent.id)
            }
        }
        // Where packets are lost or late, a next call may reach the phone before the farewell of the last.
        guard options.isNetworkSound else { return }
        for phone in phones where phone.doubledCalls > 0 {
            add(
                "one contact per agent", expected: "one call at a time on the phone",
                seen: "\(phone.doubledCalls) calls more", agent: phone.id)
        }
    }

    /// Compares what the stores have with what the events told.
    private func review(_ center: ContactCenter, on host: SimulatedHost) async throws {
        if !host.boundAddresses.isEmpty {
            add("everything freed", expected: "no port bound after the stop", seen: "\(host.boundAddresses)")
        }
        let records = try await center.contacts.records(ContactFilter())
        let recordings = try await center.recordings.recordings(RecordingFilter())
        notes.withLock { notes in
            notes.suite.finish(records: records)
            notes.result.records = records.reversed()
            notes.result.recordings = recordings.reversed()
        }
        checkRecordings(recordings, of: records)
    }

    /// Of centres that live until all is written.
    private func checkRecordings(_ recordings: [RecordingInfo], of records: [ContactRecord]) {
        guard options.recordings != nil, options.centerFault == nil else { return }
        // A telephone that dies says nothing until that is noticed.
        let phonesLive = scenario.groups.allSatisfy { $0.mistakes.phoneDies == 0 }
        let checker = RecordingsGapFreeAndAligned(everythingArrived: options.isNetworkSound && phonesLive)
        for breach in checker.breaches(in: recordings, of: records) {
            add(
                checker.rule, expected: breach.expected, seen: breach.seen, contact: breach.contact,
                agent: breach.agent)
        }
    }
}
