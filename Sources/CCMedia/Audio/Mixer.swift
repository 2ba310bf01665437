/// Adds the voices of one frame; louder than full scale is clipped, not wrapped.
///
/// One mixer serves one conference: ``begin()``, ``add(_:)`` for each who speaks, then ``mix(into:)`` for who hears all
/// and ``mix(without:into:)`` for who must not hear themself.
public struct Mixer: Sendable {
    public let frameSamples: Int
    private var sums: [Int32]

    /// - Parameter frameSamples: samples of each frame.
    public init(frameSamples: Int) {
        self.frameSamples = max(0, frameSamples)
        sums = [Int32](repeating: 0, count: self.frameSamples)
    }

    /// Forgets the last frame.
    public mutating func begin() {
        var sums = sums.mutableSpan
        for index in sums.indices { sums[index] = 0 }
    }

    /// Adds one voice. A frame that is too short counts as silent at its end. Up to 65,536 voices.
    public mutating func add(_ frame: Span<Int16>) {
        let count = min(frame.count, frameSamples)
        var sums = sums.mutableSpan
        for index in 0..<count { sums[index] &+= Int32(frame[index]) }
    }

    /// Replaces `output` by the sum of all voices.
    public func mix(into output: inout [Int16]) {
        resize(&output)
        let sums = sums.span
        var target = output.mutableSpan
        for index in target.indices { target[index] = Int16(clamping: sums[index]) }
    }

    /// Replaces `output` by the sum of all voices but `own`, which must be one that was added.
    public func mix(without own: Span<Int16>, into output: inout [Int16]) {
        resize(&output)
        let sums = sums.span
        let common = min(own.count, frameSamples)
        var target = output.mutableSpan
        for index in 0..<common { target[index] = Int16(clamping: sums[index] &- Int32(own[index])) }
        for index in common..<frameSamples { target[index] = Int16(clamping: sums[index]) }
    }

    /// Adds `voice` to `frame`: the mix of two.
    public static func add(_ voice: Span<Int16>, to frame: inout [Int16]) {
        let count = min(voice.count, frame.count)
        var target = frame.mutableSpan
        for index in 0..<count { target[index] = Int16(clamping: Int32(target[index]) + Int32(voice[index])) }
    }

    private func resize(_ output: inout [Int16]) {
        if output.count != frameSamples { output = [Int16](repeating: 0, count: frameSamples) }
    }
}
