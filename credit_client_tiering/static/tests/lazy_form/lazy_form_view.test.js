import "@credit_client_tiering/lazy_form/lazy_form_view";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { expect, test } from "@odoo/hoot";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

class Client extends models.Model {
    name = fields.Char();
    tier = fields.Char();
    note = fields.Char();
    size = fields.Char();
    row_ids = fields.One2many({ relation: "row" });

    _records = [
        { id: 1, name: "One", tier: "basic", note: "first", size: "small", row_ids: [1, 2] },
        { id: 2, name: "Two", tier: "quality", note: "second", size: "large", row_ids: [3] },
    ];
}

class Row extends models.Model {
    name = fields.Char();

    _records = [
        { id: 1, name: "row one" },
        { id: 2, name: "row two" },
        { id: 3, name: "row three" },
    ];
}

defineMailModels();
defineModels([Client, Row]);
onRpc("has_group", () => true);
onRpc("client", "web_read", ({ kwargs }) => {
    expect.step(Object.keys(kwargs.specification).sort().join(" "));
});

const FORM = {
    type: "form",
    resModel: "client",
    resId: 1,
    resIds: [1, 2],
    arch: `
        <form js_class="credit_lazy_form">
            <field name="name" />
            <notebook>
                <page name="tier" string="Tier"><field name="tier" /></page>
                <page name="rows" string="Rows" class="o_credit_lazy_page">
                    <field name="note" invisible="size == 'small'" />
                    <field name="row_ids"><list editable="bottom"><field name="name" /></list></field>
                </page>
                <page name="sizes" string="Sizes" class="o_credit_lazy_page">
                    <field name="size" />
                </page>
            </notebook>
        </form>`,
};

test("a page is read when it is opened, with what it asks of other pages", async () => {
    await mountView(FORM);
    expect.verifySteps(["display_name name tier"]);
    await contains(".nav-link[name=rows]").click();
    expect.verifySteps(["note row_ids size"]);
    expect(".o_data_row").toHaveCount(2);
    expect(".o_field_widget[name=note]").toHaveCount(0, { message: "hidden by a size just read" });
    await contains(".nav-link[name=sizes]").click();
    expect.verifySteps([]);
    expect(".o_field_widget[name=size] input").toHaveValue("small");
});

test("the open page stays open on the next record", async () => {
    await mountView(FORM);
    await contains(".nav-link[name=rows]").click();
    expect.verifySteps(["display_name name tier", "note row_ids size"]);
    await contains(".o_pager_next").click();
    expect.verifySteps(["display_name name note row_ids size tier"]);
    expect(".o_data_row").toHaveCount(1);
    expect(".o_field_widget[name=note] input").toHaveValue("second");
    await contains(".nav-link[name=tier]").click();
    await contains(".o_pager_previous").click();
    expect.verifySteps(["display_name name tier"]);
    await contains(".nav-link[name=rows]").click();
    expect.verifySteps(["note row_ids size"]);
    expect(".o_data_row").toHaveCount(2);
});

test("whoever changes something works on the whole record", async () => {
    onRpc("client", "web_save", ({ args }) => {
        expect.step(JSON.stringify(args[1]));
    });
    await mountView(FORM);
    await contains(".o_field_widget[name=name] input").edit("Uno");
    expect.verifySteps(["display_name name tier", "note row_ids size"]);
    await contains(".nav-link[name=sizes]").click();
    expect(".o_field_widget[name=size] input").toHaveValue("small");
    await clickSave();
    expect.verifySteps([`{"name":"Uno"}`]);
    await contains(".nav-link[name=rows]").click();
    expect(".o_data_row").toHaveCount(2);
    await contains(".o_data_row:eq(0) .o_data_cell").click();
    await contains(".o_data_row:eq(0) input").edit("row uno");
    await clickSave();
    expect.verifySteps([`{"row_ids":[[1,1,{"name":"row uno"}]]}`]);
    expect(".o_data_row:eq(0)").toHaveText("row uno");
});

test("a new record has nothing to read", async () => {
    await mountView({ ...FORM, resId: false, resIds: [] });
    await contains(".nav-link[name=rows]").click();
    await contains(".nav-link[name=sizes]").click();
    await contains(".o_field_widget[name=size] input").edit("tiny");
    expect.verifySteps([]);
});
