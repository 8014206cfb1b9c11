# shellcheck shell=bash
# The server of `make run`: port, start, stop. lib.sh and odoo_lib.sh come first.

SERVER_PID_FILE=$STATE/server.pid
SERVER_LOG=$LOGS/server.log

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The process of an earlier `make run` of this checkout, if it is still that one: ids are used again.
running_server() {
    local pid
    pid=$(cat "$SERVER_PID_FILE" 2>/dev/null) || return 1
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q -- "--pidfile $SERVER_PID_FILE" || return 1
    printf '%s' "$pid"
}

need_free_port() {
    [[ $PORT =~ ^[0-9]+$ ]] && [ "$PORT" -ge 1 ] && [ "$PORT" -le 65535 ] || die "PORT=$PORT is not a port number"
    if running_server >/dev/null; then
        die "an earlier make run of this checkout is still serving; make stop ends it"
    fi
    ! port_taken "$PORT" || die "port $PORT is taken by another program; choose one: make run PORT=$((PORT + 1))"
}

healthy() {
    "$ODOO_PYTHON" - "$1" <<'EOF' 2>/dev/null
import sys, urllib.request
urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/web/health", timeout=5).read()
EOF
}

# Serves until Ctrl-C or `make stop`; Odoo's log goes to a file. Odoo sits in a session of its own, so that Ctrl-C
# reaches it once, through us: a second signal would make it drop what it is doing.
serve() {
    local pid code=0
    need_free_port
    : >"$SERVER_LOG"
    setsid "${ODOO_COMMAND[@]}" -d "$NAME" --db-filter "^$NAME\$" --http-interface 127.0.0.1 --http-port "$PORT" \
        --pidfile "$SERVER_PID_FILE" >"$SERVER_LOG" 2>&1 </dev/null &
    pid=$!
    trap 'kill -TERM "$pid" 2>/dev/null || true' INT TERM HUP
    until healthy "$PORT"; do
        if ! kill -0 "$pid" 2>/dev/null; then
            explain "$SERVER_LOG"
            exit 1
        fi
        sleep 0.5
    done
    say "Odoo is at http://127.0.0.1:$PORT (database $NAME; administrator: admin / admin)"
    say "Its log: $SERVER_LOG. Ctrl-C or make stop ends it."
    # A signal interrupts `wait`, so wait again until the server is gone.
    while kill -0 "$pid" 2>/dev/null; do
        code=0
        wait "$pid" || code=$?
    done
    rm -f "$SERVER_PID_FILE"
    say "stopped"
    # Ended on request is not a failure.
    [ "$code" -eq 0 ] || [ "$code" -gt 128 ] || exit "$code"
}

stop_server() {
    local pid
    pid=$(running_server) || return 0
    kill -TERM "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    ! kill -0 "$pid" 2>/dev/null || kill -KILL "$pid"
    rm -f "$SERVER_PID_FILE"
    say "server stopped"
}
