from . import credit_obligation
from . import credit_week_card
from . import credit_duty_report
from . import mail_activity
from . import spreadsheet_dashboard_share
