"""The four tiers and the other answers the guide's classification can give.

The tiers are a fixed ladder that code relies on (A16), so they are constants;
what it takes to reach one is data.
"""

# Highest first: a client that meets several tiers gets the first (A16).
TIERS = [
    ("strategic", "Strategic"),
    ("quality", "Quality"),
    ("basic", "Basic"),
    ("potential", "Potential"),
]
# Tiers identified by the head office (T-S-L3, A30); the others are settled by the
# institution (L-7).
HEAD_OFFICE_TIERS = frozenset({"strategic", "quality"})

OUTCOMES = TIERS + [
    ("undecided", "None – decide"),
    ("not_listed", "Not on a list"),
    ("lost", "Lost"),
]

# How the suggestion stands to the official list.
DRIFTS = [
    ("aligned", "Aligned"),
    ("entry", "To be listed"),
    ("upgrade", "Upgrade candidate"),
    ("downgrade", "Downgrade risk"),
    ("lost", "Lost"),
    ("undecided", "Undecided"),
    ("no_data", "No data"),
]
