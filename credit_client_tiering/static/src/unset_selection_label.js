import { patch } from "@web/core/utils/patch";
import { Group } from "@web/model/relational_model/group";

// Odoo names the group of unset values by the field's label for them, except for
// selections, where the heading stays blank. Fields without such a label are left
// as they are.
patch(Group.prototype, {
    setup(config, data) {
        super.setup(...arguments);
        const field = this.groupByField;
        if (field?.type === "selection" && !this.value && field.falsy_value_label) {
            this.displayName = field.falsy_value_label;
        }
    },
});
