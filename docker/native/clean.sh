#!/usr/bin/env bash
# make clean: removes this checkout's databases, files and logs. ALL=1 also removes Odoo and the environments.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

"$NATIVE/stop.sh"
# The state of this user's checkout: in it, or in its private folder under /var/tmp; both bear fixed names.
for folder in "$STATE" "$(private_folder_name)" "$ROOT/dist" "$ROOT/build"; do
    [ -O "$folder" ] || continue
    rm -rf -- "$folder"
    say "removed $folder"
done
if [ -n "${ALL:-}" ]; then
    chmod -R u+w -- "$CACHE" 2>/dev/null || true
    rm -rf -- "$CACHE"
    say "removed $CACHE"
fi
