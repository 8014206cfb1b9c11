#!/usr/bin/env bash
# A fresh database with every addon, without our demo data. Usage: bench_database.sh NAME
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

export_odoo
database clone "$(template_name)" "$1"
database forget_demo "$1"
odoo -d "$1" -i "$(addons_list)" --stop-after-init --no-http
