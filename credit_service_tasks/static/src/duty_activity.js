import { Activity as ActivityModel } from "@mail/core/common/activity_model";
import { Activity } from "@mail/core/web/activity";
import { ActivityListPopoverItem } from "@mail/core/web/activity_list_popover_item";
import { assignIn } from "@mail/utils/common/misc";
import { patch } from "@web/core/utils/patch";

/** An activity that reminds of a duty is done by reporting what was done. */
patch(ActivityModel, {
    _insert(data) {
        const activity = super._insert(...arguments);
        assignIn(activity, data, ["credit_is_duty"]);
        return activity;
    },
});

patch(ActivityModel.prototype, {
    async reportCreditContact() {
        const { orm, action } = this.store.env.services;
        const form = await orm.call("mail.activity", "action_credit_report", [[this.id]]);
        await new Promise((resolve) => action.doAction(form, { onClose: resolve }));
    },
});

patch(Activity.prototype, {
    async onClickMarkAsDone() {
        if (!this.props.activity.credit_is_duty) {
            return super.onClickMarkAsDone(...arguments);
        }
        const thread = this.thread;
        await this.props.activity.reportCreditContact();
        this.props.onActivityChanged(thread);
        await thread.fetchNewMessages();
    },
});

patch(ActivityListPopoverItem.prototype, {
    async onClickMarkAsDone() {
        if (!this.props.activity.credit_is_duty) {
            return super.onClickMarkAsDone(...arguments);
        }
        // The popover closes with the dialog that opens.
        const { activity, onActivityChanged } = this.props;
        await activity.reportCreditContact();
        onActivityChanged?.();
    },
});
