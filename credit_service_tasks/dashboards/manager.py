from .sheet import LEFT, RIGHT, Board
from .sources import (
    CASES,
    CLIENT,
    FUNDS,
    MY_WEEK,
    NOMINATIONS,
    PROJECTS,
    PROMISES,
    SERVICE,
    THIS_WEEK,
    TIERING,
    mine,
)


def manager():
    """A client manager: the own duties, clients, applications, cases and alerts."""
    board = Board()
    board.count(
        "My overdue duties",
        "late",
        "credit.obligation",
        mine("('status', '=', 'overdue')"),
        MY_WEEK,
    )
    board.count("My duties this week", "ahead", "credit.obligation", THIS_WEEK, MY_WEEK)
    board.count(
        "My overdue promises",
        "late",
        "credit.promise",
        mine("('is_overdue', '=', True)"),
        PROMISES,
        institution=None,
    )
    board.count(
        "My outflows to answer",
        "late",
        "credit.fund.alert",
        mine("('state', '=', 'open')"),
        FUNDS,
    )
    board.count("My save cases", "watch", "credit.save.case", mine("('state', '=', 'open')"), CASES)
    board.count(
        "My clients",
        "watch",
        "res.partner",
        mine("('is_credit_client', '=', True)"),
        TIERING + "credit_menu_clients_mine",
        **CLIENT,
    )
    board.count(
        "My applications",
        "watch",
        "credit.application",
        mine("('state', 'in', ('papers', 'running'))"),
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
        mine("('follow_up_overdue', '=', True)"),
        PROJECTS,
        institution="team_id",
    )
    board.chart(
        "My clients by list",
        "pie",
        "res.partner",
        mine("('is_credit_client', '=', True)"),
        "credit_tier",
        **CLIENT,
    )
    board.chart(
        "My open duties by week",
        "bar",
        "credit.obligation",
        mine("('status', 'in', ('open', 'overdue'))"),
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
            mine("('status', '=', 'overdue')"),
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
            mine("('state', 'in', ('papers', 'running'))"),
            ["partner_id", "current_step_id", "step_user_id", "predicted_on"],
            [("channel_rank", True), ("id", True)],
        ),
        LEFT,
    )
    board.list_table(
        "My large outflows not answered",
        board.list(
            "credit.fund.alert",
            mine("('state', '=', 'open')"),
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
            mine("('state', '=', 'open')"),
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
            mine("('is_credit_client', '=', True)"),
            ["__count", "credit_exposure_prev_year:sum"],
            ["credit_tier"],
            **CLIENT,
        ),
        ["List", "Clients", "Exposure (yuan)"],
        RIGHT,
        rows=5,
    )
    return board
