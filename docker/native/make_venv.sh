#!/usr/bin/env bash
# Builds the Python environments. Usage: make_venv.sh odoo|tools
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# install_pins FOLDER FILE…: a new environment with these requirement files. A half-finished one is thrown away.
install_pins() {
    local folder=$1 file requirements=()
    shift
    for file in "$@"; do
        requirements+=(-r "$file")
    done
    room "$CACHE" 700
    rm -rf "$folder"
    "$SYSTEM_PYTHON" -m venv "$folder"
    "$folder/bin/python" -m pip install --disable-pip-version-check --prefer-binary --progress-bar off \
        "${requirements[@]}"
}

# Pinned libraries, Odoo on Python's path, and an `odoo` command.
odoo_environment() {
    [ ! -e "$VENV/complete" ] || return 0
    local site
    install_pins "$VENV" "${PINS[@]}"
    site=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    echo "$TREE/lib" >"$site/odoo19.pth"
    # A script of its own, not `python -m odoo`: with workers the gevent process starts sys.argv[0] again, and
    # odoo/__main__.py does not work that way.
    cat >"$VENV/bin/odoo" <<EOF
#!$VENV/bin/python
import odoo.cli

odoo.cli.main()
EOF
    chmod +x "$VENV/bin/odoo"
    "$VENV/bin/odoo" --version
    touch "$VENV/complete"
}

# PostgreSQL as a wheel, only where the distribution has none.
postgres_wheel() {
    if system_postgres >/dev/null || [ -e "$PG_WHEEL/complete" ]; then
        return 0
    fi
    rm -rf "$PG_WHEEL"
    "$VENV/bin/python" -m pip install --disable-pip-version-check --progress-bar off --no-deps --target "$PG_WHEEL" \
        -r "$NATIVE/requirements-postgres.txt"
    touch "$PG_WHEEL/complete"
}

# pre-commit and the wheel builder; away from Odoo's pins.
tools_environment() {
    [ ! -e "$TOOLS/complete" ] || return 0
    install_pins "$TOOLS" "$NATIVE/requirements-tools.txt"
    touch "$TOOLS/complete"
}

case ${1:-} in
odoo)
    odoo_environment
    postgres_wheel
    ;;
tools) tools_environment ;;
*) die "usage: make_venv.sh odoo|tools" ;;
esac
