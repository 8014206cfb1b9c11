#!/usr/bin/env bash
# Installs the Debian packages that are missing, and only those.
# Usage: system_packages.sh missing|install [browser]
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

# Without these nothing works.
hard_missing() {
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    "$SYSTEM_PYTHON" -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
    [ "${1:-}" = browser ] || return 0
    find_browser >/dev/null || echo chromium
    # The labels are Chinese: without such a font the browser draws boxes.
    ls /usr/share/fonts/opentype/noto/NotoSansCJK* >/dev/null 2>&1 || echo fonts-noto-cjk
}

# Without these something else steps in (PostgreSQL from a Python wheel) or a nicety is absent.
soft_missing() {
    ls /usr/lib/*/libmagic.so.1 >/dev/null 2>&1 || echo libmagic1
    system_postgres >/dev/null || echo postgresql
}

as_root() {
    if is_root; then
        "$@"
    else
        sudo -- "$@"
    fi
}

may_become_root() {
    is_root && return
    command -v sudo >/dev/null || return 1
    # A password can be asked for only where somebody sits at a terminal.
    sudo -n true 2>/dev/null || { : </dev/tty; } 2>/dev/null
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# Debian's package starts a cluster of its own when installed; ours is the only one wanted. A first installation
# reads this one file; where it exists, PostgreSQL's tools have been here before and it is the administrator's.
install_postgres() {
    local setting=/etc/postgresql-common/createcluster.conf code=0 ours=
    if [ ! -e "$setting" ]; then
        ours=yes
        as_root mkdir -p "${setting%/*}"
        echo 'create_main_cluster = false' | as_root tee "$setting" >/dev/null
    fi
    apt_install -o Dpkg::Options::=--force-confold "$1" || code=$?
    # From now on the machine behaves as Debian ships it.
    [ -z "$ours" ] || as_root sed -i 's/^create_main_cluster = false$/#&/' "$setting" || true
    return "$code"
}

install_missing() {
    local hard soft package
    mapfile -t hard < <(hard_missing "$@")
    mapfile -t soft < <(soft_missing)
    [ $((${#hard[@]} + ${#soft[@]})) -gt 0 ] || return 0
    if ! may_become_root; then
        [ ${#hard[@]} -eq 0 ] || die "these packages are missing and sudo is not available;" \
            "ask an administrator for: apt-get install ${hard[*]} ${soft[*]}"
        notice "going on without ${soft[*]} (no sudo)"
        return 0
    fi
    as_root apt-get update -q -o DPkg::Lock::Timeout=300 || notice "package lists could not be refreshed"
    [ ${#hard[@]} -eq 0 ] || apt_install "${hard[@]}"
    for package in "${soft[@]}"; do
        if [ "$package" = postgresql ]; then
            install_postgres "$package" || notice "no $package to be had: PostgreSQL from a Python wheel instead"
        else
            apt_install "$package" || notice "going on without $package"
        fi
    done
}

case ${1:-} in
missing)
    shift
    { hard_missing "$@" && soft_missing; } | xargs
    ;;
install)
    shift
    install_missing "$@"
    ;;
*) die "usage: system_packages.sh missing|install [browser]" ;;
esac
