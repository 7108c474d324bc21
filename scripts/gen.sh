#!/usr/bin/env bash
# Go types → api/openapi.json and routes.golden → web/src/kit/api.d.ts, in that order.
. "$(dirname "$0")/lib.sh"
cd "$ROOT"
scripts/setup.sh go web
go test ./internal/app -run '^TestGolden' -count=1 -update
cd web
npm run --silent gen
