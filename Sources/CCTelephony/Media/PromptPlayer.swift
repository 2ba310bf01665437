import CCMedia

/// Plays a prompt at whatever rate its leg has, also when that changes in the middle.
struct PromptPlayer {
    private let prompt: Prompt
    private let loops: Bool
    private var rate: Int
    private var player: AudioClip.Player

    init(_ prompt: Prompt, loops: Bool, rate: Int) {
        self.prompt = prompt
        self.loops = loops
        self.rate = rate
        player = AudioClip.Player(prompt.clip(at: rate), loops: loops)
    }

    var isFinished: Bool { player.isFinished }

    /// Fills `frame` with the next samples at `rate` hertz; silence behind the end.
    mutating func fill(_ frame: inout [Int16], rate: Int) {
        if rate != self.rate {
            let clip = prompt.clip(at: rate)
            let position = player.position * clip.sampleRate / max(1, player.clip.sampleRate)
            player = AudioClip.Player(clip, loops: loops, from: position)
            self.rate = rate
        }
        player.fill(&frame)
    }
}
