import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { FloatField, floatField } from "@web/views/fields/float/float_field";
import { parseFloat } from "@web/views/fields/parsers";
import { formatNumber, formatYuan, parseYuan } from "./yuan";

const UNITS = {
    percent: (text) => `${text} %`,
    people: (text) => _t("%s people", text).toString(),
    cards: (text) => _t("%s cards", text).toString(),
};

/**
 * A figure that may be unknown, in its unit. Odoo's float field turns a cleared
 * input into 0; here blank stays unknown, and only a typed 0 is a zero.
 */
export class FigureField extends FloatField {
    static props = {
        ...FloatField.props,
        unit: { type: String, optional: true },
        unitField: { type: String, optional: true },
        brief: { type: Boolean, optional: true },
    };

    get unit() {
        const { unit, unitField, record } = this.props;
        return (unitField && record.data[unitField]) || unit || "";
    }

    get formattedValue() {
        const value = this.value;
        if (this.unit === "yuan") {
            return formatYuan(value, { bare: !this.props.readonly, brief: this.props.brief });
        }
        if (value === false || value === null || value === undefined) {
            return "";
        }
        const text = formatNumber(value, 4);
        const words = UNITS[this.unit];
        return this.props.readonly && words ? words(text) : text;
    }

    parse(value) {
        if (this.unit === "yuan") {
            return parseYuan(value);
        }
        const text = value.normalize("NFKC").replace("%", "").trim();
        return text ? parseFloat(text, { allowOperation: true }) : false;
    }
}

export const figureField = {
    ...floatField,
    component: FigureField,
    displayName: _t("Figure that may be unknown"),
    supportedOptions: [
        { label: _t("Unit"), name: "unit", type: "string" },
        { label: _t("Field with the unit"), name: "unit_field", type: "string" },
        { label: _t("Rounded"), name: "brief", type: "boolean" },
    ],
    extractProps: (fieldInfo) => ({
        ...floatField.extractProps(fieldInfo),
        unit: fieldInfo.options.unit,
        unitField: fieldInfo.options.unit_field,
        brief: Boolean(fieldInfo.options.brief),
    }),
};

export const yuanField = {
    ...figureField,
    displayName: _t("Amount in yuan"),
    extractProps: (fieldInfo) => ({ ...figureField.extractProps(fieldInfo), unit: "yuan" }),
};

registry.category("fields").add("figure", figureField);
registry.category("fields").add("yuan", yuanField);
// Totals under lists and the cells of pivots take their words from here.
registry.category("formatters").add("yuan", formatYuan);
