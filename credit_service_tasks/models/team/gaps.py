"""What can be missing in a service team; the order is the one people read them in."""

GAPS = [
    ("no_institution", "No institution"),
    ("no_a", "No A manager"),
    ("no_b1", "No B1 manager"),
    ("no_b2", "No B2 manager"),
    ("no_cover", "On leave without cover"),
    ("no_lead", "No leading officer"),
    ("no_head_office", "Nobody from the head office"),
    ("no_branch_leader", "No branch leader"),
    ("no_branch_group", "No group at branch level"),
    ("no_figure", "Current exposure unknown"),
    ("no_limits", "No limits for the institution"),
]
ROLE_GAPS = {"no_a": "a", "no_b1": "b1", "no_b2": "b2"}
