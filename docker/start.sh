#!/usr/bin/env bash
# What the container does: install or update the addons with their demo data, assess the whole book, serve.
# An existing database of this name is updated, never replaced. CREDIT_DB names it.
set -euo pipefail

name=${CREDIT_DB:-credit_demo}
addons=${CREDIT_ADDONS_FOLDER:-/mnt/extra-addons}
bring_up=${CREDIT_BRING_UP:-/usr/local/share/credit-client-crm/bring_up.py}

cd "$addons"
modules=$(printf '%s\n' credit_*/__manifest__.py | cut -d/ -f1 | paste -sd,)

# Demo data: a new database has Odoo's, so the addons bring theirs. -i for what is not there yet (a no-op otherwise), -u for what is.
odoo -d "$name" -i "crm,contacts,$modules" -u "$modules" --with-demo --load-language zh_CN,en_US \
    --stop-after-init --no-http
CREDIT_SOURCES=container odoo shell -d "$name" --no-http --log-level=warn <"$bring_up"
exec odoo -d "$name" --db-filter "^$name\$"
