import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_president_monday_tour", {
    url: "/odoo",
    steps: () => [
        {
            content: "the tray knows what is owed",
            trigger: ".o_menu_systray i[aria-label='Activities']",
            run: "click",
        },
        { trigger: ".o-mail-ActivityGroup:contains(Contact)" },
        {
            content: "my week",
            trigger: ".o_menu_systray i[aria-label='Activities']",
            run: "click",
        },
        { trigger: ".o_navbar_apps_menu button", run: "click" },
        { trigger: ".o_app:contains(Client service)", run: "click" },
        { trigger: ".o_data_row:contains(Called on Monday)" },
        { trigger: ".o_data_row:contains(Visited this month)" },
        {
            content: "a simple contact is one click",
            trigger: ".o_data_row:contains(Called on Monday) button[name=action_quick_phone]",
            run: "click",
        },
        { trigger: ".o_notification:contains(It counts for)" },
        {
            content: "and off the list",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Called on Monday)))",
        },
        {
            content: "a visit is planned",
            trigger: ".o_data_row:contains(Visited this month) button[name=action_plan_visit]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=credit_topics] textarea",
            run: "edit The new settlement account",
        },
        { trigger: ".modal footer button.o_form_button_save", run: "click" },
        {
            content: "the row knows the plan",
            trigger:
                ".o_data_row:contains(Visited this month) .o_data_cell[name=planned_on]:not(:empty)",
        },
        {
            trigger:
                ".o_data_row:contains(Visited this month):not(:has(button[name=action_plan_visit]))",
        },
    ],
});

registry.category("web_tour.tours").add("credit_manager_visit_tour", {
    // Opened on the client, whose id the test knows.
    steps: () => [
        {
            content: "on a phone the chatter is below, and loads when one gets there",
            trigger: ".o-mail-Form-chatter, .o-mail-ChatterContainer",
            run: ({ anchor }) => anchor.scrollIntoView(),
        },
        {
            content: "the client's chatter reminds of the visit",
            trigger: ".o-mail-Activity:contains(Visits of the month) .o-mail-Activity-markDone",
            run: "click",
        },
        {
            content: "done asks for the report, of a visit at this client",
            trigger: ".modal .o_credit_report .o_field_widget[name=partner_id]",
        },
        { trigger: ".modal .o_credit_counts_yes:contains(Visits of the month)" },
        {
            content: "who was met and what came of it is asked",
            trigger: ".modal button[name=action_submit]",
            run: "click",
        },
        { trigger: ".o_error_dialog:contains(whom you met), .modal:contains(whom you met)" },
        { trigger: ".modal:contains(whom you met) footer button", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=met_others] input",
            run: "edit The finance director",
        },
        {
            trigger: ".modal .o_field_widget[name=outcome] textarea",
            run: "edit They pay wages through another bank",
        },
        { trigger: ".modal button[name=action_submit]", run: "click" },
        { trigger: ".o_notification:contains(It counts for)" },
        {
            content: "the reminder is gone, the history has it",
            trigger: "body:not(:has(.o-mail-Activity:contains(Visits of the month)))",
        },
        { trigger: ".o-mail-Message:contains(another bank)" },
    ],
});

registry.category("web_tour.tours").add("credit_joint_visit_tour", {
    url: "/odoo/contact-reports",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        {
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Joint strategic",
        },
        { trigger: ".ui-menu-item > a:contains(Joint strategic)", run: "click" },
        {
            content: "somebody was there",
            trigger: ".o_credit_colleagues:contains(t_president)",
        },
        {
            trigger: ".o_field_widget[name=channel_id] .o_selection_badge:contains(Visit)",
            run: "click",
        },
        {
            content: "alone it does not count, and it says why",
            trigger: ".o_credit_counts li:contains(Joint visit):contains(together with)",
        },
        {
            trigger: ".o_field_widget[name=attendee_ids] input",
            run: "edit t_president",
        },
        { trigger: ".ui-menu-item > a:contains(t_president)", run: "click" },
        { trigger: ".o_credit_counts_yes:contains(Joint visit)" },
        {
            trigger: ".o_field_widget[name=met_others] input",
            run: "edit The chairman",
        },
        {
            trigger: ".o_field_widget[name=outcome] textarea",
            run: "edit The agreement is renewed",
        },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: ".o_notification:contains(Joint visit)" },
        { trigger: ".o_arrow_button_current:contains(Reported)" },
        { trigger: ".o_credit_counts h5:contains(Discharged)" },
        { trigger: ".o_credit_counts_yes:contains(Joint visit)" },
    ],
});
