import { formatYuan, parseYuan } from "@credit_client_tiering/figure/yuan";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { beforeEach, describe, expect, test } from "@odoo/hoot";
import {
    clickSave,
    contains,
    defineModels,
    fields,
    makeMockEnv,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { user } from "@web/core/user";

class Sheet extends models.Model {
    amount = fields.Float();
    unit = fields.Char();

    _records = [
        { id: 1, amount: 50000000, unit: "yuan" },
        { id: 2, amount: false, unit: "yuan" },
        { id: 3, amount: 0, unit: "yuan" },
        { id: 4, amount: 12.5, unit: "percent" },
    ];
    _views = { list: `<list><field name="unit" /><field name="amount" widget="yuan" /></list>` };
}

defineMailModels();
defineModels([Sheet]);
onRpc("has_group", () => true);

const speak = (lang) => patchWithCleanup(user, { lang });

describe("words for amounts", () => {
    beforeEach(makeMockEnv); // separators come from the language

    test("Chinese readers count in 万元 and 亿元", () => {
        speak("zh-CN");
        expect(formatYuan(200000000)).toBe("2亿元");
        expect(formatYuan(199999999.99)).toBe("1.9999999999亿元");
        expect(formatYuan(50000000)).toBe("5,000万元");
        expect(formatYuan(-50000000)).toBe("-5,000万元");
        expect(formatYuan(9999.5)).toBe("9,999.5元");
        expect(formatYuan(0)).toBe("0元");
        expect(formatYuan(false)).toBe("");
    });

    test("others read plain yuan", () => {
        speak("en-US");
        expect(formatYuan(50000000)).toBe("CNY 50,000,000");
        expect(formatYuan(0.01)).toBe("CNY 0.01");
        expect(formatYuan(false)).toBe("");
    });

    test("amounts are read as people type them", () => {
        expect(parseYuan("5000万")).toBe(50000000);
        expect(parseYuan("2亿")).toBe(200000000);
        expect(parseYuan("1亿2000万元")).toBe(120000000);
        expect(parseYuan("1.1万")).toBe(11000);
        expect(parseYuan("-3万")).toBe(-30000);
        expect(parseYuan("５０００万")).toBe(50000000);
        expect(parseYuan("CNY 50,000,000")).toBe(50000000);
        expect(parseYuan("0")).toBe(0);
        expect(parseYuan(" ")).toBe(false);
        expect(() => parseYuan("万")).toThrow();
        expect(() => parseYuan("2亿亿")).toThrow();
        expect(() => parseYuan("many")).toThrow();
    });
});

test("unknown is blank and zero is a zero in lists", async () => {
    speak("zh-CN");
    // The mock server knows no missing number, ours sends one.
    onRpc("web_search_read", async ({ parent }) => {
        const result = await parent();
        result.records[1].amount = false;
        return result;
    });
    await mountView({ type: "list", resModel: "sheet" });
    const cells = [...document.querySelectorAll(".o_data_cell[name=amount]")];
    expect(cells.map((cell) => cell.textContent)).toEqual(["5,000万元", "", "0元", "12.5元"]);
});

test("typing 2亿 saves plain yuan", async () => {
    speak("zh-CN");
    onRpc("web_save", ({ args }) => {
        expect.step(args[1].amount);
    });
    await mountView({
        type: "form",
        resModel: "sheet",
        resId: 1,
        arch: `<form><field name="amount" widget="yuan" /></form>`,
    });
    await contains("[name=amount] input").edit("2亿");
    await clickSave();
    expect.verifySteps([200000000]);
    expect("[name=amount] input").toHaveValue("2亿");
});

test("a cleared figure is unknown, not zero", async () => {
    onRpc("web_save", ({ args }) => {
        expect.step(args[1].amount);
    });
    await mountView({
        type: "form",
        resModel: "sheet",
        resId: 4,
        arch: `<form>
            <field name="unit" />
            <field name="amount" widget="figure" options="{'unit_field': 'unit'}" />
        </form>`,
    });
    expect("[name=amount] input").toHaveValue("12.5");
    await contains("[name=amount] input").edit("");
    await clickSave();
    expect.verifySteps([false]);
});
