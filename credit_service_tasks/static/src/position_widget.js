import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Asks the browser where the device is, once, when the person clicks and so agrees. */
export class CreditPosition extends Component {
    static template = "credit_service_tasks.Position";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ busy: false });
    }

    async onClick() {
        if (!navigator.geolocation) {
            this.notification.add(_t("This browser cannot tell its position."), {
                type: "warning",
            });
            return;
        }
        this.state.busy = true;
        try {
            if (!(await this.props.record.save())) {
                return;
            }
            const { coords } = await new Promise((resolve, reject) =>
                navigator.geolocation.getCurrentPosition(resolve, reject, { timeout: 20000 })
            );
            await this.orm.call(
                "credit.contact.report",
                "action_take_position",
                [[this.props.record.resId]],
                {
                    latitude: coords.latitude,
                    longitude: coords.longitude,
                    accuracy: coords.accuracy,
                }
            );
            await this.props.record.load();
        } catch (error) {
            if (!(error instanceof GeolocationPositionError)) {
                throw error;
            }
            this.notification.add(_t("No position: %s", error.message), { type: "warning" });
        } finally {
            this.state.busy = false;
        }
    }
}

registry.category("view_widgets").add("credit_position", { component: CreditPosition });
