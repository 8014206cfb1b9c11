import { user } from "@web/core/user";
import { localization } from "@web/core/l10n/localization";
import { _t } from "@web/core/l10n/translation";
import { insertThousandsSep } from "@web/core/utils/numbers";
import { InvalidNumberError, parseFloat } from "@web/views/fields/parsers";

// Chinese counting words for amounts, largest first.
const CHINESE_WORDS = [
    ["亿", 1e8],
    ["万", 1e4],
];

function countsInTenThousands() {
    return (user.lang || "").toLowerCase().startsWith("zh");
}

/** Group the digits and drop trailing zeros; nothing that was entered is rounded away. */
export function formatNumber(value, decimals = 10) {
    const [whole, fraction = ""] = Math.abs(value).toFixed(decimals).split(".");
    const digits = fraction.replace(/0+$/, "");
    const grouped = insertThousandsSep(whole, localization.thousandsSep, localization.grouping);
    const sign = value < 0 ? "-" : "";
    return sign + grouped + (digits ? localization.decimalPoint + digits : "");
}

/**
 * Write an amount the way people do: 5,000万元 and 2亿元 in Chinese, CNY 50,000,000
 * elsewhere. Unknown (false) is blank, zero is a zero.
 *
 * @param {number|false} value amount in yuan
 * @param {Object} [options]
 * @param {boolean} [options.bare] without the word for the currency, as typed
 * @param {boolean} [options.brief] rounded to two decimals: for what was calculated
 * @returns {string}
 */
export function formatYuan(value, { bare = false, brief = false } = {}) {
    if (value === false || value === null || value === undefined) {
        return "";
    }
    if (!countsInTenThousands()) {
        const text = formatNumber(value, 2);
        return bare ? text : _t("CNY %s", text).toString();
    }
    const unit = bare ? "" : "元";
    for (const [word, factor] of CHINESE_WORDS) {
        if (Math.abs(value) >= factor) {
            return formatNumber(value / factor, brief ? 2 : 10) + word + unit;
        }
    }
    return formatNumber(value, 2) + unit;
}

formatYuan.extractOptions = () => ({});

/**
 * Read an amount: plain yuan, or with counting words as in 5000万 or 1亿2000万元.
 *
 * @param {string} text
 * @returns {number|false|Operation} yuan; false when nothing was entered
 */
export function parseYuan(text) {
    // Full-width digits and signs are what a Chinese keyboard types.
    const entered = text.normalize("NFKC").replace(/(CNY|RMB|¥|元|圆)/gi, "").trim();
    if (!entered) {
        return false;
    }
    if (!/[万亿萬億]/.test(entered)) {
        return parseFloat(entered, { allowOperation: true });
    }
    let rest = entered.replaceAll("萬", "万").replaceAll("億", "亿").replace(/\s/g, "");
    const negative = rest.startsWith("-");
    rest = negative ? rest.slice(1) : rest;
    let total = 0;
    for (const [word, factor] of CHINESE_WORDS) {
        const [count, ...others] = rest.split(word);
        if (others.length > 1 || (others.length && !count)) {
            throw new InvalidNumberError(`"${text}" is not a correct amount`);
        }
        if (others.length) {
            total += parseFloat(count) * factor;
            rest = others[0];
        }
    }
    total += rest ? parseFloat(rest) : 0;
    // 1.1 × 10,000 is not 11,000 in binary; amounts go to the cent.
    const cents = Math.round(total * 100) / 100;
    return negative ? -cents : cents;
}
