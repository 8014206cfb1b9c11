from .sheet import LEFT, RIGHT, Board
from .sources import (
    CASES,
    CLIENT,
    CREDIT,
    DUTIES,
    ESCALATED_TO_ME,
    ESCALATIONS,
    FALLEN_DUE,
    FUNDS,
    LOANS,
    NOMINATIONS,
    OPEN,
    OVERDUE,
    PLAN_GAPS,
    REVIEWS,
    RUNNING_TARGETS,
    UNDER_WAY,
    WAIVERS,
)


def institution():
    """President, deputies and the head of the line: the own institution and those below it."""
    board = Board(period="last_90_days")
    board.count(
        "Nominations to submit",
        "decide",
        "credit.nomination",
        [["state", "in", ["draft", "returned"]]],
        NOMINATIONS,
    )
    board.count(
        "Waivers asked for", "decide", "credit.waiver", [["state", "=", "requested"]], WAIVERS
    )
    board.count("Escalated to you", "decide", "credit.obligation", ESCALATED_TO_ME, ESCALATIONS)
    board.count("Open list reviews", "decide", "credit.list.review", OPEN, REVIEWS)
    board.count("Overdue duties", "late", "credit.obligation", OVERDUE, DUTIES)
    board.count(
        "Plan gaps",
        "ahead",
        "res.partner",
        [CREDIT, ["credit_plan_gap", "!=", False]],
        PLAN_GAPS,
        **CLIENT,
    )
    board.count("Open save cases", "watch", "credit.save.case", OPEN, CASES)
    board.count(
        "Not contacted in time",
        "late",
        "credit.save.case",
        [["is_late", "=", True]],
        CASES,
    )
    board.count("Outflows to answer", "ahead", "credit.fund.alert", OPEN, FUNDS)
    board.count("Applications under way", "watch", "credit.application", UNDER_WAY, LOANS)
    for side, name, group in (
        (LEFT, "Overdue duties by person", "user_id"),
        (RIGHT, "Overdue duties by post", "post_id"),
    ):
        board.chart(name, "bar", "credit.duty.report", OVERDUE, group, side=side)
    board.pivot_table(
        "Duties of the period by person",
        board.pivot(
            "credit.duty.report",
            FALLEN_DUE,
            ["overdue:sum", "due:sum", "rate:avg"],
            ["user_id"],
            day="due_date",
        ),
        ["Responsible", "Overdue", "Fallen due", "In time (%)"],
        LEFT,
        tenths=(3,),
    )
    board.list_table(
        "Escalated to you",
        board.list(
            "credit.obligation",
            ESCALATED_TO_ME,
            ["name", "partner_id", "user_id", "due_date"],
            [("due_date", True)],
        ),
        RIGHT,
    )
    board.list_table(
        "Nominations pending",
        board.list(
            "credit.nomination",
            [["state", "in", ["draft", "returned", "submitted"]]],
            ["partner_id", "tier_from", "tier", "state"],
            [("id", False)],
        ),
        LEFT,
    )
    board.list_table(
        "Save cases",
        board.list(
            "credit.save.case",
            OPEN,
            ["partner_id", "user_id", "contact_by", "amount_at_risk"],
            [("opened_on", True)],
        ),
        RIGHT,
        whole=("amount_at_risk",),
    )
    board.list_table(
        "Clients without the plan they need",
        board.list(
            "res.partner",
            [CREDIT, ["credit_plan_gap", "!=", False]],
            ["name", "user_id", "credit_tier", "credit_plan_gap"],
            [("name", True)],
            **CLIENT,
        ),
        LEFT,
        headers={"name": "Client", "user_id": "Client manager"},
    )
    board.list_table(
        "Targets and actuals",
        board.list(
            "credit.target",
            RUNNING_TARGETS,
            ["display_name", "amount", "actual", "achieved"],
            [("indicator_id", True), ("period_start", True)],
        ),
        RIGHT,
        whole=("amount", "actual", "achieved"),
        headers={"display_name": "Indicator"},
    )
    return board
