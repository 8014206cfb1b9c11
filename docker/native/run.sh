#!/usr/bin/env bash
# make run: everything from nothing to a served demo. ONCE=1 stops after the summary, PORT=8069, DB=credit_demo,
# FRESH=1 makes the demo database anew.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"
# shellcheck source=docker/native/server_lib.sh
source "$NATIVE/server_lib.sh"

PORT=${PORT:-8069}
NAME=${DB:-credit_demo}

[ -n "${ONCE:-}" ] || need_free_port
addons_list >/dev/null
STEPS=$(($(prepare_steps) + 2))
ask_for_sudo ""
prepare "" "$NAME"
step "demo database" with_lock "$LOCKS/demo" "$NATIVE/demo_database.sh" "$NAME"
step "assessment of the whole book" with_lock "$LOCKS/demo" "$NATIVE/summary.sh" "$NAME" "$STATE/summary.txt"
say
cat "$STATE/summary.txt"
say
if [ -n "${ONCE:-}" ]; then
    say "The database $NAME is ready; make run serves it, make shell opens it."
else
    serve
fi
