#!/usr/bin/env bash
# Makes sure that what a target needs is there, and does nothing when it is.
#   setup.sh [go] [web] [e2e] [browser] [postgres] [race]      (no argument: all of them)
# As root, missing Debian packages are installed; as anybody else they are named and the script fails.
. "$(dirname "$0")/lib.sh"

needs=("$@")
[ $# -gt 0 ] || needs=(go web e2e browser postgres race)

packages=()
needs_packages() {
  case $1 in
    browser)
      chromium_bin >/dev/null || packages+=(chromium)
      firefox_bin >/dev/null || packages+=(firefox-esr)
      # Without a Chinese font every character is the same box, and no layout or contrast check means anything.
      dpkg-query -W -f '${Status}' fonts-noto-cjk 2>/dev/null | grep -q '^install ok' || packages+=(fonts-noto-cjk)
      ;;
    postgres) pg_bin >/dev/null || packages+=(postgresql) ;;
    race)
      # The race detector is the one thing that needs a C compiler; the program itself is built without.
      command -v gcc >/dev/null || packages+=(gcc)
      [ -e /usr/include/stdlib.h ] || packages+=(libc6-dev)
      ;;
  esac
}

install_packages() {
  [ ${#packages[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    die "missing Debian packages: ${packages[*]}
  As root: apt-get update && apt-get install ${packages[*]}"
  fi
  command -v apt-get >/dev/null || die "missing: ${packages[*]}, and this is no Debian machine: install them by hand"
  echo "installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  retry apt-get -qq -o DPkg::Lock::Timeout=300 update >/dev/null
  retry apt-get -qq -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --no-install-recommends "${packages[@]}" >/dev/null
}

# npm_ci FOLDER installs what the lockfile says, when that is not what was installed last.
npm_ci() {
  local dir=$ROOT/$1 now
  [ -e "$dir/package-lock.json" ] || die "$1/package-lock.json is missing"
  now=$(sha256sum <"$dir/package-lock.json")
  [ "$(cat "$dir/node_modules/.guanjia-lock" 2>/dev/null)" = "$now" ] && return 0
  echo "npm ci in $1"
  (cd "$dir" && retry npm ci --no-audit --no-fund --loglevel=error)
  echo "$now" >"$dir/node_modules/.guanjia-lock"
}

check_go() {
  command -v go >/dev/null || die "Go is missing: install Go 1.26 or newer"
  # Lists what the program and its tests import, and so fetches that and no more.
  (cd "$ROOT" && retry go list -tags e2e -deps -test ./... >/dev/null)
}

check_node() {
  command -v npm >/dev/null || die "Node.js is missing: install Node 20.19 or newer"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    die "Node $(node --version) is too old: 20.19 or newer is needed"
}

for need in "${needs[@]}"; do needs_packages "$need"; done
install_packages
for need in "${needs[@]}"; do
  case $need in
    go) check_go ;;
    web | e2e) check_node && npm_ci "$need" ;;
    browser)
      chromium_bin >/dev/null || die "no Chromium found: name it in CHROMIUM"
      firefox_bin >/dev/null || die "no Firefox found: name it in FIREFOX"
      ;;
    postgres) pg_bin >/dev/null || die "no initdb found: install PostgreSQL" ;;
    race) ;;
    *) die "unknown part: $need" ;;
  esac
done
