#!/usr/bin/env bash
# Fetches GitHub's published OpenAPI description into target/openapi and prints the path of the file.
# The tests of the forge validate its answers against it. Too large to be checked in. Does nothing when present.
set -euo pipefail

version=23.0.2
description=ghes-3.19.json

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder="$root/target/openapi/$version"
file="$folder/$description"

if [[ ! -s $file ]]; then
    if ! command -v npm >/dev/null; then
        echo "github-openapi.sh: npm is needed to fetch @octokit/openapi@$version" >&2
        exit 1
    fi
    mkdir -p "$folder"
    work=$(mktemp -d "$folder/.fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && npm pack --silent "@octokit/openapi@$version" >/dev/null)
    tar -xzf "$work"/*.tgz -C "$work" "package/generated/$description"
    # A rename is whole or not at all: two runs at once do no harm.
    mv "$work/package/generated/$description" "$file"
fi
echo "$file"
