"""The staging table of one check: rows as text, and the SQL that makes sense of them."""

import csv
import io
import itertools

from odoo.exceptions import UserError
from odoo.tools import SQL

from .columns import CLEAR_TOKENS, CONTROL_WORDS

MAX_COLUMNS = 200
ROWS_PER_CHUNK = 2000
SORT_MEMORY = "64MB"
ENGINE_COLUMNS = ("row_no", "flaw")
# Full-width characters as Chinese input methods write them, and what they stand for;
# spaces and hyphens have no counterpart, so that translate() drops them.
_ASCII = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
WIDE = "".join(chr(ord(c) + 0xFEE0) for c in _ASCII) + " -－　"
NARROW = _ASCII
SHORT_NUMBER = "^-?[0-9]+([.][0-9]+)?$"
NUMBER = "^-?[0-9]{1,30}([.][0-9]{1,20})?$"
# Thousands separators, and a percent sign where a ratio is asked for.
GROUPED = "^-?[0-9]{1,3}(,[0-9]{3}){1,9}([.][0-9]{1,20})?$"
PERCENT = "^-?[0-9]{1,30}([.][0-9]{1,20})?[%％]$"


class Staging:
    """Rows of one extract in a temporary table, one text column per column of the file.

    ``codes`` tells what each column brings; the SQL of a column is :meth:`text`.
    Problems are texts ``rule|column index|argument``; the words for them are found
    when somebody reads them, in the reader's language.
    """

    def __init__(self, env, headers, codes):
        self.env = env
        self.headers = headers
        self.codes = codes
        self.index = {code: i for i, code in enumerate(codes) if code}
        self.controls = []
        self.table = SQL.identifier("credit_import_staging")
        if len(headers) > MAX_COLUMNS:
            raise UserError(
                env._(
                    "The file has %(count)s columns; at most %(limit)s can be read.",
                    count=len(headers),
                    limit=MAX_COLUMNS,
                )
            )

    # Filling

    def fill(self, rows, padded=False):
        """Copy ``rows``, an iterable of (row number, list of texts), into the table.

        :return: number of rows, control rows not counted
        """
        names = [*ENGINE_COLUMNS, *(f"c{i}" for i in range(len(self.codes)))]
        # Rows of a large file are sorted; not on disk, and only in this transaction.
        self.env.cr.execute(
            SQL(
                """SELECT set_config('work_mem', %s, TRUE)
                    WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes(%s)""",
                SORT_MEMORY,
                SORT_MEMORY,
            )
        )
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", self.table))
        self.env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE %s (row_no integer, %s) ON COMMIT DROP",
                self.table,
                SQL(", ").join(SQL("%s text", SQL.identifier(n)) for n in names[1:]),
            )
        )
        feed = _Feed(self, rows, padded)
        # COPY streams the rows in one statement; INSERT with parameters costs about
        # ten times as much. The ORM offers no COPY, the cursor passes it through to
        # psycopg2. Nothing of the file becomes part of a statement.
        self.env.cr.copy_expert("COPY credit_import_staging FROM STDIN (FORMAT csv)", feed)
        if feed.error:
            raise feed.error
        self.env.cr.execute(SQL("ANALYZE %s", self.table))
        return feed.count

    # Columns as SQL

    def text(self, code):
        """Return the SQL of the text of a column; NULL when the file has none."""
        if code not in self.index:
            return SQL("NULL::text")
        return SQL.identifier("s", f"c{self.index[code]}")

    def credit_code(self, code="credit_code"):
        """Return the SQL of a credit code in its one spelling; translate() is slow."""
        text = self.text(code)
        return SQL(
            "CASE WHEN %s ~ '^[0-9A-Z]+$' THEN %s ELSE upper(translate(%s, %s, %s)) END",
            text,
            text,
            text,
            WIDE,
            NARROW,
        )

    def raw(self):
        cells = [SQL.identifier("s", f"c{i}") for i in range(len(self.codes))]
        return SQL("to_jsonb(ARRAY[%s])", SQL(", ").join(cells))

    def number(self, code, factor=1, percent=False):
        """Return the SQL of a number: exact, in the unit of the database.

        NaN stands for "withdrawn", infinity for a text that is no number; both are
        told apart from figures once, by :meth:`number_problem`.
        """
        text = self.text(code)
        plain = SQL("%s::numeric", text)
        if factor != 1:
            plain = SQL("trim_scale(%s * %s)", plain, factor)
        cases = [
            SQL("WHEN %s IS NULL THEN NULL", text),
            # Nearly every number is short; counted repetitions are slow to match.
            SQL("WHEN length(%s) <= 20 AND %s ~ %s THEN %s", text, text, SHORT_NUMBER, plain),
            SQL("WHEN %s ~ %s THEN %s", text, NUMBER, plain),
            SQL(
                "WHEN %s ~ %s THEN trim_scale(replace(%s, ',', '')::numeric * %s)",
                text,
                GROUPED,
                text,
                factor,
            ),
        ]
        if percent:
            cases.append(
                SQL(
                    "WHEN %s ~ %s THEN trim_scale(rtrim(%s, '%%％')::numeric)",
                    text,
                    PERCENT,
                    text,
                )
            )
        cases.append(SQL("WHEN %s = ANY(%s) THEN 'NaN'::numeric", text, list(CLEAR_TOKENS)))
        return SQL("CASE %s ELSE 'Infinity'::numeric END", SQL(" ").join(cases))

    def number_problem(self, code, value, metric):
        """Return the SQL of the problem of a number read by :meth:`number`."""
        minimum, maximum, unit = metric.minimum, metric.maximum, metric.unit
        tests = [
            SQL(
                "WHEN %s = 'Infinity' THEN CASE WHEN %s THEN %s ELSE %s END",
                value,
                self.is_formula(code),
                self.problem("formula", code),
                self.problem("number", code),
            ),
            SQL("WHEN %s = 'NaN' THEN NULL", value),
        ]
        if minimum is not False:
            tests.append(
                SQL(
                    "WHEN %s < %s THEN %s",
                    value,
                    minimum,
                    self.problem("below", code, f"{minimum:.15g},{unit}"),
                )
            )
        if maximum is not False:
            tests.append(
                SQL(
                    "WHEN %s > %s THEN %s",
                    value,
                    maximum,
                    self.problem("above", code, f"{maximum:.15g},{unit}"),
                )
            )
        return SQL("CASE %s END", SQL(" ").join(tests))

    def is_formula(self, code):
        return SQL("left(ltrim(%s, ''''), 1) IN ('=', '+', '@')", self.text(code))

    def formula_problems(self, codes):
        return [
            SQL("CASE WHEN %s THEN %s END", self.is_formula(c), self.problem("formula", c))
            for c in codes
            if c in self.index
        ]

    def problem(self, rule, code=None, argument=""):
        return f"{rule}|{self.index.get(code, '')}|{argument}"

    # What a column means

    def distinct(self, code):
        """Return the different texts of a column."""
        if code not in self.index:
            return []
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %(text)s FROM %(table)s s WHERE %(text)s IS NOT NULL",
                text=self.text(code),
                table=self.table,
            )
        )
        return [row[0] for row in rows]

    def meaning(self, alias, code, meanings, sql_type):
        """Return the JOIN that brings the meaning of each different text of a column.

        Columns have few different texts compared with rows, so Python may look at
        each of them; ``<alias>.value`` is NULL for a text without meaning.

        :param meanings: dict of text to value
        """
        return SQL(
            "LEFT JOIN unnest(%s::text[], %s::%s[]) AS %s(label, value) ON %s = %s",
            list(meanings),
            list(meanings.values()),
            SQL(sql_type),
            SQL.identifier(alias),
            SQL.identifier(alias, "label"),
            self.text(code),
        )

    def client_join(self):
        """Return the JOINs that find the client of a row: by code, else by name."""
        named = SQL("NULL::integer AS id, NULL::integer AS hits WHERE FALSE")
        if "client_name" in self.index:
            named = SQL(
                """p.name AS name, min(p.id) AS id, count(*) AS hits FROM res_partner p
                    WHERE p.is_credit_client AND p.active
                 GROUP BY p.name""",
            )
        else:
            named = SQL("NULL::text AS name, NULL::integer AS id, 0 AS hits WHERE FALSE")
        return SQL(
            """LEFT JOIN res_partner known
                      ON known.is_credit_client AND known.credit_code = %(code)s
               LEFT JOIN (SELECT %(named)s) named
                      ON %(raw_code)s IS NULL AND named.name = %(name)s""",
            code=self.credit_code(),
            raw_code=self.text("credit_code"),
            name=self.text("client_name"),
            named=named,
        )

    def client_ref(self):
        return SQL("coalesce(known.id, CASE WHEN named.hits = 1 THEN named.id END)")

    def client_problem(self):
        """Return the SQL of the problem with the client that a row names."""
        code, name = self.text("credit_code"), self.text("client_name")
        return SQL(
            """CASE WHEN known.id IS NOT NULL THEN
                         CASE WHEN NOT known.active THEN %(archived)s END
                    WHEN %(code)s IS NOT NULL THEN %(unknown_code)s
                    WHEN %(name)s IS NULL THEN %(nobody)s
                    WHEN named.hits > 1 THEN %(ambiguous)s
                    WHEN named.hits IS NULL THEN %(unknown_name)s END""",
            code=code,
            name=name,
            archived=self.problem("archived", "credit_code"),
            unknown_code=self.problem("unknown_code", "credit_code"),
            unknown_name=self.problem("unknown_name", "client_name"),
            ambiguous=self.problem("ambiguous", "client_name"),
            nobody=self.problem(
                "nobody", "credit_code" if "credit_code" in self.index else "client_name"
            ),
        )

    def unknown_problem(self, alias, code, rule):
        """Return the SQL of a problem for texts that :meth:`meaning` gave none."""
        return SQL(
            "CASE WHEN %s IS NOT NULL AND %s IS NULL THEN %s END",
            self.text(code),
            SQL.identifier(alias, "value"),
            self.problem(rule, code),
        )

    def problems(self, parts):
        return SQL("array_remove(ARRAY[s.flaw, %s]::text[], NULL)", SQL(", ").join(parts))


class _Feed:
    """A file object that psycopg2 reads from: rows as CSV, a chunk at a time."""

    def __init__(self, staging, rows, padded):
        self.staging = staging
        self.rows = iter(rows)
        self.padded = padded
        self.count = 0
        # Raised when COPY has ended: psycopg2 would bury it in an error of its own.
        self.error = None
        codes = staging.codes
        # Where a control row says that it is one.
        marks = [staging.index.get("credit_code"), staging.index.get("client_name"), 0]
        self.marks = sorted({i for i in marks if i is not None})
        self.nameless = [i for i, header in enumerate(staging.headers) if not header]
        self.width = len(codes)

    def read(self, _size=-1):  # pylint: disable=method-required-super
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\r\n")
        try:
            for number, cells in itertools.islice(self.rows, ROWS_PER_CHUNK):
                self._write(writer, number, cells)
        except UserError as error:
            self.error = error
            return ""
        # An empty answer ends COPY, also when a chunk held nothing but control rows.
        return buffer.getvalue() or (self.read() if self._more() else "")

    def _more(self):
        row = next(self.rows, None)
        if row is not None:
            self.rows = itertools.chain([row], self.rows)
        return row is not None

    def _write(self, writer, number, cells):
        flaw = ""
        if len(cells) != self.width:
            cells, flaw = self._fit(cells)
        if self.nameless:
            self._check_nameless(number, cells)
        if any(cells[i].lower() in CONTROL_WORDS for i in self.marks):
            self.staging.controls.append((number, cells))
        else:
            self.count += 1
            writer.writerow([number, flaw, *cells])

    def _fit(self, cells):
        """Bring a row to the width of the header; tell when that loses something."""
        given = len(cells)
        extra = any(cells[self.width :])
        if given < self.width:
            cells = [*cells, *([""] * (self.width - given))]
            extra = not self.padded
        flaw = self.staging.problem("ragged", None, f"{given},{self.width}")
        return cells[: self.width], flaw if extra else ""

    def _check_nameless(self, number, cells):
        for index in self.nameless:
            if cells[index]:
                raise UserError(
                    self.staging.env._(
                        "Row %(row)s has a value in column %(column)s (“%(value)s”), but "
                        "the header names no such column. Merged header cells must be "
                        "split.",
                        row=number,
                        column=index + 1,
                        value=cells[index][:40],
                    )
                )
