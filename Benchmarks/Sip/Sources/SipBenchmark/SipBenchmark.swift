// Parses and answers the six everyday messages and prints one JSON line per figure.
//
//   swift run -c release SipBenchmark [ITERATIONS [FOLDER]]
//
// index:       SipMessage(parsing:), which checks what routing relies on, and nothing read from it
// parse:       the same, then every field taken apart that the C parsers take apart: URI, Via, From, To, tags, Call-ID,
//              CSeq, Contact, Route, Record-Route, Max-Forwards, Content-Length. As with them, texts stay in the
//              received bytes
// strings:     the same, and every text read as a String, which the C parsers have nothing like
// parse+reply: index, then a 200 with a To tag and a Contact built and serialised (requests other than ACK)

import CCSip
import Foundation
import NIOCore

@main
struct SipBenchmark {
    static func main() throws {
        let iterations = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 150_000
        let corpus = CommandLine.arguments.dropFirst(2).first.map { URL(filePath: $0) } ?? ownCorpus
        let names = ["1_invite", "2_200ok", "3_ack", "4_bye", "5_register", "6_options"].map { "\($0).sip" }
        let messages = try names.map {
            (name: $0, bytes: ByteBuffer(bytes: try Data(contentsOf: corpus.appending(path: $0))))
        }
        let requests = messages.filter { !["2_200ok.sip", "3_ack.sip"].contains($0.name) }
        try measure("sip.index", messages, iterations) { try index($0) }
        try measure("sip.parse", messages, iterations) { try parse($0) }
        try measure("sip.strings", messages, iterations) { try strings($0) }
        try measure("sip.parse+reply", requests, iterations) { try reply($0) }
    }

    /// The messages of the tests.
    static var ownCorpus: URL {
        var package = URL(filePath: #filePath)
        for _ in 0..<5 { package.deleteLastPathComponent() }
        return package.appending(path: "Tests/Data/sip-corpus")
    }

    typealias Message = (name: String, bytes: ByteBuffer)

    static func measure(
        _ benchmark: String, _ messages: [Message], _ iterations: Int, _ work: (ByteBuffer) throws -> Int
    ) throws {
        for round in messages.indices { _ = try work(messages[round].bytes) }
        try report(benchmark, "mix", messages, iterations, work)
        for message in messages { try report(benchmark, message.name, [message], iterations / messages.count, work) }
    }

    static func report(
        _ benchmark: String, _ label: String, _ messages: [Message], _ iterations: Int,
        _ work: (ByteBuffer) throws -> Int
    ) throws {
        var checksum = 0
        var bytes = 0
        let start = processorSeconds()
        for round in 0..<iterations {
            let message = messages[round % messages.count].bytes
            checksum &+= try work(message)
            bytes += message.readableBytes
        }
        let seconds = processorSeconds() - start
        let microseconds = String(format: "%.3f", seconds / Double(iterations) * 1e6)
        let megabytes = String(format: "%.1f", Double(bytes) / seconds / 1e6)
        print(
            "{\"benchmark\":\"\(benchmark)\",\"message\":\"\(label)\",\"us\":\(microseconds),"
                + "\"mb_per_s\":\(megabytes),\"iterations\":\(iterations),\"checksum\":\(checksum)}")
    }

    static func index(_ bytes: ByteBuffer) throws -> Int {
        try SipMessage(parsing: bytes).headers.count
    }

    /// Adds up something of each field, so that none is left out.
    static func parse(_ bytes: ByteBuffer) throws -> Int {
        var sum = 0
        let message = try SipMessage(parsing: bytes)
        switch message {
        case .request(let request): sum = split(request.uri)
        case .response(let response): sum = response.status.code
        }
        let headers = message.headers
        for via in headers.vias { sum &+= Int(via.port ?? 0) &+ (via.parameters.contains("branch") ? 1 : 0) }
        if let from = headers.from { sum &+= split(from.uri) &+ (from.parameters.contains("tag") ? 1 : 0) }
        if let to = headers.to { sum &+= split(to.uri) &+ (to.parameters.contains("tag") ? 1 : 0) }
        sum &+= headers.contains(.callID) ? 1 : 0
        if let cseq = headers.cseq { sum &+= Int(cseq.number) }
        for address in headers.contacts { sum &+= split(address.uri) }
        for address in headers.routes { sum &+= split(address.uri) }
        for address in headers.recordRoutes { sum &+= split(address.uri) }
        return sum &+ (headers.maxForwards ?? 0) &+ (headers.contentLength ?? 0)
    }

    static func split(_ uri: SipURI) -> Int { Int(uri.port ?? 0) &+ (uri.isLooseRouter ? 1 : 0) }

    /// Adds up the sizes of what it reads, so that nothing is left out.
    static func strings(_ bytes: ByteBuffer) throws -> Int {
        var sum = 0
        let message = try SipMessage(parsing: bytes)
        switch message {
        case .request(let request): sum = request.method.name.utf8.count &+ read(request.uri)
        case .response(let response): sum = response.status.code &+ response.reason.utf8.count
        }
        let headers = message.headers
        for via in headers.vias {
            sum &+= via.transport.utf8.count &+ via.host.utf8.count &+ Int(via.port ?? 0)
            sum &+= (via.branch?.utf8.count ?? 0) &+ (via.received?.utf8.count ?? 0) &+ Int(via.rport ?? 0)
        }
        if let from = headers.from { sum &+= read(from.uri) &+ (from.tag?.utf8.count ?? 0) }
        if let to = headers.to { sum &+= read(to.uri) &+ (to.tag?.utf8.count ?? 0) }
        sum &+= headers.callID?.utf8.count ?? 0
        if let cseq = headers.cseq { sum &+= Int(cseq.number) &+ cseq.method.name.utf8.count }
        for address in headers.contacts { sum &+= read(address.uri) }
        for address in headers.routes { sum &+= read(address.uri) }
        for address in headers.recordRoutes { sum &+= read(address.uri) }
        return sum &+ (headers.maxForwards ?? 0) &+ (headers.contentLength ?? 0)
    }

    static func read(_ uri: SipURI) -> Int {
        (uri.user?.utf8.count ?? 0) &+ uri.host.utf8.count &+ Int(uri.port ?? 0) &+ (uri.isLooseRouter ? 1 : 0)
    }

    static func reply(_ bytes: ByteBuffer) throws -> Int {
        guard case .request(let request) = try SipMessage(parsing: bytes) else { return 0 }
        var response = request.response(.ok, toTag: "a6c85cf")
        response.headers.add(.contact, "<sip:203.0.113.7:5060>")
        return response.serialized().readableBytes
    }

    static func processorSeconds() -> Double {
        Double(clock()) / Double(CLOCKS_PER_SEC)
    }
}
