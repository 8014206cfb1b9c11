"""Writes the JSON that Odoo's ``spreadsheet_dashboard`` reads, from a short description.

A board is cards on top (a figure to act on, shown on phones, too), then charts (the same),
then tables in two columns. Figures come from pivots and lists, read with the reader's rights;
every word is a term Odoo translates: ``=_t("…")``, a title of a figure, a label of a filter.
"""

import json
from itertools import count

WIDTH = 160  # characters up to which a value is written on one line
CARD_WIDTH, CARD_HEIGHT, CARD_GAP, CARDS_IN_ROW = 204, 100, 10, 5
CHART_WIDTH, CHART_HEIGHT = 515, 300
WIDTHS = (184, 112, 112, 112)
COLUMN_SIZES = [*WIDTHS, 30, *WIDTHS]
LEFT, RIGHT = "ABCD", "FGHI"
GREY, GREEN, RED = "#434343", "#00A04A", "#DC6965"
BACKGROUNDS = {"decide": "#EFF6FF", "late": "#FEF2F2", "ahead": "#FFF7ED", "watch": "#F0FDF4"}
STYLES = {
    "1": {"textColor": "#01666b", "fontSize": 16, "bold": True},
    "2": {"textColor": GREY, "bold": True, "fontSize": 10},
    "3": {"textColor": GREY, "bold": True, "fontSize": 10, "align": "right"},
    "4": {"textColor": GREY, "align": "left"},
    "5": {"textColor": GREY, "align": "right"},
}
TITLE, HEADER, HEADER_OF_FIGURES, TEXT, FIGURES = 1, 2, 3, 4, 5
FORMATS = {"1": "#,##0", "2": "0.0"}
WHOLE, TENTH = 1, 2


class Board:
    """One dashboard, filled from top to bottom."""

    def __init__(self, period=None):
        self.ids = count(1)
        self.pivots, self.lists, self.menus = {}, {}, {}
        self.figures, self.cells, self.styles, self.formats = [], {}, {}, {}
        self.data, self.data_formats = {}, {}
        self.rows = {"0": {"size": 0}}
        self.next_row = {LEFT: 2, RIGHT: 2}  # as people count them, from one
        self.filters = [
            {
                "id": "institution",
                "type": "relation",
                "label": "Institution",
                "modelName": "crm.team",
                "domainOfAllowedValues": [["institution_kind_id", "!=", False]],
            }
        ]
        if period:
            self.filters.append(
                {"id": "period", "type": "date", "label": "Period", "defaultValue": period}
            )

    # WHERE FIGURES COME FROM

    def _matching(self, institution, day):
        """Return which field of a source each filter of the board looks at."""
        matching = {}
        if institution:
            matching["institution"] = {"chain": institution, "type": "many2one"}
        if day and any(f["id"] == "period" for f in self.filters):
            matching["period"] = {"chain": day, "type": "date", "offset": 0}
        return matching

    def pivot(self, model, domain, measures=(), rows=(), institution="institution_id", day=None):
        """Add a pivot; return its id. A measure is ``__count`` or ``field:function``."""
        number = str(len(self.pivots) + 1)
        measures = list(measures) or ["__count"]
        self.pivots[number] = {
            "type": "ODOO",
            "formulaId": number,
            "name": model,
            "model": model,
            "domain": domain,
            "context": {},
            "columns": [],
            "rows": [{"fieldName": row} for row in rows],
            "measures": [_measure(measure) for measure in measures],
            "fieldMatching": self._matching(institution, day),
        }
        if rows:
            self.pivots[number]["sortedColumn"] = {
                "measure": measures[0],
                "order": "desc",
                "domain": [],
            }
        return number

    def list(self, model, domain, columns, order, institution="institution_id", day=None):
        """Add a list; return its id."""
        number = str(len(self.lists) + 1)
        self.lists[number] = {
            "id": number,
            "name": model,
            "model": model,
            "domain": domain,
            "context": {},
            "columns": list(columns),
            "orderBy": [{"name": name, "asc": ascending} for name, ascending in order],
            "fieldMatching": self._matching(institution, day),
        }
        return number

    # WHAT IS SHOWN

    def _datum(self, name, formula, tenth=False):
        """Put a figure on the sheet of data; return the cell's address."""
        row = len(self.data) // 2 + 1
        self.data[f"A{row}"] = f'=_t("{name}")'
        self.data[f"B{row}"] = f"={formula}"
        self.data_formats[f"B{row}"] = TENTH if tenth else WHOLE
        return f"Data!B{row}"

    def card(self, name, formula, kind, menu=None, beside=None, beside_formula=None, tenth=False):
        """Add a card: a figure with its name, and what it is measured against."""
        number = sum(f["data"]["type"] == "scorecard" for f in self.figures)
        row, column = divmod(number, CARDS_IN_ROW)
        data = {
            "type": "scorecard",
            "title": {"text": name, "bold": True, "color": GREY, "fontSize": 12},
            "background": BACKGROUNDS[kind],
            "keyValue": self._datum(name, formula, tenth),
            "humanize": False,
            "baselineMode": "text",
            "baselineColorUp": GREEN,
            "baselineColorDown": RED,
        }
        if beside:
            data["baseline"] = self._datum(beside, beside_formula)
            data["baselineDescr"] = {"text": beside}
        self._figure(
            data,
            CARD_WIDTH,
            CARD_HEIGHT,
            {"x": column * (CARD_WIDTH + CARD_GAP), "y": CARD_GAP + row * (CARD_HEIGHT + CARD_GAP)},
            menu=menu,
        )
        self.rows["0"]["size"] = CARD_GAP + (row + 1) * (CARD_HEIGHT + CARD_GAP)

    def count(self, name, kind, model, domain, menu=None, **where):
        """Add a card that counts records."""
        self.card(name, self.value(self.pivot(model, domain, **where)), kind, menu)

    @staticmethod
    def raw(pivot, measure="__count"):
        """Return the formula of a pivot's only figure; empty when nothing is known."""
        return f'PIVOT.VALUE({pivot},"{measure}")'

    @classmethod
    def value(cls, pivot, measure="__count"):
        """Return the formula of a pivot's only figure; nothing found is zero."""
        return f"({cls.raw(pivot, measure)}+0)"

    def chart(self, name, mode, model, domain, group, measure="__count", side=LEFT, **where):
        """Add a chart to the row of charts below the cards."""
        institution, day = where.get("institution", "institution_id"), where.get("day")
        data = {
            "type": f"odoo_{mode}",
            "title": {"text": name, "bold": True, "color": GREY},
            "background": "#FFFFFF",
            "legendPosition": "right" if mode == "pie" else "none",
            "metaData": {
                "resModel": model,
                "groupBy": [group],
                "measure": measure,
                "order": None if ":" in group else "DESC",
                "mode": mode,
            },
            "searchParams": {
                "context": {},
                "domain": domain,
                "groupBy": [group],
                "orderBy": [],
            },
            "dataSets": [],
            "verticalAxisPosition": "left",
            "stacked": False,
            "fieldMatching": self._matching(institution, day),
        }
        x = 0 if side == LEFT else CHART_WIDTH + 2 * CARD_GAP + 5
        self._figure(data, CHART_WIDTH, CHART_HEIGHT, {"x": x, "y": CARD_GAP}, row=1)
        self.rows["1"] = {"size": CHART_HEIGHT + 2 * CARD_GAP}
        self.next_row = {LEFT: 3, RIGHT: 3}

    def _figure(self, data, width, height, offset, row=0, menu=None):
        number = f"figure{next(self.ids)}"
        self.figures.append(
            {
                "id": number,
                "tag": "chart",
                "width": width,
                "height": height,
                "col": 0,
                "row": row,
                "offset": offset,
                "data": {**data, "chartId": number},
            }
        )
        if menu:
            self.menus[number] = menu

    def pivot_table(self, name, pivot, headers, side, rows=8, tenths=()):
        """Add a table of a pivot; ``headers`` are its terms, the group's first."""
        [group] = [row["fieldName"] for row in self.pivots[pivot]["rows"]]
        measures = [measure["id"] for measure in self.pivots[pivot]["measures"]]
        self._table(
            name,
            [f'=_t("{header}")' for header in headers],
            [
                [f'=PIVOT.HEADER({pivot},"#{group}",{row})']
                + [f'=PIVOT.VALUE({pivot},"{measure}","#{group}",{row})' for measure in measures]
                for row in range(1, rows + 1)
            ],
            side,
            {column: TENTH if column in tenths else WHOLE for column in range(1, len(headers))},
        )

    def list_table(self, name, number, side, rows=8, whole=(), headers=None):
        """Add a table of a list's columns; headers are the labels of the fields, or terms."""
        columns = self.lists[number]["columns"]
        headers = headers or {}
        self._table(
            name,
            [
                f'=_t("{headers[column]}")'
                if column in headers
                else f'=ODOO.LIST.HEADER({number},"{column}")'
                for column in columns
            ],
            [
                [
                    # Unknown is not zero; Odoo hands over FALSE.
                    f'=IF(ISLOGICAL({cell}),"–",{cell})' if column in whole else f"={cell}"
                    for column in columns
                    for cell in [f'ODOO.LIST({number},{row},"{column}")']
                ]
                for row in range(1, rows + 1)
            ],
            side,
            {columns.index(column): WHOLE for column in whole},
        )

    def _table(self, name, headers, rows, side, formats):
        top = self.next_row[side]
        self.cells[f"{side[0]}{top}"] = f'=_t("{name}")'
        for number, row in enumerate([headers, *rows], start=top + 1):
            for column, content in zip(side, row, strict=False):
                self.cells[f"{column}{number}"] = content
        end = top + 1 + len(rows)
        self.styles[f"{side[0]}{top}"] = TITLE
        for number, column in enumerate(side[: len(headers)]):
            figures = number in formats
            self.styles[f"{column}{top + 1}"] = HEADER_OF_FIGURES if figures else HEADER
            self.styles[f"{column}{top + 2}:{column}{end}"] = FIGURES if figures else TEXT
            if figures:
                self.formats[f"{column}{top + 2}:{column}{end}"] = formats[number]
        self.rows[str(top - 1)] = {"size": 40}
        self.next_row[side] = end + 2

    # THE FILE

    def _sheet(self, name, cells, **values):
        return {
            "id": name.lower(),
            "name": name,
            "colNumber": len(COLUMN_SIZES),
            "rowNumber": max(self.next_row.values()),
            "rows": {},
            "cols": {},
            "merges": [],
            "cells": cells,
            "styles": {},
            "formats": {},
            "borders": {},
            "conditionalFormats": [],
            "dataValidationRules": [],
            "figures": [],
            "tables": [],
            "areGridLinesVisible": False,
            "isVisible": True,
            **values,
        }

    def content(self):
        """Return the dashboard as the dictionary Odoo loads."""
        columns = {str(n): {"size": size} for n, size in enumerate(COLUMN_SIZES)}
        return {
            "version": "18.5.10",
            "sheets": [
                self._sheet(
                    "Dashboard",
                    self.cells,
                    rows=self.rows,
                    cols=columns,
                    styles=self.styles,
                    formats=self.formats,
                    figures=self.figures,
                ),
                self._sheet("Data", self.data, formats=self.data_formats),
            ],
            "styles": STYLES,
            "formats": FORMATS,
            "borders": {},
            "revisionId": "START_REVISION",
            "uniqueFigureIds": True,
            "settings": {},
            "pivots": self.pivots,
            "pivotNextId": len(self.pivots) + 1,
            "lists": self.lists,
            "listNextId": len(self.lists) + 1,
            "globalFilters": self.filters,
            "chartOdooMenusReferences": self.menus,
        }

    def text(self):
        """Return the file: what fits on a line stays on one, so that changes are readable."""
        return _written(self.content()) + "\n"


def _measure(name):
    field, _colon, function = name.partition(":")
    measure = {"id": name, "fieldName": field}
    return {**measure, "aggregator": function} if function else measure


def _written(value, indent=""):
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(indent) + len(line) <= WIDTH:
        return line
    inner = indent + " "
    if isinstance(value, list):
        return "[\n" + ",\n".join(inner + _written(v, inner) for v in value) + f"\n{indent}]"
    pairs = (f"{inner}{json.dumps(k)}: {_written(v, inner)}" for k, v in value.items())
    return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"
