#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, and leaves nothing behind.
#   with-postgres.sh CMD…        the command finds it in TEST_POSTGRES
# PGFSYNC=off trades durability for speed: right for tests, wrong for benchmarks, which measure durable commits.
# A server already named by TEST_POSTGRES is used as it is.
. "$(dirname "$0")/lib.sh"

[ $# -gt 0 ] || die "which command?"
if [ -n "${TEST_POSTGRES:-}" ]; then exec "$@"; fi

bin=$(pg_bin) || die "no initdb found: run scripts/setup.sh postgres"
base=$(mktemp -d "${TMPDIR:-/tmp}/guanjia-pg.XXXXXX")
as=()
if [ "$(id -u)" = 0 ]; then
  # The server refuses to run as root: Debian's package made a user for it.
  getent passwd postgres >/dev/null || die "no user postgres to run the server as"
  chown postgres: "$base"
  as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
fi
pg() { (cd "$base" && "${as[@]}" "$@"); }

stop() {
  local rc=$?
  trap - EXIT INT TERM HUP
  pg "$bin/pg_ctl" -D "$base/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$base"
  exit "$rc"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# C.UTF-8: the program refuses other collations, they would order keys differently from SQLite.
pg "$bin/initdb" -D "$base/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$base/initdb.log" 2>&1 ||
  { cat "$base/initdb.log" >&2; die "initdb failed"; }
pg tee -a "$base/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$base'
max_connections = 300
max_locks_per_transaction = 256
fsync = ${PGFSYNC:-on}
full_page_writes = ${PGFSYNC:-on}
timezone = 'UTC'
CONF

# No way to ask the kernel for a free port and keep it: try some below the range of outgoing connections.
port=
for _ in 1 2 3 4 5 6 7 8; do
  try=$((20000 + RANDOM % 12000))
  if pg "$bin/pg_ctl" -D "$base/data" -l "$base/server.log" -o "-p $try" -w -t 60 start >/dev/null 2>&1; then
    port=$try
    break
  fi
done
[ -n "$port" ] || { cat "$base/server.log" >&2; die "PostgreSQL did not start"; }

export TEST_POSTGRES="postgres://postgres@127.0.0.1:$port/postgres?sslmode=disable"
"$@"
