# shellcheck shell=bash
# Shared by every script of this folder: where things live, how progress and trouble are told.
# Much of what is set here is used by the scripts that read this file.
# shellcheck disable=SC2034
set -euo pipefail
umask 022

NATIVE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=$(cd -- "$NATIVE/../.." && pwd -P)
cd "$ROOT"

# The Odoo package this project is measured against. A newer one is taken with a notice.
ODOO_PACKAGE=odoo-19
ODOO_SHA256=9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf
# pyenv and friends put their own python3 first on PATH, often unreadable for other users.
SYSTEM_PYTHON=/usr/bin/python3

say() { printf '%s\n' "$*"; }
notice() { printf 'notice: %s\n' "$*"; }
# One line, no traceback: what is wrong and what to do about it.
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Whatever is half done is done again next time.
trap 'printf "\ninterrupted; the same command goes on from here\n" >&2; exit 130' INT

short_hash() { sha256sum | cut -c1-12; }
is_root() { [ "$(id -u)" -eq 0 ]; }

# --- places ------------------------------------------------------------------------------------------------------

# Odoo and its Python environments are the same for every checkout: they are kept outside of it.
CACHE=${CREDIT_CACHE:-${XDG_CACHE_HOME:-${HOME:-/var/tmp}/.cache}/credit-client-crm}

# The rest (databases, files, logs) belongs to one checkout and one user.
private_folder_name() {
    printf '/var/tmp/credit-client-crm-%s' "$(printf '%s %s' "$ROOT" "$(id -u)" | short_hash)"
}

private_folder() {
    local path
    path=$(private_folder_name)
    mkdir -p "$path"
    # Everybody may write to /var/tmp: do not walk into a folder that somebody else laid out.
    [ -O "$path" ] && [ ! -L "$path" ] || die "$path belongs to somebody else; remove it and run again"
    printf '%s' "$path"
}

state_folder() {
    if { mkdir -p "$ROOT/.odoo" && [ -O "$ROOT/.odoo" ]; } 2>/dev/null; then
        printf '%s' "$ROOT/.odoo"
    else
        private_folder
    fi
}
STATE=${CREDIT_STATE:-$(state_folder)}
LOGS=$STATE/log
LOCKS=$STATE/lock

# A full disk or a read-only place is found here first.
make_folders() {
    mkdir -p "$@" 2>/dev/null || die "cannot create $* (disk full, or no right to write there)"
}
make_folders "$LOGS" "$LOCKS"

TREE=$CACHE/odoo-${ODOO_SHA256:0:12}
if [ -n "${ODOO_DEB:-}" ]; then
    [ -r "$ODOO_DEB" ] || die "ODOO_DEB=$ODOO_DEB cannot be read"
    ODOO_DEB=$(realpath -- "$ODOO_DEB")
    export ODOO_DEB
    TREE=$CACHE/odoo-$(sha256sum -- "$ODOO_DEB" | cut -c1-12)
fi
# An environment is found by what is in it: other pins, another folder.
PINS=("$NATIVE/requirements-odoo.txt" "$NATIVE/requirements-test.txt")
VENV=$CACHE/venv-$(cat "${PINS[@]}" <(printf '%s' "$TREE") | short_hash)
TOOLS=$CACHE/tools-$(short_hash <"$NATIVE/requirements-tools.txt")
PG_WHEEL=$CACHE/postgres-wheel-$(short_hash <"$NATIVE/requirements-postgres.txt")

# room PATH MEGABYTES: said before the work starts, not after ten minutes of it.
room() {
    local path=$1 needed=$2 free
    make_folders "$path"
    free=$(($(df --output=avail -k -- "$path" | tail -n 1) / 1024))
    [ "$free" -ge "$needed" ] || die "the disk is full: $path needs $needed MB, $free MB are free"
}

# --- locks -------------------------------------------------------------------------------------------------------

# with_lock FILE COMMAND…: the lock is held by the flock process alone (-o), so that a server started by COMMAND
# does not keep it after COMMAND has ended.
with_lock() {
    local file=$1
    shift
    if ! flock -n -o "$file" true; then
        notice "waiting for another run that holds $(basename "$file")"
    fi
    flock -o "$file" "$@"
}

# only_one NAME: this script keeps the lock until it ends; a second run waits for it. The lock sits on file
# descriptor 9, which commands that outlive the script must close (9>&-).
only_one() {
    exec 9>"$LOCKS/$1"
    if ! flock -n 9; then
        say "waiting for another run of the same command to end"
        flock 9
    fi
}

# --- progress ----------------------------------------------------------------------------------------------------

STEP=0
STEPS=1

# explain LOG: the one line that tells why a step failed.
explain() {
    local log=$1 line
    line=$(grep -a '^error: ' "$log" | tail -n 1 || true)
    if [ -n "$line" ]; then
        printf '%s\n' "$line" >&2
    elif grep -qai 'no space left on device' "$log"; then
        printf 'error: the disk is full (see df -h %s %s)\n' "$CACHE" "$STATE" >&2
    elif grep -qaiE 'could not resolve|name resolution|failed to fetch|connection timed out|network is unreachable|newconnectionerror|could not connect' "$log"; then
        printf 'error: the network or the package mirror cannot be reached; details in %s\n' "$log" >&2
    else
        line=$(grep -aE '(Error|ERROR|error|CRITICAL|E:)' "$log" | tail -n 1 | cut -c1-300 || true)
        printf 'error: %s (details in %s)\n' "${line:-the step failed}" "$log" >&2
    fi
}

# The last thing the log says, short enough for one line of a terminal.
last_words() {
    tail -c 2000 "$1" 2>/dev/null | tr '\r' '\n' | grep -a . | tail -n 1 | tr -cd '[:print:]' |
        sed -E 's/^[0-9-]+ [0-9:,]+ [0-9]+ (INFO|DEBUG) [^ ]+ [^ ]+ //' | cut -c1-70 || true
}

# Shows every second on a terminal, every 20 seconds elsewhere, that a step is alive and where it is. Ends with the
# script at the latest; `read` on a pipe nobody writes to waits without a process that could be left behind.
heartbeat() {
    local title=$1 log=$2 start=$SECONDS beat=20
    [ ! -t 1 ] || beat=1
    while kill -0 $$ 2>/dev/null; do
        read -rt "$beat" <> <(:) || true
        if [ -t 1 ]; then
            printf '\r\033[K%s %d s  %s' "$title" $((SECONDS - start)) "$(last_words "$log")"
        else
            printf '    %d s  %s\n' $((SECONDS - start)) "$(last_words "$log")"
        fi
    done
}

# step TITLE COMMAND…: runs COMMAND, its output goes to a log; tells which step it is and the seconds it took.
step() {
    local title=$1 log start heart code=0
    shift
    STEP=$((STEP + 1))
    log=$LOGS/$(printf '%s' "$title" | tr -cs '[:alnum:]' '-' | tr '[:upper:]' '[:lower:]').log
    title="step $STEP of $STEPS — $title …"
    start=$SECONDS
    : >"$log"
    if [ -t 1 ]; then printf '%s' "$title"; else say "$title"; fi
    heartbeat "$title" "$log" 9>&- &
    heart=$!
    # The command stays in the foreground: Ctrl-C reaches it, and sudo may ask for a password. It should be a script
    # of its own: bash does not stop at errors inside a function called this way.
    "$@" >"$log" 2>&1 || code=$?
    { kill "$heart" && wait "$heart"; } 2>/dev/null || true
    if [ -t 1 ]; then printf '\r\033[K%s ' "$title"; else printf '    '; fi
    if [ "$code" -ne 0 ]; then
        printf 'failed after %d s\n' $((SECONDS - start))
        explain "$log"
        exit "$code"
    fi
    printf 'done in %d s\n' $((SECONDS - start))
    grep -a '^notice: ' "$log" | sed 's/^/    /' || true
}

# --- what the machine has ----------------------------------------------------------------------------------------

# The newest PostgreSQL of the distribution: its folder of programs.
system_postgres() {
    local initdb
    initdb=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    [ -n "$initdb" ] && printf '%s' "${initdb%/initdb}"
}

# The names Odoo looks for when it starts a browser.
find_browser() {
    local name
    for name in google-chrome chromium chromium-browser google-chrome-stable; do
        command -v "$name" && return
    done
    return 1
}
