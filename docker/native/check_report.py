"""Fails when a test was skipped that should have run. Usage: check_report.py REPORT.xml …

A missing browser or a forgotten option makes Odoo skip tests silently, and a suite that skips
proves nothing.
"""

import re
import sys
import xml.etree.ElementTree as ET

# Reasons for which a test may be skipped: data that cannot be part of the project.
ALLOWED = re.compile(r"real data|GUIDE_CASES", re.IGNORECASE)


def main(paths):
    cases = [case for path in paths for case in ET.parse(path).getroot().iter("testcase")]
    skipped = [
        (f"{case.get('classname')}.{case.get('name')}", skip.get("message", ""))
        for case in cases
        for skip in case.iter("skipped")
    ]
    wrong = [(name, reason) for name, reason in skipped if not ALLOWED.search(reason)]
    for name, reason in wrong:
        print(f"error: skipped without a good reason: {name}: {reason}", file=sys.stderr)
    print(f"{len(cases)} tests, {len(skipped)} skipped, {len(wrong)} of them without a good reason")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
