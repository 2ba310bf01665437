import CCCore
import CCTelephony
import Foundation
import Synchronization

/// What a simulation consists of: virtual time, chance, and a network of hosts.
public final class World: Sendable {
    public let seed: UInt64
    /// The clock of everything inside.
    public let time: VirtualTime
    /// The wires between the hosts.
    public let network: SimulatedNetwork

    let scheduler: Scheduler
    let executor: SimulatedTaskExecutor
    private let hosts = Mutex<[IPAddress: SimulatedHost]>([:])

    init(seed: UInt64, options: SimulationOptions) {
        self.seed = seed
        scheduler = Scheduler(order: options.scheduling, entropy: Self.entropy(seed, "scheduling"))
        executor = SimulatedTaskExecutor(scheduler)
        time = VirtualTime(scheduler: scheduler, start: options.startDate)
        network = SimulatedNetwork(scheduler: scheduler, entropy: Self.entropy(seed, "network"))
    }

    /// A stream of chance of its own for each purpose, so that more of the one does not change the other.
    public func entropy(_ purpose: String) -> Entropy { Self.entropy(seed, purpose) }

    private static func entropy(_ seed: UInt64, _ purpose: String) -> Entropy {
        var hash = Digest()
        hash.add(seed)
        for byte in purpose.utf8 { hash.add(UInt64(byte)) }
        return Entropy(seed: hash.value)
    }

    /// The machine with an address. It is switched on when it is first asked for, and again after
    /// ``SimulatedHost/cutOff()``.
    ///
    /// - Parameter mediaLoops: How many media loops a newly made host has, at least 1.
    /// - Throws: `TelephonyError` `unreachable` when `address` is not an IP address.
    public func host(_ address: String, mediaLoops: Int = 1) throws -> SimulatedHost {
        guard let ip = IPAddress(address), !ip.isUnspecified else {
            throw TelephonyError(.unreachable, "\"\(address)\" is not the address of a host")
        }
        return hosts.withLock { hosts in
            if let known = hosts[ip], !known.isCutOff { return known }
            let host = SimulatedHost(ip: ip, network: network, scheduler: scheduler, mediaLoops: mediaLoops)
            hosts[ip] = host
            network.switchOn(ip)
            return host
        }
    }
}

/// FNV-1a, taken a word at a time: says whether two runs were the same. Not for anything secret.
struct Digest: Sendable {
    private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        value = (value ^ word) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }

    mutating func add(_ address: NetworkAddress) {
        add(UInt64(address.port))
        if let bits = address.ip.v4Bits { add(UInt64(bits)) }
        if let (high, low) = address.ip.v6Bits {
            add(high)
            add(low)
        }
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 8 <= bytes.count {
            add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
            offset += 8
        }
        while offset < bytes.count {
            add(UInt64(bytes[offset]))
            offset += 1
        }
        add(UInt64(bytes.count))
    }
}
