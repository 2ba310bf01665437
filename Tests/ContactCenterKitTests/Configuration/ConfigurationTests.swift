import Foundation
import Testing

@testable import ContactCenterKit

@Suite("The configuration of a centre")
struct ConfigurationTests {
    static let everything = """
        phones:
          host: 0.0.0.0
          sipPort: 5070
          rtpPorts: 30000-30999
          advertised: 192.0.2.10
          callsMax: 500
          mediaLoops: 2
          music: waltz.wav
          silenceTimeout: never
          codecs: [pcma, opus]
          realm: example.com
          digest: [SHA-256, MD5]
        store: {sqlite: center.sqlite}
        recordings: rec
        stopWithin: 1m
        legal: {profile: spain, queues: [support]}
        queues:
          support:
            requires: es>=3 & !trainee
            prefers: billing
            relaxation: [{after: 30s, to: es}, {after: 2m, to: "*"}]
            selection: mostIdleGroup
            ringing: {all: 5}
            ringTimeout: 15
            refusals: {noAnswer: 60, busy: notReady}
            priority: 2
            aging: 90s
            order: lastInFirstOut
            weight: 1.5
            hours:
              timeZone: Europe/Madrid
              week: {mon-fri: "09:00-14:00, 16:00-20:00", sat: 10:00-14:00}
              days:
                - {day: 12-25}
                - {day: easter-2, hours: 10:00-12:00}
                - {day: 06-15..09-15, hours: {mon-fri: 08:00-15:00}}
            joining:
              - {when: closed, then: {hangUp: closed}}
              - {when: {all: [{waiting: 20}, {estimatedWait: 5m}]}, then: offerCallback}
              - {when: {any: [noAgentsCheckedIn, {not: noAgentsReady}]}, then: {overflow: sales}}
            leaving:
              - {when: {longestWait: 2m}, then: {message: sorry}}
              - {when: {waited: 10m}, then: {move: sales}}
              - {then: {number: menu}}
            keepsPlace: 5m
            wrapUp: 20
            wrapUpMax: 90
            dispositions: {codes: [sold, lost], required: true}
            target: {threshold: 30, percentage: 85.5}
            comfort:
              language: spanish
              music: waltz.wav
              say:
                - {message: welcome}
                - {say: position, after: 5, every: 90}
                - {say: estimatedWait, atMost: 30m, every: once}
          sales:
            requires: [de, fr]
            blending: {after: [support], serviceLevelAtLeast: 70, idleReserve: 2}
            dispositions: [done]
        agents:
          alice:
            skills: {es: 5, billing: 2, de: 1, fr: 1}
            levels: {es: 1}
            group: madrid
            capacity: {limits: {voice: 1, chat: 3}, total: 3, exclusive: [chat], interruptible: [mail]}
            weight: 2
            leads: [madrid]
            password: secret
          bob:
            skills: [es, fr]
            contact: sip:bob@192.0.2.7:5080
          carol:
            password: {env: CAROL_PASSWORD}
          dave: {password: {file: /run/secrets/dave}}
        numbers:
          support: {queue: support}
          "+34910000001": {agent: alice}
          menu: {handler: menu, language: spanish}
        messages:
          welcome: {spanish: hola.wav, otherwise: hello.wav}
          sorry: sorry.wav
        tenants:
          acme:
            routing: {policy: longestIdle, explains: false}
            queues: {support: {}}
            agents: {alice: {password: other}}
            numbers: {support: {queue: support}}
        """

    static let handlers: [String: Number.Handler] = ["menu": { call, _ in await call.reject(.notFound) }]

    static func plan(_ yaml: String) throws -> CenterPlan {
        try CenterPlan(yaml: yaml, file: "center.yml", handlers: handlers)
    }

    @Test("a file says everything that a plan has")
    func values() throws {
        let plan = try Self.plan(Self.everything)
        #expect(plan.phones.rtpPorts == 30_000...30_999 && plan.phones.silenceTimeout == nil)
        #expect(plan.phones.codecs == [.pcma, .opus] && plan.phones.digestAlgorithms == [.sha256, .md5])
        #expect(plan.store == .sqlite("center.sqlite") && plan.stopGrace == .seconds(60))
        #expect(plan.legal == LegalProfile(.spain, queues: ["support"]))
        let support = plan.queues[0]
        let requirement: SkillExpression = .skill("es", atLeast: 3) && !.skill("trainee")
        #expect(support.requires == requirement)
        #expect(support.relaxation.map(\.to) == [["es"], .anyone])
        #expect(support.ringing == .all(max: 5))
        #expect(support.refusals.noAnswer == .pause(.seconds(60)) && support.refusals.busy == .notReady)
        #expect(support.hours?.timeZone == "Europe/Madrid" && support.hours?.days.count == 3)
        #expect(
            support.joining[1]
                == QueueRule(
                    when: .waiting(atLeast: 20) && .estimatedWait(atLeast: .seconds(300)), then: .offerCallback))
        #expect(support.leaving[2] == QueueRule(when: .always, then: .number("menu")))
        #expect(support.dispositions == Dispositions(["sold", "lost"], isRequired: true))
        #expect(support.serviceLevelTarget == 0.855)
        #expect(
            plan.comforts == [
                Comfort("support", language: .spanish).music(file: "waltz.wav").message("welcome")
                    .position(after: .seconds(5), every: .seconds(90))
                    .estimatedWait(every: nil, atMost: .seconds(1_800))
            ])
        #expect(
            plan.messages == [
                Message("welcome", file: "hello.wav", in: [.spanish: "hola.wav"]), Message("sorry", file: "sorry.wav"),
            ])
        #expect(plan.numbers[2].language == .spanish)
        #expect(plan.queues[1].requires == ["de", "fr"])
        let alice = plan.seats[0]
        #expect(alice.agent.skills == ["es": 5, "billing": 2, "de": 1, "fr": 1] && alice.agent.leads == ["madrid"])
        #expect(
            alice.agent.capacity
                == Capacity([.voice: 1, .chat: 3], total: 3, exclusive: [.chat], interruptible: [.mail]))
        #expect(alice.secret == DigestSecret(password: "secret"))
        #expect(plan.seats[1].contact == SipURI("sip:bob@192.0.2.7:5080"))
        #expect(plan.seats[2].password == .environment("CAROL_PASSWORD") && plan.seats[2].secret == nil)
        #expect(plan.seats[3].password == .file("/run/secrets/dave"))
        #expect(plan.numbers.map(\.name) == ["support", "+34910000001", "menu"])
        #expect(plan.tenants.map(\.id) == ["acme"] && plan.tenants[0].seats[0].password == .text("other"))
        #expect(plan.routing == Routing() && plan.tenants[0].routing == Routing(policy: .longestIdle, explains: false))
    }

    @Test("a plan becomes a file that reads back as the same plan, and the same file again")
    func roundTrip() throws {
        for yaml in [Self.everything, "{}", "queues: {\"2\": {wrapUp: 0}, \"true\": {}}\nagents: {\"null\": {}}\n"] {
            let plan = try Self.plan(yaml)
            let written = try plan.yaml()
            let again = try Self.plan(written)
            #expect(again == plan, "\(written)")
            #expect(try again.yaml() == written)
        }
    }

    @Test("a plan in Swift and its file are the same plan")
    func swift() throws {
        func build(@CenterBuilder _ plan: () throws -> CenterPlan) rethrows -> CenterPlan { try plan() }
        let plan = try build {
            Phones(host: "::1", sipPort: 0)
            LegalProfile.spain
            Queue(
                "support", requires: .skill("es", atLeast: 3) && !.skill("trainee"), wrapUp: .milliseconds(1_500),
                joining: [QueueRule(when: .closed, then: .busy)],
                hours: try OpeningHours("UTC", week: ["daily": "22:00-06:00"], days: ["01-01": "closed"]))
            Agent("alice", skills: ["es": 4]).phone(password: "a: b # c")
            Number("menu", handler: "menu")
            Handler("menu") { call, _ in await call.reject(.notFound) }
            Tenant("acme") {
                Queue("support")
                Agent("alice").phone(password: .environment("X"))
            }
        }
        #expect(plan.problems.isEmpty)
        let written = try plan.yaml()
        #expect(try Self.plan(written) == plan, "\(written)")
        #expect(written.contains("1.500000000") && written.contains("a: b # c"))
        var other = plan
        other.queues[0].wrapUp = .seconds(2)
        #expect(other != plan)
    }

    @Test("what a file cannot say is named")
    func unwritable() throws {
        var plan = CenterPlan()
        plan.numbers = [Number("echo") { call, _ in try await call.echo() }]
        #expect(throws: CenterError.self) { try plan.yaml() }
        plan.numbers = []
        plan.seats = [Seat(agent: Agent("a"), secret: DigestSecret(ha1: "00", algorithm: .md5))]
        let error = #expect(throws: CenterError.self) { try plan.yaml() }
        #expect(error?.message == "agent \"a\" has a secret that is not a password")
        plan.seats = []
        plan.phones.music = .beep
        #expect(throws: CenterError.self) { try plan.yaml() }
    }

    @Test("a number says what its callers need, and is written as it is read")
    func needs() throws {
        let plan = try Self.plan(
            """
            queues: {support: {requires: es}}
            agents: {alice: {skills: [es, fr], password: secret}}
            numbers:
              vip: {queue: support, requires: fr & es>=2, prefers: es>=4, relaxation: [{after: 30s, to: es}], priority: -5}
              "112": {queue: support, emergency: true}
            """)
        let numbers = Dictionary(uniqueKeysWithValues: plan.numbers.map { ($0.name, $0.target) })
        guard case .queue("support", let vip)? = numbers["vip"], case .queue("support", let sos)? = numbers["112"]
        else {
            Issue.record("the numbers lead elsewhere")
            return
        }
        #expect(vip.requires.description == "fr & es>=2" && vip.prefers == .skill("es", atLeast: 4))
        #expect(vip.relaxation == [Relaxation(after: .seconds(30), to: ["es"])])
        #expect(vip.priority == -5 && !vip.isEmergency)
        #expect(sos == RoutingNeeds(isEmergency: true))
        #expect(try Self.plan(try plan.yaml()) == plan)
        for bad in [
            "{agent: alice, priority: 1}", "{queue: support, priority: high}", "{queue: support, emergency: 1}",
        ] {
            #expect(throws: ConfigurationError.self) {
                try Self.plan("queues: {support: {}}\nagents: {alice: {password: x}}\nnumbers: {n: \(bad)}")
            }
        }
    }

    @Test(
        "errors name the line and the key",
        arguments: [
            ("sipPort: 5070", "sipport: 5070", 3, "phones.sipport: unknown key"),
            ("host: 0.0.0.0", "host: localhost", 2, "phones.host: host \"localhost\" is not an IP address"),
            ("30000-30999", "30999-30000", 4, "phones.rtpPorts: expected ports as 20000-29999"),
            ("[pcma, opus]", "[pcma, g729]", 10, "phones.codecs[1]: expected one of opus, pcmu, pcma"),
            ("es>=3 & !trainee", "es>=3 &", 19, "queues.support.requires: \"es>=3 &\", column 8: expected a skill"),
            (
                "{after: 2m, to: \"*\"}", "{after: 20s, to: \"*\"}", 21,
                "relaxation[1]: the steps are not in order of time"
            ),
            ("mostIdleGroup", "noSuchThing", 22, "queues.support.selection: \"noSuchThing\": no such policy"),
            ("{all: 5}", "{some: 5}", 23, "queues.support.ringing.some: unknown key"),
            ("Europe/Madrid", "Europe/Madird", 31, "timeZone: \"Europe/Madird\" is not a time zone"),
            ("sat: 10:00-14:00", "sat: 10:00-25:00", 32, "\"25:00\" is not a time of day"),
            ("day: 12-25", "day: 12-32", 34, "queues.support.hours.days[0].day: \"12-32\" is not a day"),
            ("{waiting: 20}", "{waiting: -1}", 39, "joining[1].when.all[0].waiting: expected a whole number from 0"),
            ("{overflow: sales}", "{overflow: sale}", 40, "joining[2].then: there is no queue \"sale\""),
            ("{move: sales}", "{move: support}", 43, "leaving[1].then: the queue leads to itself"),
            ("{number: menu}", "{number: men}", 44, "leaving[2].then: there is no number \"men\""),
            ("percentage: 85.5", "percentage: 855", 49, "expected a percentage from 0 to 100"),
            ("after: [support]", "after: [suport]", 59, "queues.sales.blending: there is no queue \"suport\""),
            ("{es: 5, billing", "{es: 11, billing", 63, "agents.alice.skills.es: expected a proficiency from 1 to 10"),
            ("chat: 3", "chats: 3", 66, "there is no channel \"chats\""),
            ("sip:bob@192.0.2.7:5080", "bob", 72, "agents.bob.contact: expected a SIP address"),
            ("{env: CAROL_PASSWORD}", "{env: A, file: b}", 74, "expected a password, or one of env and file"),
            (
                "{agent: alice}", "{agent: alcie}", 78,
                "numbers.+34910000001: number \"+34910000001\" leads to agent \"alcie\""
            ),
            (
                "handler: menu, language: spanish}", "handler: men, language: spanish}", 79,
                "leads to the handler \"men\", which the program does not have"
            ),
            ("{support: {}}", "{support: {wrapup: 1}}", 86, "tenants.acme.queues.support.wrapup: unknown key"),
            ("alice: {password: other}", "alice: [x]", 87, "tenants.acme.agents.alice: expected a mapping"),
            ("  acme:", "  \"a/c\":", 84, "a tenant's name is made of letters"),
            ("{message: welcome}", "{message: wellcome}", 50, "message \"wellcome\" is not defined"),
            ("{message: sorry}", "{message: sory}", 42, "leaving[0].then: message \"sory\" is not defined"),
            ("say: position", "say: place", 55, "expected one of position, estimatedWait"),
            ("language: spanish\n", "language: latin\n", 51, "expected a language, one of english, spanish"),
            ("recordings: rec", "recordings: [rec", 15, "not YAML"),
            ("stopWithin: 1m", "phones: {}", 1, "keys that stand there twice"),
        ])
    func errors(original: String, replacement: String, line: Int, message: String) throws {
        let text = Self.everything.replacing(original, with: replacement, maxReplacements: 1)
        try #require(text != Self.everything)
        let error = #expect(throws: ConfigurationError.self) { try Self.plan(text) }
        let found = error?.problems.map(\.description) ?? []
        #expect(found.contains { $0.hasPrefix("center.yml:\(line): ") && $0.contains(message) }, "\(found)")
    }

    @Test("several mistakes are told together, in the order of their lines")
    func several() throws {
        let text = Self.everything.replacing("sipPort: 5070", with: "sipPort: x").replacing(
            "group: madrid", with: "team: m"
        )
        .replacing("wrapUp: 20", with: "wrapUp: soon")
        let error = try #require(throws: ConfigurationError.self) { try Self.plan(text) }
        #expect(error.problems.map(\.path) == ["phones.sipPort", "queues.support.wrapUp", "agents.alice.team"])
        #expect(error.problems.map(\.line) == [3, 46, 65])
    }

    @Test("the schema has the keys that the reader has, everywhere")
    func schema() throws {
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(CenterPlan.schema.utf8)) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: Any])
        func keys(_ path: [String]) -> Set<String> {
            var place: Any? = path.isEmpty ? schema : definitions[path[0]]
            for step in path.dropFirst() {
                place = (place as? [String: Any])?["properties"].flatMap { ($0 as? [String: Any])?[step] }
            }
            return Set(((place as? [String: Any])?["properties"] as? [String: Any])?.keys.map { $0 } ?? [])
        }
        // What the reader expects is what it says when it finds something else.
        func expected(_ yaml: String) throws -> Set<String> {
            let error = try #require(throws: ConfigurationError.self) { try Self.plan(yaml) }
            let message = try #require(error.problems.first?.message)
            let list = try #require(message.split(separator: "expected one of ").last)
            return Set(list.split(separator: ", ").map(String.init))
        }
        #expect(try expected("nonsense: 1") == keys([]))
        #expect(try expected("phones: {nonsense: 1}") == keys(["phones"]))
        #expect(try expected("tenants: {t: {nonsense: 1}}") == keys(["tenant"]))
        #expect(try expected("routing: {nonsense: 1}") == keys(["routing"]))
        #expect(try expected("queues: {q: {nonsense: 1}}") == keys(["queue"]))
        #expect(try expected("agents: {a: {nonsense: 1}}") == keys(["agent"]))
        #expect(try expected("numbers: {n: {nonsense: 1}}") == keys(["number"]))
        #expect(try expected("queues: {q: {comfort: {nonsense: 1}}}") == keys(["comfort"]))
        #expect(try expected("queues: {q: {hours: {nonsense: 1}}}") == keys(["hours"]))
        #expect(try expected("queues: {q: {target: {nonsense: 1}}}") == keys(["queue", "target"]))
        #expect(try expected("queues: {q: {refusals: {nonsense: 1}}}") == keys(["queue", "refusals"]))
        #expect(try expected("queues: {q: {blending: {nonsense: 1}}}") == keys(["queue", "blending"]))
        #expect(try expected("agents: {a: {capacity: {nonsense: 1}}}") == keys(["agent", "capacity"]))
    }

    @Test(
        "a file that has been damaged anywhere never crashes the reader, and each problem names its line",
        arguments: 0..<8)
    func fuzz(seed: Int) throws {
        var random = SplitMix64(state: UInt64(seed))
        let bytes = Array(Self.everything.utf8)
        let pieces = Array("{}[]:,-\"'#&*!|>%@`\n\t 0129aeisx~<\\".utf8) + [0, 0x80, 0xC3, 0xFF]
        let words = Self.everything.split { " \n,:{}[]".contains($0) }.map { Array($0.utf8) }
        var refused = 0
        for _ in 0..<150 {
            var mutated = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<mutated.count, using: &random)
                switch Int.random(in: 0..<6, using: &random) {
                case 0: mutated.remove(at: place)
                case 1: mutated[place] = pieces[Int.random(in: 0..<pieces.count, using: &random)]
                case 2: mutated.insert(pieces[Int.random(in: 0..<pieces.count, using: &random)], at: place)
                case 3: mutated.removeSubrange(place..<min(mutated.count, place + 40))
                case 4: mutated.insert(contentsOf: words[Int.random(in: 0..<words.count, using: &random)], at: place)
                default:
                    let other = Int.random(in: 0..<mutated.count, using: &random)
                    mutated.insert(contentsOf: mutated[other..<min(mutated.count, other + 60)], at: place)
                }
            }
            let text = String(decoding: mutated, as: UTF8.self)
            do {
                let plan = try Self.plan(text)
                let written = try plan.yaml()
                #expect(try Self.plan(written) == plan, "\(text)")
            } catch let error as ConfigurationError {
                refused += 1
                for problem in error.problems {
                    #expect((problem.line ?? 0) >= 1, "\(problem): \(text)")
                    #expect(!problem.message.isEmpty)
                }
            }
        }
        #expect(refused > 50)
    }
}
