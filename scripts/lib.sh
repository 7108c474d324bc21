# Shared by the scripts beside it; sourced, never run.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# pg_bin prints the folder that holds initdb and pg_ctl: Debian keeps them off the PATH, one folder per version.
pg_bin() {
  local at
  for at in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr); do
    if [ -x "$at/initdb" ] && [ -x "$at/pg_ctl" ]; then
      echo "$at"
      return
    fi
  done
  at=$(command -v initdb) && dirname "$(readlink -f "$at")"
}

# chromium_bin prints the browser; CHROMIUM names another one.
chromium_bin() {
  if [ -n "${CHROMIUM:-}" ]; then
    [ -x "$CHROMIUM" ] && echo "$CHROMIUM"
    return
  fi
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

# firefox_bin prints the other browser; FIREFOX names another one.
firefox_bin() {
  if [ -n "${FIREFOX:-}" ]; then
    [ -x "$FIREFOX" ] && echo "$FIREFOX"
    return
  fi
  command -v firefox-esr || command -v firefox
}

# retry runs a command up to three times: a package registry may be busy for a moment.
retry() {
  local n
  for n in 1 2 3; do
    "$@" && return
    [ "$n" = 3 ] || { echo "retrying: $*" >&2; sleep $((n * 5)); }
  done
  return 1
}
