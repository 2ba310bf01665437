#if canImport(Glibc)
private import Glibc
#elseif canImport(Musl)
private import Musl
#else
private import Darwin
#endif

/// Finds a piece of audio in a recording: where it is, and how alike the two are there.
///
/// The coefficient is 1 for the same audio at any level, about 0.9 and more for speech that went through a codec, near
/// 0 for other audio, and negative when the polarity is reversed.
public enum AudioCorrelation {
    /// A place in a recording.
    public struct Match: Hashable, Sendable {
        /// Sample of the recording at which the first sample of the reference is found; negative when the recording
        /// begins later than the reference.
        public var lag: Int
        /// Normalised cross-correlation over the part that both have: -1 to 1.
        public var coefficient: Double

        public init(lag: Int, coefficient: Double) {
            self.lag = lag
            self.coefficient = coefficient
        }
    }

    /// The lag at which `reference` is most like `recording`, by way of the Fourier transform: a minute of audio takes
    /// well under a second.
    ///
    /// Both must have the same sample rate. At least half of the shorter one must overlap.
    /// - Parameter lags: where to look; `nil`: everywhere.
    public static func best(
        of reference: [Int16], in recording: [Int16], lags: ClosedRange<Int>? = nil
    ) -> Match {
        let overlapMin = max(1, min(reference.count, recording.count) / 2)
        let all = (overlapMin - reference.count)...max(overlapMin - reference.count, recording.count - overlapMin)
        guard !reference.isEmpty, !recording.isEmpty, let range = intersection(all, lags) else {
            return Match(lag: 0, coefficient: 0)
        }
        let products = crossCorrelation(reference, recording)
        let referenceEnergy = prefixEnergy(reference)
        let recordingEnergy = prefixEnergy(recording)
        var best = Match(lag: range.lowerBound, coefficient: -.infinity)
        for lag in range {
            let first = max(0, -lag)
            let end = min(reference.count, recording.count - lag)
            let energy =
                (referenceEnergy[end] - referenceEnergy[first])
                * (recordingEnergy[end + lag] - recordingEnergy[first + lag])
            guard energy > 0 else { continue }
            let product = products[lag >= 0 ? lag : products.count + lag]
            let coefficient = product / energy.squareRoot()
            if coefficient > best.coefficient { best = Match(lag: lag, coefficient: coefficient) }
        }
        return best.coefficient.isFinite ? best : Match(lag: best.lag, coefficient: 0)
    }

    /// Finds `reference` piece by piece, for recordings whose timing may drift: a jitter buffer inserts and removes a
    /// few milliseconds now and then. Each piece is sought around the place of the one before it.
    /// - Parameters:
    ///   - window: samples of a piece. Pieces that are much quieter than the whole are left out.
    ///   - slack: how many samples a piece may be off the place of the one before it.
    public static func track(
        of reference: [Int16], in recording: [Int16], window: Int, slack: Int
    ) -> [Match] {
        guard window > 0, slack >= 0, !reference.isEmpty else { return [] }
        var lag = best(of: reference, in: recording).lag
        let energy = prefixEnergy(reference)
        let mean = energy[reference.count] / Double(reference.count)
        var matches: [Match] = []
        for start in stride(from: 0, through: reference.count - window, by: window) {
            let from = start + lag - slack
            guard from >= 0, from + window + 2 * slack <= recording.count else { continue }
            guard energy[start + window] - energy[start] > 0.1 * mean * Double(window) else { continue }
            let piece = Array(reference[start..<(start + window)])
            let found = best(
                of: piece, in: Array(recording[from..<(from + window + 2 * slack)]), lags: 0...(2 * slack))
            lag = from + found.lag - start
            matches.append(Match(lag: lag, coefficient: found.coefficient))
        }
        return matches
    }

    private static func intersection(_ all: ClosedRange<Int>, _ wanted: ClosedRange<Int>?) -> ClosedRange<Int>? {
        guard let wanted else { return all }
        return all.overlaps(wanted) ? all.clamped(to: wanted) : nil
    }

    private static func prefixEnergy(_ pcm: [Int16]) -> [Double] {
        var sums = [0.0]
        sums.reserveCapacity(pcm.count + 1)
        var sum = 0.0
        for sample in pcm {
            sum += Double(sample) * Double(sample)
            sums.append(sum)
        }
        return sums
    }

    /// Element k is the sum of reference[i] · recording[i + k], k modulo the length.
    private static func crossCorrelation(_ reference: [Int16], _ recording: [Int16]) -> [Double] {
        var size = 1
        while size < reference.count + recording.count { size *= 2 }
        // Both real signals go through one transform, as real and imaginary part.
        var real = [Double](repeating: 0, count: size)
        var imaginary = [Double](repeating: 0, count: size)
        for index in reference.indices { real[index] = Double(reference[index]) }
        for index in recording.indices { imaginary[index] = Double(recording[index]) }
        transform(&real, &imaginary)
        var productReal = [Double](repeating: 0, count: size)
        var productImaginary = [Double](repeating: 0, count: size)
        for index in 0..<size {
            let mirror = (size - index) & (size - 1)
            // X = (Z(k) + Z*(-k)) / 2, Y = (Z(k) - Z*(-k)) / 2i; wanted is X* · Y.
            let xReal = (real[index] + real[mirror]) / 2
            let xImaginary = (imaginary[index] - imaginary[mirror]) / 2
            let yReal = (imaginary[index] + imaginary[mirror]) / 2
            let yImaginary = (real[mirror] - real[index]) / 2
            productReal[index] = xReal * yReal + xImaginary * yImaginary
            productImaginary[index] = xReal * yImaginary - xImaginary * yReal
        }
        // The inverse transform is the forward one with the imaginary parts' signs turned, twice.
        for index in 0..<size { productImaginary[index] = -productImaginary[index] }
        transform(&productReal, &productImaginary)
        for index in 0..<size { productReal[index] /= Double(size) }
        return productReal
    }

    /// Discrete Fourier transform in place (radix 2, decimation in time); the length is a power of two.
    private static func transform(_ real: inout [Double], _ imaginary: inout [Double]) {
        let size = real.count
        var target = 0
        for index in 0..<size {
            if index < target {
                real.swapAt(index, target)
                imaginary.swapAt(index, target)
            }
            var bit = size >> 1
            while bit > 0, target & bit != 0 {
                target ^= bit
                bit >>= 1
            }
            target |= bit
        }
        let cosines = (0..<max(1, size / 2)).map { cos(2 * Double.pi * Double($0) / Double(size)) }
        let sines = (0..<max(1, size / 2)).map { -sin(2 * Double.pi * Double($0) / Double(size)) }
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                var half = 1
                while half < size {
                    let step = size / (2 * half)
                    for start in stride(from: 0, to: size, by: 2 * half) {
                        var angle = 0
                        for index in start..<(start + half) {
                            let other = index + half
                            let re = real[other] * cosines[angle] - imaginary[other] * sines[angle]
                            let im = real[other] * sines[angle] + imaginary[other] * cosines[angle]
                            real[other] = real[index] - re
                            imaginary[other] = imaginary[index] - im
                            real[index] += re
                            imaginary[index] += im
                            angle += step
                        }
                    }
                    half *= 2
                }
            }
        }
    }
}
