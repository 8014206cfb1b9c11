#!/usr/bin/env bash
# Makes the database that others are cloned from in a quarter of a second: Odoo's modules below our addons with
# Odoo's demo data (an addon's demo data loads only where those of its dependencies are), Chinese, assets compiled.
# Usage: template.sh [DATABASE]: does nothing where that database exists, since nothing is going to be cloned then.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

export_odoo
if [ $# -gt 0 ] && [ -z "${FRESH:-}" ] && has_database "$1"; then
    exit 0
fi
name=$(template_name)
if has_database "$name"; then
    exit 0
fi
# Built under another name: only a complete one ever bears the final name. Odoo makes the first language the default
# of new partners and installs no other: English must be asked for.
database drop "${name}_part"
odoo -d "${name}_part" -i "$(base_modules)" --load-language zh_CN,en_US --with-demo --stop-after-init --no-http
odoo shell -d "${name}_part" --no-http <"$NATIVE/template.py"
database rename "${name}_part" "$name"
