#!/usr/bin/env bash
# make shell: Odoo's Python shell on the demo database (DB=name for another).
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

name=${DB:-credit_demo}
if own_odoo; then
    [ -e "$VENV/complete" ] || die "nothing is set up yet; run: make run"
    "$NATIVE/postgres.sh" start >"$LOGS/postgres.log" || die "PostgreSQL did not start; see $LOGS/postgres.log"
fi
export_odoo
has_database "$name" || die "there is no database $name; run: make run"
odoo shell -d "$name" --no-http --log-level=warn
