#!/usr/bin/env bash
# make test: every test of the addons and of tests/, browser tests included, on a fresh database.
# ONLY=guide runs the guide's cases (GUIDE_CASES=file for others of the same columns); any other ONLY is a path to
# tests or a keyword for pytest's -k.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

NAME=credit_client_crm_test
REPORT=$STATE/test-report.xml
GUIDE_TEST=tests/test_guide_cases.py

# What to run: sets `targets` and `options`.
choose_tests() {
    local name
    options=()
    targets=()
    case ${ONLY:-} in
    guide)
        targets=("$GUIDE_TEST")
        [ -e "$GUIDE_TEST" ] || die "there are no guide cases yet ($GUIDE_TEST)"
        return
        ;;
    esac
    if [ -n "${ONLY:-}" ] && [ -e "${ONLY%%::*}" ]; then
        targets=("$ONLY")
        return
    fi
    for name in $(addons_present); do
        [ ! -d "$name/tests" ] || targets+=("$name/tests")
    done
    targets+=(tests)
    [ -z "${ONLY:-}" ] || options=(-k "$ONLY")
}

# Called when the script ends, however it ends.
# shellcheck disable=SC2329
tidy_up() {
    trap - EXIT
    database drop "$NAME" 2>/dev/null || true
    # Tests with a server of their own leave a folder of files behind.
    rm -rf "${ODOO_DATA_DIR:-$STATE/data}/filestore/$NAME"
}

if [ -n "${GUIDE_CASES:-}" ]; then
    [ -r "$GUIDE_CASES" ] || die "GUIDE_CASES=$GUIDE_CASES cannot be read"
    GUIDE_CASES=$(realpath -- "$GUIDE_CASES")
    export GUIDE_CASES
fi
addons_list >/dev/null
choose_tests
only_one test
start=$SECONDS
STEPS=$(($(prepare_steps) + 1))
ask_for_sudo browser
prepare browser
own_odoo || "$ODOO_PYTHON" -c 'import hypothesis, pytest, pytest_odoo, websocket' 2>/dev/null ||
    die "$ODOO_PYTHON lacks the test tools: $ODOO_PYTHON -m pip install -r docker/native/requirements-test.txt"
trap tidy_up EXIT
step "test database" "$NATIVE/test_database.sh" "$NAME"

# For the tests that install, update and uninstall in databases of their own.
CREDIT_TEMPLATE=$(template_name)
export CREDIT_TEMPLATE HYPOTHESIS_STORAGE_DIRECTORY=$STATE/hypothesis
code=0
say
# Nothing is kept in the checkout; 9>&- : a browser left over must not hold our lock.
"$ODOO_PYTHON" -m pytest --odoo-database="$NAME" --odoo-http --odoo-log-level=error -p no:cacheprovider \
    -ra --durations=15 --junitxml="$REPORT" "${options[@]}" "${targets[@]}" </dev/null 9>&- || code=$?
[ "$code" -ne 5 ] || die "no test matches ONLY=${ONLY:-}"
"$ODOO_PYTHON" "$NATIVE/check_report.py" "$REPORT" || [ "$code" -ne 0 ] || code=1
say "make test took $((SECONDS - start)) s"
exit "$code"
