#!/usr/bin/env bash
# make test: every test of the addons and of tests/, browser tests included, on a fresh database.
# ONLY=guide runs the guide's cases (GUIDE_CASES=file for others of the same columns); any other ONLY is a path to
# tests or a keyword for pytest's -k. JOBS=n runs the files in n processes, each on a copy of the test database.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

NAME=credit_client_crm_test
REPORT=$STATE/test-report
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
    while IFS= read -r name; do
        targets+=("$name")
    done < <(find credit_*/tests tests -name 'test_*.py' | sort)
    [ -z "${ONLY:-}" ] || options=(-k "$ONLY")
}

# The processors, but no more than there are files; what browsers need grows with every process.
number_of_jobs() {
    local jobs=${JOBS:-$(nproc)}
    [ "$jobs" -le "${#targets[@]}" ] || jobs=${#targets[@]}
    [ "$jobs" -le 4 ] || [ -n "${JOBS:-}" ] || jobs=4
    echo "$jobs"
}

database_of() { if [ "$1" -eq 1 ]; then echo "$NAME"; else echo "${NAME}_$1"; fi; }
filestore_of() { echo "${ODOO_DATA_DIR:-$STATE/data}/filestore/$(database_of "$1")"; }

# Called when the script ends, however it ends.
# shellcheck disable=SC2329
tidy_up() {
    local job
    trap - EXIT
    for ((job = 1; job <= jobs; job++)); do
        [ -z "${running[job]:-}" ] || kill "${running[job]}" 2>/dev/null || true
        database drop "$(database_of "$job")" 2>/dev/null || true
        # Tests with a server of their own leave a folder of files behind.
        rm -rf "$(filestore_of "$job")"
    done
}

# copy_for JOB: the database and the files of the first job, before anything ran on them.
copy_for() {
    database clone "$NAME" "$(database_of "$1")"
    rm -rf "$(filestore_of "$1")"
    [ ! -d "$(filestore_of 1)" ] || cp -r "$(filestore_of 1)" "$(filestore_of "$1")"
}

# run_tests JOB: every so-manieth file. Nothing is kept in the checkout; 9>&-: a browser left over must not hold our
# lock.
run_tests() {
    local job=$1 n mine=()
    for ((n = job - 1; n < ${#targets[@]}; n += jobs)); do
        mine+=("${targets[n]}")
    done
    exec "$ODOO_PYTHON" -m pytest --odoo-database="$(database_of "$job")" --odoo-http --odoo-log-level=error \
        -p no:cacheprovider -ra --durations=15 --junitxml="$REPORT.$job.xml" "${options[@]}" "${mine[@]}" \
        </dev/null 9>&-
}

if [ -n "${GUIDE_CASES:-}" ]; then
    [ -r "$GUIDE_CASES" ] || die "GUIDE_CASES=$GUIDE_CASES cannot be read"
    GUIDE_CASES=$(realpath -- "$GUIDE_CASES")
    export GUIDE_CASES
fi
addons_list >/dev/null
choose_tests
jobs=$(number_of_jobs)
running=()
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
rm -f "$REPORT".*.xml
for ((job = 2; job <= jobs; job++)); do
    copy_for "$job"
    run_tests "$job" >"$LOGS/test.$job.log" 2>&1 &
    running[job]=$!
done
say
run_tests 1 &
running[1]=$!
code=0 none=0
for ((job = 1; job <= jobs; job++)); do
    of_job=0
    wait "${running[job]}" || of_job=$?
    running[job]=
    [ "$job" -eq 1 ] || cat "$LOGS/test.$job.log"
    # 5: none of its files has what ONLY names.
    case $of_job in 0) ;; 5) none=$((none + 1)) ;; *) code=$of_job ;; esac
done
[ "$none" -lt "$jobs" ] || die "no test matches ONLY=${ONLY:-}"
"$ODOO_PYTHON" "$NATIVE/check_report.py" "$REPORT".*.xml || [ "$code" -ne 0 ] || code=1
say "make test took $((SECONDS - start)) s"
exit "$code"
