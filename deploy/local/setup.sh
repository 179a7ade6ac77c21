#!/bin/sh
# Finds, or installs, what Pullwright needs beside cargo: a C compiler, make, curl, git with its HTTP
# back end, and the programs of PostgreSQL and Redis.
#
# Only the servers' programs are wanted. Pullwright starts private servers of its own on free ports in a
# temporary folder, so nothing is started here, no cluster is made, and a server of the machine that is
# there already is left alone. To that end, while packages are installed by apt, and only then:
#   * /usr/sbin/policy-rc.d forbids the start of services, unless the machine has such a file of its own;
#   * /etc/postgresql-common/createcluster.d/pullwright.conf says that no cluster is to be made, when
#     PostgreSQL was never installed before;
# and a Redis service that came with the packages is disabled, so that it does not start at the next boot.
set -u

usage() {
    cat <<'END'
usage: deploy/local/setup.sh [--check] [--test | --lint]

Finds or installs what `make demo`, `make up` and `make test` need beside cargo.

  --check  only say what is there and what is missing; 1 when something is missing
  --test   also npm, for tests that hold us against GitHub's API description, and Python, for the fuzzer of our own
  --lint   also npm and shellcheck, for `make lint`
  --help   this text

PG_BIN names the folder of PostgreSQL's programs when they are in an unusual place.
END
}

check_only=no
with_npm=no
purpose=''
for argument; do
    case $argument in
    --check) check_only=yes ;;
    --test | --lint)
        with_npm=yes
        purpose=$argument
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        echo "setup: unknown argument: $argument" >&2
        usage >&2
        exit 2
        ;;
    esac
done

say() { echo "setup: $*"; }
fail() {
    echo "setup: $*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# --- what is there -------------------------------------------------------------------------------

# The first "major.minor" in the text on standard input.
version() { sed -n 's/^[^0-9]*\([0-9][0-9]*\)\.\{0,1\}\([0-9]*\).*/\1 \2/p;q'; }

# at_least <major> <minor> <what "program --version" prints>
at_least() {
    wanted_major=$1 wanted_minor=$2
    # shellcheck disable=SC2046 # two words are wanted
    set -- $(printf '%s\n' "$3" | version)
    [ $# -gt 0 ] || return 1
    [ "$1" -gt "$wanted_major" ] || { [ "$1" -eq "$wanted_major" ] && [ "${2:-0}" -ge "$wanted_minor" ]; }
}

# The same places in the same order as libs/testkit (src/stores/binaries.rs).
highest() { # <before the number> <after it>: the folders that exist, the highest number first
    for folder in "$1"*"$2"; do
        [ -d "$folder" ] || continue
        number=${folder#"$1"}
        number=${number%"$2"}
        case $number in '' | *[!0-9]*) ;; *) echo "$number $folder" ;; esac
    done | sort -rn | cut -d' ' -f2-
}
postgres_folders() {
    [ -z "${PG_BIN:-}" ] || echo "$PG_BIN"
    highest /usr/lib/postgresql/ /bin
    highest /usr/pgsql- /bin
    for root in /opt/homebrew/opt /usr/local/opt /home/linuxbrew/.linuxbrew/opt; do
        highest "$root/postgresql@" /bin
    done
    pg_config --bindir 2>/dev/null
    echo "$PATH" | tr : '\n'
}
find_postgres() {
    postgres_folders | while read -r folder; do
        [ -x "$folder/initdb" ] || continue
        at_least 14 0 "$("$folder/postgres" --version 2>/dev/null)" || continue
        echo "$folder"
        break
    done
}
find_redis() {
    for name in redis-server valkey-server; do
        for program in $(command -v $name) /opt/homebrew/opt/*/bin/"$name" /usr/local/opt/*/bin/"$name"; do
            [ -x "$program" ] || continue
            at_least 6 2 "$("$program" --version 2>/dev/null)" || continue
            echo "$program"
            return
        done
    done
}
find_git() {
    at_least 2 32 "$(git --version 2>/dev/null)" || return 0
    core=$(git --exec-path)
    [ ! -x "$core/git-http-backend" ] || [ ! -x "$core/git-remote-http" ] || command -v git
}
# A compiler alone is not enough on Debian: it comes without the headers of the C library.
find_cc() { printf '#include <stdlib.h>\n' | cc -E -x c - >/dev/null 2>&1 && command -v cc; }

# Debian's Python comes without ensurepip, which a virtual environment needs.
find_python() { python3 -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && command -v python3; }

missing=''
look() { # <what> <where it was found, or nothing>
    if [ -n "$2" ]; then
        [ $check_only = no ] || say "found $1: $2"
    else
        [ $check_only = no ] || say "missing $1"
        missing="$missing $1"
    fi
}
look_at_all() {
    missing=''
    look cc "$(find_cc)"
    look make "$(command -v make)"
    look curl "$(command -v curl)"
    look git "$(find_git)"
    look postgresql "$(find_postgres)"
    look redis "$(find_redis)"
    [ $with_npm = no ] || look npm "$(command -v npm)"
    [ "$purpose" != --lint ] || look shellcheck "$(command -v shellcheck)"
    [ "$purpose" != --test ] || look python3 "$(find_python)"
    [ "$purpose" != --test ] || look openssl "$(command -v openssl)"
}

look_at_all
[ -n "$missing" ] || exit 0
[ $check_only = no ] || exit 1

# --- what is to be done about it -----------------------------------------------------------------

explain() { # <what>: what exactly is wanted, for people
    case $1 in
    cc) echo "a C compiler with the C library's headers" ;;
    git) echo "git 2.32 or later with git-http-backend" ;;
    postgresql) echo "PostgreSQL 14 or later (server programs)" ;;
    redis) echo "Redis 6.2 or later, or Valkey" ;;
    python3) echo "Python 3.10 or later with venv" ;;
    *) echo "$1" ;;
    esac
}
wanted() {
    list=''
    for what in $missing; do list="$list${list:+, }$(explain "$what")"; done
    echo "$list"
}

log=''
policy=''
no_cluster=''
tidy() {
    rm -f -- ${log:+"$log"} ${policy:+"$policy"} ${no_cluster:+"$no_cluster"}
}
trap tidy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
quietly() { # <what it is> <command…>: the last lines of its output only when it fails
    what=$1
    shift
    "$@" >"$log" 2>&1 </dev/null && return
    tail -n 15 "$log" >&2
    fail "$what failed; the lines above are the end of its output"
}

with_apt() {
    if [ "$(id -u)" -ne 0 ]; then
        as_root
        return
    fi
    log=$(mktemp) || fail "cannot make a temporary file"
    export DEBIAN_FRONTEND=noninteractive
    say "installing with apt-get, which may take a minute: $(wanted)"
    had_redis=$(command -v redis-server || command -v valkey-server)
    forbid_services
    # An old package index names versions that are gone from the archive, a new machine has none: fetch it, once.
    apt_install >"$log" 2>&1 </dev/null || {
        say "fetching the package index"
        quietly "apt-get update" apt-get update
        quietly "apt-get install" apt_install
    }
    if [ -z "$had_redis" ] && have systemctl; then
        # Fails when redis was not what was missing, and does no harm when it fails.
        systemctl disable "$(apt_redis)" >/dev/null 2>&1 || :
    fi
}
apt_install() {
    set --
    for what in $missing; do
        case $what in
        cc) set -- "$@" gcc libc6-dev ;;
        git) set -- "$@" git ca-certificates ;;
        redis) set -- "$@" "$(apt_redis)" ;;
        python3) set -- "$@" python3 python3-venv ;;
        *) set -- "$@" "$what" ;;
        esac
    done
    # What is there already, if too old, is not upgraded: a server of the machine may be running from it.
    # A machine that has just started may be installing updates of its own: wait for it.
    apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends --no-upgrade "$@"
}
apt_redis() {
    if ! apt-cache show redis-server >/dev/null 2>&1 && apt-cache show valkey-server >/dev/null 2>&1; then
        echo valkey-server
    else
        echo redis-server
    fi
}
as_root() {
    set -- "$0"
    [ -z "$purpose" ] || set -- "$0" "$purpose"
    if ! have sudo; then
        fail "missing: $(wanted). To install it, type:  su -c '$*'"
    elif ! sudo -n true 2>/dev/null; then
        fail "missing: $(wanted). To install it, type:  sudo $*"
    fi
    # The same PATH, so that root finds what was found here.
    sudo -n env PATH="$PATH" PG_BIN="${PG_BIN:-}" "$@" || exit 1
}
forbid_services() {
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
    fi
    if [ ! -e /etc/postgresql-common ]; then
        no_cluster=/etc/postgresql-common/createcluster.d/pullwright.conf
        mkdir -p "${no_cluster%/*}" && echo 'create_main_cluster = false' >$no_cluster
    fi
}

with_brew() {
    set --
    for what in $missing; do
        case $what in
        cc | make) fail "missing: $(wanted). To install it, type:  xcode-select --install" ;;
        postgresql) set -- "$@" postgresql@17 ;;
        npm) set -- "$@" node ;;
        *) set -- "$@" "$what" ;;
        esac
    done
    log=$(mktemp) || fail "cannot make a temporary file"
    say "installing with Homebrew, which may take some minutes: $(wanted)"
    quietly "brew install" env HOMEBREW_NO_AUTO_UPDATE=1 brew install "$@"
}

if have apt-get; then
    with_apt
elif have brew; then
    with_brew
else
    fail "please install: $(wanted)"
fi

look_at_all
[ -z "$missing" ] || fail "this system's packages do not give: $(wanted)"
