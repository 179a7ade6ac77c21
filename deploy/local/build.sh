#!/bin/sh
# Builds all binaries; arguments go to cargo. Says beforehand what takes long: a cold build is some minutes, a warm one is silent.
set -eu
cd "$(dirname "$0")/../.."
command -v cargo >/dev/null 2>&1 || {
    echo "cargo is missing: install Rust, for instance with rustup, then run this again" >&2
    exit 1
}
if [ ! -x "${CARGO_TARGET_DIR:-target}/debug/pullwright-local" ]; then
    echo "building (the first time takes about three minutes on two cores)"
fi
if [ -t 2 ]; then
    exec cargo build --locked --workspace --bins "$@"
fi
# Without a terminal cargo's own progress is one line per crate: one after two seconds and one every ten say as much.
log=$(mktemp)
build=''
# In the background cargo does not hear Ctrl-C.
trap 'rm -f "$log"; [ -z "$build" ] || kill "$build" 2>/dev/null || :' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cargo build --locked --workspace --bins "$@" >"$log" 2>&1 &
build=$!
waited=0
while kill -0 "$build" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
    if [ $((waited % 10)) -eq 0 ] || [ "$waited" -eq 2 ]; then
        echo "  … building: $waited s so far, $(grep -c '^ *Compiling' "$log" || true) crates compiled"
    fi
done
if ! wait "$build"; then
    build=''
    cat "$log" >&2
    echo "the build failed" >&2
    exit 1
fi
build=''
