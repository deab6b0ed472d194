//! The hand of the person at the keyboard: the same value in many layouts, none of which changes what it means.

use super::{
    calendar::{Date, Day},
    pen::{Amount, Pen, Value, iso_date, quote, split},
    random::Random,
    source::{Order, Sign, Source},
};

/// A place in a record: the item of its list, if it stands in one, and the member's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Number of the item, from 0.
    pub(crate) item: Option<usize>,
    /// Name of the member.
    pub(crate) name: &'static str,
}

/// What goes wrong when a member is keyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// It is left out.
    Omit,
    /// These bytes stand where its value should.
    Write(Vec<u8>),
    /// Its name is misspelt.
    Misname(&'static str),
    /// It is keyed twice.
    Twice,
}

/// Months as people abbreviate them.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// What spreadsheets count 1970-01-01 as, in the system of 1900.
const SERIAL_OF_1970: i64 = 25_569;
/// U+00A0, which spreadsheets and web forms leave between digits and words.
const NO_BREAK_SPACE: &str = "\u{a0}";

/// Takes down a record as keyed at a source.
#[derive(Debug)]
pub(crate) struct KeyedPen<'a> {
    out: Vec<u8>,
    first: bool,
    source: Source,
    random: Random,
    slips: &'a [(Place, Slip)],
    item: Option<usize>,
    /// Whether the program at the source puts a blank after colons and commas.
    airy: bool,
    /// Layouts of dates and of amounts: people keep to one within a record.
    dates: u64,
    amounts: u64,
}

/// Layouts of dates, and of amounts, that a source uses.
const LAYOUTS: u64 = 6;
/// One in so many values is keyed with a slip of the thumb that means nothing: blanks, letter case.
const NOISE: u64 = 24;

impl<'a> KeyedPen<'a> {
    /// Begins a record. `random` decides layouts only.
    pub(crate) fn new(source: Source, mut random: Random, slips: &'a [(Place, Slip)]) -> Self {
        let airy = random.chance(1, 4);
        let mut out = Vec::with_capacity(1536);
        out.push(b'{');
        let (dates, amounts) = (random.below(LAYOUTS), random.below(LAYOUTS));
        Self { out, first: true, source, random, slips, item: None, airy, dates, amounts }
    }

    /// Ends the record and gives its bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.out.push(b'}');
        self.out
    }

    fn slip(&self, name: &'static str) -> Option<&'a Slip> {
        let here = Place { item: self.item, name };
        self.slips.iter().find(|(place, _)| *place == here).map(|(_, slip)| slip)
    }

    fn comma(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.extend_from_slice(if self.airy { b", " } else { b"," });
        }
    }

    fn name(&mut self, name: &str) {
        self.comma();
        quote(&mut self.out, name);
        self.out.extend_from_slice(if self.airy { b": " } else { b":" });
    }

    fn value(&mut self, value: Value<'_>) {
        match value {
            Value::Id(text) => self.id(text),
            Value::Text(text) => self.text(text),
            Value::Exact(text) => quote(&mut self.out, text),
            Value::Like(text, others) => self.like(text, others),
            Value::Bool(yes) => self.bool(yes),
            Value::Date(day) => self.date(day),
            Value::Money(amount) => self.money(amount),
            Value::Number(amount) => self.number(amount),
            Value::Integer(number) if self.amounts == 0 => quote(&mut self.out, &number.to_string()),
            Value::Integer(number) => self.out.extend_from_slice(number.to_string().as_bytes()),
            Value::List(values) => {
                self.out.push(b'[');
                for (at, &value) in values.iter().enumerate() {
                    if at > 0 {
                        self.out.extend_from_slice(if self.airy { b", " } else { b"," });
                    }
                    self.value(value);
                }
                self.out.push(b']');
            }
        }
    }

    fn id(&mut self, id: &str) {
        let text = match self.random.below(NOISE) {
            0 | 1 => id.to_lowercase(),
            2 => format!(" {id}"),
            3 => format!("{id}{NO_BREAK_SPACE}"),
            4 => format!("{id}  "),
            _ => return quote(&mut self.out, id),
        };
        quote(&mut self.out, &text);
    }

    /// Half of the time as it should be, half of the time in one of the other ways.
    fn like(&mut self, text: &str, others: &[&str]) {
        let keyed = if others.is_empty() || self.random.chance(1, 2) { text } else { self.random.pick(others) };
        quote(&mut self.out, keyed);
    }

    fn bool(&mut self, yes: bool) {
        let words: [&[u8]; 2] = match self.random.below(NOISE) {
            0 | 1 => [b"\"N\"", b"\"Y\""],
            2 => [b"\"no\"", b"\"Yes\""],
            3 => [b"0", b"1"],
            4 => [b"\"false\"", b"\"TRUE\""],
            _ => [b"false", b"true"],
        };
        self.out.extend_from_slice(words[usize::from(yes)]);
    }

    fn text(&mut self, text: &str) {
        let keyed = match self.random.below(NOISE) {
            0 => text.replace(' ', "  "),
            1 => text.replacen(' ', NO_BREAK_SPACE, 1),
            2 => format!(" {text} "),
            3 => decompose(text),
            4 if !text.is_ascii() => return quote_ascii(&mut self.out, text),
            _ => return quote(&mut self.out, text),
        };
        quote(&mut self.out, &keyed);
    }

    fn date(&mut self, day: Day) {
        // A spreadsheet that lost the format of its column shows the number of the day.
        let serial = day.0 + SERIAL_OF_1970;
        if self.random.chance(1, 2 * NOISE) && (20_000..80_000).contains(&serial) {
            return quote(&mut self.out, &serial.to_string());
        }
        self.out.push(b'"');
        let layout = self.dates;
        match layout {
            0 | 1 => iso_date(&mut self.out, day),
            2 => {
                let Date { year, month, day } = day.date();
                self.out.extend_from_slice(format!("{day:02}-{}-{year}", month_name(month)).as_bytes());
            }
            _ => self.numeric_date(day, layout),
        }
        self.out.push(b'"');
    }

    fn numeric_date(&mut self, day: Day, layout: u64) {
        let Date { year, month, day: of_month } = day.date();
        let slash = if layout == 3 { '/' } else { '.' };
        let text = match self.source.order {
            Order::DayFirst => format!("{of_month:02}{slash}{month:02}{slash}{year}"),
            Order::MonthFirst if layout == 3 => format!("{month}/{of_month}/{year}"),
            Order::MonthFirst => format!("{month:02}/{of_month:02}/{year}"),
            Order::Unsaid if of_month > 12 => format!("{of_month:02}{slash}{month:02}{slash}{year}"),
            // 20101112 may be the 12 November 2010, and the 20 October 1112.
            Order::Unsaid if (1..=12).contains(&(year % 100)) => format!("{year:04}/{month:02}/{of_month:02}"),
            Order::Unsaid => format!("{year:04}{month:02}{of_month:02}"),
        };
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Whether decimal and grouping sign can be told apart from the digits alone: three digits after the only sign in
    /// an amount may be thousands.
    fn single_sign_is_certain(&self, amount: Amount) -> bool {
        self.source.sign != Sign::Unsaid || amount.scale != 3
    }

    /// Whether grouped digits can be read one way: one separator and three digits after it, as in 1.234, are decimals
    /// as well, unless a decimal sign follows, the separator is a blank, or the source writes decimal points.
    fn groups_are_certain(&self, whole: &str, decimals: &str, separator: &str) -> bool {
        !decimals.is_empty() || whole.len() > 6 || separator == NO_BREAK_SPACE || self.source.sign == Sign::Point
    }

    fn number(&mut self, amount: Amount) {
        let (whole, decimals) = split(amount);
        let minus = if amount.units < 0 { "-" } else { "" };
        if decimals.is_empty() {
            let text = format!("{minus}{whole}");
            return if self.amounts == 5 { self.plain(&text) } else { quote(&mut self.out, &text) };
        }
        if !self.single_sign_is_certain(amount) || self.amounts == 5 {
            return self.plain(&format!("{minus}{whole}.{decimals}"));
        }
        let sign = self.decimal_sign();
        quote(&mut self.out, &format!("{minus}{whole}{sign}{decimals}"));
    }

    fn money(&mut self, amount: Amount) {
        let (whole, decimals) = split(amount);
        let layout = self.amounts;
        let sign = self.decimal_sign();
        let separator = self.grouping(sign);
        let grouped = whole.len() > 3 && layout < 4 && self.groups_are_certain(&whole, &decimals, separator);
        if layout == 5 || !(grouped || decimals.is_empty() || self.single_sign_is_certain(amount)) {
            let minus = if amount.units < 0 { "-" } else { "" };
            let point = if decimals.is_empty() { "" } else { "." };
            return self.plain(&format!("{minus}{whole}{point}{decimals}"));
        }
        let mut digits = if grouped { group(&whole, separator) } else { whole };
        if !decimals.is_empty() {
            digits.push_str(sign);
            digits.push_str(&decimals);
        }
        let text = match (amount.units < 0, self.random.below(3)) {
            (false, _) => digits,
            (true, 0) => format!("({digits})"),
            (true, 1) => format!("{digits}-"),
            (true, _) => format!("-{digits}"),
        };
        quote(&mut self.out, &text);
    }

    fn decimal_sign(&mut self) -> &'static str {
        match self.source.sign {
            Sign::Point => ".",
            Sign::Comma => ",",
            Sign::Unsaid if self.random.chance(1, 2) => ".",
            Sign::Unsaid => ",",
        }
    }

    fn grouping(&mut self, decimal_sign: &str) -> &'static str {
        if self.random.chance(1, 6) {
            return NO_BREAK_SPACE;
        }
        if decimal_sign == "." { "," } else { "." }
    }

    /// A JSON number: the program at the source kept it as one.
    fn plain(&mut self, digits: &str) {
        self.out.extend_from_slice(digits.as_bytes());
    }
}

impl Pen for KeyedPen<'_> {
    fn put(&mut self, name: &'static str, value: Value<'_>) {
        match self.slip(name) {
            None => {
                self.name(name);
                self.value(value);
            }
            Some(Slip::Omit) => {}
            Some(Slip::Write(bytes)) => {
                self.name(name);
                self.out.extend_from_slice(bytes);
            }
            Some(Slip::Misname(wrong)) => {
                self.name(wrong);
                self.value(value);
            }
            Some(Slip::Twice) => {
                self.name(name);
                self.value(value);
                self.name(name);
                self.value(value);
            }
        }
    }

    fn absent(&mut self, name: &'static str) {
        if let Some(Slip::Write(bytes)) = self.slip(name) {
            self.name(name);
            self.out.extend_from_slice(bytes);
            return;
        }
        let blank: &[u8] = match self.random.below(2 * NOISE) {
            0 => b"null",
            1 => b"\"\"",
            2 => b"\"  \"",
            _ => return,
        };
        self.name(name);
        self.out.extend_from_slice(blank);
    }

    fn list(&mut self, name: &'static str) {
        self.name(name);
        self.out.push(b'[');
        self.first = true;
    }

    fn item(&mut self) {
        if let Some(item) = self.item {
            self.out.push(b'}');
            self.item = Some(item + 1);
        } else {
            self.item = Some(0);
        }
        self.comma();
        self.out.push(b'{');
        self.first = true;
    }

    fn end(&mut self) {
        self.out.extend_from_slice(b"}]");
        self.item = None;
        self.first = false;
    }
}

/// The month's abbreviation; months count from 1.
fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or("")
}

/// Puts `separator` between groups of three digits.
fn group(digits: &str, separator: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// Accented letters as letter and combining mark (Unicode NFD), as some keyboards produce them.
fn decompose(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            'ä' => out.push_str("a\u{308}"),
            'ö' => out.push_str("o\u{308}"),
            'ü' => out.push_str("u\u{308}"),
            'é' => out.push_str("e\u{301}"),
            'è' => out.push_str("e\u{300}"),
            _ => out.push(letter),
        }
    }
    out
}

/// A JSON string with every letter beyond ASCII escaped. The generator's texts stay within the basic plane.
fn quote_ascii(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for letter in text.chars() {
        if letter.is_ascii() {
            out.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            out.extend_from_slice(format!("\\u{:04x}", u32::from(letter)).as_bytes());
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::{super::source::UNSAID, *};

    #[test]
    fn slips_touch_their_place_only() {
        let slips = [
            (Place { item: None, name: "a" }, Slip::Omit),
            (Place { item: Some(1), name: "n" }, Slip::Write(b"\"l\"".to_vec())),
            (Place { item: None, name: "z" }, Slip::Misname("zz")),
        ];
        let mut pen = KeyedPen::new(UNSAID, Random::of(1, 1, 1), &slips);
        pen.airy = false;
        pen.put("a", Value::Exact("1"));
        pen.list("l");
        for _ in 0..2 {
            pen.item();
            pen.put("n", Value::Exact("1"));
        }
        pen.end();
        pen.put("z", Value::Exact("1"));
        assert_eq!(String::from_utf8(pen.finish()).unwrap(), r#"{"l":[{"n":"1"},{"n":"l"}],"zz":"1"}"#);
    }

    #[test]
    fn three_decimals_are_never_left_alone_without_a_known_sign() {
        let amount = Amount { units: 1_234, scale: 3, least: 3 };
        for index in 0..100 {
            let mut pen = KeyedPen::new(UNSAID, Random::of(9, index, 0), &[]);
            pen.money(amount);
            assert_eq!(pen.finish(), b"{1.234}", "only the JSON number can be read one way");
        }
    }

    #[test]
    fn digits_are_grouped_from_the_right() {
        assert_eq!(group("1234567", "."), "1.234.567");
        assert_eq!(group("123", "."), "123");
    }
}
