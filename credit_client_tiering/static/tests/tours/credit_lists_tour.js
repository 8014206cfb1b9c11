import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const column = (name) => `.o_kanban_group:has(.o_column_title:contains(${name}))`;
const card = (name, client) => `${column(name)} .o_kanban_record:contains(${client})`;

// Nominate by dragging; the card stays where it is and says who has to act.
tours.add("credit_lists_nominate", {
    steps: () => [
        ...["To decide", "Strategic", "Quality", "Basic", "Potential"].map((name) => ({
            content: `the column ${name} is shown, also when it is empty`,
            trigger: column(name),
        })),
        {
            content: "drag the client to the list",
            trigger: card("To decide", "Tour client"),
            run: `drag_and_drop(${column("Quality")})`,
        },
        {
            content: "the rule's verdict stands beside what is nominated",
            trigger: ".modal .o_credit_verdict:contains(The rule suggests this: Quality)",
        },
        { trigger: ".modal .o_credit_card:contains(All criteria)" },
        {
            trigger: ".modal .o_field_widget[name=justification] textarea",
            run: "edit All criteria are met",
        },
        { trigger: ".modal footer button:contains(Submit)", run: "click" },
        {
            content: "the card stays, with a badge",
            trigger: `${card("To decide", "Tour client")} .o_credit_pending:contains(Quality: waiting)`,
        },
    ],
});

// What agrees with the rule is approved with one click.
tours.add("credit_lists_approve", {
    steps: () => [
        { trigger: ".o_data_row:contains(Tour client) .o_data_cell[name=partner_id]", run: "click" },
        { trigger: ".alert:contains(The rule says the same: Quality)" },
        { trigger: ".o_field_widget[name=evidence_card] .o_credit_card" },
        { trigger: ".o_field_widget[name=present_card] .o_credit_card" },
        { trigger: ".o_form_statusbar button[name=action_approve]", run: "click" },
        { trigger: ".nav-link[name=decisions]", run: "click" },
        { trigger: ".o_field_widget[name=decision_ids] .o_data_row .badge:contains(Approved)" },
    ],
});

tours.add("credit_lists_moved", {
    steps: () => [{ trigger: card("Quality", "Tour client") }],
});

tours.add("credit_lists_bulletin", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: ".o_form_statusbar button[name=action_issue]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Issued)" },
        { trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Tour client)" },
        { trigger: "button[name=action_spreadsheet]" },
        { trigger: ".o_form_statusbar button:contains(Print)" },
    ],
});

// Refused with a reason; then nominated for the list below, with the keyboard's way.
tours.add("credit_lists_nominate_strategic", {
    steps: () => [
        {
            trigger: card("To decide", "Tour client"),
            run: `drag_and_drop(${column("Strategic")})`,
        },
        { trigger: ".modal .o_credit_verdict:contains(Against “Strategic”)" },
        {
            trigger: ".modal .o_field_widget[name=justification] textarea",
            run: "edit Will be strategic next year",
        },
        { trigger: ".modal footer button:contains(Submit)", run: "click" },
        { trigger: `${card("To decide", "Tour client")} .o_credit_pending:contains(Strategic)` },
    ],
});

tours.add("credit_lists_refuse", {
    steps: () => [
        { trigger: ".o_data_row:contains(Tour client) .o_data_cell[name=partner_id]", run: "click" },
        { trigger: ".alert-warning:contains(an exception)" },
        { trigger: ".o_form_statusbar button[name=action_refuse]", run: "click" },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit Come back with next year's figures",
        },
        { trigger: ".modal footer button:contains(Refuse)", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Refused)" },
        { trigger: ".nav-link[name=decisions]", run: "click" },
        { trigger: ".o_data_row:contains(Come back with next year's figures)" },
    ],
});

tours.add("credit_lists_nominate_quality", {
    steps: () => [
        {
            content: "no mouse: the button on the card opens the same dialog",
            trigger: `${card("To decide", "Tour client")} button:contains(Move…)`,
            async run(helpers) {
                helpers.anchor.focus();
                await helpers.press("Enter");
            },
        },
        { trigger: ".modal .o_field_widget[name=tier] :is(select, input)", run: "click" },
        { trigger: ".o_select_menu_item:contains(Quality)", run: "click" },
        { trigger: ".modal .o_credit_verdict:contains(The rule suggests this: Quality)" },
        { trigger: ".modal footer button:contains(Submit)", run: "click" },
        { trigger: `${card("To decide", "Tour client")} .o_credit_pending:contains(Quality: waiting)` },
    ],
});

// Without the right to nominate a drop says who may.
tours.add("credit_lists_no_right", {
    steps: () => [
        {
            trigger: card("To decide", "Tour client"),
            run: `drag_and_drop(${column("Quality")})`,
        },
        { trigger: ".modal:contains(cannot nominate):contains(head of the corporate line)" },
        { trigger: ".modal footer button", run: "click" },
        { trigger: card("To decide", "Tour client") },
    ],
});

// The yearly review of a list, closed by the institution.
tours.add("credit_lists_review", {
    steps: () => [
        { trigger: ".o_data_row:contains(Test sub-branch) .o_data_cell[name=tier]", run: "click" },
        { trigger: "button[name=action_keep_aligned]", run: "click" },
        { trigger: ".o_field_widget[name=line_ids] .o_data_row:contains(Kept):contains(Stays)" },
        {
            content: "nominate from a line",
            trigger: ".o_data_row:contains(Falling) button[name=action_nominate]",
            run: "click",
        },
        { trigger: ".o_breadcrumb a:contains(Basic)", run: "click" },
        { trigger: ".o_data_row:contains(Falling):contains(To be nominated)" },
        { trigger: "button[name=action_close]", run: "click" },
        { trigger: ".modal footer .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Closed)" },
    ],
});

// The stand-in decides; both names stand on the decision.
tours.add("credit_lists_stand_in", {
    steps: () => [
        { trigger: ".o_data_row:contains(Tour client) .o_data_cell[name=partner_id]", run: "click" },
        { trigger: ".o_form_statusbar button[name=action_approve]", run: "click" },
        { trigger: ".nav-link[name=decisions]", run: "click" },
        { trigger: ".o_data_row:contains(t_leader):contains(t_credit)" },
    ],
});

// One or many from the workbench in one click.
tours.add("credit_lists_workbench", {
    steps: () => [
        { trigger: ".o_data_row:contains(Tour client) .o_list_record_selector input", run: "click" },
        { trigger: ".o_data_row:contains(Second client) .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel button[name=action_credit_nominate]", run: "click" },
        { trigger: ".modal .o_credit_verdict:contains(every one of these moves)" },
        { trigger: ".modal footer button:contains(Submit)", run: "click" },
        { trigger: ".o_data_row:contains(Second client):contains(Quality: waiting)" },
    ],
});
