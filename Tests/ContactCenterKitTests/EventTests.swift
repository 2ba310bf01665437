import ContactCenterKit
import Testing

@Suite("The events of a centre", .timeLimit(.minutes(5)))
struct EventTests {
    @Test("tell a contact's story in its order")
    func story() async throws {
        try await withTemporaryFolder { folder in
            try await Rig.run {
                Support(agents: 2)
                Recordings(folder)
            } body: { rig in
                try await rig.phone("agent1", AgentPhone.refuses(.busyHere))
                try await rig.phone("agent2", AgentPhone.talks())
                let caller = try await rig.caller()
                try await rig.reaches("agent2", .talking)
                try await rig.events.wait(for: "recordingStarted")
                await caller.hangUp()
                _ = try await rig.records()
                try await rig.events.wait(for: "mediaMeasured", count: 2)
                var story = rig.events.story()
                // Answering the caller and finding an agent go on side by side.
                story.removeAll {
                    ["contactConnected", "agentRinging", "recordingFinished", "mediaMeasured", "contactClosed"]
                        .contains($0)
                }
                #expect(
                    story == [
                        "contactArrived", "contactQueued", "contactOffered", "offerEnded", "contactOffered",
                        "contactAnswered", "recordingStarted", "contactReleased", "contactEnded", "wrapUpEnded",
                    ])
                let all = rig.events.all
                #expect(all.map(\.date) == all.map(\.date).sorted())
                #expect(all.first?.type == "centerStarted")
                #expect(rig.events.missed == 0)
                #expect(!all.contains { "\($0)".contains("5550100") }, "nobody's number is in a log line")
            }
        }
    }

    @Test("make the same record as the one in the store")
    func timeline() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            try await rig.phone("agent1", AgentPhone.hangsUp(after: .milliseconds(100)))
            let caller = try await rig.caller()
            _ = try await caller.waitForEnd()
            let record = try #require(try await rig.records().first)
            try await rig.events.wait(for: "mediaMeasured", count: 2)
            var timeline = ContactTimeline(record.contact)
            for event in rig.events.all { timeline.apply(event) }
            let told = timeline.record
            #expect(
                try await eventually {
                    let stored = try await rig.center.contacts.record(record.id)
                    return stored == told
                })
        }
    }

    @Test("that a slow subscriber has missed are counted for it, and cost nobody else")
    func slow() async throws {
        try await Rig.run {
            Support()
        } body: { rig in
            let slow = rig.center.events(bufferMax: 3)
            for _ in 0..<3 {
                let caller = try await rig.caller()
                await caller.hangUp()
            }
            _ = try await rig.records(3)
            var items = slow.makeAsyncIterator()
            guard case .missed(let count)? = await items.next() else {
                Issue.record("nothing was missed")
                return
            }
            #expect(count >= 6)
            guard case .event? = await items.next() else {
                Issue.record("the newest events are kept")
                return
            }
            #expect(rig.events.missed == 0)
        }
    }
}
