#!/usr/bin/env bash
# make wheels: every addon as a wheel (whool, OCA's convention), into dist/.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=docker/native/odoo_lib.sh
source "$NATIVE/odoo_lib.sh"

STEPS=$((1 + $(addons_present | wc -l)))
make_folders "$CACHE" "$ROOT/dist"
step "tools" with_lock "$CACHE/lock" "$NATIVE/make_venv.sh" tools
for name in $(addons_present); do
    rm -f "$ROOT/dist/odoo_addon_$name"-*.whl
    step "wheel of $name" "$TOOLS/bin/python" -m pip wheel --disable-pip-version-check --no-deps \
        --no-build-isolation --wheel-dir "$ROOT/dist" "$ROOT/$name"
done
ls -l "$ROOT"/dist/*.whl
