//! Vendor invoices: what stands on the paper, in whole minor units.

use super::{
    calendar::Day,
    number,
    pen::{Amount, Pen, Value},
    random::Random,
    vendor::Vendor,
    words,
};

/// One invoice.
#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    pub(crate) vendor: Vendor,
    pub(crate) no: String,
    pub(crate) credit: bool,
    pub(crate) date: Day,
    pub(crate) terms_days: Option<i64>,
    pub(crate) due: Option<Day>,
    pub(crate) po_no: Option<String>,
    pub(crate) lines: Vec<Line>,
    /// Sums in minor units of the currency.
    pub(crate) subtotal: i64,
    pub(crate) discount: Option<i64>,
    pub(crate) freight: Option<i64>,
    pub(crate) tax: Option<i64>,
    pub(crate) total: i64,
    /// Whether it asks to be paid elsewhere than the table of vendors says.
    pub(crate) redirected: bool,
}

/// One line of an invoice.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) description: &'static str,
    pub(crate) sku: Option<String>,
    pub(crate) gtin: Option<String>,
    /// Quarters of a unit.
    pub(crate) quarters: i64,
    /// Price of a unit in minor units of the currency, a multiple of 4: every amount is exact.
    pub(crate) price: i64,
    pub(crate) amount: i64,
    pub(crate) tax_rate: Option<i64>,
    pub(crate) gl_account: Option<String>,
}

impl Invoice {
    /// The invoice of record `index`, dated at most 60 days before `keyed_on`.
    pub(crate) fn of(seed: u64, index: u64, keyed_on: Day, random: &mut Random) -> Self {
        let vendor = Vendor::pick(seed, random);
        let credit = random.chance(1, 20);
        let date = keyed_on.plus(-random.within(0, 60));
        let terms_days = random.chance(2, 3).then(|| random.pick(&[0, 7, 10, 14, 30, 45, 60, 90]));
        let lines: Vec<Line> = (0..=random.below(5).min(random.below(9))).map(|_| Line::of(credit, random)).collect();
        let subtotal: i64 = lines.iter().map(|line| line.amount).sum();
        let discount = random.chance(1, 4).then_some(subtotal / 50);
        let freight = random.chance(1, 3).then(|| if credit { 0 } else { random.within(0, 9_000) });
        let tax = random.chance(3, 4).then_some(subtotal * 19 / 100);
        let total = subtotal - discount.unwrap_or(0) + freight.unwrap_or(0) + tax.unwrap_or(0);
        Self {
            no: invoice_no(index, date, random),
            due: terms_days.map(|days| date.plus(days)),
            po_no: (random.chance(1, 2) || vendor.po_required).then(|| format!("PO-{:07}", random.below(10_000_000))),
            vendor,
            credit,
            date,
            terms_days,
            lines,
            subtotal,
            discount,
            freight,
            tax,
            total,
            redirected: false,
        }
    }

    /// A sum in the invoice's currency.
    pub(crate) fn money(&self, units: i64) -> Amount {
        Amount { units, scale: self.vendor.minor, least: 2 }
    }

    /// Takes the invoice down in form order.
    pub(crate) fn write(&self, pen: &mut impl Pen) {
        let sum = |units| Value::Money(self.money(units));
        pen.put("vendor_id", Value::Id(&self.vendor.id));
        pen.put("vendor_name", Value::Text(&self.vendor.name));
        pen.maybe("vendor_tax_id", self.vendor.tax_id.as_deref().map(Value::Id));
        pen.put("invoice_no", Value::Id(&self.no));
        pen.put("invoice_type", Value::Exact(if self.credit { "credit" } else { "invoice" }));
        pen.put("invoice_date", Value::Date(self.date));
        pen.maybe("due_date", self.due.map(Value::Date));
        pen.maybe("terms_days", self.terms_days.map(Value::Integer));
        pen.put("currency", Value::Id(self.vendor.currency));
        pen.maybe("po_no", self.po_no.as_deref().map(Value::Id));
        pen.list("lines");
        for (at, line) in (1..).zip(&self.lines) {
            pen.item();
            line.write(at, self.vendor.minor, pen);
        }
        pen.end();
        pen.put("subtotal", sum(self.subtotal));
        pen.maybe("discount", self.discount.map(sum));
        pen.maybe("freight", self.freight.map(sum));
        pen.maybe("tax", self.tax.map(sum));
        pen.put("total", sum(self.total));
        let payment = &self.vendor.payment;
        pen.put("payment_method", Value::Exact(payment.method));
        pen.maybe("remit_iban", payment.iban.as_deref().map(Value::Id));
        pen.maybe("aba", payment.aba.as_deref().map(Value::Exact));
        pen.maybe("account", payment.account.as_deref().map(Value::Exact));
        pen.maybe("bic", payment.bic.as_deref().map(Value::Id));
    }
}

impl Line {
    fn of(credit: bool, random: &mut Random) -> Self {
        let whole = random.within(1, 40) * 4;
        let quarters = if random.chance(1, 5) { whole + random.within(1, 3) } else { whole };
        let quarters = if credit { -quarters } else { quarters };
        let highest = if random.chance(1, 8) { 250_000 } else { 6_000 };
        let price = random.within(1, highest) * 4;
        Self {
            description: random.pick(&words::GOODS),
            sku: random.chance(1, 3).then(|| format!("SKU-{:05}", random.below(100_000))),
            gtin: random.chance(1, 4).then(|| number::gtin(random)),
            quarters,
            price,
            amount: quarters * price / 4,
            tax_rate: random.chance(1, 2).then(|| random.pick(&[0, 7, 19, 20, 21])),
            gl_account: random.chance(1, 3).then(|| format!("{}", 4_000 + random.below(5_000))),
        }
    }

    fn write(&self, line_no: i64, minor: u32, pen: &mut impl Pen) {
        let qty = if self.quarters % 4 == 0 {
            Amount { units: self.quarters / 4, scale: 0, least: 0 }
        } else {
            Amount { units: self.quarters * 25, scale: 2, least: 0 }
        };
        pen.put("line_no", Value::Integer(line_no));
        pen.put("description", Value::Text(self.description));
        pen.maybe("sku", self.sku.as_deref().map(Value::Id));
        pen.maybe("gtin", self.gtin.as_deref().map(Value::Exact));
        pen.put("qty", Value::Number(qty));
        pen.put("unit_price", Value::Money(Amount { units: self.price, scale: minor, least: 2 }));
        pen.put("amount", Value::Money(Amount { units: self.amount, scale: minor, least: 2 }));
        pen.maybe("tax_rate", self.tax_rate.map(|rate| Value::Number(Amount { units: rate, scale: 0, least: 0 })));
        pen.maybe("gl_account", self.gl_account.as_deref().map(Value::Exact));
    }
}

/// A number that no other record has: it holds the record's index. Vendors number in different ways.
fn invoice_no(index: u64, date: Day, random: &mut Random) -> String {
    match random.below(4) {
        0 => format!("INV-{index:07}"),
        1 => format!("RE{}-{index:06}", date.date().year),
        2 => format!("{}/{index:06}", date.date().year),
        _ => format!("F{index:08}"),
    }
}
