import { registry } from "@web/core/registry";

const LOADING = "#LOADING";

/** Return the cells of a board that show an error or still load. */
function badCells(model) {
    const bad = [];
    for (const sheetId of model.getters.getSheetIds()) {
        for (const cell of Object.values(model.getters.getEvaluatedCells(sheetId))) {
            if (cell.type === "error") {
                bad.push(`${cell.value} ${cell.message}`);
            } else if (String(cell.formattedValue).startsWith(LOADING)) {
                bad.push(cell.formattedValue);
            }
        }
    }
    return bad;
}

registry.category("web_tour.tours").add("credit_dashboard_tour", {
    steps: () => [
        { trigger: ".o_renderer .o-scorecard" },
        { trigger: ".o_renderer .o-chart-container, .o_renderer .o-figure canvas" },
        {
            content: "every cell has its value, none shows an error",
            trigger: ".o_spreadsheet_dashboard_action:not(:has(.fa-share-alt))",
            timeout: 60000,
            async run() {
                const { services } = odoo.__WOWL_DEBUG__.root.env;
                const { model } = services.spreadsheet_dashboard_loader.getActiveDashboard();
                let bad = badCells(model);
                for (let tries = 0; tries < 300 && bad.length; tries++) {
                    await new Promise((resolve) => setTimeout(resolve, 100));
                    bad = badCells(model);
                }
                if (bad.length) {
                    throw new Error(`${bad.length} cells: ${bad.slice(0, 5).join("; ")}`);
                }
                const [sheetId] = model.getters.getSheetIds();
                if (!Object.keys(model.getters.getEvaluatedCells(sheetId)).length) {
                    throw new Error("An empty board");
                }
            },
        },
    ],
});
