#!/usr/bin/env bash
# Makes the database of `make run`, or brings it up to date with the sources; does nothing when it is.
# Usage: demo_database.sh NAME
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

export_odoo
name=$1
addons=$(addons_list)

if ! has_database "$name"; then
    # Under another name until it is complete: a half-made one is simply made again.
    database clone "$(template_name)" "${name}_part"
    odoo -d "${name}_part" -i "$addons" --with-demo --stop-after-init --no-http
    database rename "${name}_part" "$name"
elif [ "$(database parameter "$name" credit_client_crm.sources)" != "$(addons_hash)" ]; then
    # -i for an addon that has come since, -u for those that are there.
    odoo -d "$name" -i "$addons" -u "$addons" --with-demo --load-language zh_CN --stop-after-init --no-http
fi
