import CCCore
import Testing

@Suite("Event broadcast")
struct EventBroadcastTests {
    @Test("every subscriber gets every value in order, from its subscription on")
    func fanOut() async {
        let broadcast = EventBroadcast<Int>()
        broadcast.send(0)
        let early = broadcast.subscribe()
        broadcast.send(1)
        let late = broadcast.subscribe()
        broadcast.send(2)
        broadcast.finish()
        broadcast.send(3)
        #expect(await values(early) == [1, 2])
        #expect(await values(late) == [2])
    }

    @Test("a slow subscriber loses the oldest values, is told how many, and disturbs nobody")
    func slow() async {
        let broadcast = EventBroadcast<Int>()
        let slow = broadcast.subscribe(bufferMax: 3)
        let quick = broadcast.subscribe(bufferMax: 100)
        for value in 0..<10 { broadcast.send(value) }
        broadcast.finish()
        var items: [EventBroadcast<Int>.Item] = []
        for await item in slow { items.append(item) }
        guard items.count == 4, case .missed(7) = items[0], case .event(7) = items[1], case .event(9) = items[3] else {
            Issue.record("\(items)")
            return
        }
        #expect(await values(quick) == Array(0..<10))
    }

    @Test("a waiting subscriber is woken by the next value, and by the end")
    func waiting() async {
        let broadcast = EventBroadcast<Int>()
        let subscription = broadcast.subscribe()
        let (asked, askedContinuation) = AsyncStream.makeStream(of: Void.self)
        async let found: [Int] = {
            var found: [Int] = []
            askedContinuation.yield()
            for await case .event(let value) in subscription {
                found.append(value)
                askedContinuation.yield()
            }
            return found
        }()
        var turns = asked.makeAsyncIterator()
        for value in 0..<3 {
            await turns.next()
            broadcast.send(value)
        }
        await turns.next()
        broadcast.finish()
        #expect(await found == [0, 1, 2])
    }

    @Test("a subscription ends when it is given up, and when its task is cancelled")
    func ends() async {
        let broadcast = EventBroadcast<Int>()
        do {
            let subscription = broadcast.subscribe()
            #expect(broadcast.subscriberCount == 1)
            let task = Task { await values(subscription) }
            task.cancel()
            #expect(await task.value == [])
        }
        #expect(broadcast.subscriberCount == 0)
        broadcast.send(1)
    }

    @Test("a subscription after the end ends at once")
    func afterTheEnd() async {
        let broadcast = EventBroadcast<Int>()
        broadcast.finish()
        #expect(await values(broadcast.subscribe()) == [])
        #expect(broadcast.subscriberCount == 0)
    }

    @Test("values from many tasks reach many subscribers completely")
    func concurrent() async {
        let broadcast = EventBroadcast<Int>()
        let subscriptions = (0..<4).map { _ in broadcast.subscribe(bufferMax: 10_000) }
        await withTaskGroup(of: [Int].self) { readers in
            for subscription in subscriptions { readers.addTask { await values(subscription) } }
            await withTaskGroup(of: Void.self) { writers in
                for writer in 0..<4 {
                    writers.addTask { for number in 0..<1000 { broadcast.send(writer * 1000 + number) } }
                }
            }
            broadcast.finish()
            for await found in readers {
                #expect(found.sorted() == Array(0..<4000))
                let ofOneWriter = found.filter { $0 < 1000 }
                #expect(ofOneWriter == ofOneWriter.sorted())
            }
        }
    }

    private func values(_ subscription: EventBroadcast<Int>.Subscription) async -> [Int] {
        var found: [Int] = []
        for await case .event(let value) in subscription { found.append(value) }
        return found
    }
}
