# The verbs of the house. `make demo` and `make test` are each one command on a bare machine that has Swift.

DEMO_SECONDS ?= 20
# Where the demo leaves its store and recordings; empty: a new temporary folder.
DEMO_DIR ?=
# What `make sim` runs.
SEEDS ?= 1000
FROM ?= 1
DEPTH ?= both
SWIFT_FILES = find Package.swift Sources Tests Examples Benchmarks -name '*.swift' -not -path '*/.build*' -print0

.PHONY: help setup setup-peers build demo test test-core test-live test-interop format lint docs bench sim check clean

help:
	@echo 'make demo          a whole contact centre on loopback, with callers and agents ($(DEMO_SECONDS) s)'
	@echo 'make test          all tests; installs the SIP programs that they talk to'
	@echo 'make build         debug build'
	@echo 'make format lint   swift-format, in place or as a check'
	@echo 'make docs          DocC archives of all modules, in .build/docs'
	@echo 'make sim           random centres with random faults, all rules checked (SEEDS=$(SEEDS) FROM=$(FROM) DEPTH=$(DEPTH))'
	@echo 'make bench         benchmarks, one JSON line per figure'
	@echo 'make check         what CI runs: lint, docs, test'
	@echo 'make setup         installs the system packages that are missing (setup-peers: for the tests too)'

setup:
	@Scripts/setup.sh

setup-peers:
	@Scripts/setup.sh --peers

build: setup
	swift build

demo: setup
	@dir="$(DEMO_DIR)"; dir="$${dir:-$$(mktemp -d)}"; mkdir -p "$$dir/recordings"; echo "The demo writes to $$dir"; \
	swift run FullCenter --demo $(DEMO_SECONDS) --agents 6 --store "$$dir/center.sqlite" --recordings "$$dir/recordings"

# Three runs: what computes keeps all processors busy, and what plays audio in real time must not share them with it.
LIVE = CCTelephonyTests|ContactCenterKitTests|InteropTests

test: test-core test-live test-interop

test-core: setup
	swift test --disable-xctest --skip '$(LIVE)'

test-live: setup
	swift test --disable-xctest --no-parallel --filter 'CCTelephonyTests|ContactCenterKitTests'

test-interop: setup-peers
	swift test --disable-xctest --no-parallel --filter InteropTests

format:
	$(SWIFT_FILES) | xargs -0 swift format --in-place --parallel

lint:
	$(SWIFT_FILES) | xargs -0 swift format lint --strict --parallel

docs: setup
	Scripts/docs.sh

# Exit code: 0 fine, 1 a rule was broken, 2 stuck, 3 crashed.
sim: setup
	swift build -c release --product ccctl
	.build/release/ccctl swarm --seeds $(SEEDS) --from $(FROM) --depth $(DEPTH)

bench: setup-peers
	Scripts/bench.sh

check: lint docs test

clean:
	swift package clean
	rm -rf .build/docs .build/symbols
