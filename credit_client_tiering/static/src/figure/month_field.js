import { Component, xml } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A day that stands for its month: 2026年11月, November 2026. Read only. */
export class MonthField extends Component {
    static template = xml`<span t-esc="text"/>`;
    static props = { ...standardFieldProps };

    get text() {
        const day = this.props.record.data[this.props.name];
        return day ? day.toLocaleString({ year: "numeric", month: "long" }) : "";
    }
}

registry.category("fields").add("month", {
    component: MonthField,
    displayName: _t("Month"),
    supportedTypes: ["date"],
});
