import ContactCenterKit
import Foundation

/// The Swift of the guides in Docs. It only has to compile; a test compares the guides with it line by line.
enum GuideSnippets {
    // MARK: Docs/GettingStarted.md

    static func ownProgram() async throws {
        let center = try ContactCenter {
            Phones(host: "0.0.0.0", sipPort: 5060, rtpPorts: 20_000...20_999)
            Store.sqlite("center.sqlite")
            Recordings("recordings")
            StopWithin(.seconds(60))

            Queue("support", requires: ["english"], ringTimeout: .seconds(15), wrapUp: .seconds(20))
            for name in ["alice", "bob"] {
                Agent(AgentID(name), skills: ["english"]).phone(password: "a secret for \(name)")
                Number(name, agent: AgentID(name))
            }
            Number("support", queue: "support")
        }
        try await center.runService()
    }

    static func watch(_ center: ContactCenter) async {
        for await item in center.events() {
            switch item {
            case .event(let event): print(event.date, event)
            case .missed(let count): print("too slow: \(count) events were dropped")
            }
        }
    }

    // MARK: Docs/Configuration.md

    static func configured() async throws {
        let center = try ContactCenter(
            configuration: "center.yml",
            handlers: [
                "menu": { call, center in
                    try await call.answer()
                    try await center.enqueue(call, "support")
                }
            ])
        try await center.runService()
    }

    static func reload(_ center: ContactCenter) async throws {
        let changes = try await center.apply(configuration: "center.yml")
        print(changes)
    }

    static func hours() throws {
        let hours = try OpeningHours(
            "Europe/Madrid", week: ["mon-fri": "09:00-14:00, 16:00-20:00", "sat": "10:00-14:00"],
            days: ["12-25": "closed", "easter-2": "closed", "2026-12-24": "09:00-13:00"])
        let status = hours.status(at: Date(timeIntervalSince1970: 1_767_600_000))
        print(status.isOpen, status.changesAt ?? .distantFuture)
    }

    // MARK: Docs/Tenants.md

    static func tenants() async throws {
        let center = try ContactCenter {
            Store.sqlite("center.sqlite")
            Tenant("acme") {
                Queue("support")
                Agent("alice").phone(password: "one")
                Number("+34910000001", queue: "support")
            }
            Tenant("beta") {
                Queue("support")
                Agent("alice").phone(password: "two")
                Number("+34910000002", queue: "support")
            }
        }
        if let acme = center.tenant("acme") {
            await acme.pause("alice", reason: "lunch")
            print(try await acme.summary().serviceLevel ?? 0)
        }
    }

    // MARK: Docs/Calls.md

    static func greeting(_ greeting: Prompt) -> Number {
        Number("hello") { call, center in
            try await call.answer()
            try await call.play(greeting)
        }
    }

    static func pin(_ question: Prompt, isKnown: @escaping @Sendable (String) async -> Bool) -> Number {
        Number("account") { call, center in
            try await call.answer()
            call.clearDigits()
            let number = try await {
                async let _ = call.play(question)
                return try await call.collectDigits(DigitCollection(max: 8, firstTimeout: .seconds(15)))
            }()
            guard await isKnown(number) else { return }
            try await center.enqueue(call, "support")
        }
    }

    static func pressed(_ call: Call) async {
        for await key in call.digits {
            print("pressed", key)
        }
    }

    static func dialOut(_ center: ContactCenter) async throws {
        var options = CallOptions()
        options.from = NameAddress(displayName: "Support", uri: SipURI(user: "+15550100", host: "trunk.example.com"))
        options.credentials = DigestCredentials(username: "customer17", password: "secret")
        options.ringTimeout = .seconds(30)
        let target = SipURI(user: "+15550199", host: "trunk.example.com")
        do {
            let seconds = try await center.userAgent.withCall(to: target, options: options) { call in
                let played = try await call.play(.beep)
                return played ? 1 : 0
            }
            print(seconds)
        } catch let error as TelephonyError where error.code == .rejected {
            print("refused with", error.sipStatus ?? 0)
        }
    }

    static func forward(to mobile: SipURI) -> Number {
        Number("boss") { call, center in
            try await call.answer()
            try await call.setBackground(.music)
            var options = CallOptions()
            options.near = call
            try await center.userAgent.withCall(to: mobile, options: options) { other in
                try await call.bridge(with: other)
            }
        }
    }

    static func hold(_ call: Call) async throws {
        try await call.hold()
        try await Task.sleep(for: .seconds(5))
        try await call.resume()
    }

    static func watch(_ call: Call) {
        call.observe { event in
            if case .heldByRemote = event { print("on hold") }
        }
    }

    // MARK: Docs/Queues.md

    static func german() throws -> ContactCenter {
        try ContactCenter {
            Queue(
                "german", requires: ["german"], ringTimeout: .seconds(15), wrapUp: .seconds(30), waitingMax: 50,
                refusals: RefusalPolicy(noAnswer: .pause(.seconds(60)), busy: .pause(.seconds(10))))
        }
    }

    static func agents(_ center: ContactCenter) async {
        await center.checkIn("alice")
        await center.pause("alice", reason: "lunch")
        await center.resume("alice")
        await center.wrapUpDone("alice")
        await center.checkOut("alice")
        let status = await center.status(of: "alice")
        print(status?.state ?? .checkedOut, status?.loginTime ?? .zero)
        print(await center.waiting(in: "support"), "are waiting")
    }

    static func survey(_ question: Prompt) -> Number {
        Number("care") { call, center in
            do {
                try await center.enqueue(call, "support")
            } catch let error as CenterError where error.reason == .rejectedQueueFull {
                try await center.enqueue(call, "overflow")
            }
            try await call.play(question)
            let mark = try await call.digit(within: .seconds(10))
            print("satisfied:", mark ?? "-")
        }
    }

    static func figures(_ center: ContactCenter, since midnight: Date) async throws {
        let filter = ContactFilter(queue: "support", from: midnight)
        let summary = try await center.contacts.summary(filter, serviceLevelThreshold: .seconds(30))
        print(try CenterJSON.line(summary))
        for record in try await center.contacts.records(filter) {
            print(record.contact.arrivedAt, record.terminalReason, record.queueWait, record.handleTime)
        }
    }

    // MARK: Docs/Recording.md

    static func list(_ center: ContactCenter, of contact: ContactID) async throws {
        for recording in try await center.recordings.recordings(RecordingFilter(contact: contact)) {
            print(recording.path, recording.duration, recording.state, recording.marks.count)
        }
    }

    static func voiceMail() -> Number {
        Number("box") { call, center in
            try await call.answer()
            let recording = try await center.withRecording(of: call) {
                try await call.play(.beep)
                _ = try await call.digit(within: .seconds(60))
            }
            print(recording?.path ?? "not recorded")
        }
    }

    // MARK: Docs/PhonesAndTrunks.md

    static func behindNat() throws -> ContactCenter {
        try ContactCenter {
            Phones(
                host: "0.0.0.0", sipPort: 5060, rtpPorts: 20_000...20_999, advertised: "203.0.113.7", callsMax: 400,
                codecs: [.pcmu, .pcma])
            Queue("support", requires: [])
            Number("+15550100", queue: "support")
        }
    }

    static func registeredTrunk(_ center: ContactCenter) async throws {
        let provider = NetworkAddress(ip: IPAddress(v4: 0xC633_6407), port: 5060)  // 198.51.100.7
        try await withThrowingTaskGroup { group in
            group.addTask { try await center.runService() }
            group.addTask {
                guard await center.waitUntilListening() != nil else { return }
                try await center.userAgent.withRegistration(at: provider, username: "customer17", password: "secret") {
                    try await Task.sleep(for: .seconds(86_400 * 365))
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    // MARK: Docs/Journal.md

    static func journal(_ center: ContactCenter, from start: UInt64) async throws -> UInt64 {
        var position = start
        for try await entry in center.journal(after: position) {
            print(entry.position, entry.event)
            position = entry.position
        }
        return position
    }

    // MARK: Docs/Waiting.md

    static func waiting(_ waltz: Prompt, _ offers: Announcement, _ welcome: Prompt, _ bienvenida: Prompt) throws
        -> ContactCenter
    {
        try ContactCenter {
            Queue("support")
            Comfort("support", language: .spanish)
                .music(waltz)
                .message("welcome")
                .position(after: .seconds(10), every: .seconds(60))
                .estimatedWait(after: .seconds(20), every: .seconds(120))
                .message(offers, after: .seconds(90))
            Message("welcome", welcome, in: [.spanish: bienvenida])
            Number("ayuda", queue: "support", language: .spanish)
            Queue("sales", requires: ["sales"], ringTimeout: .seconds(15), ringing: .all(max: 10))
            Queue(
                "billing", requires: ["billing"],
                leaving: [QueueRule(when: .waited(atLeast: .seconds(120)), then: .offerCallback)])
        }
    }

    static func spoken(_ call: Call) async throws {
        try await call.play(Prompt(.duration(.seconds(4_860)), in: .spanish))
        try await call.play(Prompt(.time(hour: 15, minute: 30), in: .english))
        try await call.play(Prompt(.fixed(.goodbye), in: .english))
    }

    // MARK: Docs/Transfers.md

    static func transfers(_ center: ContactCenter, _ contact: ContactID) async throws {
        try await center.transfer(contact, to: .queue("sales"))
        try await center.transfer(contact, to: .agent("bob"))
        try await center.transfer(contact, to: .number("200"))
        try await center.consult(contact, with: .agent("bob"))
        // The two agents talk; the customer hears music.
        try await center.completeConsult(contact)
        let leaders = try await center.requestHelp(contact)
        if let leader = leaders.first {
            try await center.takeOver(contact, by: leader)
        }
    }
}
