extension Chart {
    /// The picture as an SVG document, at most about 2 MB.
    public var svg: String { Drawing(self).text }
}

/// One drawing of a chart: knows the scales and gathers the text.
private struct Drawing {
    let chart: Chart
    let left = 64.0
    let right = 20.0
    let top: Double
    let bottom: Double
    let xs: ClosedRange<Double>
    let ys: ClosedRange<Double>
    var text = ""

    init(_ chart: Chart) {
        self.chart = chart
        let named = chart.layers.contains { !$0.name.isEmpty }
        top = (chart.title.isEmpty ? 12 : 36) + (named ? 22 : 0)
        bottom = chart.x.label.isEmpty ? 28 : 46
        (xs, ys) = Self.ranges(chart)
        open()
        axes()
        for layer in chart.layers { draw(layer) }
        marks()
        legend()
        text += "</svg>\n"
    }

    private var plotWidth: Double { max(10, Double(chart.width) - left - right) }
    private var plotHeight: Double { max(10, Double(chart.height) - top - bottom) }

    private func px(_ x: Double) -> Double {
        left + (x - xs.lowerBound) / (xs.upperBound - xs.lowerBound) * plotWidth
    }
    private func py(_ y: Double) -> Double {
        let share = (y - ys.lowerBound) / (ys.upperBound - ys.lowerBound)
        return top + (1 - min(max(share, 0), 1)) * plotHeight
    }

    private mutating func open() {
        text = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(chart.width) \(chart.height)" \
            width="\(chart.width)" height="\(chart.height)" role="img" font-family="system-ui, sans-serif" \
            font-size="12" fill="#22272e">
            <title>\(Self.escaped(chart.title))</title>
            <rect width="100%" height="100%" fill="#ffffff"/>

            """
        if !chart.title.isEmpty {
            write(chart.title, x: left, y: 22, more: "font-size=\"15\" font-weight=\"600\"")
        }
    }

    private mutating func axes() {
        for tick in Ticks(ys, scale: chart.y.scale, room: Int(plotHeight / 44)).places {
            let y = py(tick.value)
            line(left, y, left + plotWidth, y, "#e4e7eb")
            write(tick.text, x: left - 8, y: y + 4, more: "text-anchor=\"end\" fill=\"#59636e\"")
        }
        for tick in Ticks(xs, scale: chart.x.scale, room: Int(plotWidth / 86)).places {
            let x = px(tick.value)
            line(x, top + plotHeight, x, top + plotHeight + 4, "#8a8f98")
            // A word at the edge leans inwards.
            let reach = Double(tick.text.count) * 3.3
            let anchor = x + reach > Double(chart.width) ? "end" : x - reach < 0 ? "start" : "middle"
            write(tick.text, x: x, y: top + plotHeight + 18, more: "text-anchor=\"\(anchor)\" fill=\"#59636e\"")
        }
        line(left, top + plotHeight, left + plotWidth, top + plotHeight, "#8a8f98")
        if !chart.x.label.isEmpty {
            write(
                chart.x.label, x: left + plotWidth / 2, y: Double(chart.height) - 8,
                more: "text-anchor=\"middle\" fill=\"#59636e\"")
        }
        if !chart.y.label.isEmpty {
            let y = top + plotHeight / 2
            write(
                chart.y.label, x: 14, y: y,
                more: "text-anchor=\"middle\" fill=\"#59636e\" transform=\"rotate(-90 14 \(Self.short(y)))\"")
        }
    }

    private mutating func draw(_ layer: Chart.Layer) {
        let style = "\(layer.ink.rawValue)"
        let opacity = layer.opacity < 1 ? " opacity=\"\(Self.short(layer.opacity))\"" : ""
        switch layer.mark {
        case .line(let values):
            stroke(path(thinned(layer.x, values), stepped: false), style, opacity)
        case .step(let values):
            stroke(path(thinned(layer.x, values), stepped: true), style, opacity)
        case .points(let values):
            for (x, y) in thinned(layer.x, values) where y.isFinite && xs.contains(x) {
                text +=
                    "<circle cx=\"\(Self.short(px(x)))\" cy=\"\(Self.short(py(y)))\" r=\"2.6\" fill=\"\(style)\"\(opacity)/>\n"
            }
        case .bars(let values): bars(layer.x, values, style, opacity)
        case .band(let lower, let upper): band(layer.x, lower, upper, style, opacity)
        }
    }

    private mutating func stroke(_ path: String, _ style: String, _ opacity: String) {
        guard !path.isEmpty else { return }
        text +=
            "<path d=\"\(path)\" fill=\"none\" stroke=\"\(style)\" stroke-width=\"1.8\" stroke-linejoin=\"round\"\(opacity)/>\n"
    }

    private func path(_ points: [(Double, Double)], stepped: Bool) -> String {
        var path = ""
        var previous: Double?
        for (x, y) in points {
            guard y.isFinite, xs.contains(x) else {
                previous = nil
                continue
            }
            if let previous, stepped { path += "L\(Self.short(px(x))) \(Self.short(previous))" }
            path += (previous == nil ? "M" : "L") + "\(Self.short(px(x))) \(Self.short(py(y)))"
            previous = py(y)
        }
        if stepped, let previous, let last = points.last, points.count > 1 {
            let end = min(last.0 * 2 - points[points.count - 2].0, xs.upperBound)
            path += "L\(Self.short(px(end))) \(Self.short(previous))"
        }
        return path
    }

    private mutating func bars(_ x: [Double], _ values: [Double], _ style: String, _ opacity: String) {
        let points = thinned(x, values)
        for (place, point) in points.enumerated() where point.1.isFinite && xs.contains(point.0) {
            let gap =
                place + 1 < points.count ? points[place + 1].0 - point.0 : place > 0 ? point.0 - points[place - 1].0 : 1
            let wide = max(1, gap / (xs.upperBound - xs.lowerBound) * plotWidth - 1)
            let zero = py(max(0, ys.lowerBound))
            let y = py(point.1)
            text += """
                <rect x="\(Self.short(px(point.0)))" y="\(Self.short(min(y, zero)))" width="\(Self.short(min(wide, plotWidth)))" \
                height="\(Self.short(abs(zero - y)))" fill="\(style)"\(opacity)/>

                """
        }
    }

    private mutating func band(_ x: [Double], _ lower: [Double], _ upper: [Double], _ style: String, _ opacity: String)
    {
        let lows = thinned(x, lower)
        let highs = thinned(x, upper)
        var stretch: [(x: Double, low: Double, high: Double)] = []
        for (low, high) in zip(lows, highs) {
            if low.1.isFinite, high.1.isFinite, xs.contains(low.0), xs.contains(high.0) {
                stretch.append((high.0, low.1, high.1))
            } else {
                area(stretch, style, opacity)
                stretch = []
            }
        }
        area(stretch, style, opacity)
    }

    /// A band without gaps.
    private mutating func area(_ band: [(x: Double, low: Double, high: Double)], _ style: String, _ opacity: String) {
        guard band.count > 1 else { return }
        let forth = band.map { "\(Self.short(px($0.x))) \(Self.short(py($0.high)))" }
        let back = band.reversed().map { "\(Self.short(px($0.x))) \(Self.short(py($0.low)))" }
        text += "<path d=\"M\((forth + back).joined(separator: "L"))Z\" fill=\"\(style)\"\(opacity)/>\n"
    }

    private mutating func marks() {
        for mark in chart.marks where xs.contains(mark.x) {
            let x = px(mark.x)
            text += """
                <line x1="\(Self.short(x))" y1="\(Self.short(top))" x2="\(Self.short(x))" y2="\(Self.short(top + plotHeight))" \
                stroke="#59636e" stroke-dasharray="4 3"/>

                """
            write(mark.label, x: x + 5, y: top + 12, more: "fill=\"#59636e\"")
        }
    }

    private mutating func legend() {
        var x = left
        let y = top - 12
        for layer in chart.layers where !layer.name.isEmpty {
            text += """
                <rect x="\(Self.short(x))" y="\(Self.short(y - 9))" width="14" height="10" rx="2" fill="\(layer.ink.rawValue)" \
                opacity="\(Self.short(max(layer.opacity, 0.3)))"/>

                """
            write(layer.name, x: x + 20, y: y, more: "")
            x += 38 + Double(layer.name.count) * 6.6
        }
    }

    private mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        text += """
            <line x1="\(Self.short(x1))" y1="\(Self.short(y1))" x2="\(Self.short(x2))" y2="\(Self.short(y2))" stroke="\(style)"/>

            """
    }

    private mutating func write(_ words: String, x: Double, y: Double, more: String) {
        let more = more.isEmpty ? "" : " " + more
        text += "<text x=\"\(Self.short(x))\" y=\"\(Self.short(y))\"\(more)>\(Self.escaped(words))</text>\n"
    }

    /// The lowest and the highest point of each half pixel, in their order; all points when there are few.
    private func thinned(_ x: [Double], _ y: [Double]) -> [(Double, Double)] {
        let count = min(x.count, y.count)
        let columns = chart.width * 2
        guard count > columns * 2 else { return (0..<count).map { (x[$0], y[$0]) } }
        var points: [(Double, Double)] = []
        for column in 0..<columns {
            let places = (count * column / columns)..<(count * (column + 1) / columns)
            let known = places.filter { y[$0].isFinite }
            guard let low = known.min(by: { y[$0] < y[$1] }), let high = known.max(by: { y[$0] < y[$1] }) else {
                points += [(x[places.lowerBound], .nan), (x[places.lowerBound], .nan)]
                continue
            }
            points += [(x[min(low, high)], y[min(low, high)]), (x[max(low, high)], y[max(low, high)])]
        }
        return points
    }

    private static func ranges(_ chart: Chart) -> (ClosedRange<Double>, ClosedRange<Double>) {
        var x = Extent()
        var y = Extent()
        for layer in chart.layers {
            for value in layer.x { x.hold(value) }
            switch layer.mark {
            case .line(let values), .points(let values): for value in values { y.hold(value) }
            case .step(let values):
                for value in values { y.hold(value) }
                x.hold(Self.end(layer.x))
            case .bars(let values):
                y.hold(0)
                for value in values { y.hold(value) }
                x.hold(Self.end(layer.x))
            case .band(let lower, let upper): for value in lower + upper { y.hold(value) }
            }
        }
        if y.low > 0, y.low < y.high * 0.6 { y.hold(0) }
        return (chart.x.range.flatMap(Extent.proper) ?? x.range, chart.y.range.flatMap(Extent.proper) ?? y.padded)
    }

    /// Where the last value ends: it lasts as long as the one before it.
    private static func end(_ x: [Double]) -> Double {
        x.count > 1 ? x[x.count - 1] * 2 - x[x.count - 2] : x.last ?? .nan
    }

    private static func short(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: if character.value >= 32 { escaped.unicodeScalars.append(character) }
            }
        }
        return escaped
    }
}

/// From the least to the greatest of the finite values seen.
private struct Extent {
    var low = Double.infinity
    var high = -Double.infinity

    mutating func hold(_ value: Double) {
        guard value.isFinite, abs(value) < 1e300 else { return }
        low = min(low, value)
        high = max(high, value)
    }

    var range: ClosedRange<Double> {
        guard low <= high else { return 0...1 }
        return low < high ? low...high : (low - 0.5)...(high + 0.5)
    }

    var padded: ClosedRange<Double> {
        let range = range
        let room = (range.upperBound - range.lowerBound) * 0.05
        let low = range.lowerBound == 0 ? 0 : range.lowerBound - room
        return low...(range.upperBound + room)
    }

    static func proper(_ range: ClosedRange<Double>) -> ClosedRange<Double>? {
        range.lowerBound.isFinite && range.upperBound.isFinite && range.lowerBound < range.upperBound ? range : nil
    }
}
