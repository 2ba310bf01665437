#!/usr/bin/env bash
# Runs all benchmarks and prints one JSON line per figure; what is not a figure goes to standard error.
#   Scripts/bench.sh [--quick]
# The parts of the core have packages of their own below Benchmarks, so that only who measures builds them; whole calls
# are measured from outside, with SIPp against FullCenter.
set -euo pipefail
cd "$(dirname "$0")/.."

for manifest in Benchmarks/*/Package.swift; do
  package=$(dirname "$manifest")
  swift build -c release --package-path "$package" >&2
  swift run -c release --skip-build --quiet --package-path "$package"
done

swift build -c release --product FullCenter >&2
python3 Benchmarks/calls.py "$(swift build -c release --show-bin-path)/FullCenter" "$@"

swift build -c release --product ccctl >&2
python3 Benchmarks/simulation.py "$(swift build -c release --show-bin-path)/ccctl" "$@"

ccctl="$(swift build -c release --show-bin-path)/ccctl"
cells="100:10 100:500 1000:10 1000:500 10000:10 10000:500"
[ "${1:-}" = --quick ] && cells="100:10 1000:500"
for cell in $cells; do
  for waiting in 0 1000 50000; do
    "$ccctl" bench routing --agents "${cell%:*}" --queues "${cell#*:}" --waiting "$waiting" --skills 200 --json
  done
  "$ccctl" bench routing --agents "${cell%:*}" --queues "${cell#*:}" --waiting 1000 --skills 200 --explains --json
done

contacts=1000000
[ "${1:-}" = --quick ] && contacts=50000
"$ccctl" bench restart --contacts "$contacts" --json
