import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("credit_escalation_tour", {
    steps: () => [
        {
            content: "what was escalated is a card of the week",
            trigger: ".o_kanban_record:contains(Escalated to you)",
            run: "click",
        },
        {
            content: "its worklist names client, duty and who owes it",
            trigger: ".o_data_row:contains(Tour late client) .o_data_cell[name=name]",
            run: "click",
        },
        { trigger: ".o_form_view .o_field_widget[name=escalated_to_id]:contains(t_president)" },
        {
            content: "the client is a step away",
            trigger: "button[name=action_open_client]",
            run: "click",
        },
        { trigger: ".o_form_view:contains(Tour late client)" },
    ],
});

registry.category("web_tour.tours").add("credit_late_duties_tour", {
    steps: () => [
        { trigger: ".o_kanban_record:contains(Overdue duties)" },
        { trigger: "[data-menu-xmlid='credit_service_tasks.service_menu_boards']", run: "click" },
        {
            trigger: "[data-menu-xmlid='credit_service_tasks.service_menu_duty_figures']",
            run: "click",
        },
        {
            content: "institutions in rows",
            trigger: ".o_pivot th:contains(Test sub-branch)",
        },
        {
            content: "only what is overdue",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        { trigger: ".o_filter_menu .dropdown-item:contains(Overdue)", run: "click" },
        { trigger: ".o_searchview_facet:contains(Overdue)" },
        { trigger: ".o_switch_view.o_list", run: "click" },
        {
            content: "from the figure to the duty",
            trigger: ".o_data_row:contains(Tour late client) .o_data_cell[name=due_date]",
            run: "click",
        },
        {
            trigger:
                ".o_form_view:contains(Toured contact) .o_field_widget[name=user_id]:contains(t_head)",
        },
    ],
});
