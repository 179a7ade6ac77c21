#!/bin/sh
# Keeps one server for as long as the process that asked for it holds the other end of standard input.
#
# Arguments: the folder, the signal that ends the server politely, a command that prepares the folder
# (or nothing), then the server's command. Orders come as lines on standard input and are answered on
# standard output; at its end the server is stopped and the folder removed.
set -u
dir=$1 polite=$2 prepare=$3
shift 3
server=''

alive() {
    jobs >/dev/null 2>&1 # collects children that ended; a zombie would still take signal 0
    [ -n "$server" ] && kill -0 "$server" 2>/dev/null
}

gone_within() { # fiftieths of a second
    left=$1
    while alive; do
        [ "$left" -gt 0 ] || return 1
        left=$((left - 1))
        sleep 0.02
    done
}

signal() { kill -s "$1" "$server" 2>/dev/null; }

end() {
    [ -n "$server" ] || return 0
    signal "$polite"
    signal CONT
    gone_within 250 || {
        signal QUIT
        gone_within 100
    } || signal KILL
    wait "$server" 2>/dev/null
    server=''
}

finish() {
    trap '' TERM HUP INT
    end
    cd /
    left=50 # what a killed server left behind may still be writing as it ends
    until rm -rf -- "$dir" 2>/dev/null; do
        [ "$left" -gt 0 ] || break
        left=$((left - 1))
        sleep 0.02
    done
}

trap '' PIPE # whoever asked may be dead before the answer
trap finish EXIT
trap 'exit 0' TERM HUP INT

if [ -n "$prepare" ]; then
    sh -c "$prepare" </dev/null >>"$dir/server.log" 2>&1 || {
        echo failed
        prepare=failed
    }
fi
[ "$prepare" = failed ] || echo ready

while read -r order argument; do
    case $order in
    start)
        "$@" </dev/null >>"$dir/server.log" 2>&1 &
        server=$!
        echo "started $server"
        ;;
    stop)
        end
        echo stopped
        ;;
    kill)
        signal KILL
        wait "$server" 2>/dev/null
        server=''
        echo stopped
        ;;
    signal)
        signal "$argument"
        echo signalled
        ;;
    check)
        if alive; then echo alive; else echo ended; fi
        ;;
    esac
done
