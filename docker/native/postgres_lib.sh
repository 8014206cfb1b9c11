# shellcheck shell=bash
# Functions around the checkout's own PostgreSQL cluster; lib.sh comes first.

# PostgreSQL refuses to run as root: then it runs as the system's postgres user, or as nobody.
pg_user() {
    if ! is_root; then
        id -un
    elif getent passwd postgres >/dev/null; then
        echo postgres
    else
        echo nobody
    fi
}
PG_USER=$(pg_user)

as_pg_user() {
    if is_root; then
        (cd / && exec runuser -u "$PG_USER" -- "$@")
    else
        "$@"
    fi
}

# Normally in the checkout. Elsewhere when the database's user cannot get there (a checkout below root's home) or
# when the socket's path would be longer than the system allows (107 bytes).
pg_folder() {
    local folder=$STATE/pg
    if [ ${#folder} -gt 80 ] || { is_root && ! as_pg_user test -x "$STATE"; }; then
        folder=$(private_folder)/pg
    fi
    printf '%s' "$folder"
}
PG_DIR=$(pg_folder)

# A path of the wheel below root's home cannot be executed by another user: root gets a copy beside the data.
pg_programs() {
    local folder
    if system_postgres; then
        return
    fi
    folder=$(find "$PG_WHEEL" -path '*/bin/initdb' 2>/dev/null | head -n 1)
    [ -n "$folder" ] || die "PostgreSQL is missing: neither Debian's nor the Python wheel is there"
    folder=${folder%/bin/initdb}
    if is_root; then
        [ -e "$PG_DIR/programs/bin/initdb" ] || cp -aL "$folder" "$PG_DIR/programs"
        folder=$PG_DIR/programs
    fi
    printf '%s' "$folder/bin"
}

export_pg_environment() {
    export PGHOST=$PG_DIR/sock PGPORT=5432 PGUSER=odoo
    unset PGPASSWORD PGDATABASE PGSERVICE PGHOSTADDR
}

# Durable like any PostgreSQL: fsync stays on, for the demo database may hold figures somebody loaded. Measured,
# switching it off gains nothing here (clone 0.25 s, install 5.7 s either way).
write_settings() {
    cat <<EOF
listen_addresses = ''
unix_socket_directories = '$PG_DIR/sock'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
max_wal_size = 4GB
jit = off
log_min_messages = warning
EOF
}

create_data() {
    local programs=$1
    [ ! -e "$PG_DIR/data/complete" ] || return 0
    room "$PG_DIR" 600
    rm -rf "$PG_DIR/data"
    # The socket's folder is closed to others, which is what makes password-less access safe.
    as_pg_user "$programs/initdb" -D "$PG_DIR/data" -U odoo -A trust -E UTF8 --locale=C.UTF-8
    echo "include 'project.conf'" >>"$PG_DIR/data/postgresql.conf"
    touch "$PG_DIR/data/complete"
}

cluster_runs() { as_pg_user "$1/pg_ctl" -D "$PG_DIR/data" status >/dev/null 2>&1; }

same_major_version() {
    "$1/postgres" --version | grep -q " $(cat "$PG_DIR/data/PG_VERSION")\."
}

start_cluster() {
    local programs settings
    mkdir -p "$PG_DIR/sock"
    if is_root; then
        # Also mends a folder that was copied here, which then belongs to root.
        chown "$PG_USER" "$PG_DIR"
        chown -R "$PG_USER" "$PG_DIR/sock" "$PG_DIR/data" 2>/dev/null || true
    fi
    chmod 0700 "$PG_DIR/sock"
    programs=$(pg_programs)
    create_data "$programs"
    same_major_version "$programs" ||
        die "the databases here are of PostgreSQL $(cat "$PG_DIR/data/PG_VERSION"), the machine has another;" \
            "dump what you need with the old one, then: make clean"
    settings=$(write_settings)
    if cluster_runs "$programs"; then
        [ "$settings" != "$(cat "$PG_DIR/data/project.conf")" ] || return 0
        notice "settings changed: restarting PostgreSQL"
        stop_cluster
    fi
    printf '%s\n' "$settings" >"$PG_DIR/data/project.conf"
    # A new session: Ctrl-C in the terminal must not reach the database.
    as_pg_user setsid "$programs/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/data/server.log" -w -t 60 start </dev/null || {
        tail -n 5 "$PG_DIR/data/server.log"
        die "PostgreSQL did not start; its log: $PG_DIR/data/server.log"
    }
}

stop_cluster() {
    local programs
    [ -e "$PG_DIR/data/complete" ] || return 0
    programs=$(pg_programs)
    if cluster_runs "$programs"; then
        as_pg_user "$programs/pg_ctl" -D "$PG_DIR/data" -m fast -w stop
    fi
}
