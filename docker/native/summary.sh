#!/usr/bin/env bash
# Assesses the whole book of a database and writes the summary to a file. Usage: summary.sh NAME FILE
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

export_odoo
CREDIT_SOURCES=$(addons_hash)
export CREDIT_SOURCES
odoo shell -d "$1" --no-http <"$NATIVE/bring_up.py" >"$2"
