"""The addons on real data: companies of Hubei, published lists, movements of real accounts.

The data is not ours to distribute. It is looked for in ``shared/data`` beside the checkout,
and without it these tests are skipped. What came out is logged, level INFO.
"""

import base64
import csv
import gzip
import io
import logging
import unittest
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import monotonic

from .common import ProjectCase

_logger = logging.getLogger(__name__)
DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
ADDON = "credit_client_tiering"
SAMPLE = 200
MOVEMENTS_YEAR = 1993
# Crowns. The bank rounded the interest it wrote, and the balance another way.
ROUNDING = 2


def open_data(name):
    path = DATA / name
    if not path.exists():
        raise unittest.SkipTest(f"real data is absent: {path}")
    return gzip.open(path, "rb") if name.endswith(".gz") else open(path, "rb")


def read_data(name, delimiter=","):
    with open_data(name) as stream:
        text = io.TextIOWrapper(stream, "utf-8-sig", newline="")
        return list(csv.DictReader(text, delimiter=delimiter))


def as_csv(header, rows):
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode()


class TestRealData(ProjectCase):
    @classmethod
    def setUpClass(cls):
        # Before the database is touched.
        with open_data("hubei_companies_2004.csv.gz") as stream:
            companies = stream.read()
        super().setUpClass()
        cls.today = cls.env.company._credit_today()
        cls.last_year = cls.today.year - 1
        # Without this, clients of a demo bank would be found as well.
        cls.env["res.partner"].search([("is_credit_client", "=", True)]).active = False
        start = monotonic()
        cls.batch = cls.load(companies, "clients")
        cls.seconds = monotonic() - start

    @classmethod
    def load(cls, data, kind, **options):
        return cls.env["credit.import.batch"]._load(data, kind, **options)

    def publish(self, name, type_, rows, header, year=2025):
        """Import a reference list as a list administrator would."""
        edition = self.env["credit.reference.list"].create(
            {
                "name": name,
                "publisher": "as published",
                "year": year,
                "designation_type_id": self.env.ref(f"{ADDON}.designation_type_{type_}").id,
            }
        )
        start = monotonic()
        self.env["credit.reference.import"].create(
            {
                "list_id": edition.id,
                "file": base64.b64encode(as_csv(header, rows)),
                "date": date(year, 1, 1),
            }
        ).action_import()
        _logger.info(
            "%s: %s names, %s matched, %s to decide, %s unmatched (%.1f s)",
            name,
            edition.entry_count,
            edition.matched_count,
            edition.to_decide_count,
            edition.unmatched_count,
            monotonic() - start,
        )
        return edition

    def counts(self, edition):
        return edition.matched_count, edition.to_decide_count, edition.unmatched_count

    def pairs(self, edition, state):
        """Return what the entries of a state were matched to, or ask about."""
        return {
            entry.name: set((entry.partner_id or entry.candidate_ids.partner_id).mapped("name"))
            for entry in edition.entry_ids
            if entry.state == state
        }

    def test_companies_of_hubei_as_clients(self):
        batch = self.batch
        lines = batch.rejected_line_ids
        reasons = Counter(line.reason for line in lines)
        _logger.info(
            "Companies of Hubei: %s rows, %s accepted, %s rejected (%.1f s)%s",
            batch.row_count,
            batch.new_count,
            batch.rejected_count,
            self.seconds,
            "".join(f"\n    {count} × {reason}" for reason, count in reasons.items()),
        )
        self.assertEqual((batch.state, batch.row_count), ("applied", 7794))
        self.assertEqual((batch.new_count, batch.rejected_count), (7793, 1))
        self.assertIn("91421202764140281Q", lines.reason)
        clients = self.env["res.partner"].search([("is_credit_client", "=", True)])
        self.assertEqual(len(clients), 7793)
        # Registered, but nobody said that they have credit.
        self.assertEqual(set(clients.mapped("credit_suggested")), {"not_listed"})

    def test_published_lists_against_the_companies_of_hubei(self):
        ranked = ("rank", "name")
        listed = self.publish(
            "Listed companies",
            "listed_company",
            [(row["fullname"], row["ts_code"]) for row in read_data("a_share_listed.csv.gz")],
            ("name", "note"),
        )
        self.assertEqual(self.counts(listed), (2, 1, 5415))
        self.assertEqual(
            self.pairs(listed, "matched"),
            {
                "武汉兴图新科电子股份有限公司": {"武汉兴图新科电子股份有限公司"},
                "嘉必优生物技术(武汉)股份有限公司": {"嘉必优生物技术(武汉)股份有限公司"},
            },
        )
        # The same company by its earlier name: 集团 came in. Only a person can know.
        question = listed.entry_ids.filtered(lambda e: e.state == "to_decide")
        self.assertEqual(
            self.pairs(listed, "to_decide"),
            {"塞力斯医疗科技集团股份有限公司": {"塞力斯医疗科技股份有限公司"}},
        )
        question.action_confirm()
        self.assertEqual(
            question.partner_id.credit_designation_ids.source,
            "as published, Listed companies, 2025",
        )
        for name, type_, file, expected in (
            ("Central groups", "central_soe", "central_soe.csv", 100),
            ("Top 500", "national_rank", "china_500_2025.csv", 500),
            ("Private 500", "industry_rank", "private_manufacturing_500_2025.csv", 500),
        ):
            rows = [(row["rank"], row["name"]) for row in read_data(file)]
            edition = self.publish(name, type_, rows, ranked)
            # Head offices of such groups were not founded in Hubei in 2004.
            self.assertEqual(self.counts(edition), (0, 0, expected))

    def test_group_and_listed_daughter_are_never_merged(self):
        """A book of listed companies, against lists that name their groups."""
        rows = [
            (row["fullname"],)
            for row in read_data("a_share_listed.csv.gz")
            if row["act_ent_type"] == "中央国企" or row["area"] == "湖北"
        ]
        book = self.load(as_csv(("企业名称",), rows), "clients")
        self.assertEqual(book.rejected_count, 0)
        _logger.info("Listed companies of central owners or Hubei: %s clients", len(rows))
        groups = [(row["rank"], row["name"]) for row in read_data("central_soe.csv")]
        central = self.publish("Central groups", "central_soe", groups, ("rank", "name"))
        asked = self.pairs(central, "to_decide")
        self.assertEqual(
            asked,
            {
                "东风汽车集团有限公司": {"东风汽车股份有限公司"},
                "中国电信集团有限公司": {"中国电信股份有限公司"},
                "中国海洋石油集团有限公司": {"中国海洋石油有限公司"},
                "中国能源建设集团有限公司": {"中国能源建设股份有限公司"},
            },
        )
        self.assertEqual(self.counts(central), (0, 4, 96))
        rows = [(row["rank"], row["name"]) for row in read_data("china_500_2025.csv")]
        top = self.publish("Top 500", "national_rank", rows, ("rank", "name"))
        self.assertEqual(self.counts(top), (13, 4, 483))
        matched = self.pairs(top, "matched")
        for name in ("烽火通信科技股份有限公司", "九州通医药集团股份有限公司"):
            self.assertEqual(matched[name], {name})
        found = top.entry_ids.partner_id
        self.assertEqual(set(found.mapped("credit_suggested")), {"not_listed"})
        self.assertEqual(set(found.mapped("credit_prospective")), {"strategic"})
        found.credit_first_date = f"{self.last_year}-01-01"
        self.assertEqual(set(found.mapped("credit_suggested")), {"strategic"})

    def test_averages_of_real_movements(self):
        averages = self.yearly_averages()
        clients = self.env["res.partner"].search(
            [("is_credit_client", "=", True)], order="id", limit=SAMPLE
        )
        codes = clients.mapped("credit_code")
        since = f"{self.last_year - 4}-06-01"
        self.load(
            as_csv(
                ("信用代码", "企业名称", "首次授信日期"),
                [(c.credit_code, c.name, since) for c in clients],
            ),
            "clients",
        )
        # Households keep ten thousand times less than companies: a crown counts as 万元.
        sample = dict(zip(codes, sorted(averages.items())[:SAMPLE], strict=True))
        rows = [(code, self.last_year, average) for code, (_account, average) in sample.items()]
        batch = self.load(
            as_csv(("信用代码", "年度", "日均存款（万元）"), rows), "figures", unit="wan"
        )
        self.assertEqual((batch.new_count, batch.rejected_count), (SAMPLE, 0))
        limit = self.env.ref(f"{ADDON}.criterion_2021_t_s_3b").threshold
        tiers = Counter(clients.mapped("credit_suggested"))
        _logger.info("Averages of %s accounts: suggested %s", SAMPLE, dict(tiers))
        for client in clients:
            deposits = float(sample[client.credit_code][1] * 10_000)
            self.assertEqual(client.credit_snapshot_ids.deposit_avg, deposits)
            self.assertEqual(client.credit_suggested == "strategic", deposits >= limit)
        self.assertEqual(tiers, {"strategic": 141, "undecided": 59})

    def yearly_averages(self):
        """Return per account the average of its balances at the end of each day.

        The balance is the sum of the movements so far. That it agrees with the balance the
        bank wrote, but for rounding, is checked on days with one movement: of several, the
        file does not tell the order.
        """
        moves = defaultdict(lambda: defaultdict(list))
        rows = read_data("berka/trans.asc.gz", ";")[:-1]  # the last line is cut
        for row in rows:
            text = row["date"]
            day = date(1900 + int(text[:2]), int(text[2:4]), int(text[4:]))
            sign = 1 if row["type"] == "PRIJEM" else -1
            amount = sign * Decimal(row["amount"])
            moves[int(row["account_id"])][day].append((amount, Decimal(row["balance"])))
        first, end = date(MOVEMENTS_YEAR, 1, 1), date(MOVEMENTS_YEAR + 1, 1, 1)
        averages, differing = {}, 0
        for account, days in moves.items():
            balance = total = Decimal(0)
            since = first
            for day in sorted(d for d in days if d < end):
                total += balance * (day - since).days
                balance += sum(amount for amount, _written in days[day])
                since = day
                if len(days[day]) == 1 and abs(days[day][0][1] - balance) >= ROUNDING:
                    differing += 1
            if since > first or days.get(first):
                total += balance * (end - since).days
                averages[account] = round(total / (end - first).days, 2)
        _logger.info(
            "%s movements of %s accounts, %s balances differ from the bank's",
            len(rows),
            len(moves),
            differing,
        )
        self.assertEqual(differing, 0)
        return averages
