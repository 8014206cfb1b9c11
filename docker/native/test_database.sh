#!/usr/bin/env bash
# Makes a fresh database with every addon and, as the template has Odoo's, its demo data; fails if installing them
# logs a warning or an error.
# Usage: test_database.sh NAME
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

# Said by Odoo about the machine, not about our addons.
HARMLESS='wkhtmltopdf|invalid addons directory'

export_odoo
log=$LOGS/install.log
database clone "$(template_name)" "$1"
odoo -d "$1" -i "$(addons_list)" --stop-after-init --no-http >"$log" 2>&1 || {
    tail -n 30 "$log"
    die "the addons do not install; see $log"
}
# Log lines of Odoo, Python's own warnings, and docutils on a description.
problems=$(grep -aE '^[0-9-]+ [0-9:,]+ [0-9]+ (WARNING|ERROR|CRITICAL) |Warning: |\((WARNING|ERROR|SEVERE)/[0-9]\)' "$log" |
    grep -avE "$HARMLESS" || true)
if [ -n "$problems" ]; then
    printf '%s\n' "$problems"
    die "installing the addons logs warnings, the first: $(head -n 1 <<<"$problems" | cut -c1-200) (see $log)"
fi
