#!/bin/sh
# Runs buf, which checks the contract. It comes from npm, pinned, and lives in target/tools.
set -eu
cd "$(dirname "$0")/../.."
version=1.75.0
folder=target/tools/buf-$version
if [ ! -x "$folder/node_modules/.bin/buf" ]; then
    echo "fetching buf $version" >&2
    mkdir -p "$folder"
    npm install --silent --no-audit --no-fund --prefix "$folder" "@bufbuild/buf@$version" >&2
fi
exec "$folder/node_modules/.bin/buf" "$@"
