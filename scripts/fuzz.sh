#!/usr/bin/env bash
# Every fuzzer of the project for a while each: fuzz.sh [TIME] (30s)
# What one finds is kept under testdata/fuzz, and from then on every test runs it.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
for=${1:-30s}
for file in $(grep -rl --include='*_test.go' '^func Fuzz' internal); do
  for name in $(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' "$file"); do
    say "$name in $(dirname "$file")"
    go test -run '^$' -fuzz "^$name\$" -fuzztime "$for" "./$(dirname "$file")"
  done
done
