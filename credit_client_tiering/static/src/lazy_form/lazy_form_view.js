/**
 * A form whose pages are read when they are opened.
 *
 * Odoo's form reads every field of every page before it shows anything. A client has a
 * dozen pages of lists, of which one is looked at. Pages of the class
 * `o_credit_lazy_page` are left out of the first reading and read when somebody opens
 * them. Whoever changes something has the whole record read first, so that editing,
 * onchanges and saving work on a complete record as everywhere else.
 */
import { onWillStart, onWillUpdateProps } from "@odoo/owl";
import { Notebook } from "@web/core/notebook/notebook";
import { registry } from "@web/core/registry";
import { omit, pick } from "@web/core/utils/objects";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { FormController } from "@web/views/form/form_controller";
import { FormRenderer } from "@web/views/form/form_renderer";
import { formView } from "@web/views/form/form_view";

const LAZY_PAGE = "page.o_credit_lazy_page";
// Attributes that hold no expression over fields.
const PLAIN_ATTRIBUTES = ["name", "string", "class", "help", "placeholder", "confirm"];
const WORD = /[A-Za-z_]\w*/g;

const isOn = (text) => Boolean(text) && !["0", "False", "false"].includes(text);

/**
 * Return the fields that only lazy pages show, per page.
 *
 * @param {Object} archInfo of the form
 * @param {Object} fields of the model
 * @returns {Object<string, string[]>} page name to field names
 */
export function lazyPages(archInfo, fields) {
    const shown = {};
    const used = {};
    const needed = new Set();
    for (const node of archInfo.xmlDoc.querySelectorAll("*")) {
        const page = node.parentElement?.closest(LAZY_PAGE)?.getAttribute("name");
        const words = expressionWords(node);
        if (page) {
            (used[page] ||= []).push(...words);
        } else {
            words.forEach((name) => needed.add(name));
        }
        if (node.tagName !== "field" || node.parentElement?.closest("field")) {
            continue;
        }
        const name = node.getAttribute("name");
        const mandatory = fields[name]?.required || isOn(node.getAttribute("required"));
        if (page && !mandatory) {
            (shown[page] ||= []).push(name);
        } else {
            const info = archInfo.fieldNodes[node.getAttribute("field_id")];
            [name, ...dependencies(info)].forEach((needs) => needed.add(needs));
        }
    }
    for (const node of Object.values(archInfo.widgetNodes || {})) {
        dependencies(node).forEach((name) => needed.add(name));
    }
    const lazy = new Set(Object.values(shown).flat().filter((name) => !needed.has(name)));
    // What a page shows, and what it asks of the fields of other pages.
    return Object.fromEntries(
        Object.keys(shown).map((page) => [
            page,
            [...new Set([...shown[page], ...used[page]])].filter((name) => lazy.has(name)),
        ])
    );
}

/** Return every word of the attributes of a node that may hold an expression. */
function expressionWords(node) {
    return [...node.attributes]
        .filter(({ name }) => !PLAIN_ATTRIBUTES.includes(name) && !name.startsWith("data-"))
        .flatMap((attribute) => attribute.value.match(WORD) || []);
}

/** Return the fields that the widget of a node reads besides its own. */
function dependencies(info) {
    const widget = info?.field || info?.widget;
    let found = widget?.fieldDependencies || [];
    if (typeof found === "function") {
        found = found(info);
    }
    return found.map((dependency) => dependency.name);
}

class LazyRecord extends RelationalModel.Record {
    setup(config, data, options) {
        // The values of fields that were not read are filled up before _setData sees them.
        this._given = Object.keys(data);
        super.setup(...arguments);
    }

    _setData(data, params) {
        const given = new Set(this._given || Object.keys(data));
        delete this._given;
        const missing = this.isNew || this._parentRecord ? [] : this.model.lazyFields;
        this._unread = new Set(missing.filter((name) => name in this.activeFields && !given.has(name)));
        return super._setData({ ...this._getDefaultValues([...this._unread]), ...data }, params);
    }

    /** Read what was left out so far; without an argument, all of it. */
    async readFields(names = [...this._unread]) {
        const { resId } = this;
        const wanted = names.filter((name) => this._unread.has(name));
        if (!wanted.length) {
            return;
        }
        const config = { ...this.config, isRoot: false };
        config.activeFields = pick(this.activeFields, ...wanted);
        const [values] = await this.model._loadRecords(config, this.evalContext);
        if (this.resId !== resId) {
            return;
        }
        // Another call may have been faster, and what it read may have been changed since.
        const news = wanted.filter((name) => this._unread.has(name));
        news.forEach((name) => this._unread.delete(name));
        this._applyValues(pick(values, ...news));
    }

    async _update() {
        if (!this.model._urgentSave && this._unread.size) {
            await this.readFields();
        }
        return super._update(...arguments);
    }
}

class LazyModel extends RelationalModel {
    static Record = LazyRecord;

    setup(params) {
        this.lazyPages = params.lazyPages;
        this.lazyFields = [...new Set(Object.values(params.lazyPages).flat())];
        this.openPage = null;
        super.setup(...arguments);
    }

    async _loadRecords(config, ...rest) {
        if (config.isRoot && config.resId) {
            const shown = this.lazyPages[this.openPage] || [];
            const left = this.lazyFields.filter((name) => !shown.includes(name));
            config = { ...config, activeFields: omit(config.activeFields, ...left) };
        }
        return super._loadRecords(config, ...rest);
    }
}

class LazyNotebook extends Notebook {
    setup() {
        super.setup();
        // The page one comes back to, and the page that stays open on the next record.
        onWillStart(() => this.readCurrentPage());
        onWillUpdateProps(() => this.readCurrentPage());
    }

    async activatePage(pageId) {
        await this.readPage(pageId);
        super.activatePage(pageId);
        this.env.model.openPage = this.nameOf(pageId);
    }

    readCurrentPage() {
        this.env.model.openPage = this.nameOf(this.state.currentPage);
        return this.readPage(this.state.currentPage);
    }

    readPage(pageId) {
        const { model } = this.env;
        return model.root.readFields(model.lazyPages[this.nameOf(pageId)] || []);
    }

    nameOf(pageId) {
        return this.pages.find(([id]) => id === pageId)?.[1].name;
    }
}

class LazyFormRenderer extends FormRenderer {
    static components = { ...FormRenderer.components, Notebook: LazyNotebook };
}

class LazyFormController extends FormController {
    get modelParams() {
        const pages = lazyPages(this.archInfo, this.props.fields);
        return { ...super.modelParams, lazyPages: pages };
    }
}

export const lazyFormView = {
    ...formView,
    Controller: LazyFormController,
    Model: LazyModel,
    Renderer: LazyFormRenderer,
};

registry.category("views").add("credit_lazy_form", lazyFormView);
