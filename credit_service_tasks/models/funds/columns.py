"""The columns of the daily extracts, and the headers banks write over them."""

from odoo.addons.credit_client_tiering.models.intake.columns import Column, add_kind

MOVEMENT = "credit.fund.movement"
PAYMENT = "credit.planned.payment"
CLIENT = ("credit_code", "client_name")

add_kind(
    "movements",
    (
        Column(
            "value_date",
            "日期 交易日期 记账日期 起息日 付款日期 计划日期 放款日期",
            (MOVEMENT, "date"),
        ),
        Column(
            "fund_amount",
            "金额 变动金额 净变动 发生额 付款金额 放款金额 amount",
            (MOVEMENT, "amount"),
        ),
        Column("inflow", "流入 流入金额 贷方发生额 入账金额", None),
        Column("outflow", "流出 流出金额 借方发生额 出账金额", None),
        Column("fund_balance", "余额 日终余额 账户余额 balance", (MOVEMENT, "balance")),
        Column("reference", "流水号 业务编号 借据号 编号 交易流水号", (MOVEMENT, "reference")),
        Column("cross_bank", "是否跨行 跨行", (MOVEMENT, "cross_bank")),
        Column("purpose", "用途 资金用途", (MOVEMENT, "purpose")),
        Column("counterparty", "对手方 收款人 对方户名", (PAYMENT, "counterparty")),
    ),
    "credit_code client_name value_date fund_amount inflow outflow fund_balance reference "
    "cross_bank purpose",
    (CLIENT, ("value_date",), ("fund_amount", "inflow", "outflow")),
    ("fund_amount", "inflow", "outflow", "fund_balance"),
)
add_kind(
    "payments",
    (),
    "credit_code client_name value_date fund_amount reference cross_bank purpose counterparty",
    (CLIENT, ("value_date",), ("fund_amount",), ("reference",)),
)
add_kind(
    "payouts",
    (),
    "credit_code client_name value_date fund_amount reference",
    (CLIENT, ("value_date",), ("fund_amount",), ("reference",)),
)
