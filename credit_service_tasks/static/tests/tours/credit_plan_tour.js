import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const LINE = ".o_field_widget[name=line_ids] .o_data_row:contains(Tour project)";

registry.category("web_tour.tours").add("credit_monday_meeting_tour", {
    url: "/odoo/credit-meetings",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_field_widget[name=type_ids] input", run: "edit promotion" },
        { trigger: ".ui-menu-item > a:contains(Project promotion meeting)", run: "click" },
        {
            content: "the form says what is missing before it can be closed",
            trigger: ".alert:contains(The minutes are missing)",
        },
        ...stepUtils.saveForm(),
        { trigger: "button[name=action_draw_agenda]", run: "click" },
        { content: "the agenda knows the project", trigger: LINE },
        { trigger: `${LINE} td[name=problem]`, run: "click" },
        {
            trigger: ".o_field_widget[name=line_ids] .o_selected_row [name=problem] textarea",
            run: "edit No collateral",
        },
        {
            trigger: ".o_field_widget[name=line_ids] .o_selected_row [name=measure] textarea",
            run: "edit Ask the guarantee company",
        },
        {
            trigger: ".o_field_widget[name=line_ids] .o_selected_row [name=deadline] input",
            run: "edit 12/31/2099",
        },
        { trigger: ".nav-link[name=minutes]", run: "click" },
        {
            trigger: ".o_field_widget[name=minutes] textarea",
            run: "edit Every project gone through",
        },
        ...stepUtils.saveForm(),
        {
            content: "nothing is missing any more",
            trigger: ".o_form_view:not(:has(.alert:contains(The minutes are missing)))",
        },
        { trigger: "button[name=action_close]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Held)" },
        { content: "the duty of the week is discharged", trigger: ".nav-link[name=minutes]", run: "click" },
        { trigger: ".o_field_widget[name=discharge_ids] .o_data_row:contains(promotion meeting)" },
    ],
});

registry.category("web_tour.tours").add("credit_work_log_tour", {
    url: "/odoo",
    steps: () => [
        { trigger: ".o_navbar_apps_menu button", run: "click" },
        { trigger: ".o_app:contains(Client service)", run: "click" },
        { trigger: "[data-menu-xmlid='credit_service_tasks.service_menu_today']", run: "click" },
        { trigger: "[data-menu-xmlid='credit_service_tasks.service_menu_log_today']", run: "click" },
        {
            content: "the call of the day is there already",
            trigger: ".o_field_widget[name=done_ids] .o_data_row:contains(Tour client)",
        },
        { trigger: ".o_field_widget[name=summary] textarea", run: "edit Read the new policy" },
        { trigger: "button[name=action_submit]", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Handed in)" },
    ],
});
