from . import credit_service_member
