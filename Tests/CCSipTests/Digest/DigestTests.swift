import CCCore
import NIOCore
import Testing

@testable import CCSip

@Suite("Digest authentication")
struct DigestTests {
    @Test("the example of RFC 2617 §3.5 is answered as printed there")
    func rfc2617() throws {
        let challenge = try #require(
            DigestFields(
                "Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", "
                    + "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""))
        let answer = try #require(
            DigestCredentials(username: "Mufasa", password: "Circle Of Life")
                .answer(challenge, method: "GET", uri: "/dir/index.html", nonceCount: 1, clientNonce: "0a4f113b"))
        let fields = try #require(DigestFields(answer))
        #expect(fields["response"] == "6629fae49393a05397450978507c4ef1")
        #expect(fields["opaque"] == "5ccc069c403ebaf9f0171e9517f40e41")
        #expect(fields["nc"] == "00000001" && fields["qop"] == "auth")
    }

    @Test(
        "the examples of RFC 7616 §3.9.1 are answered as printed there",
        arguments: [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ])
    func rfc7616(algorithm: String, response: String) throws {
        let challenge = try #require(
            DigestFields(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=\(algorithm), "
                    + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
                    + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""))
        let answer = try #require(
            DigestCredentials(username: "Mufasa", password: "Circle of Life").answer(
                challenge, method: "GET", uri: "/dir/index.html", nonceCount: 1,
                clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"))
        #expect(DigestFields(answer)?["response"] == response)
    }

    /// A phone and a registrar that talk to each other.
    private struct Pair {
        let entropy = Entropy(seed: 7)
        var server: DigestAuthenticator
        var phone = DigestCredentials(username: "agent1", password: "demo")
        var now = Instant.zero

        init(algorithms: [DigestAlgorithm] = [.sha256, .md5]) {
            server = DigestAuthenticator(realm: "cc.example.com", algorithms: algorithms, entropy: entropy)
        }

        func answer(_ challenges: [String], count: UInt32 = 1) throws -> SipRequest {
            let uri = try #require(SipURI("sip:cc.example.com"))
            var request = SipRequest(method: .register, uri: uri)
            request.headers[.authorization] = phone.authorization(
                for: challenges, method: .register, uri: uri, nonceCount: count, entropy: entropy)
            return request
        }

        mutating func check(_ request: SipRequest) -> DigestVerdict {
            server.check(request, now: now) { $0 == "agent1" ? DigestSecret(password: "demo") : nil }
        }
    }

    @Test("a phone with the right password is accepted by every algorithm", arguments: DigestAlgorithm.allCases)
    func accepted(algorithm: DigestAlgorithm) throws {
        var pair = Pair(algorithms: [algorithm])
        let request = try pair.answer(pair.server.challenge(now: pair.now))
        #expect(pair.check(request) == .accepted(username: "agent1"))
    }

    @Test("the preferred algorithm comes first and is the one that is answered")
    func preference() throws {
        let pair = Pair()
        let challenges = pair.server.challenge(now: pair.now)
        #expect(challenges.map { DigestFields($0)?["algorithm"] } == ["SHA-256", "MD5"])
        let request = try pair.answer(challenges)
        #expect(request.headers[.authorization]?.contains("algorithm=SHA-256") == true)
    }

    @Test("a stored hash serves its algorithm as well as the password does")
    func storedHash() throws {
        var pair = Pair(algorithms: [.sha256])
        let request = try pair.answer(pair.server.challenge(now: pair.now))
        let ha1 = DigestAlgorithm.sha256.hash("agent1:cc.example.com:demo")
        let verdict = pair.server.check(request, now: pair.now) { _ in DigestSecret(ha1: ha1, algorithm: .sha256) }
        #expect(verdict == .accepted(username: "agent1"))
    }

    @Test("no credentials, or those of another realm, bring a challenge")
    func challenged() throws {
        var pair = Pair()
        var request = SipRequest(method: .register, uri: SipURI(host: "cc.example.com"))
        #expect(pair.check(request) == .challenge(stale: false))
        request.headers[.authorization] = "NoOneKnowsThisScheme opaque-data=here"
        #expect(pair.check(request) == .challenge(stale: false))
        let other = DigestAuthenticator(realm: "elsewhere", entropy: pair.entropy)
        request = try pair.answer(other.challenge(now: pair.now))
        #expect(pair.check(request) == .challenge(stale: false))
    }

    @Test("a wrong password and an unknown user are refused")
    func refused() throws {
        var pair = Pair()
        pair.phone.password = "wrong"
        #expect(try pair.check(pair.answer(pair.server.challenge(now: pair.now))) == .refused(.wrongPassword))
        pair.phone.username = "nobody"
        #expect(try pair.check(pair.answer(pair.server.challenge(now: pair.now))) == .refused(.unknownUser))
    }

    @Test("an expired or foreign nonce is stale when the password is right")
    func stale() throws {
        var pair = Pair()
        let request = try pair.answer(pair.server.challenge(now: pair.now))
        pair.now = .zero.advanced(by: .seconds(301))
        #expect(pair.check(request) == .challenge(stale: true))
        #expect(pair.server.challenge(now: pair.now, stale: true).allSatisfy { $0.contains("stale=true") })
        let restarted = DigestAuthenticator(realm: "cc.example.com", entropy: Entropy(seed: 8))
        #expect(try pair.check(pair.answer(restarted.challenge(now: pair.now))) == .challenge(stale: true))
        pair.phone.password = "wrong"
        #expect(try pair.check(pair.answer(restarted.challenge(now: pair.now))) == .challenge(stale: false))
    }

    @Test("credentials that were used are stale when they come again")
    func replay() throws {
        var pair = Pair()
        let challenges = pair.server.challenge(now: pair.now)
        let first = try pair.answer(challenges, count: 1)
        #expect(pair.check(first) == .accepted(username: "agent1"))
        #expect(pair.check(first) == .challenge(stale: true))
        #expect(try pair.check(pair.answer(challenges, count: 2)) == .accepted(username: "agent1"))
    }

    @Test("a changed method, uri or count is noticed")
    func tampered() throws {
        var pair = Pair()
        var request = try pair.answer(pair.server.challenge(now: pair.now))
        request.method = .invite
        #expect(pair.check(request) == .refused(.wrongPassword))
        request.method = .register
        let value = try #require(request.headers[.authorization])
        for (old, new) in [("nc=00000001", "nc=00000002"), ("uri=\"sip:cc", "uri=\"sip:xx")] {
            request.headers[.authorization] = value.replacing(old, with: new)
            #expect(pair.check(request) == .refused(.wrongPassword))
        }
        for (old, new) in [("nc=00000001", "nc=1"), (", qop=auth", ""), ("cnonce=", "x=")] {
            request.headers[.authorization] = value.replacing(old, with: new)
            #expect(pair.check(request) == .refused(.malformed))
        }
    }

    @Test("the table of used nonces stays within its bound, and the nonces it gives up are stale")
    func bounded() throws {
        var pair = Pair(algorithms: [.md5])
        let early = try pair.answer(pair.server.challenge(now: pair.now))
        for index in 0...DigestAuthenticator.usedNoncesMax {
            pair.now = Instant(nanoseconds: Int64(index + 1))
            let request = try pair.answer(pair.server.challenge(now: pair.now))
            #expect(pair.check(request) == .accepted(username: "agent1"))
        }
        #expect(pair.server.usedNonces <= DigestAuthenticator.usedNoncesMax)
        #expect(pair.check(early) == .challenge(stale: true))
    }

    @Test("the everyday REGISTER's credentials are read")
    func corpus() throws {
        let request = try TestData.request(TestData.message("sip-corpus/5_register.sip"))
        let fields = try #require(request.headers.values(.authorization).first.flatMap { DigestFields($0) })
        #expect(fields["username"] == "agent1001" && fields["nc"] == "00000001" && fields["cnonce"] == "0a4f113b")
    }
}
