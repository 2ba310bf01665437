/// A picture of numbers: lines, steps, bands, bars and points over one pair of axes, as SVG.
///
/// ```swift
/// var chart = Chart("Contacts per half hour", x: .time(), y: Chart.Axis("contacts"))
/// chart.add(.band(lower: low, upper: high), x: minutes, as: "80 % of days")
/// chart.add(.line(mean), x: minutes, as: "forecast")
/// let file = chart.svg
/// ```
///
/// The picture needs nothing else: no script, no font, no network. A value that is not finite leaves a gap. Of a layer with
/// more points than the picture has room for, the lowest and the highest of each column of the picture are drawn, so a
/// picture of a million intervals is as small as one of a thousand.
public struct Chart: Hashable, Sendable {
    /// What one axis shows.
    public struct Axis: Hashable, Sendable {
        /// How the marks along an axis are written.
        public enum Scale: Hashable, Sendable {
            /// Numbers at round steps.
            case number
            /// Minutes since 1 January 1970 by the clock on the wall: marks at midnights, hours or months, as there is room.
            case time
            /// Seconds: marks such as `20 s`, `5 min`, `2 h`.
            case seconds
            /// Shares from 0 to 1: marks such as `80 %`.
            case share
            /// Names at 0, 1, 2 and so on.
            case names([String])
        }

        public var label: String
        public var scale: Scale
        /// The least and the greatest value shown; nil: what the layers need, with zero for the y axis unless the values
        /// lie far from it.
        public var range: ClosedRange<Double>?

        public init(_ label: String = "", scale: Scale = .number, range: ClosedRange<Double>? = nil) {
            self.label = label
            self.scale = scale
            self.range = range
        }

        public static func time(_ label: String = "") -> Axis { Axis(label, scale: .time) }
    }

    /// How values are drawn. All lists are as long as the layer's `x`.
    public enum Mark: Hashable, Sendable {
        case line([Double])
        /// Each value holds from its x to the next.
        case step([Double])
        case points([Double])
        /// From zero; as wide as the distance to the next x.
        case bars([Double])
        /// The area between two lines.
        case band(lower: [Double], upper: [Double])
    }

    /// The colour of a layer, told apart by people who see colours differently too (Okabe and Ito 2008).
    public enum Ink: String, Hashable, Sendable, CaseIterable {
        case blue = "#0072b2"
        case orange = "#d55e00"
        case green = "#009e73"
        case purple = "#b0609a"
        case yellow = "#c99700"
        case grey = "#8a8f98"
        case black = "#22272e"
    }

    struct Layer: Hashable, Sendable {
        var mark: Mark
        var x: [Double]
        var name: String
        var ink: Ink
        var opacity: Double
    }

    public var title: String
    public var x: Axis
    public var y: Axis
    /// Pixels, 200 to 10,000.
    public var width: Int
    public var height: Int
    var layers: [Layer] = []
    var marks: [Moment] = []

    /// - Parameters:
    ///   - width: Of the picture, in pixels; less than 200 and more than 10,000 count as these.
    ///   - height: As `width`.
    public init(_ title: String, x: Axis = Axis(), y: Axis = Axis(), width: Int = 960, height: Int = 360) {
        self.title = title
        self.x = x
        self.y = y
        self.width = min(max(width, 200), 10_000)
        self.height = min(max(height, 200), 10_000)
    }

    /// Draws one more layer above the others. Where lists differ in length, the shortest one's is taken.
    ///
    /// - Parameters:
    ///   - mark: What is drawn, and its values.
    ///   - x: Ascending.
    ///   - name: For the legend; an empty name stays out of it.
    ///   - ink: Nil: the next one that no layer of the picture has.
    ///   - opacity: 0 to 1; nil: 1, and less for bands and bars.
    public mutating func add(
        _ mark: Mark, x: [Double], as name: String, ink: Ink? = nil, opacity: Double? = nil
    ) {
        let used = Set(layers.map(\.ink))
        let next = Ink.allCases.first { !used.contains($0) } ?? .black
        let usual =
            switch mark {
            case .band: 0.22
            case .bars: 0.75
            case .line, .step, .points: 1.0
            }
        layers.append(Layer(mark: mark, x: x, name: name, ink: ink ?? next, opacity: opacity ?? usual))
    }

    /// A dashed upright line with a word beside it: a moment such as the start of the forecast.
    public mutating func addMark(at x: Double, _ label: String) { marks.append(Moment(x: x, label: label)) }

    struct Moment: Hashable, Sendable {
        var x: Double
        var label: String
    }
}
