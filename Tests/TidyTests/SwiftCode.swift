extension Repository.File {
    /// The lines with comments and the contents of string literals blanked out, so that a rule sees only code.
    var codeLines: [String] {
        var scanner = CodeScanner(text: Array(text.utf8))
        return scanner.code().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}

/// Walks once over Swift source and copies what is code. Knows line and nested block comments, and strings of one or
/// more lines, raw or not; code inside an interpolation counts as part of its string.
private struct CodeScanner {
    let text: [UInt8]
    var position = 0
    var result: [UInt8] = []

    init(text: [UInt8]) { self.text = text }

    mutating func code() -> String {
        while position < text.count {
            if starts("//") {
                while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
            } else if starts("/*") {
                skipBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                position += hashes
                skipString(hashes: hashes)
            } else {
                result.append(text[position])
                position += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func starts(_ word: String) -> Bool {
        text[position] == word.utf8.first && text[position...].starts(with: word.utf8)
    }

    /// The number of `#` before a quote that begins here; nil where no string begins.
    private func hashesBeforeQuote() -> Int? {
        var end = position
        while end < text.count, text[end] == UInt8(ascii: "#") { end += 1 }
        return end < text.count && text[end] == UInt8(ascii: "\"") ? end - position : nil
    }

    private mutating func skip(_ count: Int) {
        for _ in 0..<count where position < text.count {
            if text[position] == UInt8(ascii: "\n") { result.append(text[position]) }
            position += 1
        }
    }

    private mutating func skipBlockComment() {
        var depth = 0
        repeat {
            if starts("/*") {
                depth += 1
                skip(2)
            } else if starts("*/") {
                depth -= 1
                skip(2)
            } else {
                skip(1)
            }
        } while depth > 0 && position < text.count
    }

    private mutating func skipString(hashes: Int) {
        let quote = starts("\"\"\"") ? "\"\"\"" : "\""
        let marks = String(repeating: "#", count: hashes)
        let end = quote + marks
        let escape = "\\" + marks
        skip(quote.utf8.count)
        result.append(UInt8(ascii: "\""))
        while position < text.count, !starts(end) {
            skip(starts(escape) ? escape.utf8.count + 1 : 1)
        }
        skip(end.utf8.count)
        result.append(UInt8(ascii: "\""))
    }
}
