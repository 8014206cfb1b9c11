"""The two head-office departments that identify clients (T-S-L3, L-9)."""

DEPARTMENTS = [
    ("corporate_finance", "Corporate Finance"),
    ("credit_management", "Credit Management"),
]
GROUPS = {
    "corporate_finance": "credit_client_tiering.group_corporate_finance",
    "credit_management": "credit_client_tiering.group_credit_management",
}
APPROVED_FLAG = {
    "corporate_finance": "finance_approved",
    "credit_management": "credit_approved",
}
