#!/usr/bin/env bash
# Installs the system packages that are missing, and does nothing at all when none is.
#   Scripts/setup.sh            what the build needs
#   Scripts/setup.sh --peers    also the SIP programs that the interoperation tests talk to
set -euo pipefail

peers=no
case "${1:-}" in
  "") ;;
  --peers) peers=yes ;;
  *) echo "usage: Scripts/setup.sh [--peers]" >&2; exit 64 ;;
esac

missing=()
have() { command -v "$1" >/dev/null 2>&1; }
have_library() { have pkg-config && pkg-config --exists "$1"; }

have swift || {
  echo "Swift is not installed: https://www.swift.org/install (6.2 or later)." >&2
  exit 1
}

if [ "$(uname -s)" = Darwin ]; then
  have pkg-config || missing+=(pkgconf)
  have_library opus || missing+=(opus)
  [ "$peers" = no ] || have sipp || missing+=(sipp)
  [ "$peers" = no ] || have baresip || missing+=(baresip)
  [ "$peers" = no ] || have kamailio || missing+=(kamailio)
  if [ "${#missing[@]}" -gt 0 ]; then
    echo "Please run: brew install ${missing[*]}" >&2
    # The tests that need a peer are skipped, with the reason, where it is not installed.
    [ "$peers" = yes ] && have_library opus && exit 0
    exit 1
  fi
  exit 0
fi

have pkg-config || missing+=(pkg-config)
have_library opus || missing+=(libopus-dev)
have_library sqlite3 || missing+=(libsqlite3-dev)
if [ "$peers" = yes ]; then
  have sipp || missing+=(sip-tester)
  have baresip || missing+=(baresip-core)
  # Debian keeps it in /usr/sbin, which is not on everybody's path.
  have kamailio || [ -x /usr/sbin/kamailio ] || missing+=(kamailio)
fi
[ "${#missing[@]}" -gt 0 ] || exit 0

if ! have apt-get; then
  echo "Please install what these Debian packages hold: ${missing[*]}" >&2
  exit 1
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  have sudo || { echo "Please run as root: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@" >>"$log" 2>&1; }
install() { apt install --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}"; }

# No service may start by being installed here: kamailio would take port 5060.
keep_services_down() {
  [ "$peers" = yes ] && [ ! -e /usr/sbin/policy-rc.d ] || return 1
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee /usr/sbin/policy-rc.d >/dev/null
  "${as_root[@]}" chmod +x /usr/sbin/policy-rc.d
}

echo "Installing ${missing[*]} …"
if keep_services_down; then
  trap 'rm -f "$log"; "${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
fi
# The package lists may be missing or stale: fetch them only when the first try fails.
install || { apt update && install; } || {
  cat "$log" >&2
  echo "Could not install ${missing[*]}." >&2
  exit 1
}
