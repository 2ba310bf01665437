#!/usr/bin/env bash
# Builds the DocC archive of every module that has a catalogue, from the debug build that the tests use too.
# A link that does not resolve is an error, and so is every other warning but one: a parameter whose name says it all
# need not be described because another one is.   Result: .build/docs/MODULE.doccarchive
#   Scripts/docs.sh [MODULE …]
set -euo pipefail
cd "$(dirname "$0")/.."

docc=$(command -v docc || xcrun --find docc)
symbols=.build/symbols
out=.build/docs
mkdir -p "$symbols" "$out"

if [ "$#" -gt 0 ]; then modules=("$@"); else
  modules=()
  for catalogue in Sources/*/*.docc; do
    [ -d "$catalogue" ] && modules+=("$(basename "$catalogue" .docc)")
  done
fi
[ "${#modules[@]}" -gt 0 ] || { echo "no catalogue: Sources/MODULE/MODULE.docc" >&2; exit 1; }

swift build --quiet
bin=$(swift build --show-bin-path)
triple=$(swiftc -print-target-info | sed -n 's/.*"triple": "\(.*\)",/\1/p' | head -n 1)

# The C modules below ours are found by the same options that the build used.
flags=()
while read -r option; do flags+=(-Xcc "$option"); done \
  < <(grep -o -e '-fmodule-map-file=[^"]*' .build/debug.yaml | sort -u; pkg-config --cflags-only-I opus | tr ' ' '\n' | grep .)

failed=()
for module in "${modules[@]}"; do
  rm -rf "${symbols:?}/$module"
  mkdir -p "$symbols/$module"
  swift symbolgraph-extract -module-name "$module" -I "$bin/Modules" "${flags[@]}" -target "$triple" \
    -minimum-access-level public -skip-inherited-docs -output-dir "$symbols/$module"
  rm -rf "$out/$module.doccarchive"
  "$docc" convert "Sources/$module/$module.docc" --additional-symbol-graph-dir "$symbols/$module" \
    --fallback-display-name "$module" --fallback-bundle-identifier "$module" --ide-console-output \
    --output-path "$out/$module.doccarchive" >"$symbols/$module.log" 2>&1 || failed+=("$module")
  if grep -E '(warning|error): ' "$symbols/$module.log" | grep -v "Parameter '.*' is missing documentation" >&2; then
    failed+=("$module")
  fi
done
if [ "${#failed[@]}" -gt 0 ]; then echo "docs failed: ${failed[*]}" >&2; exit 1; fi
echo "docs: ${#modules[@]} archives in $out"
