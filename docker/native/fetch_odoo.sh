#!/usr/bin/env bash
# Brings Odoo 19 into the cache: Debian's package of it, unpacked without installing anything.
# (Debian 12 cannot install that package: it wants newer Python libraries, which our own environment has.)
# shellcheck source=docker/native/lib.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

WORK=$TREE.part
[ ! -e "$TREE/complete" ] || exit 0
command -v apt-get >/dev/null || die "this bring-up needs Debian (no apt-get); give ODOO=/path/odoo-bin of an Odoo 19"

# A private apt: own lists and cache, so that no right is needed and the machine's own is not touched.
# Signatures are checked as always. The Release file of a frozen mirror is past its date, hence Check-Valid-Until.
private_apt() {
    local tool=$1
    shift
    "$tool" -q \
        -o APT::Sandbox::User= -o Debug::NoLocking=1 \
        -o Dir::State::status=/dev/null -o Dir::State::lists="$WORK/apt/lists" -o Dir::Cache="$WORK/apt/cache" \
        -o Dir::Etc::sourcelist="$WORK/apt/sources.list" -o Dir::Etc::sourceparts=- \
        -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# The machine's own Debian mirror; only the suite is ours.
mirror() {
    apt-get indextargets --format "\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" |
        awk '$3 == "main" && $2 ~ /^(bookworm|trixie|forky|sid|stable|testing|unstable)$/ {print $1; exit}'
}

prepare_apt() {
    local uri suite
    uri=$(mirror)
    [ -n "$uri" ] || die "no Debian mirror in this machine's apt configuration;" \
        "use an Odoo 19 of your own (ODOO=/path/odoo-bin) or docker/compose.yaml"
    mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/cache/archives/partial"
    for suite in bookworm sid; do
        printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$uri" "$suite"
    done >"$WORK/apt/sources.list"
    private_apt apt-get update --error-on=any
}

is_tested_package() { sha256sum -- "$1" | grep -q "^$ODOO_SHA256 "; }

download_odoo() {
    cd "$WORK/deb"
    if [ -n "${ODOO_DEB:-}" ]; then
        cp -- "$ODOO_DEB" odoo.deb
        is_tested_package odoo.deb || notice "$ODOO_DEB is not the tested package; its signature is not known to us"
    else
        private_apt apt-get download "$ODOO_PACKAGE/sid" ||
            die "the mirror has no $ODOO_PACKAGE any more: keep the package locally (ODOO_DEB=path)" \
                "or use an Odoo 19 of your own (ODOO=/path/odoo-bin)"
        mv -- "$ODOO_PACKAGE"_*.deb odoo.deb
        is_tested_package odoo.deb ||
            notice "the mirror's Odoo ($(dpkg-deb -f odoo.deb Version)) is newer than the tested one; its signature is good"
    fi
    case $(dpkg-deb -f odoo.deb Version) in
    19.0*) ;;
    *) die "this is not a Debian package of Odoo 19.0: ${ODOO_DEB:-$ODOO_PACKAGE}" ;;
    esac
}

# Fonts and libraries that Odoo's package links to. Odoo's style sheets expect the versions of Debian 12.
download_companions() {
    local name list=()
    cd "$WORK/companions"
    for name in $(dpkg-deb -f "$WORK/deb/odoo.deb" Depends | grep -oE '\b(fonts|libjs)-[a-z0-9-]+' |
        grep -vE '^fonts-(dejavu|freefont|noto|glyphicons)'); do
        if private_apt apt-cache madison "$name" | grep -q bookworm/main; then
            list+=("$name/bookworm")
        else
            list+=("$name/sid")
        fi
    done
    private_apt apt-get download "${list[@]}"
}

# Unpacked over the same root the relative links resolve; then each link gives way to the file, so that the tree
# stands alone.
unpack() {
    local deb link target
    for deb in "$WORK"/deb/odoo.deb "$WORK"/companions/*.deb; do
        dpkg-deb -x "$deb" "$WORK/root"
    done
    while IFS= read -r -d '' link; do
        target=$(realpath -e -- "$link") || die "dangling link in Odoo's package: ${link#"$WORK/root"}"
        cp --remove-destination -- "$target" "$link"
    done < <(find "$WORK/root/usr/lib/python3" -type l -print0)
    mkdir -p "$WORK/lib"
    mv "$WORK/root/usr/lib/python3/dist-packages/odoo" "$WORK/lib/odoo"
}

# Debian leaves this file out (no source) but not its mention in an asset bundle: the browser would report an error
# on every page, and a browser test fails on any error.
add_stub() {
    local file=$WORK/lib/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
    [ -e "$file" ] && return
    mkdir -p "${file%/*}"
    echo '// Background blur in video calls is not part of this distribution.' >"$file"
}

room "$CACHE" 2500
rm -rf "$WORK"
mkdir -p "$WORK/deb" "$WORK/companions" "$WORK/root"
prepare_apt
download_odoo
download_companions
unpack
add_stub
dpkg-deb -f "$WORK/deb/odoo.deb" Version >"$WORK/version"
rm -rf "$WORK/apt" "$WORK/deb" "$WORK/companions" "$WORK/root"
rm -rf "$TREE"
touch "$WORK/complete"
mv "$WORK" "$TREE"
