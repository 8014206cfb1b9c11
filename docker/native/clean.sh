#!/usr/bin/env bash
# make clean: removes this checkout's databases, files and logs. ALL=1 also removes Odoo and the environments.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

"$NATIVE/stop.sh"

# CREDIT_STATE and CREDIT_CACHE may name folders that hold other things too: what is not ours stays.
remove() {
    local folder=$1 name path
    shift
    [ -O "$folder" ] || return 0
    for name in "$@"; do
        for path in "$folder"/$name; do
            [ -e "$path" ] || [ -L "$path" ] || continue
            chmod -R u+w -- "$path" 2>/dev/null || true
            rm -rf -- "$path"
        done
    done
    if rmdir -- "$folder" 2>/dev/null; then
        say "removed $folder"
    else
        say "cleaned $folder; what is left there is not of this project"
    fi
}

# The state of this user's checkout: in it, or in its private folder under /var/tmp; both bear fixed names.
for folder in "$STATE" "$(private_folder_name)"; do
    remove "$folder" data hypothesis lock log pg screenshots server.pid summary.txt 'test-report*'
done
for folder in "$ROOT/dist" "$ROOT/build"; do
    [ -O "$folder" ] || continue
    rm -rf -- "$folder"
    say "removed $folder"
done
if [ -n "${ALL:-}" ]; then
    remove "$CACHE" 'odoo-*' 'venv-*' 'tools-*' 'postgres-wheel-*' pre-commit lock
fi
