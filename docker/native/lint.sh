#!/usr/bin/env bash
# make lint: all hooks of .pre-commit-config.yaml over all files that git knows.
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

command -v git >/dev/null || die "git is missing: apt-get install git"
git -C "$ROOT" rev-parse >/dev/null 2>&1 || die "make lint needs a git checkout"
STEPS=2
make_folders "$CACHE"
step "tools" with_lock "$CACHE/lock" "$NATIVE/make_venv.sh" tools
# The hooks' environments are kept with the rest of the cache.
export PRE_COMMIT_HOME=$CACHE/pre-commit
step "linters' environments" with_lock "$CACHE/lock" "$TOOLS/bin/pre-commit" install-hooks
"$TOOLS/bin/pre-commit" run --all-files --show-diff-on-failure --color=never "$@" </dev/null
