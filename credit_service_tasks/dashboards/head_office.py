from .sheet import LEFT, RIGHT, Board
from .sources import (
    CLIENT,
    DRIFTING,
    DUTIES,
    FALLEN_DUE,
    FUNDS,
    LOAN_FIGURES,
    LOANS,
    NOMINATIONS,
    OPEN,
    OVERDUE,
    PAID_OUT,
    PRICES,
    REVIEWS,
    SUBMITTED,
    UNDER_WAY,
    WAIVERS,
    WORKBENCH,
)


def head_office():
    """The head office: what waits for its departments, where the bank drifts or is late."""
    board = Board(period="last_90_days")
    for name, flag in (
        ("For Corporate Finance", "finance_approved"),
        ("For Credit Management", "credit_approved"),
    ):
        board.count(
            name, "decide", "credit.nomination", [SUBMITTED, [flag, "=", False]], NOMINATIONS
        )
    board.count(
        "Waivers asked for", "decide", "credit.waiver", [["state", "=", "requested"]], WAIVERS
    )
    board.count("Price requests waiting", "decide", "credit.pricing.request", [SUBMITTED], PRICES)
    board.count(
        "Overdue list reviews", "late", "credit.list.review", [["is_overdue", "=", True]], REVIEWS
    )
    exposure = "credit_exposure_prev_year:sum"
    drift = board.pivot("res.partner", DRIFTING, ["__count", exposure], **CLIENT)
    board.card("Clients to move", board.value(drift), "watch", WORKBENCH)
    board.card(
        "At stake (10,000 yuan)",
        # Unknown is not zero.
        f'IF({board.raw(drift, exposure)}="","–",{board.raw(drift, exposure)}/10000)',
        "watch",
        WORKBENCH,
    )
    board.count("Overdue duties", "late", "credit.obligation", OVERDUE, DUTIES)
    board.count("Outflows to answer", "ahead", "credit.fund.alert", OPEN, FUNDS)
    board.count(
        "Beyond the promise",
        "late",
        "credit.application",
        [*UNDER_WAY, ["is_breach", "=", True]],
        LOANS,
    )
    _promise(board)
    board.chart(
        "Overdue duties by institution",
        "bar",
        "credit.duty.report",
        OVERDUE,
        "institution_id",
    )
    board.chart(
        "Clients to move between lists, by drift",
        "bar",
        "res.partner",
        DRIFTING,
        "credit_drift",
        side=RIGHT,
        **CLIENT,
    )
    board.pivot_table(
        "Duties of the period by institution",
        board.pivot(
            "credit.duty.report",
            FALLEN_DUE,
            ["overdue:sum", "due:sum", "rate:avg"],
            ["institution_id"],
            day="due_date",
        ),
        ["Institution", "Overdue", "Fallen due", "In time (%)"],
        LEFT,
        tenths=(3,),
    )
    board.pivot_table(
        "Drift and exposure by institution",
        board.pivot(
            "res.partner",
            DRIFTING,
            ["__count", "credit_exposure_prev_year:sum"],
            ["credit_institution_id"],
            **CLIENT,
        ),
        ["Institution", "Clients", "Exposure (yuan)"],
        RIGHT,
    )
    board.list_table(
        "Overdue list reviews",
        board.list(
            "credit.list.review",
            [["is_overdue", "=", True]],
            ["institution_id", "tier", "due_date", "pending_count"],
            [("due_date", True)],
        ),
        LEFT,
        whole=("pending_count",),
    )
    board.pivot_table(
        "Loan process by institution",
        board.pivot(
            "credit.application",
            PAID_OUT,
            ["__count", "judged_days:avg", "paper_count:avg"],
            ["institution_id"],
            day="disbursed_on",
        ),
        ["Institution", "Loans paid out", "Average days", "Average papers"],
        RIGHT,
        tenths=(2, 3),
    )
    return board


def _promise(board):
    """Add the three figures of the loan process, each beside what the bank promised (S-B-3)."""
    loans = board.pivot(
        "credit.application",
        PAID_OUT,
        ["__count", "judged_days:sum", "paper_count:sum", "step_count:max", "saved_days:sum"],
        day="disbursed_on",
    )
    process = board.list(
        "credit.process", [], ["max_days", "max_papers", "max_steps"], [("id", True)], None
    )
    board.card("Loans paid out", board.value(loans), "watch", LOAN_FIGURES)
    for name, measure, limit, beside in (
        ("Average days", "judged_days:sum", "max_days", "days promised"),
        ("Average papers", "paper_count:sum", "max_papers", "papers promised"),
        ("Most steps of a loan", "step_count:max", "max_steps", "steps promised"),
    ):
        value = board.value(loans, measure)
        average = not measure.endswith(":max")
        if average:  # as in credit.application._promise_figures: none without a loan
            value = f'IF({board.value(loans)}=0,"–",{value}/{board.value(loans)})'
        board.card(
            name,
            value,
            "watch",
            LOAN_FIGURES,
            beside,
            f'ODOO.LIST({process},1,"{limit}")',
            tenth=average,
        )
    board.card("Days saved", board.value(loans, "saved_days:sum"), "watch", LOAN_FIGURES)
