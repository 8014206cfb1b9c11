# shellcheck shell=bash
# How Odoo is called: our own (default) or the one that ODOO=/path/odoo-bin names. lib.sh comes first.

own_odoo() { [ -z "${ODOO:-}" ]; }

# --- the addons of this checkout ---------------------------------------------------------------------------------

addons_present() {
    local name
    for name in credit_client_tiering credit_service_tasks; do
        [ ! -e "$ROOT/$name/__manifest__.py" ] || echo "$name"
    done
}

# Comma-separated, as Odoo wants it.
addons_list() {
    local list
    list=$(addons_present | paste -sd,)
    [ -n "$list" ] || die "there is no addon in $ROOT"
    printf '%s' "$list"
}

# Changes when any file changes that an update of the addons would read.
addons_hash() {
    local name
    for name in $(addons_present); do
        find "$name" -type f -not -name '*.pyc' -not -path '*/tests/*' -print0
    done | LC_ALL=C sort -z | xargs -0 sha256sum | short_hash
}

# --- which Odoo --------------------------------------------------------------------------------------------------

export_own_odoo() {
    # shellcheck source=docker/native/postgres_lib.sh
    source "$NATIVE/postgres_lib.sh"
    export_pg_environment
    # Settings of another Odoo in the user's home must not leak in.
    export ODOO_RC=$NATIVE/odoo.conf
    export ODOO_ADDONS_PATH=$ROOT ODOO_DATA_DIR=$STATE/data ODOO_SCREENSHOTS=$STATE/screenshots
    ODOO_COMMAND=("$VENV/bin/odoo")
    export ODOO_PYTHON=$VENV/bin/python
}

# The interpreter that an odoo-bin names in its first line.
interpreter_of() {
    local first
    IFS= read -r first <"$1" || true
    case $first in
    '#!'*'/env '*) command -v "${first##*/env }" || echo "$SYSTEM_PYTHON" ;;
    '#!'*python*) echo "${first#'#!'}" ;;
    *) echo "$SYSTEM_PYTHON" ;;
    esac
}

# An Odoo that is already there keeps its own configuration (ODOO_RC, PG*): only the addons path grows.
export_existing_odoo() {
    local settings
    [ -x "$ODOO" ] || die "ODOO=$ODOO is not an executable file"
    # The folder, not the link's target: a virtual environment is known by where its programs lie.
    ODOO=$(cd -- "$(dirname -- "$ODOO")" && pwd)/$(basename -- "$ODOO")
    export ODOO ODOO_PYTHON=${ODOO_PYTHON:-$(interpreter_of "$ODOO")}
    ODOO_COMMAND=("$ODOO_PYTHON" "$ODOO")
    # A source checkout is not on the interpreter's path by itself.
    [ ! -d "${ODOO%/*}/odoo" ] || export PYTHONPATH=${ODOO%/*}${PYTHONPATH:+:$PYTHONPATH}
    settings=$("$ODOO_PYTHON" "$NATIVE/existing_odoo.py" "$ROOT" 2>"$LOGS/existing-odoo.log") ||
        die "the Odoo at $ODOO could not be asked for its settings (is it an Odoo 19, and does $ODOO_PYTHON run it?);" \
            "details in $LOGS/existing-odoo.log"
    eval "$settings"
    export ODOO_SCREENSHOTS=${ODOO_SCREENSHOTS:-$STATE/screenshots}
}

export_odoo() {
    if own_odoo; then
        export_own_odoo
    else
        export_existing_odoo
    fi
}

odoo() { "${ODOO_COMMAND[@]}" "$@"; }
database() { "$ODOO_PYTHON" "$NATIVE/database.py" "$@"; }

# has_database NAME: a server that cannot be reached is an error, not a "no".
has_database() {
    local code=0
    database exists "$1" || code=$?
    [ "$code" -le 1 ] || exit "$code"
    return "$code"
}

# --- the template database ---------------------------------------------------------------------------------------

# The modules of Odoo that our addons stand on.
base_modules() {
    "$SYSTEM_PYTHON" - "$ROOT" <<'EOF'
import ast, pathlib, sys

ours = list(pathlib.Path(sys.argv[1]).glob("credit_*/__manifest__.py"))
wanted = {"base", "crm", "contacts"}
for manifest in ours:
    wanted.update(ast.literal_eval(manifest.read_text(encoding="utf-8")).get("depends", []))
print(",".join(sorted(wanted - {manifest.parent.name for manifest in ours})))
EOF
}

template_name() {
    printf 'credit_template_%s' "$( (base_modules && cat "$NATIVE"/template.{py,sh} && echo "${ODOO:-$TREE}") | short_hash)"
}

# --- everything below our addons, step by step -------------------------------------------------------------------

# How many steps `prepare` takes, for the count "x of n".
prepare_steps() { if own_odoo; then echo 5; else echo 1; fi; }

# A password, if one is needed, is asked for before the steps begin. Same argument as `prepare`.
ask_for_sudo() {
    local missing
    if ! own_odoo || is_root || ! command -v sudo >/dev/null; then
        return 0
    fi
    missing=$("$NATIVE/system_packages.sh" missing "$@")
    if [ -n "$missing" ] && [ -t 0 ] && ! sudo -n true 2>/dev/null; then
        say "These Debian packages are missing: $missing"
        sudo -v || say "going on without them"
    fi
}

# prepare ""|browser [DATABASE]: afterwards Odoo, a database server and the template are there. The template is not
# made where DATABASE exists already: then nothing is going to be cloned.
prepare() {
    local browser=$1
    shift
    if own_odoo; then
        make_folders "$CACHE"
        step "Debian packages" "$NATIVE/system_packages.sh" install "$browser"
        step "Odoo 19" with_lock "$CACHE/lock" "$NATIVE/fetch_odoo.sh"
        step "Python environment" with_lock "$CACHE/lock" "$NATIVE/make_venv.sh" odoo
        step "PostgreSQL" "$NATIVE/postgres.sh" start
    fi
    export_odoo
    step "template database" with_lock "$LOCKS/template" "$NATIVE/template.sh" "$@"
}
