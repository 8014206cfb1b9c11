{
    "name": "Credit Service Tasks",
    "summary": "What a bank owes its credit clients, who does it, and whether it was done",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Sales/CRM",
    "author": "Credit Client CRM contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": ["credit_client_tiering", "calendar"],
    "external_dependencies": {"python": ["holidays"]},
    "data": [
        "security/ir.model.access.csv",
        "security/credit_service_rules.xml",
        # what is owed
        "data/credit_duty_kind_data.xml",
        "data/credit_contact_channel_data.xml",
        # menus
        "views/credit_service_menus.xml",
    ],
    "demo": [],
    "uninstall_hook": "uninstall_hook",
}
