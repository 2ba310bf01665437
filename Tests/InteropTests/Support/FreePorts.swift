import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// Ports of the loopback address that nobody uses at the moment of asking.
enum FreePorts {
    /// A port that is free for UDP and for TCP.
    static func one() throws -> UInt16 { try run(of: 1).lowerBound }

    /// `count` ports in a row, from an even one on, each free for UDP, the first also for TCP. They come from below the
    /// range that the system gives out by itself, so that no other program is handed one in the meantime.
    static func run(of count: Int) throws -> ClosedRange<UInt16> {
        for _ in 0..<200 {
            let first = UInt16.random(in: 5_000...(15_500 - UInt16(count / 2))) * 2
            let ports = first...(first + UInt16(count - 1))
            if isFree(first, SOCK_STREAM), ports.allSatisfy({ isFree($0, SOCK_DGRAM) }) { return ports }
        }
        throw Disappointment("no \(count) free ports in a row")
    }

    /// Whether somebody listens there. Where the system's table can be read it is, for to try the port out would be to
    /// take it from the one who is about to listen.
    static func isTaken(_ port: UInt16, _ kind: __socket_type) -> Bool {
        let table = kind == SOCK_STREAM ? "/proc/net/tcp" : "/proc/net/udp"
        guard let text = try? String(contentsOfFile: table, encoding: .utf8) else { return !isFree(port, kind) }
        let digits = String(port, radix: 16, uppercase: true)
        return text.contains(":" + String(repeating: "0", count: 4 - digits.count) + digits + " 00000000:0000")
    }

    private static func isFree(_ port: UInt16, _ kind: __socket_type) -> Bool {
        let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return LoopbackAddress(port: port).withPointer { bind(descriptor, $0, $1) } == 0
    }
}

/// A loopback address with a port, in the form that system calls take.
struct LoopbackAddress {
    private var address = sockaddr_in()

    /// 127.0.0.1
    static let usual: UInt32 = 0x7F00_0001

    /// - Parameter host: an address in 127.0.0.0/8. All of them are this machine.
    init(host: UInt32 = usual, port: UInt16) {
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = host.bigEndian
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
