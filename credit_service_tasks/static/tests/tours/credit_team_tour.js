import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_team_gap_tour", {
    url: "/odoo/credit-team-gaps",
    steps: () => [
        {
            content: "the list says what is missing",
            trigger: ".o_data_row:contains(Tour borrower):contains(No A manager)",
        },
        {
            content: "propose people for this client",
            trigger:
                ".o_data_row:contains(Tour borrower) button[name=action_credit_team_proposal]",
            run: "click",
        },
        { trigger: ".modal .o_data_row:contains(A manager)" },
        { trigger: ".modal .o_data_row:contains(B1 manager)" },
        {
            content: "a head confirms",
            trigger: ".modal footer button:contains(Name the ticked)",
            run: "click",
        },
        { trigger: "body:not(:has(.modal))" },
        {
            content: "the gap is gone from the list",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Tour borrower)))",
        },
    ],
});

registry.category("web_tour.tours").add("credit_handover_tour", {
    url: "/odoo/credit-handovers",
    steps: () => [
        {
            content: "the packet waits for me",
            trigger: ".o_kanban_record:contains(t_manager):contains(t_colleague)",
            run: "click",
        },
        { trigger: ".o_form_view .alert:contains(Look through what is open)" },
        {
            content: "what is open with the client",
            trigger: ".o_data_row:contains(Tour client):contains(Call back)",
        },
        { trigger: "button[name=action_accept]", run: "click" },
        {
            content: "I am responsible now",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains(Accepted)",
        },
    ],
});
