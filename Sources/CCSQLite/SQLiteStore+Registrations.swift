import CCSip
internal import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteStore: RegistrationStore {
    public func save(_ bindings: [RegistrationBinding], for user: String) async throws {
        let own = bindings.filter { $0.user == user }
        try await write { db in
            try db.run("DELETE FROM registration WHERE user = ?", [user])
            for (position, binding) in own.enumerated() {
                try db.insert(
                    into: "registration",
                    [
                        "user": user, "position": position,
                        "expiresAt": binding.expiresAt.timeIntervalSinceReferenceDate, "binding": try json(binding),
                    ])
            }
        }
    }

    public func loadAll(now: Date) async throws -> [RegistrationBinding] {
        try await read { db in
            let sql = "SELECT binding FROM registration WHERE expiresAt > ? ORDER BY user, position"
            return try db.rows(sql, [now.timeIntervalSinceReferenceDate]).map { try $0.json("binding") }
        }
    }
}
