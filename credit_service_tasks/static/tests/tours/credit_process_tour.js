import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

const PDF = new File(["%PDF-1.4"], "receipt.pdf", { type: "application/pdf" });

function chooses(field, text, within = "") {
    return [
        { trigger: `${within} .o_field_widget[name=${field}] input`, run: `edit ${text}` },
        { trigger: `.ui-menu-item > a:contains(${text})`, run: "click" },
    ];
}

/**
 * An answer of the server that comes late draws the menu anew under the click: choose until it is
 * chosen.
 */
function selects(field, label) {
    const input = `.o_field_widget[name=${field}] input`;
    return [
        {
            trigger: input,
            async run(actions) {
                for (let attempt = 0; attempt < 5; attempt++) {
                    if (document.querySelector(input)?.value === label) {
                        return;
                    }
                    await actions.click(input);
                    await new Promise((resolve) => setTimeout(resolve, 300));
                    [...document.querySelectorAll(".o_select_menu_item")]
                        .find((item) => item.textContent.includes(label))
                        ?.click();
                    await new Promise((resolve) => setTimeout(resolve, 300));
                }
            },
        },
        { trigger: `${input}:value(${label})` },
    ];
}

/** From the papers through a suspension to the last step but those of other posts. */
tours.add("credit_application_tour", {
    url: "/odoo/credit-applications",
    steps: () => [
        { trigger: ".o-kanban-button-new, .o_list_button_add", run: "click" },
        ...chooses("partner_id", "Tour borrower"),
        ...chooses("product_id", "Test loan"),
        { trigger: ".o_field_widget[name=amount] input", run: "edit 3000000" },
        { trigger: ".o_form_button_save", run: "click" },
        {
            content: "the papers are listed",
            trigger: ".o_data_row:contains(Business licence):contains(Missing)",
        },
        { trigger: "button:contains(All papers received)", run: "click" },
        { trigger: ".o_data_row:contains(Business licence):contains(Received)" },
        { trigger: "button:contains(Papers are complete)", run: "click" },
        { trigger: ".modal footer button.btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current:contains(In process)" },
        {
            content: "the clock is stopped with a proof",
            trigger: ".o_statusbar_buttons button:contains(Suspend)",
            run: "click",
        },
        ...chooses("reason_id", "An authority registers security", ".modal"),
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit The registry is at work",
        },
        {
            trigger: ".modal .o_field_widget[name=proof] input[type=file]:not(:visible)",
            async run({ anchor }) {
                const files = new DataTransfer();
                files.items.add(PDF);
                anchor.files = files.files;
                anchor.dispatchEvent(new Event("change", { bubbles: true }));
            },
        },
        { trigger: ".modal .o_field_widget[name=proof] input[value='receipt.pdf']:not(:visible), .modal .o_field_widget[name=proof]:contains(receipt.pdf), .modal .o_field_widget[name=proof] .o_clear_file_button" },
        { trigger: ".modal footer button:contains(Suspend)", run: "click" },
        { trigger: ".alert:contains(The clock stands still)" },
        { trigger: ".o_statusbar_buttons button:contains(Resume)", run: "click" },
        { trigger: ".o_statusbar_buttons button:contains(Step done)", run: "click" },
        { trigger: ".nav-link[name=steps]", run: "click" },
        { trigger: ".o_data_row:contains(Loan investigation):contains(Done)" },
        {
            content: "the next step is for somebody else",
            trigger: ".o_form_view:not(:has(.o_statusbar_buttons button:contains(Step done)))",
        },
    ],
});

/** One step after the other, by whoever holds the post. */
tours.add("credit_application_step_tour", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button:contains(Step done)", run: "click" },
        {
            trigger: ".o_form_view:not(:has(.o_statusbar_buttons button:contains(Step done)))",
        },
    ],
});

tours.add("credit_application_contract_tour", {
    steps: () => [
        { trigger: ".o_field_widget[name=current_step_id]:contains(Contract signing)" },
        { trigger: ".o_statusbar_buttons button:contains(Step done)", run: "click" },
        { trigger: ".o_field_widget[name=current_step_id]:contains(Putting security)" },
        { trigger: ".o_statusbar_buttons button:contains(Step done)", run: "click" },
        { trigger: ".o_field_widget[name=current_step_id]:contains(Disbursement)" },
    ],
});

tours.add("credit_application_disbursement_tour", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button:contains(Step done)", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Disbursed)" },
        { trigger: ".o_field_widget[name=disbursed_on]" },
    ],
});

tours.add("credit_refusal_tour", {
    steps: () => [
        { trigger: ".o_statusbar_buttons button:contains(Refuse)", run: "click" },
        ...chooses("reason_id", "Security is not sufficient", ".modal"),
        {
            trigger: ".modal .o_field_widget[name=text] textarea",
            run: "edit The security does not suffice for this amount",
        },
        { trigger: ".modal footer button:contains(Confirm)", run: "click" },
        { trigger: ".alert:contains(has not been told)" },
        { trigger: ".o_statusbar_buttons button:contains(Client was told)", run: "click" },
        ...selects("channel", "By phone"),
        {
            trigger: ".modal .o_field_widget[name=text] textarea",
            run: "edit Told why and what would help",
        },
        { trigger: ".modal footer button:contains(Record)", run: "click" },
        { trigger: ".o_field_widget[name=answered_on]:not(:contains(/^$/))" },
    ],
});

tours.add("credit_pricing_tour", {
    url: "/odoo/credit-pricing-requests",
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        ...chooses("partner_id", "Tour strategic"),
        { trigger: ".o_field_widget[name=amount] input", run: "edit 20000000" },
        { trigger: ".o_field_widget[name=term_months] input", run: "edit 12" },
        ...selects("lpr_term", "1 year"),
        { trigger: ".o_field_widget[name=rate] input", run: "edit 2.9" },
        { trigger: ".o_field_widget[name=reason] textarea", run: "edit A rival offers less" },
        { trigger: ".alert:contains(Head office)" },
        { trigger: ".o_statusbar_buttons button:contains(Submit)", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Waiting)" },
        { trigger: ".o_field_widget[name=comparison]:contains(Below)" },
        {
            content: "who asks does not decide",
            trigger: ".o_form_view:not(:has(.o_statusbar_buttons button:contains(Approve)))",
        },
    ],
});

tours.add("credit_pricing_decision_tour", {
    steps: () => [
        { trigger: ".nav-link[name=evidence]", run: "click" },
        { trigger: ".o_credit_evidence:contains(S-S-5a)" },
        { trigger: ".o_statusbar_buttons button:contains(Approve)", run: "click" },
        { trigger: ".modal .o_field_widget[name=reason] textarea", run: "edit Agreed" },
        { trigger: ".modal footer button:contains(Decide)", run: "click" },
        { trigger: ".o_arrow_button_current:contains(Approved)" },
    ],
});
