#!/usr/bin/env bash
# All checks, or the parts named: test.sh [web] [lint] [go] [race] [stories]
# Stops at the first part that fails; a skipped test is a failure.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"

# These packages share memory between goroutines; the rest is one request, one goroutine. The detector makes
# pure-Go SQLite about ten times slower, so it is kept to them.
RACE=${RACE:-./internal/platform/...}

parts=("$@")
[ $# -gt 0 ] || parts=(web lint go race stories)

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
times=()

web() {
  scripts/setup.sh web
  cd web
  npx --no-install openapi-typescript ../api/openapi.json -o "$tmp/api.d.ts" >/dev/null
  cmp "$tmp/api.d.ts" src/kit/api.d.ts || die "web/src/kit/api.d.ts is not what api/openapi.json says: make gen"
  npm run --silent check
  npx --no-install vitest run --reporter=default --reporter=json --outputFile.json="$tmp/vitest.json"
  node -e '
    const r = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    const skipped = r.numPendingTests + r.numTodoTests;
    console.log(r.numPassedTests, r.numFailedTests + skipped);
    if (skipped || !r.numPassedTests) { console.error(`${r.numPassedTests} passed, ${skipped} skipped`); process.exit(1); }
  ' "$tmp/vitest.json" >>"$tmp/counts"
  npm run --silent build
}

lint() {
  scripts/setup.sh go
  local unformatted
  unformatted=$(find . -name node_modules -prune -o -name '*.go' -print0 | xargs -0 gofmt -l)
  [ -z "$unformatted" ] || die "not gofmt'ed: $unformatted"
  go mod tidy -diff || die "go.mod is not tidy"
  go vet -tags e2e ./...
  (cd tools/lint && retry go build -o "$ROOT/bin/golangci-lint" github.com/golangci/golangci-lint/v2/cmd/golangci-lint)
  bin/golangci-lint run
}

# counted ARGS… runs go test and counts; its own failure counts as much as a test's.
counted() { go test -json -count=1 -timeout 30m "$@" | bin/testsum -o "$tmp/counts"; }

go_tests() {
  scripts/setup.sh go postgres
  PGFSYNC=off with_postgres counted ./...
}

race() {
  scripts/setup.sh go postgres race
  CGO_ENABLED=1 PGFSYNC=off with_postgres counted -race $RACE
}

stories() {
  scripts/setup.sh go postgres e2e browser
  CHROMIUM=$(chromium_bin) FIREFOX=$(firefox_bin) PGFSYNC=off with_postgres counted_aloud -tags e2e ./e2e
}
counted_aloud() { go test -json -count=1 -timeout 45m "$@" | bin/testsum -v -o "$tmp/counts"; }

# with_postgres FUNCTION… lets a function of this script run inside with-postgres.sh.
with_postgres() {
  export tmp
  export -f counted counted_aloud
  scripts/with-postgres.sh bash -euo pipefail -c '"$@"' bash "$@"
}

export CGO_ENABLED=0
go build -o bin/testsum ./tools/testsum
for part in "${parts[@]}"; do
  say "$part"
  started=$SECONDS
  case $part in
    web | lint | race | stories) (set -e; "$part") ;;
    go) (set -e; go_tests) ;;
    *) die "unknown part: $part" ;;
  esac
  times+=("$part $((SECONDS - started)) s")
done

say "all of: ${parts[*]}"
printf '%s\n' "${times[@]}"
if [ -e "$tmp/counts" ]; then
  awk '{ passed += $1; failed += $2 } END { printf "%d passed, %d failed\n", passed, failed; exit failed > 0 }' "$tmp/counts"
fi
