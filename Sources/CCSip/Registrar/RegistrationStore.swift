import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Keeps registrations over a restart.
///
/// A user's bindings are written as a whole: ``save(_:for:)`` replaces what was there before, in one transaction, and a
/// later call wins over an earlier one. A binding is the same one when user and contact are the same text.
public protocol RegistrationStore: Sendable {
    /// Replaces all bindings of a user; an empty list removes the user. Bindings of other users in the list are not kept.
    func save(_ bindings: [RegistrationBinding], for user: String) async throws
    /// Every binding that ends after `now`, ordered by user and then as saved.
    func loadAll(now: Date) async throws -> [RegistrationBinding]
}

/// Keeps registrations as long as the process lives.
public final class InMemoryRegistrationStore: RegistrationStore {
    private let bindings = Mutex<[String: [RegistrationBinding]]>([:])

    public init() {}

    public func save(_ bindings: [RegistrationBinding], for user: String) async throws {
        let own = bindings.filter { $0.user == user }
        self.bindings.withLock { $0[user] = own.isEmpty ? nil : own }
    }

    public func loadAll(now: Date) async throws -> [RegistrationBinding] {
        bindings.withLock { all in
            all.sorted { $0.key < $1.key }.flatMap { $0.value.filter { $0.expiresAt > now } }
        }
    }
}
