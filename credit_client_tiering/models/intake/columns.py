"""Which columns an extract may have, and under which headers banks write them."""

import re
import unicodedata
from collections import namedtuple

from odoo.exceptions import UserError

from .parse import languages

# Amounts are kept in yuan; an extract declares the unit it is written in.
UNITS = {"yuan": 1, "wan": 10_000, "yi": 100_000_000}
UNIT_WORDS = {
    "元": "yuan",
    "人民币元": "yuan",
    "yuan": "yuan",
    "cny": "yuan",
    "万元": "wan",
    "万": "wan",
    "人民币万元": "wan",
    "亿元": "yi",
    "亿": "yi",
    "人民币亿元": "yi",
}
# A unit in brackets at the end of a header; other brackets may change the meaning.
OTHER_UNIT_WORDS = {"%", "人", "张", "户", "people", "cards", "percent"}

# Written into a cell, it says that an earlier figure was wrong and is unknown now. A
# blank cell says nothing at all.
CLEAR_TOKENS = ("无", "N/A", "n/a")
CONTROL_WORDS = frozenset({"合计", "总计", "控制总额", "control total", "total"})

# The headers of each column besides its technical name and the label of ``field``.
Column = namedtuple("Column", "code headers field")
COLUMNS = {
    column.code: column
    for column in (
        Column(
            "credit_code",
            "统一社会信用代码 社会信用代码 信用代码 unified_social_credit_code",
            ("res.partner", "credit_code"),
        ),
        Column(
            "client_name",
            "客户名称 企业名称 公司名称 名称 客户 name client company_name",
            ("credit.metric.snapshot", "partner_id"),
        ),
        Column(
            "institution",
            "经营机构 机构 机构名称 机构号 机构代码 所属机构 管户机构 institution_code",
            ("res.partner", "credit_institution_id"),
        ),
        Column(
            "period",
            "期间 年度 年份 月份 报告期 所属期 year month period_start",
            ("credit.metric.snapshot", "period_start"),
        ),
        Column(
            "period_type",
            "期间类型 周期",
            ("credit.metric.snapshot", "period_type"),
        ),
        Column(
            "as_of",
            "数据日期 报告日期 统计日期 截止日期 as_of_date reported_on",
            ("credit.metric.snapshot", "as_of"),
        ),
        Column("size", "企业规模 规模 credit_size", ("res.partner", "credit_size")),
        Column(
            "tax_grade",
            "纳税等级 纳税信用等级 credit_tax_grade",
            ("res.partner", "credit_tax_grade"),
        ),
        Column(
            "business_since",
            "业务合作起始日 建立业务关系日期 合作起始日 credit_business_since",
            ("res.partner", "credit_business_since"),
        ),
        Column(
            "first_credit",
            "首次授信日期 首笔授信日期 授信起始日 credit_first_date first_credit_date",
            ("res.partner", "credit_first_date"),
        ),
        Column(
            "credit_end",
            "授信终止日 授信结束日期 credit_end_date",
            ("res.partner", "credit_end_date"),
        ),
        Column(
            "parent_code",
            "母公司统一社会信用代码 上级公司信用代码 集团信用代码 parent_credit_code "
            "group_credit_code",
            None,
        ),
        Column(
            "product",
            "产品 产品代码 产品名称 product_code product_name",
            ("credit.product.holding", "product_id"),
        ),
        Column("in_use", "是否使用 在用 使用中", ("credit.product.holding", "in_use")),
        Column(
            "date_from",
            "起始日期 开始日期 生效日期 开通日期 valid_from from",
            ("credit.designation", "date_from"),
        ),
        Column(
            "date_to",
            "终止日期 结束日期 失效日期 到期日期 valid_until until",
            ("credit.designation", "date_to"),
        ),
        Column(
            "designation",
            "认定类型 认定 标识 designation_type type",
            ("credit.designation", "type_id"),
        ),
        Column("holds", "是否成立 是否符合", ("credit.designation", "holds")),
        Column("rank", "排名 名次", ("credit.designation", "rank")),
        Column("scope", "合作范围 协议范围", ("credit.designation", "scope")),
        Column("source", "来源 数据来源", ("credit.designation", "source")),
        Column("evidence", "依据 佐证", ("credit.designation", "evidence")),
    )
}
# Per kind of extract: its columns, and groups of which one each must be there.
KINDS = {
    "clients": (
        (
            "credit_code client_name institution size tax_grade business_since first_credit "
            "credit_end parent_code"
        ),
        (("client_name",),),
    ),
    "figures": (
        "credit_code client_name institution period period_type as_of",
        (("credit_code", "client_name"), ("period",)),
    ),
    "products": (
        "credit_code client_name institution product in_use date_from",
        (("credit_code", "client_name"), ("product",)),
    ),
    "designations": (
        "credit_code client_name designation holds rank scope date_from date_to source evidence",
        (("credit_code", "client_name"), ("designation",)),
    ),
}

# Columns of amounts besides the metrics: their header may declare a unit, too.
AMOUNTS = set()


def add_kind(kind, columns, names, required, amounts=()):
    """Let another addon load a kind of extract; it brings ``_stage_<kind>`` and so on.

    :param columns: the :class:`Column` that are not known yet
    :param names: codes of the columns it may have, separated by spaces
    :param required: groups of codes of which one each must be there
    :param amounts: codes of the columns that are amounts in the unit of the extract
    """
    COLUMNS.update({column.code: column for column in columns})
    KINDS[kind] = (names, required)
    AMOUNTS.update(amounts)


def normalise(header):
    """Return a header without what differs between writings of the same words."""
    text = unicodedata.normalize("NFKC", header).lower()
    return re.sub(r"[\s_*:-]+", "", text)


def split_unit(header):
    """Return a header without the unit in brackets at its end, and that unit.

    ``日均存款（万元）`` → ``日均存款``, ``wan``. Brackets with other words stay:
    ``日均存款（本年）`` is another figure than ``日均存款``.
    """
    text = unicodedata.normalize("NFKC", header).strip()
    match = re.fullmatch(r"(.+?)\s*[(\[](?:单位:)?\s*([^()\[\]]+?)\s*[)\]]", text)
    if match:
        word = match[2].lower()
        if word in UNIT_WORDS or word in OTHER_UNIT_WORDS:
            return match[1], UNIT_WORDS.get(word)
    return text, None


class Headers:
    """The headers that stand for a column, however a file writes them."""

    def __init__(self, words=()):
        """:param words: dict of column code: its other headers, separated by spaces"""
        self.known = {}  # normalised header: code
        for code, headers in dict(words).items():
            for header in (code, *headers.split()):
                self._know(header, code)

    def _know(self, header, code):
        if key := normalise(header):
            self.known.setdefault(key, code)

    def code_of(self, header):
        """Return what a header stands for, and the unit it declares."""
        text, unit = split_unit(header)
        return self.known.get(normalise(header)) or self.known.get(normalise(text)), unit


class HeaderMap(Headers):
    """Tells for each column of an extract what it brings."""

    def __init__(self, env, kind):
        super().__init__()
        self.env = env
        self.kind = kind
        self.labels = {}  # code: label in the user's language
        names, self.required = KINDS[kind]
        self.metrics = {}
        read_in = languages(env)
        for code in names.split():
            self._add_column(COLUMNS[code], read_in)
        if kind == "figures":
            for metric in env["credit.metric"].search([]):
                self._add_metric(metric, read_in)

    def _add_column(self, column, read_in):
        self._know(column.code, column.code)
        for header in column.headers.split():
            self._know(header, column.code)
        self.labels[column.code] = column.code
        if column.field:
            self._add_label(column.code, *column.field, read_in)

    def _add_metric(self, metric, read_in):
        self.metrics[metric.code] = metric
        self._know(metric.code, metric.code)
        for language in read_in:
            self._know(metric.with_context(lang=language).name or "", metric.code)
        for header in re.split(r"[,，]", metric.headers or ""):
            self._know(header, metric.code)
        self._add_label(metric.code, "credit.metric.snapshot", metric.code, read_in)
        self.labels[metric.code] = metric.name

    def _add_label(self, code, model, field_name, read_in):
        field = self.env[model]._fields[field_name]
        for language in read_in:
            env = self.env(context=dict(self.env.context, lang=language))
            self._know(field.get_description(env, ["string"])["string"], code)
        self.labels[code] = field.get_description(self.env, ["string"])["string"]

    def match(self, headers, unit, optional=()):
        """Return the codes of the columns, None for those that are not read.

        :param headers: the texts of the header row
        :param unit: the unit the extract declares for its amounts
        :param optional: codes that are known otherwise, though required
        :raises UserError: a column missing or twice, or written in another unit
        """
        codes = []
        for header in headers:
            code, header_unit = self.code_of(header) if header else (None, None)
            metric = self.metrics.get(code)
            is_amount = metric.unit == "yuan" if metric else code in AMOUNTS
            if is_amount and header_unit not in (None, unit):
                self._refuse_unit(header, unit)
            if code and code in codes:
                self._refuse_twice(headers[codes.index(code)], header, code)
            codes.append(code)
        self._require(codes, headers, optional)
        return codes

    def _require(self, codes, headers, optional):
        missing = [
            " / ".join(self.labels[code] for code in group)
            for group in self.required
            if not set(group) & (set(codes) | set(optional))
        ]
        if self.kind == "figures" and not set(codes) & set(self.metrics):
            missing.append(self.env._("at least one figure"))
        if missing:
            raise UserError(
                self.env._(
                    "The first row must name the columns. Missing: %(missing)s. Found: "
                    "%(found)s. A title above the header or merged header cells must be "
                    "removed first.",
                    missing=", ".join(missing),
                    found=", ".join(h[:40] for h in headers if h)[:400] or "–",
                )
            )

    def _refuse_unit(self, header, unit):
        raise UserError(
            self.env._(
                "The column “%(header)s” declares another unit than the one chosen for "
                "the file (%(unit)s). Choose the unit that is written in the file.",
                header=header,
                unit=dict(
                    self.env["credit.import.batch"]._fields["unit"]._description_selection(self.env)
                )[unit],
            )
        )

    def _refuse_twice(self, first, second, code):
        raise UserError(
            self.env._(
                "The columns “%(first)s” and “%(second)s” both bring %(what)s. Keep one.",
                first=first,
                second=second,
                what=self.labels[code],
            )
        )
