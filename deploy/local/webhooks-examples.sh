#!/bin/sh
# Fetches GitHub's published examples of webhook payloads (npm @octokit/webhooks-examples, MIT) into target/tools and prints the path of
# their folder. Tests send them to the receiver, the benchmark too. Not checked in: they are neither ours nor small.
set -eu
cd "$(dirname "$0")/../.."
version=7.6.1
folder=target/tools/webhooks-examples-$version
package=node_modules/@octokit/webhooks-examples
if [ ! -s "$folder/$package/api.github.com/index.json" ]; then
    command -v npm >/dev/null 2>&1 || {
        echo "webhooks-examples.sh: npm is needed to fetch @octokit/webhooks-examples@$version" >&2
        exit 1
    }
    echo "fetching webhooks-examples $version" >&2
    mkdir -p target/tools
    work=$(mktemp -d "target/tools/webhooks-examples.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    npm install --silent --no-audit --no-fund --prefix "$work" "@octokit/webhooks-examples@$version" >&2
    # A rename is whole or not at all: two runs at once do no harm.
    rm -rf "$folder"
    mv "$work" "$folder"
fi
echo "$folder/$package"
