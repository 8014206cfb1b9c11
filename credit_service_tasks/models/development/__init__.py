# words and figures that are data
from . import credit_term
from . import credit_threshold
from . import credit_prospect_source
from . import credit_rating
from . import credit_institution_kind
from . import credit_product_family

# the project library
from . import credit_key_project_list
from . import credit_key_project
from . import crm_stage
from . import crm_lead
from . import crm_lead_conversion
from . import credit_project_follow_up
from . import credit_project_target
from . import credit_obligation
from . import credit_project_month
from . import credit_project_funnel

# targets
from . import credit_indicator
from . import credit_indicator_value
from . import credit_target
from . import credit_target_stretch
from . import credit_target_actual
from . import credit_target_league
from . import credit_week_bulletin
from . import credit_week_bulletin_line
from . import credit_week_bulletin_paper
from . import credit_sme_win
from . import credit_staff_target
from . import credit_loan_payout
from . import credit_application
from . import credit_development_rule
from . import credit_development_target
from . import credit_coverage_programme
from . import credit_coverage_item
from . import credit_coverage_report

# one client and those around it
from . import credit_uplift
from . import credit_uplift_measure
from . import credit_relation_type
from . import credit_relation
from . import credit_client_coverage
from . import credit_product_history
from . import res_partner
