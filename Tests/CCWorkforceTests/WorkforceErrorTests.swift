import CCWorkforce
import Testing

@Suite("An error of workforce management")
struct WorkforceErrorTests {
    @Test("names the place before what is wrong")
    func description() {
        #expect(
            "\(WorkforceError(.outOfRange, at: "history[3].count", "expected at least 0"))"
                == "history[3].count: expected at least 0")
    }
}
