//! What is seen of one column: counts and bounds, a few different values, and a hash for each row.

use super::{ROWS_MAX, candidate::CANDIDATES};
use crate::{
    DateOrder, DecimalSign, Profile,
    field::{Annotation, Normalizer, Settings, TwoDigitYear},
    normalize,
};
use record::RecordTime;
use std::{
    collections::{BTreeMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// Most different values that are kept: more make no `enum`.
const KEPT_MAX: usize = 40;

/// Counts of one column.
#[derive(Debug, Default)]
pub(super) struct Column {
    pub(super) pointer: String,
    /// Values that are there and not blank.
    pub(super) filled: u64,
    /// Numbers and booleans of JSON.
    pub(super) bare: u64,
    pub(super) chars_max: usize,
    /// 0 where there is no value.
    chars_min: usize,
    pub(super) fits: Vec<u64>,
    pub(super) booleans: u64,
    /// Those of them that mean yes.
    pub(super) yes: u64,
    /// Those of them that are words and mean nothing else; one or two letters may be any code.
    pub(super) words: u64,
    /// Those of them that are one or two letters.
    pub(super) letters: u64,
    pub(super) whole: u64,
    pub(super) leading_zeros: u64,
    pub(super) dates: Dates,
    pub(super) amounts: Amounts,
    /// Without blanks inside, and with a digit.
    pub(super) codes: u64,
    /// Different values, while they are few.
    pub(super) kept: Option<BTreeMap<String, u64>>,
    /// Hash of the value in each row, 0 where there is none.
    pub(super) rows: Vec<u64>,
    hashes: HashSet<u64>,
}

/// What was seen of dates.
#[derive(Debug, Default)]
pub(super) struct Dates {
    /// Readable when the order is known.
    pub(super) readable: u64,
    /// Only day first, only month first.
    pub(super) day_first: u64,
    pub(super) month_first: u64,
    /// Either way.
    pub(super) ambiguous: u64,
    pub(super) two_digit_years: u64,
}

/// What was seen of decimals.
#[derive(Debug, Default)]
pub(super) struct Amounts {
    /// Readable when the sign is known.
    pub(super) readable: u64,
    pub(super) point: u64,
    pub(super) comma: u64,
    pub(super) ambiguous: u64,
    /// With a currency, with a percent sign.
    pub(super) marked: u64,
    pub(super) percents: u64,
    pub(super) negative: u64,
    /// Most decimals under a point and under a comma, and most digits before them.
    pub(super) scale: [u32; 2],
    pub(super) digits: usize,
}

impl Column {
    pub(super) fn new(pointer: &str) -> Self {
        let kept = Some(BTreeMap::new());
        Self { pointer: pointer.to_owned(), fits: vec![0; CANDIDATES.len()], kept, ..Self::default() }
    }

    /// The last step of the pointer, as it was written.
    pub(super) fn name(&self) -> String {
        let last = self.pointer.rsplit('/').find(|step| *step != "*").unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }

    /// Takes one value; `bare`: a JSON number or boolean.
    pub(super) fn see(&mut self, text: &str, bare: bool, row: u64) {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return;
        }
        let chars = trimmed.chars().count();
        self.chars_min = if self.filled == 0 { chars } else { self.chars_min.min(chars) };
        self.chars_max = self.chars_max.max(chars);
        self.filled += 1;
        self.bare += u64::from(bare);
        self.note(trimmed, row);
        let inner_blank = trimmed.contains(char::is_whitespace);
        self.codes +=
            u64::from(!inner_blank && trimmed.bytes().any(|byte| byte.is_ascii_digit()) && trimmed.is_ascii());
        let digits = trimmed.strip_prefix('-').unwrap_or(trimmed);
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        self.whole += u64::from(all_digits && digits.len() <= 18);
        self.leading_zeros += u64::from(all_digits && digits.len() > 1 && digits.starts_with('0'));
        if let Some(boolean) = ok("boolean", trimmed, &Profile::default(), None) {
            self.booleans += 1;
            self.yes += u64::from(boolean == "true");
            self.words += u64::from(trimmed.len() > 2);
            self.letters += u64::from(trimmed.len() <= 2 && !all_digits);
        }
        for (count, candidate) in self.fits.iter_mut().zip(CANDIDATES) {
            *count += u64::from(candidate.fits(trimmed));
        }
        self.date(trimmed, all_digits);
        self.amount(trimmed, bare);
    }

    fn note(&mut self, text: &str, row: u64) {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        let hash = hasher.finish().max(1);
        self.hashes.insert(hash);
        if let Ok(row) = usize::try_from(row.min(ROWS_MAX))
            && self.rows.len() <= row
        {
            self.rows.resize(row, 0);
            self.rows.push(hash);
        }
        if let Some(kept) = &mut self.kept {
            *kept.entry(text.to_owned()).or_default() += 1;
            if kept.len() > KEPT_MAX {
                self.kept = None;
            }
        }
    }

    /// How many different values there are.
    pub(super) fn different(&self) -> usize {
        self.hashes.len()
    }

    /// Whether there are `many` values or more, all of them whole numbers of the same width, `wide` or more.
    pub(super) fn has_one_width(&self, wide: usize, many: u64) -> bool {
        self.is_all_digits(many) && self.chars_min >= wide && self.chars_min == self.chars_max
    }

    /// Whether there are `many` values or more, and all of them digits.
    pub(super) fn is_all_digits(&self, many: u64) -> bool {
        self.filled >= many && self.whole == self.filled && self.bare == 0 && self.amounts.negative == 0
    }

    /// Whether some values mean yes, and others no.
    pub(super) fn has_both_answers(&self) -> bool {
        0 < self.yes && self.yes < self.booleans
    }

    fn date(&mut self, text: &str, all_digits: bool) {
        // A long text is no date, and costs the most to find out.
        const TEXT_MAX: usize = 40;
        if text.len() > TEXT_MAX {
            return;
        }
        // Digits alone are a date in one layout only; an Excel serial is a number to everybody but its author.
        let eight = text.len() == 8 && (text.starts_with("19") || text.starts_with("20"));
        if (all_digits && !eight) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
            return;
        }
        let read =
            |order| ok("date", text, &Profile { date_order: order, ..Profile::default() }, Some(TwoDigitYear::Nearest));
        let [plain, day, month] = [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)].map(read);
        let dates = &mut self.dates;
        dates.readable += u64::from(day.is_some() || month.is_some() || plain.is_some());
        match (&plain, &day, &month) {
            (Some(_), Some(a), Some(b)) if a == b => {}
            (_, Some(_), None) => dates.day_first += 1,
            (_, None, Some(_)) => dates.month_first += 1,
            (None, Some(_), Some(_)) => dates.ambiguous += 1,
            _ => {}
        }
        let whole_year = [None, Some(DateOrder::Dmy), Some(DateOrder::Mdy)]
            .iter()
            .any(|order| ok("date", text, &Profile { date_order: *order, ..Profile::default() }, None).is_some());
        dates.two_digit_years += u64::from(!whole_year && (day.is_some() || month.is_some()));
    }

    /// `bare`: a number of JSON, which says nothing of how texts are written.
    fn amount(&mut self, text: &str, bare: bool) {
        let under = |sign| Profile { decimal_sign: Some(sign), ..Profile::default() };
        let read = |name: &str| [DecimalSign::Point, DecimalSign::Comma].map(|sign| ok(name, text, &under(sign), None));
        let (plain, money, percent) = (read("decimal"), read("money"), read("percent"));
        let is_there = |read: &[Option<String>; 2]| read.iter().any(Option::is_some);
        let amounts = &mut self.amounts;
        amounts.marked += u64::from(!is_there(&plain) && is_there(&money));
        amounts.percents += u64::from(!is_there(&plain) && is_there(&percent));
        let [point, comma] = [plain, money, percent].into_iter().find(is_there).unwrap_or([None, None]);
        if point.is_none() && comma.is_none() {
            return;
        }
        amounts.readable += 1;
        let written = [decimals(text, '.'), decimals(text, ',')];
        match (&point, &comma) {
            (Some(a), Some(b)) if a != b => amounts.ambiguous += 1,
            (None, Some(_)) => amounts.comma += u64::from(written[1].is_some() && !bare),
            // A point before one or two decimals is read under either sign: whoever keyed it means it nevertheless.
            _ => amounts.point += u64::from(written[0].is_some() && !bare),
        }
        for ((scale, number), decimals) in amounts.scale.iter_mut().zip([&point, &comma]).zip(written) {
            let Some(number) = number else { continue };
            *scale = (*scale).max(decimals.unwrap_or(0));
            let whole = number.split('.').next().unwrap_or_default();
            amounts.digits = amounts.digits.max(whole.trim_start_matches('-').len());
        }
        amounts.negative += u64::from([&point, &comma].into_iter().flatten().any(|number| number.starts_with('-')));
    }
}

/// Decimals behind a sign that stands once: canonical decimals have lost their zeros.
fn decimals(text: &str, sign: char) -> Option<u32> {
    let (before, after) = text.split_once(sign)?;
    let count = after.bytes().take_while(u8::is_ascii_digit).count();
    (!after.contains(sign) && !before.is_empty()).then(|| u32::try_from(count).unwrap_or(u32::MAX))
}

/// Whether a value stays as it is when it is keyed: another could never be one of an `enum`.
pub(super) fn is_settled(value: &str) -> bool {
    ["text", "trim"].iter().all(|name| ok(name, value, &Profile::default(), None).as_deref() == Some(value))
}

/// What a normalizer makes of a text; `None` when it refuses it.
fn ok(name: &str, text: &str, profile: &Profile, years: Option<TwoDigitYear>) -> Option<String> {
    let (_, normalizer): (_, Normalizer) = normalize::normalizer(name)?;
    let annotation = Annotation { two_digit_year: years, ..Annotation::default() };
    // Any record time does: it decides the century, and here only whether the date can be read.
    let settings = Settings { profile, annotation: &annotation, time: Some(RecordTime(1_700_000_000_000)) };
    normalizer(text, &settings).ok().map(|changed| changed.unwrap_or_else(|| text.to_owned()))
}
