#!/usr/bin/env bash
# make bench: benchmarks/run.py with Odoo's interpreter, on a fresh database with the addons and without our demo data.
# It finds PG* and ODOO_* in the environment, the database's name in CREDIT_BENCH_DB; BENCH_ARGS goes to it as it is.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

[ -e benchmarks/run.py ] || die "there is no benchmarks/run.py yet"
export CREDIT_BENCH_DB=credit_client_crm_bench
only_one bench
STEPS=$(($(prepare_steps) + 1))
ask_for_sudo ""
prepare ""
trap 'database drop "$CREDIT_BENCH_DB" || true' EXIT
step "bench database" "$NATIVE/bench_database.sh" "$CREDIT_BENCH_DB"
say
# The arguments are words: splitting is meant.
# shellcheck disable=SC2086
"$ODOO_PYTHON" benchmarks/run.py ${BENCH_ARGS:-} </dev/null 9>&-
