import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("credit_project_tour", {
    url: "/odoo/credit-projects",
    steps: () => [
        {
            content: "the steps to credit are the columns",
            trigger: ".o_kanban_group:contains(Target)",
        },
        { trigger: ".o_kanban_group:contains(Credit granted)" },
        { trigger: ".o-kanban-button-new", run: "click" },
        {
            trigger: ".o_field_widget[name=name] input, .o_field_widget[name=name] textarea",
            run: "edit Second paper machine",
        },
        { trigger: ".o_field_widget[name=partner_name] input", run: "edit Tour Paper Mill" },
        { trigger: ".o_field_widget[name=prospect_source_id] input", run: "edit Client of another" },
        { trigger: ".ui-menu-item > a:contains(Client of another bank)", run: "click" },
        {
            content: "the source asks for the bank",
            trigger: ".o_field_widget[name=competitor_bank] input",
            run: "edit Other Bank",
        },
        ...stepUtils.saveForm(),
        { trigger: "button[name=action_target_this_month]", run: "click" },
        {
            content: "it is a target now, and its company is on file",
            trigger: ".o_form_view:not(:has(button[name=action_target_this_month]))",
        },
        { trigger: ".nav-link[name=months]", run: "click" },
        { trigger: ".o_field_widget[name=project_target_ids] .o_data_row" },
        { trigger: "button[name=action_make_credit_client]", run: "click" },
        {
            content: "the client opens on its tier",
            trigger: ".o_credit_card_suggested",
        },
        { trigger: ".nav-link[name=credit_growth]", run: "click" },
        {
            content: "where it came from is kept",
            trigger:
                ".o_field_widget[name=credit_prospect_source_id] input:value(Client of another bank)",
        },
    ],
});

registry.category("web_tour.tours").add("credit_fund_alert_tour", {
    url: "/odoo/credit-fund-tasks",
    steps: () => [
        {
            content: "the outflow waits for me",
            trigger: ".o_data_row:contains(Tour payer) td[name=rule_id]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=amount]:contains(15)" },
        {
            content: "closing without an answer is refused",
            trigger: "button[name=action_done]",
            run: "click",
        },
        { trigger: ".modal:contains(say what came of it)" },
        { trigger: ".modal footer button", run: "click" },
        {
            trigger: ".o_field_widget[name=outcome] label:contains(Kept in part)",
            run: "click",
        },
        { trigger: ".o_field_widget[name=amount_kept] input", run: "edit 500万" },
        {
            trigger: ".o_field_widget[name=useful] label:contains(/^Useful$/)",
            run: "click",
        },
        { trigger: "button[name=action_done]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Done)" },
    ],
});
