#!/bin/sh
# Sets up everything the tests need on Debian (system packages too) and runs all of them.
set -eu
cd "$(dirname "$0")/.."

need=""
command -v dovecot >/dev/null || [ -x /usr/sbin/dovecot ] || need="$need dovecot-imapd"
command -v dbus-daemon >/dev/null || need="$need dbus-daemon"
command -v systemd-analyze >/dev/null || need="$need systemd"
command -v openssl >/dev/null || need="$need openssl"
{ command -v cc >/dev/null && [ -e /usr/include/stdlib.h ]; } || need="$need gcc libc6-dev"
command -v chromium >/dev/null || need="$need chromium"
command -v git >/dev/null || need="$need git"
python3 -c 'import ensurepip' 2>/dev/null || need="$need python3-venv"
if [ -n "$need" ]; then
    root=""
    [ "$(id -u)" = 0 ] || root="sudo"
    $root apt-get update -q
    # shellcheck disable=SC2086
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $need
fi

[ -x .venv/bin/python ] || python3 -m venv .venv
.venv/bin/python -m pip install -q --disable-pip-version-check -c requirements.lock -e '.[test]'
exec .venv/bin/python -m pytest "$@"
