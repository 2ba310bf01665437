import CCCore
import CCRouting
import CCTelephony

/// Two plans are equal when a centre would do the same by them. Code counts by its name; code without a name is never known
/// to be the same.
extension CenterPlan: Equatable {
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.phones == rhs.phones && lhs.store == rhs.store && lhs.recordings == rhs.recordings
            && lhs.stopGrace == rhs.stopGrace && lhs.allTenants == rhs.allTenants
    }
}

extension Tenant: Equatable {
    public static func == (lhs: Self, rhs: Self) -> Bool {
        lhs.id == rhs.id && lhs.routing == rhs.routing && lhs.legal == rhs.legal && lhs.queues == rhs.queues
            && lhs.seats == rhs.seats
            && lhs.comforts == rhs.comforts && lhs.messages == rhs.messages
            && lhs.numbers.elementsEqual(rhs.numbers) {
                $0.name == $1.name && $0.language == $1.language && $0.leadsLike($1)
            }
    }
}
