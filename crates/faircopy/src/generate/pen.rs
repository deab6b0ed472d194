//! Writing a document down: once as it should come out, once as somebody keyed it.

use super::calendar::Day;

/// A decimal: `units` divided by 10 to the power of `scale`, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    /// The value without its decimal sign.
    pub(crate) units: i64,
    /// Decimals within `units`; at most 6.
    pub(crate) scale: u32,
    /// Decimals that the clean record keeps at least.
    pub(crate) least: u32,
}

/// A value, by the ways in which it may be keyed without meaning something else.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    /// Letter case and surrounding blanks do not matter.
    Id(&'a str),
    /// The number of blanks does not matter.
    Text(&'a str),
    /// Keyed as it is.
    Exact(&'a str),
    /// The clean text, and the other texts that people key for it.
    Like(&'a str, &'a [&'a str]),
    /// Yes or no, in JSON's words and in others.
    Bool(bool),
    /// Layout and blanks follow the source.
    Date(Day),
    /// Grouping, signs and the decimal sign follow the source.
    Money(Amount),
    /// The decimal sign follows the source.
    Number(Amount),
    /// A JSON integer.
    Integer(i64),
    /// A list of single values.
    List(&'a [Value<'a>]),
}

/// Something that takes down a document, member by member in form order.
pub(crate) trait Pen {
    /// A member.
    fn put(&mut self, name: &'static str, value: Value<'_>);
    /// A member the document does not have.
    fn absent(&mut self, name: &'static str);
    /// Begins a list of objects.
    fn list(&mut self, name: &'static str);
    /// Begins the next object of the list.
    fn item(&mut self);
    /// Ends the list.
    fn end(&mut self);

    /// A member that the document may have.
    fn maybe(&mut self, name: &'static str, value: Option<Value<'_>>) {
        match value {
            Some(value) => self.put(name, value),
            None => self.absent(name),
        }
    }
}

/// Writes the clean record: canonical texts, form order, no blanks.
#[derive(Debug, Default)]
pub(crate) struct FairPen {
    out: Vec<u8>,
    first: bool,
}

impl FairPen {
    /// Begins a record.
    pub(crate) fn new() -> Self {
        let mut out = Vec::with_capacity(1024);
        out.push(b'{');
        Self { out, first: true }
    }

    /// Ends the record and gives its bytes.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        self.out.push(b'}');
        self.out
    }

    fn name(&mut self, name: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        quote(&mut self.out, name);
        self.out.push(b':');
    }

    fn value(&mut self, value: Value<'_>) {
        match value {
            Value::Id(text) | Value::Text(text) | Value::Exact(text) | Value::Like(text, _) => {
                quote(&mut self.out, text);
            }
            Value::Bool(yes) => self.out.extend_from_slice(if yes { b"true" } else { b"false" }),
            Value::Date(day) => {
                self.out.push(b'"');
                iso_date(&mut self.out, day);
                self.out.push(b'"');
            }
            Value::Money(amount) | Value::Number(amount) => {
                self.out.push(b'"');
                canonical(&mut self.out, amount);
                self.out.push(b'"');
            }
            Value::Integer(number) => self.out.extend_from_slice(number.to_string().as_bytes()),
            Value::List(values) => {
                self.out.push(b'[');
                for (at, &value) in values.iter().enumerate() {
                    if at > 0 {
                        self.out.push(b',');
                    }
                    self.value(value);
                }
                self.out.push(b']');
            }
        }
    }
}

impl Pen for FairPen {
    fn put(&mut self, name: &'static str, value: Value<'_>) {
        self.name(name);
        self.value(value);
    }

    fn absent(&mut self, _name: &'static str) {}

    fn list(&mut self, name: &'static str) {
        self.name(name);
        self.out.push(b'[');
        self.first = true;
    }

    fn item(&mut self) {
        if !std::mem::take(&mut self.first) {
            self.out.extend_from_slice(b"},");
        }
        self.out.push(b'{');
        self.first = true;
    }

    fn end(&mut self) {
        self.out.extend_from_slice(b"}]");
        self.first = false;
    }
}

/// Writes `year-month-day`.
pub(crate) fn iso_date(out: &mut Vec<u8>, day: Day) {
    let date = day.date();
    padded(out, date.year, 4);
    out.push(b'-');
    padded(out, date.month, 2);
    out.push(b'-');
    padded(out, date.day, 2);
}

/// Appends a number that is not negative with leading zeros. Dates are a third of a timesheet: `format!` would be the
/// dearest thing the generator does.
fn padded(out: &mut Vec<u8>, number: i64, width: usize) {
    let mut rest = number.unsigned_abs();
    let begin = out.len();
    out.resize(begin + width, b'0');
    for digit in out[begin..].iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
}

/// Writes an amount with its least decimals and no zeros beyond them.
fn canonical(out: &mut Vec<u8>, amount: Amount) {
    let (whole, mut decimals) = split(amount);
    while decimals.len() > amount.least as usize && decimals.ends_with('0') {
        decimals.pop();
    }
    while decimals.len() < amount.least as usize {
        decimals.push('0');
    }
    if amount.units < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(whole.as_bytes());
    if !decimals.is_empty() {
        out.push(b'.');
        out.extend_from_slice(decimals.as_bytes());
    }
}

/// Digits before and after the decimal sign, without the sign of the amount.
pub(crate) fn split(amount: Amount) -> (String, String) {
    let power = 10_u64.pow(amount.scale);
    let units = amount.units.unsigned_abs();
    let decimals = if amount.scale == 0 {
        String::new()
    } else {
        format!("{:0width$}", units % power, width = amount.scale as usize)
    };
    ((units / power).to_string(), decimals)
}

/// Writes a JSON string. Only what JSON demands is escaped.
pub(crate) fn quote(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    if !text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F)) {
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..=0x1F => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(units: i64, scale: u32, least: u32, expected: &str) {
        let mut out = Vec::new();
        canonical(&mut out, Amount { units, scale, least });
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn canonical_decimals_keep_their_least_decimals_and_no_more() {
        check(123_450, 2, 2, "1234.50");
        check(123_450, 2, 0, "1234.5");
        check(-50, 3, 0, "-0.05");
        check(1_000, 0, 0, "1000");
        check(7, 0, 2, "7.00");
        check(12_500_000, 6, 2, "12.50");
    }

    #[test]
    fn a_record_is_written_compactly() {
        let mut pen = FairPen::new();
        pen.put("a", Value::Id("X\"1"));
        pen.absent("b");
        pen.list("lines");
        pen.item();
        pen.put("n", Value::Integer(1));
        pen.item();
        pen.put("d", Value::Date(Day(0)));
        pen.end();
        pen.put("z", Value::Exact("é"));
        let expected = r#"{"a":"X\"1","lines":[{"n":1},{"d":"1970-01-01"}],"z":"é"}"#;
        assert_eq!(String::from_utf8(pen.finish()).unwrap(), expected);
    }
}
