#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Synchronization

/// Keeps the records of contacts.
///
/// - A save replaces the record of the same id as a whole, so saving twice is the same as saving once.
/// - One call of ``save(_:)`` is one transaction: after a crash all of its records are there or none. When it has
///   returned, they survive the death of the process. If a batch holds an id twice, the last one counts.
/// - Reads see every save that returned before they began.
/// - What comes back equals what was saved: dates and durations are whole milliseconds.
public protocol ContactStore: Sendable {
    func save(_ records: [ContactRecord]) async throws
    /// Nil when there is no such record.
    func record(_ id: ContactID) async throws -> ContactRecord?
    /// The records that pass the filter, newest arrival first; those of one millisecond by descending id.
    func records(_ filter: ContactFilter) async throws -> [ContactRecord]
}

extension ContactStore {
    public func save(_ record: ContactRecord) async throws { try await save([record]) }
    public func records() async throws -> [ContactRecord] { try await records(ContactFilter()) }

    /// The figures of the records that pass the filter.
    public func summary(
        _ filter: ContactFilter = ContactFilter(), serviceLevelThreshold: Duration = .seconds(20)
    ) async throws -> CenterSummary {
        CenterSummary(of: try await records(filter), serviceLevelThreshold: serviceLevelThreshold)
    }
}

/// Which records to list: those that fulfil every condition that is set.
public struct ContactFilter: Hashable, Sendable {
    public var tenant: TenantID?
    public var queue: QueueID?
    /// An agent who answered it or was offered it.
    public var agent: AgentID?
    /// The number of the party that is not the centre's.
    public var customer: PhoneNumber?
    /// Arrived at this date or later.
    public var from: Date?
    /// Arrived before this date.
    public var until: Date?
    public var reasons: Set<TerminalReason>?
    /// At most so many, the newest ones; nil: all.
    public var limit: Int?

    public init(
        tenant: TenantID? = nil, queue: QueueID? = nil, agent: AgentID? = nil, customer: PhoneNumber? = nil,
        from: Date? = nil, until: Date? = nil, reasons: Set<TerminalReason>? = nil, limit: Int? = nil
    ) {
        self.tenant = tenant
        self.queue = queue
        self.agent = agent
        self.customer = customer
        self.from = from
        self.until = until
        self.reasons = reasons
        self.limit = limit
    }

    /// Whether a record fulfils the conditions other than the limit.
    public func includes(_ record: ContactRecord) -> Bool {
        if let tenant, record.tenant != tenant { return false }
        if let queue, record.queue != queue { return false }
        if let agent, !record.segments.contains(where: { $0.agent == agent }) { return false }
        if let customer, record.contact.customerNumber != customer { return false }
        if let from, record.contact.arrivedAt < from { return false }
        if let until, record.contact.arrivedAt >= until { return false }
        if let reasons, !reasons.contains(record.terminalReason) { return false }
        return true
    }
}

/// Keeps records in memory, for tests and for centres that keep nothing.
public final class InMemoryContactStore: ContactStore {
    private let stored = Mutex<[ContactID: ContactRecord]>([:])

    public init() {}

    public func save(_ records: [ContactRecord]) async throws {
        stored.withLock { for record in records { $0[record.id] = record } }
    }

    public func record(_ id: ContactID) async throws -> ContactRecord? { stored.withLock { $0[id] } }

    public func records(_ filter: ContactFilter) async throws -> [ContactRecord] {
        let found = stored.withLock { $0.values.filter(filter.includes) }
        let sorted = found.sorted { ($0.contact.arrivedAt, $0.id) > ($1.contact.arrivedAt, $1.id) }
        return filter.limit.map { Array(sorted.prefix(max(0, $0))) } ?? sorted
    }
}
