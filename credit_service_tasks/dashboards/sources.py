"""What the boards count: domains and the menus their cards lead to.

Domains hold states and the reader (``uid``) only: every limit they are measured against
(promised days, thresholds, due dates) is data of the bank and read with the figure.
"""

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


def mine(*terms):
    """Return the domain of the reader's own records."""
    return "[" + ", ".join(["('user_id', '=', uid)", *terms]) + "]"
