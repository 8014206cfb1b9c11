"""make bench: every speed target as a ratio measured in this run; results in RESULTS.md.

CREDIT_BENCH_DB names a fresh database with the addons. Its copies are dropped at the end.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from odoo.tools import config

ROUNDS = 5
CLIENTS = 100_000
LARGEST = 1_000_000
PARTS = (
    "assessment",
    "imports",
    "screens",
    "decisions",
    "reports",
    "duties",
    "contacts",
    "funds",
    "scale",
)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=CLIENTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--largest", type=int, default=LARGEST, help="largest book of part 5")
    parser.add_argument("--only", choices=PARTS, help="measure one part and write no results")
    return parser.parse_args()


def main():
    options = arguments()
    empty = os.environ["CREDIT_BENCH_DB"]
    config.parse_config(["-d", empty, "--no-http", "--log-level=warn"])
    sys.path.insert(0, str(Path(__file__).parent))
    start = time.perf_counter()
    measures, notes = measure(empty, options)
    print()
    for found in measures:
        print(found.row())
    minutes = (time.perf_counter() - start) / 60
    print(f"\nThe bench took {minutes:.0f} minutes.")
    if not options.only:
        import results

        notes.append(f"The whole bench took {minutes:.0f} minutes.")
        results.write(measures, notes, options.rounds)
        print("Written to benchmarks/RESULTS.md.")


def measure(empty, options):
    """Return the measures of every part asked for, and what is to be said about them."""
    import assessment
    import book
    import contacts
    import database
    import decisions
    import duties
    import funds
    import imports
    import reports
    import scale
    import screens
    from results import say

    template, work, assessed = (f"{empty}_{name}" for name in ("book", "work", "assessed"))
    wanted = {options.only} if options.only else set(PARTS)
    measures, notes = [], []
    try:
        if wanted - {"scale", "contacts", "funds"}:
            say(f"A book of {options.clients:,} clients")
            database.clone(empty, template)
            book.fill(template, options.clients)
        if "assessment" in wanted:
            say("Assessment: the floor, the engine, nothing changed, 1 % changed, plain Python")
            measures += assessment.run(template, work, options.clients, options.rounds)
            notes.append(
                "Floor and engine gave the same answer for every client: verdicts of all "
                "criteria, tiers, drift and evidence, compared in the first round."
            )
        if wanted & {"imports", "screens", "decisions", "reports"}:
            database.clone(template, assessed)
            assessment.assess(assessed)
            database.vacuum(assessed)
        if "imports" in wanted:
            say("Import: COPY and upsert, ours without and with assessment, Odoo's load()")
            measures += imports.run(assessed, work, options.clients, options.rounds)
        if "screens" in wanted:
            say("Screens: ours and contacts'")
            measures += screens.run(assessed)
        if "decisions" in wanted:
            say("Lists: bulk confirmation and bare SQL, its growth, the board")
            measures += decisions.run(assessed, work, options.rounds)
        if "reports" in wanted:
            say("Monthly report: the whole of it and its queries alone")
            measures += reports.run(assessed, work, options.rounds)
        database.drop(assessed)
        if "duties" in wanted:
            say("Duties: hand-written SQL, a period's start, a day without news, 1 % moved")
            measures += duties.run(template, work, options.clients, options.rounds)
            notes.append(
                "The hand-written SQL and the engine put the same duties into the ledger, "
                "compared in the first round."
            )
        if "scale" in wanted:
            say(f"Growth up to {options.largest:,} clients")
            measures += scale.run(empty, template, work, options.largest)
        if "contacts" in wanted:
            say("Contacts: reminders, and a report that discharges ten duties")
            database.clone(empty, work)
            measures += contacts.run(work)
        if "funds" in wanted:
            say(f"Large funds: a year of movements of {options.clients:,} clients")
            found, said = funds.run(empty, work, options.clients)
            measures += found
            notes += said
    finally:
        for name in (template, work, assessed):
            database.drop(name)
    return measures, notes


if __name__ == "__main__":
    main()
