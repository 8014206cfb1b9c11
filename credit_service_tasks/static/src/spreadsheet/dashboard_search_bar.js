import { DashboardSearchBar } from "@spreadsheet_dashboard/bundle/dashboard_action/dashboard_search_bar/dashboard_search_bar";
import { patch } from "@web/core/utils/patch";

// Odoo translates a filter's name where one chooses, and leaves it out where it is chosen.
patch(DashboardSearchBar.prototype, {
    async getFacetFor(filter) {
        const facet = await super.getFacetFor(filter);
        return { ...facet, title: this.props.model.getters.dynamicTranslate(facet.title) };
    },
});
