#!/bin/sh
# From a fresh clone to a running or a tested Timekept, on Debian 12, Ubuntu 24.04 and later ones.
#
#   sh packaging/dev.sh run [--once] [WORDS FOR `timekept run`]
#       Opens the tray app. Without a display, on a virtual one; with --once always there, and it
#       ends after the picture.
#   sh packaging/dev.sh test [WORDS FOR pytest]
#       Runs every check; with words only pytest, as in `test tests/core -k switch`.
#
# Both first see to it that system packages and .venv are there.
set -eu

cd "$(dirname "$0")/.."
root=$(pwd)
venv=.venv/bin

# Several names of one package: the first that this system knows is taken. The t64 names are those
# of Ubuntu 24.04 and Debian 13.
packages_python='python3 python3-venv python3-dev gcc libc6-dev linux-libc-dev ca-certificates'
packages_window='libgl1 libegl1 libxkbcommon0 libglib2.0-0t64|libglib2.0-0 libfreetype6 libfontconfig1
    libdbus-1-3 libgssapi-krb5-2 fonts-dejavu-core libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4
    libxcb-keysyms1 libxcb-shape0'
packages_virtual='xvfb openbox trayer dbus'
packages_test='dunst gnome-keyring xdotool x11-xserver-utils'

say() { printf '%s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# -- set-up -------------------------------------------------------------------------------------

installed() {
    case $(dpkg-query --show --showformat='${db:Status-Abbrev}' "$1" 2>/dev/null) in
        ?i*) return 0 ;;
        *) return 1 ;;
    esac
}

# Prints the entries of which no name is installed, as they stand.
missing_of() {
    for entry; do
        found=no
        for name in $(printf '%s' "$entry" | tr '|' ' '); do
            if installed "$name"; then found=yes; fi
        done
        if [ $found = no ]; then printf '%s ' "$entry"; fi
    done
}

# Prints one name for each entry: the first that apt knows, else the last, which is the oldest.
names_of() {
    for entry; do
        for name in $(printf '%s' "$entry" | tr '|' ' '); do
            if apt-cache show "$name" >/dev/null 2>&1; then break; fi
        done
        printf '%s ' "$name"
    done
}

# Installs what is missing of the given entries, or says what to run.
need_packages() {
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "This is not Debian or Ubuntu; if something is missing, look for: $*"
        return
    fi
    missing=$(missing_of "$@")
    if [ -z "$missing" ]; then return; fi
    if [ "$(id -u)" = 0 ]; then
        as_root=''
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        # shellcheck disable=SC2046,SC2086 # words are meant: package names have no spaces
        set -- $(names_of $missing)
        say 'Some system packages are missing. Install them, then run this again:'
        say
        say "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
        exit 1
    fi
    # shellcheck disable=SC2086
    say "Installing system packages:" $missing
    # Without sudo the environment would do; with it, only `env` gets through.
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2
    # shellcheck disable=SC2046,SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $(names_of $missing) >&2 </dev/null ||
        fail 'The system packages could not be installed; on Ubuntu they need the part “universe”.'
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if command -v $python >/dev/null && is_new_enough $python; then return; fi
    done
    fail "Timekept needs Python 3.11 or later; here is $(python3 --version 2>&1). Debian 12 and" \
        "Ubuntu 24.04 have it; elsewhere install python3.11 or later, with its venv and dev packages."
}

# What a stamp in .venv says once it is made: for this place, from this pyproject.toml.
wanted() { printf '%s\n%s\n' "$root" "$(cksum <pyproject.toml)"; }

# venv_is_ready KIND: run or dev; the second can do all that the first can.
venv_is_ready() {
    for kind in dev "$1"; do
        if [ "$(cat ".venv/timekept-$kind.stamp" 2>/dev/null)" = "$(wanted)" ] &&
            [ -x $venv/timekept ]; then
            return 0
        fi
    done
    return 1
}

was_moved() {
    for stamp in .venv/timekept-*.stamp; do
        if [ -f "$stamp" ] && [ "$(head -n 1 "$stamp")" != "$root" ]; then return 0; fi
    done
    return 1
}

# make_venv KIND WHAT: makes .venv where there is none of use, and installs WHAT into it.
make_venv() {
    # What it leads to is somebody else's and would be emptied.
    if [ -L .venv ]; then fail '.venv is a link and not made for this folder: remove the link first.'; fi
    if was_moved || ! is_new_enough $venv/python || ! $venv/python -m pip --version >/dev/null 2>&1; then
        find_python
        say 'Making .venv.'
        "$python" -m venv --clear .venv || fail "$python could not make .venv; is its venv package there?"
    fi
    say 'Installing into .venv.'
    $venv/python -m pip install --quiet --disable-pip-version-check --editable "$2" </dev/null >&2
    wanted >".venv/timekept-$1.stamp"
}

# set_up KIND WHAT PACKAGES...: everything that is missing, asked for at once.
set_up() {
    kind=$1 what=$2
    shift 2
    # Qt and Python want UTF-8; a bare container has no locale at all.
    if [ -z "${LC_ALL:-}${LC_CTYPE:-}${LANG:-}" ]; then
        LANG=C.UTF-8
        export LANG
    fi
    if venv_is_ready "$kind"; then
        need_packages "$@"
    else
        # shellcheck disable=SC2086 # words are meant: package names have no spaces
        need_packages "$@" $packages_python
        make_venv "$kind" "$what"
    fi
}

# -- run ----------------------------------------------------------------------------------------

run() {
    if [ "${1:-}" != --once ] && [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
        # shellcheck disable=SC2086
        set_up run . $packages_window
        exec $venv/timekept run "$@"
    fi
    if [ "${1:-}" = --once ]; then
        say 'Timekept opens on a virtual display.'
    else
        say 'There is no display here, so Timekept opens on a virtual one.'
    fi
    # shellcheck disable=SC2086
    set_up run . $packages_window $packages_virtual
    exec $venv/python packaging/run_without_display.py "$@"
}

# -- test ---------------------------------------------------------------------------------------

run_tests() {
    # shellcheck disable=SC2086
    set_up dev '.[dev]' $packages_window $packages_virtual $packages_test
    # A home, a session bus and a keyring of its own: nobody's secrets are touched.
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    mkdir -m 700 "$place/home" "$place/run"
    status=0
    env -u DISPLAY -u WAYLAND_DISPLAY -u XDG_CURRENT_DESKTOP -u TIMEKEPT_HOME \
        -u XDG_CONFIG_HOME -u XDG_DATA_HOME -u XDG_STATE_HOME -u XDG_CACHE_HOME \
        HOME="$place/home" XDG_RUNTIME_DIR="$place/run" LC_ALL=C.UTF-8 TIMEKEPT_TEST_RIG=1 \
        dbus-run-session -- sh packaging/dev.sh in-rig "$@" </dev/null || status=$?
    exit $status
}

has_keyring() {
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets 2>/dev/null |
        grep -q 'boolean true'
}

step() {
    say
    say "== $1"
    name=$1
    shift
    "$@" || failed="$failed${failed:+, }$name"
}

in_rig() {
    printf 'of the tests\n' >"$XDG_RUNTIME_DIR/password"
    gnome-keyring-daemon --foreground --unlock --components=secrets \
        <"$XDG_RUNTIME_DIR/password" >"$XDG_RUNTIME_DIR/keyring.log" 2>&1 &
    keyring=$!
    trap 'kill $keyring 2>/dev/null || true' EXIT
    looks=0
    until has_keyring; do
        looks=$((looks + 1))
        if [ $looks -gt 100 ]; then
            cat "$XDG_RUNTIME_DIR/keyring.log" >&2
            fail 'The keyring for the tests did not start.'
        fi
        sleep 0.1
    done
    if [ $# -gt 0 ]; then
        $venv/python -m pytest "$@"
        return
    fi
    failed=''
    step format $venv/ruff format --check --quiet .
    step lint $venv/ruff check --quiet .
    step types $venv/mypy
    step imports $venv/lint-imports
    step map $venv/python packaging/readme_map.py --check
    step 'core, every branch from its own tests' $venv/python -m pytest tests/core -q -n auto --dist worksteal \
        --cov=app.core --cov-branch --cov-fail-under=100
    # What needs no screen and no keyring shares the processors; the rest has one desktop for all.
    alone='providers sandbox chaos words fakes ports'
    # shellcheck disable=SC2086,SC2046
    step 'tests without a desktop' $venv/python -m pytest -q -n auto --dist worksteal \
        $(printf 'tests/%s ' $alone)
    # shellcheck disable=SC2046
    step 'all other tests' $venv/python -m pytest tests -q --ignore=tests/core \
        $(printf -- '--ignore=tests/%s ' $alone)
    say
    if [ -n "$failed" ]; then fail "Failed: $failed."; fi
    say 'All good.'
}

case ${1:-} in
    run)
        shift
        run "$@"
        ;;
    test)
        shift
        run_tests "$@"
        ;;
    in-rig)
        shift
        in_rig "$@"
        ;;
    *) fail 'Say: sh packaging/dev.sh run, or: sh packaging/dev.sh test' ;;
esac
