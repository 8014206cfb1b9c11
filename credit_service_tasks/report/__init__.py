from . import credit_briefing
