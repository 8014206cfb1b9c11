"""What each board shows: figures to act on first, then pictures, then the records themselves.

Domains hold states and the reader (``uid``) only: every limit they are measured against
(promised days, thresholds, due dates) is data of the bank and read with the figure.
"""

from .sheet import LEFT, RIGHT, Board

TIERING, SERVICE = "credit_client_tiering.", "credit_service_tasks."
NOMINATIONS, REVIEWS = TIERING + "credit_menu_nominations", TIERING + "credit_menu_reviews"
WORKBENCH = TIERING + "credit_menu_workbench"
DUTIES, ESCALATIONS = SERVICE + "service_menu_duties", SERVICE + "service_menu_escalations"
WAIVERS, MY_WEEK = SERVICE + "service_menu_waivers", SERVICE + "service_menu_my_week"
PRICES, LOANS = SERVICE + "process_menu_pricing", SERVICE + "process_menu_undecided"
LOAN_FIGURES = SERVICE + "process_menu_figures"
FUNDS, CASES = SERVICE + "service_menu_fund_alerts", SERVICE + "service_menu_save_cases"
PLAN_GAPS, TARGETS = SERVICE + "service_menu_plan_gaps", SERVICE + "service_menu_target"
PROMISES, PROJECTS = SERVICE + "service_menu_promises", SERVICE + "service_menu_projects"

CLIENT = {"institution": "credit_institution_id"}
SUBMITTED = ["state", "=", "submitted"]
OPEN = [["state", "=", "open"]]
OVERDUE = [["status", "=", "overdue"]]
FALLEN_DUE = [["status", "in", ["done", "late", "overdue", "waived"]]]
CREDIT = ["is_credit_client", "=", True]
# Clients whose list and facts disagree: somebody has to decide.
DRIFTING = [CREDIT, ["credit_drift", "in", ["entry", "upgrade", "downgrade", "lost"]]]
UNDER_WAY = [["state", "in", ["papers", "running"]]]
# The loans whose promise is measured, as in credit.application._promise_domain.
PAID_OUT = [["state", "=", "disbursed"], ["in_scope", "=", True]]
RUNNING_TARGETS = [
    ["state", "=", "confirmed"],
    ["level", "=", "institution"],
    ["period_start", "<=", "today"],
    ["period_end", ">=", "today"],
]
ESCALATED_TO_ME = (
    "[('escalated_to_id', '=', uid), ('user_id', '!=', uid), ('status', 'in', ('open', 'overdue'))]"
)
THIS_WEEK = (
    "[('user_id', '=', uid), ('status', '=', 'open'),"
    " ('due_date', '>=', '=monday'), ('due_date', '<', '=monday +7d')]"
)


def _mine(*terms):
    """Return the domain of the reader's own records."""
    return "[" + ", ".join(["('user_id', '=', uid)", *terms]) + "]"


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


def manager():
    """A client manager: the own duties, clients, applications, cases and alerts."""
    board = Board()
    board.count(
        "My overdue duties",
        "late",
        "credit.obligation",
        _mine("('status', '=', 'overdue')"),
        MY_WEEK,
    )
    board.count("My duties this week", "ahead", "credit.obligation", THIS_WEEK, MY_WEEK)
    board.count(
        "My overdue promises",
        "late",
        "credit.promise",
        _mine("('is_overdue', '=', True)"),
        PROMISES,
        institution=None,
    )
    board.count(
        "My outflows to answer",
        "late",
        "credit.fund.alert",
        _mine("('state', '=', 'open')"),
        FUNDS,
    )
    board.count(
        "My save cases", "watch", "credit.save.case", _mine("('state', '=', 'open')"), CASES
    )
    board.count(
        "My clients",
        "watch",
        "res.partner",
        _mine("('is_credit_client', '=', True)"),
        TIERING + "credit_menu_clients_mine",
        **CLIENT,
    )
    board.count(
        "My applications",
        "watch",
        "credit.application",
        _mine("('state', 'in', ('papers', 'running'))"),
        SERVICE + "process_menu_applications",
    )
    board.count(
        "Nominations to submit",
        "ahead",
        "credit.nomination",
        "[('nominated_by', '=', uid), ('state', 'in', ('draft', 'returned'))]",
        NOMINATIONS,
    )
    board.count(
        "My projects to follow up",
        "late",
        "crm.lead",
        _mine("('follow_up_overdue', '=', True)"),
        PROJECTS,
        institution="team_id",
    )
    board.chart(
        "My clients by list",
        "pie",
        "res.partner",
        _mine("('is_credit_client', '=', True)"),
        "credit_tier",
        **CLIENT,
    )
    board.chart(
        "My open duties by week",
        "bar",
        "credit.obligation",
        _mine("('status', 'in', ('open', 'overdue'))"),
        "due_date:week",
        side=RIGHT,
    )
    board.list_table(
        "My duties due this week",
        board.list(
            "credit.obligation",
            THIS_WEEK,
            ["name", "partner_id", "due_date", "remaining"],
            [("due_date", True)],
        ),
        LEFT,
        rows=12,
        whole=("remaining",),
    )
    board.list_table(
        "My overdue duties",
        board.list(
            "credit.obligation",
            _mine("('status', '=', 'overdue')"),
            ["name", "partner_id", "due_date", "remaining"],
            [("due_date", False)],
        ),
        RIGHT,
        rows=12,
        whole=("remaining",),
    )
    board.list_table(
        "My applications under way",
        board.list(
            "credit.application",
            _mine("('state', 'in', ('papers', 'running'))"),
            ["partner_id", "current_step_id", "step_user_id", "predicted_on"],
            [("channel_rank", True), ("id", True)],
        ),
        LEFT,
    )
    board.list_table(
        "My large outflows not answered",
        board.list(
            "credit.fund.alert",
            _mine("('state', '=', 'open')"),
            ["partner_id", "date", "amount", "due_date"],
            [("due_date", True)],
        ),
        RIGHT,
        whole=("amount",),
    )
    board.list_table(
        "My save cases",
        board.list(
            "credit.save.case",
            _mine("('state', '=', 'open')"),
            ["partner_id", "contact_by", "contacted_on", "amount_at_risk"],
            [("opened_on", True)],
        ),
        LEFT,
        whole=("amount_at_risk",),
    )
    board.pivot_table(
        "My clients by list",
        board.pivot(
            "res.partner",
            _mine("('is_credit_client', '=', True)"),
            ["__count", "credit_exposure_prev_year:sum"],
            ["credit_tier"],
            **CLIENT,
        ),
        ["List", "Clients", "Exposure (yuan)"],
        RIGHT,
        rows=5,
    )
    return board


BOARDS = {"head_office": head_office, "institution": institution, "manager": manager}
