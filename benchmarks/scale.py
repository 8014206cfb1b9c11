"""Target 5: the nightly run from ten thousand to a million clients, time and memory.

Run as a program it is the worker: one Odoo process that assesses the whole book in the slices of
the nightly job and tells its seconds and its peak of resident memory.
"""

import json
import math
import subprocess
import sys
import time
from statistics import median

from book import fill
from database import clone, drop, environment
from results import Measure, say

MEGABYTES = 400
REPEATS = {10_000: 5, 100_000: 3}


def worker(name):
    from odoo.tools import config

    config.parse_config(["-d", name, "--no-http", "--log-level=warn"])
    with environment(name) as env:
        start = time.perf_counter()
        env["credit.assessment"]._cron_assess()
    seconds = time.perf_counter() - start
    with environment(name) as env:
        env.cr.execute(
            "SELECT count(*), count(credit_assessment_id) FROM res_partner WHERE is_credit_client"
        )
        clients, assessed = env.cr.fetchone()
    peak = peak_memory()
    print(json.dumps({"seconds": seconds, "peak": peak, "clients": clients, "done": assessed}))


def peak_memory():
    """Return the megabytes this program had in memory at most.

    Not ru_maxrss: a child inherits that of the process that started it.
    """
    with open("/proc/self/status") as status:
        told = dict(line.split(":", 1) for line in status)
    return int(told["VmHWM"].split()[0]) / 1024


def nightly(name):
    """Run the nightly job in a process of its own and return what it told."""
    done = subprocess.run(
        [sys.executable, __file__, name], check=True, stdout=subprocess.PIPE, text=True
    )
    told = json.loads(done.stdout.strip().splitlines()[-1])
    assert told["clients"] == told["done"], told
    return told


def run(empty, template, work, largest):
    """Measure growing books; ``template`` is thrown away for each size."""
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size <= largest]
    seconds, peak = [], 0
    for size in sizes:
        clone(empty, template)
        fill(template, size)
        times = []
        for _repeat in range(REPEATS.get(size, 1)):
            # The last and largest needs no second copy: it is used up in place.
            name = template if size not in REPEATS else work
            if name == work:
                clone(template, work)
            told = nightly(name)
            times.append(told["seconds"])
            peak = told["peak"]
        seconds.append(median(times))
        say(f"  {size:,} clients: {seconds[-1]:.1f} s, peak {peak:.0f} MB")
    drop(work)
    if len(sizes) < 2:
        return []  # a line needs two points
    exponent = slope([math.log(s) for s in sizes], [math.log(s) for s in seconds])
    timing = ", ".join(f"{n:,}: {s:.1f} s" for n, s in zip(sizes, seconds, strict=True))
    return [
        Measure(
            f"5. Growth of the nightly run ({timing})",
            exponent,
            1,
            "linear growth; the fitted exponent",
            at_most=1.1,
            unit="",
        ),
        Measure(
            f"   Peak memory of the worker at {sizes[-1]:,} clients",
            peak,
            MEGABYTES,
            "the limit",
            at_most=1,
            unit="MB",
        ),
    ]


def slope(xs, ys):
    """Return the slope of the straight line nearest to the points."""
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum(
        (a - x) ** 2 for a in xs
    )


if __name__ == "__main__":
    worker(sys.argv[1])
