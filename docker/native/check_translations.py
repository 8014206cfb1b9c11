"""Fails unless every addon's Chinese is complete: all translated, nothing fuzzy, placeholders kept.

Usage: check_translations.py   (in the checkout's root)
"""

import re
import sys
from pathlib import Path

import polib

LANGUAGE = "zh_CN"
PLACEHOLDER = re.compile(r"%\([^)]+\)[a-z]|%[sd]|\{[a-z_]*\}")


def problems_of(addon):
    template = addon / "i18n" / f"{addon.name}.pot"
    translation = addon / "i18n" / f"{LANGUAGE}.po"
    missing = [path for path in (template, translation) if not path.exists()]
    if missing:
        yield from (f"{path} is missing" for path in missing)
        return
    terms = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(template) if not entry.obsolete}
    translated = set()
    for entry in polib.pofile(translation):
        where = f"{translation}:{entry.linenum}: {entry.msgid[:60]!r}"
        if entry.obsolete:
            yield f"{where} is obsolete"
            continue
        translated.add((entry.msgctxt, entry.msgid))
        if entry.fuzzy:
            yield f"{where} is fuzzy"
        elif not entry.translated():
            yield f"{where} is not translated"
        elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(PLACEHOLDER.findall(entry.msgstr)):
            yield f"{where} has other placeholders in its translation"
    for _context, text in sorted(terms - translated, key=str):
        yield f"{translation} lacks {text[:60]!r}"
    for _context, text in sorted(translated - terms, key=str):
        yield f"{translation} has a term that {template.name} has not: {text[:60]!r}"


def main():
    addons = sorted(path.parent for path in Path(".").glob("credit_*/__manifest__.py"))
    problems = [problem for addon in addons for problem in problems_of(addon)]
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
