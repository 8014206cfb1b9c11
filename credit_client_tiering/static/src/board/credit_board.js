import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { KanbanHeader } from "@web/views/kanban/kanban_header";
import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { AnimatedNumber } from "@web/views/view_components/animated_number";
import { ColumnProgress } from "@web/views/view_components/column_progress";
import { formatYuan } from "../figure/yuan";

const LIST = "credit_tier";

/** The board: dropping a client on a list asks for the nomination instead of writing. */
export class CreditBoardGroupList extends RelationalModel.DynamicGroupList {
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        if (this.groupByField.name !== LIST) {
            return super.moveRecord(...arguments);
        }
        if (dataGroupId === targetGroupId) {
            return;
        }
        const source = this.groups.find((group) => group.id === dataGroupId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        const record = source.list.records.find(({ id }) => id === dataRecordId);
        const dialog = await this.model.orm.call(
            this.resModel,
            "action_credit_nominate",
            [[record.resId]],
            { tier: target.value || "off" }
        );
        return this.model.action.doAction(dialog, { onClose: () => this.model.root.load() });
    }
}

export class CreditBoardGroup extends RelationalModel.Group {
    setup(config, data) {
        super.setup(...arguments);
        if (this.groupByField?.name === LIST && !this.value) {
            this.displayName = _t("To decide");
        }
    }
}

export class CreditBoardModel extends RelationalModel {
    static DynamicGroupList = CreditBoardGroupList;
    static Group = CreditBoardGroup;
}

export class CreditBoardAmount extends AnimatedNumber {
    format(value) {
        // Whole 万元 are enough above a column; the cards say it to the cent.
        return formatYuan(value >= 1e4 ? Math.round(value / 1e4) * 1e4 : value);
    }
}

export class CreditBoardProgress extends ColumnProgress {
    static template = "credit_client_tiering.BoardProgress";
    static components = { ...ColumnProgress.components, AnimatedNumber: CreditBoardAmount };
}

export class CreditBoardHeader extends KanbanHeader {
    static components = { ...KanbanHeader.components, ColumnProgress: CreditBoardProgress };
}

export class CreditBoardRenderer extends KanbanRenderer {
    static components = { ...KanbanRenderer.components, KanbanHeader: CreditBoardHeader };

    setup() {
        super.setup();
        // Kanban keeps Enter and Space for the cards; on a button of a card they press it.
        const button = ".o_kanban_record :is(button, a[role=button]):focus";
        for (const key of ["Enter", "space"]) {
            useHotkey(key, ({ target }) => target.click(), {
                area: () => this.rootRef.el?.querySelector(button),
            });
        }
    }

    /** The list is read-only on the client, yet cards are dragged: a drop only asks. */
    get canMoveRecords() {
        const isBoard = this.props.list.groupByField?.name === LIST;
        return isBoard ? this.canResequenceRecords : super.canMoveRecords;
    }
}

export const creditBoardView = {
    ...kanbanView,
    Model: CreditBoardModel,
    Renderer: CreditBoardRenderer,
};

registry.category("views").add("credit_board", creditBoardView);
