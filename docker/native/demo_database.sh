#!/usr/bin/env bash
# Makes the database of `make run`, or brings it up to date with the sources; does nothing when it is.
# Usage: demo_database.sh NAME. With FRESH=1 the default database is made anew.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

log=$LOGS/addons.log

# Odoo goes on without demo data that it cannot load; only its log tells.
install_addons() {
    odoo "$@" --stop-after-init --no-http >"$log" 2>&1 || {
        cat "$log"
        exit 1
    }
    cat "$log"
}
demo_failed() { grep -aq 'demo data failed to install' "$log"; }

export_odoo
name=$1
addons=$(addons_list)
# A database that somebody named is theirs: never dropped.
if [ -n "${FRESH:-}" ] && [ -z "${DB:-}" ]; then
    database drop "$name"
fi
if ! has_database "$name"; then
    # Under another name until it is complete: a half-made one is simply made again.
    database clone "$(template_name)" "${name}_part"
    install_addons -d "${name}_part" -i "$addons"
    ! demo_failed || die "the demo data does not load; see $log"
    database rename "${name}_part" "$name"
elif [ "$(database parameter "$name" credit_client_crm.sources)" != "$(addons_hash)" ]; then
    # -i for an addon that has come since, -u for those that are there.
    install_addons -d "$name" -i "$addons" -u "$addons" --load-language zh_CN,en_US
    ! demo_failed || notice "$name keeps its data, but this version's demo data does not fit on top;" \
        "a new one: make run FRESH=1"
fi
