import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

registry.category("web_tour.tours").add("credit_care_round_tour", {
    url: "/odoo/credit-care-rounds",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=festival_id] input", run: "edit Spring" },
        { trigger: ".ui-menu-item > a:contains(Spring Festival)", run: "click" },
        {
            content: "the day comes from the library",
            trigger: ".o_field_widget[name=date]:contains(/20[0-9][0-9]/), .o_field_widget[name=date] input:value(/20[0-9][0-9]/)",
        },
        ...stepUtils.saveForm(),
        { trigger: "button[name=action_open]", run: "click" },
        {
            content: "the important client is drawn, with who greets it",
            trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Tour mill)",
        },
    ],
});

registry.category("web_tour.tours").add("credit_greeting_tour", {
    url: "/odoo/credit-greetings",
    steps: () => [
        { trigger: ".o_data_row:contains(Tour mill) td[name=round_id]", run: "click" },
        { trigger: ".o_field_widget[name=greeting] label:contains(By phone)", run: "click" },
        {
            trigger: ".o_field_widget[name=concern_funding] input",
            run: "edit A line for spring",
        },
        { trigger: ".o_field_widget[name=gift_ids] .o_field_x2many_list_row_add a", run: "click" },
        {
            trigger: ".o_field_widget[name=gift_ids] .o_field_widget[name=name] input",
            run: "edit Tea",
        },
        {
            trigger: ".o_field_widget[name=gift_ids] .o_field_widget[name=value] input",
            run: "edit 150",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_field_widget[name=gift_ids] button[name=action_give]",
            run: "click",
        },
        { trigger: ".o_field_widget[name=gift_ids] .o_data_row:contains(Given)" },
        { trigger: ".o_statusbar_buttons button[name=action_done]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Greeted)" },
    ],
});
