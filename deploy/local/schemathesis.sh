#!/bin/sh
# Runs schemathesis, which fuzzes the REST surface from its own OpenAPI document. It comes from PyPI, pinned, and lives in target/tools.
set -eu
cd "$(dirname "$0")/../.."
version=4.32.5
folder=target/tools/schemathesis-$version
if [ ! -e "$folder/complete" ]; then
    echo "fetching schemathesis $version" >&2
    rm -rf "$folder"
    python3 -m venv "$folder" >&2
    "$folder/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" >&2
    # A broken fetch leaves no such file, and is begun anew.
    : >"$folder/complete"
fi
exec "$folder/bin/schemathesis" "$@"
