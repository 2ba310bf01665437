import CCCore
import CCRouting

extension Scenario {
    /// Checks that the scenario makes sense.
    ///
    /// - Throws: `ScenarioError` with the path of the first thing that does not.
    public func validate() throws(ScenarioError) {
    }
}
