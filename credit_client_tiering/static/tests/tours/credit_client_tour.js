import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_client_tour", {
    url: "/odoo/credit-clients",
    steps: () => [
        {
            content: "the four lists are the columns",
            trigger: ".o_kanban_group:contains(Strategic)",
        },
        { trigger: ".o_kanban_group:contains(Quality)" },
        { trigger: ".o_kanban_group:contains(Basic)" },
        { trigger: ".o_kanban_group:contains(Potential)" },
        {
            content: "who is on no list has a named column, too",
            trigger: ".o_kanban_group:contains(On no list) .o_kanban_record:contains(Tour client)",
            run: "click",
        },
        {
            content: "the client opens on its tier",
            trigger: ".o_credit_card_suggested:contains(None – decide)",
        },
        { trigger: ".o_credit_card_tiers:contains(Strategic)" },
        { trigger: ".nav-link[name=credit_criteria]", run: "click" },
        {
            content: "criteria unfold",
            trigger: ".o_credit_card details:contains(Strategic) summary",
            run: "click",
        },
        { trigger: ".o_credit_card details[open] .o_credit_card_criteria" },
        { trigger: ".nav-link[name=credit_designations]", run: "click" },
        { trigger: "button:contains(State a designation)", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=type_id] input",
            run: "edit Central enterprise group",
        },
        {
            trigger: ".ui-menu-item > a:contains(Central enterprise group)",
            run: "click",
        },
        { trigger: ".modal footer button:contains(Save)", run: "click" },
        {
            trigger:
                ".o_field_widget[name=credit_designation_ids] .o_data_row:contains(Central enterprise)",
        },
        {
            content: "the suggestion follows at once",
            trigger: ".o_credit_summary .o_field_widget[name=credit_suggested]:contains(Strategic)",
        },
        { trigger: ".nav-link[name=credit_tier]", run: "click" },
        { trigger: ".o_credit_card_suggested:contains(Strategic)" },
    ],
});

registry.category("web_tour.tours").add("credit_policy_tour", {
    url: "/odoo/credit-policies",
    steps: () => [
        { trigger: ".o_data_row .badge:contains(Active)", run: "click" },
        { trigger: ".alert:contains(This version is in force)" },
        { trigger: "button:contains(Copy to a draft)", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Draft)" },
        { trigger: ".nav-link[name=readings]", run: "click" },
        {
            trigger: ".o_data_row:contains(All parts are needed) button:contains(Use this)",
            run: "click",
        },
        { trigger: ".o_data_row:contains(All parts are needed) button:contains(In use)" },
        { trigger: "button:contains(Simulate)", run: "click" },
        { trigger: "button[name=action_run]:contains(Run)", run: "click" },
        { trigger: ".o_credit_matrix" },
        { trigger: "button:contains(Per institution)", run: "click" },
        { trigger: ".o_pivot" },
    ],
});
