//! The numbering plans of the world (ITU-T E.164 and its national plans): which numbers there are.

use crate::automaton::Automaton;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

/// Facts of libphonenumber; `plans.py` describes the columns and writes the file.
const TABLE: &str = include_str!("plans.txt");

/// Longest country code, and how many there can be.
const CODE_MAX: usize = 3;
const CODES: usize = 1_000;

/// The plan of one region.
#[derive(Debug)]
pub(super) struct Plan {
    /// Country code, without `+`.
    pub(super) code: &'static str,
    /// What is dialled before a number within the country; empty when nothing is.
    pub(super) trunk: &'static str,
    /// What is dialled before a country code; empty when it depends on the carrier.
    pub(super) international: &'static str,
    /// Beginning of all numbers of a region that shares its country code.
    leading: Option<Pattern>,
    general: Pattern,
    /// Bits of the lengths that some kinds of number have, and the pattern of these.
    kinds: Vec<(u32, Pattern)>,
}

/// A regular expression over digits. Most plans are those of regions that no record comes from, so it is compiled when it is
/// first asked for.
#[derive(Debug)]
struct Pattern {
    text: String,
    table: OnceLock<Automaton>,
}

impl Pattern {
    /// What matches the beginning of a text.
    fn beginning(text: &str) -> Self {
        Self { text: format!("^(?:{})", text.replace(r"\d", "[0-9]")), table: OnceLock::new() }
    }

    /// What matches the whole of a text, in one of these ways.
    fn whole(ways: &[&str]) -> Self {
        let mut pattern = Self::beginning(&ways.join("|"));
        pattern.text.push('$');
        pattern
    }

    fn matches(&self, digits: &[u8]) -> bool {
        let compile =
            || Automaton::compile(&self.text).expect("the plan is part of the program: a test compiles every pattern");
        self.table.get_or_init(compile).matches(digits)
    }
}

struct Plans {
    list: Vec<Plan>,
    regions: HashMap<&'static str, usize>,
    /// By country code; without plans where no country has the code.
    countries: Vec<Country>,
}

/// The regions that share a country code.
#[derive(Clone, Default)]
struct Country {
    plans: Range<usize>,
    /// Their trunk prefixes.
    trunks: Vec<&'static str>,
}

static PLANS: LazyLock<Plans> = LazyLock::new(|| {
    let countries = vec![Country::default(); CODES];
    let mut plans = Plans { list: Vec::new(), regions: HashMap::new(), countries };
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let (region, plan) = read(line).expect("the plan is part of the program: a test reads every line");
        let at = plans.list.len();
        plans.regions.insert(region, at);
        let country =
            number(plan.code).and_then(|code| plans.countries.get_mut(code)).expect("it has a place for each code");
        country.plans = if country.plans.is_empty() { at } else { country.plans.start }..at + 1;
        if !plan.trunk.is_empty() && !country.trunks.contains(&plan.trunk) {
            country.trunks.push(plan.trunk);
        }
        plans.list.push(plan);
    }
    plans
});

fn read(line: &'static str) -> Option<(&'static str, Plan)> {
    let mut columns = line.split('\t');
    let mut next = || columns.next();
    let (region, code, trunk, international) = (next()?, next()?, next()?, next()?);
    let leading = Some(next()?).filter(|text| !text.is_empty()).map(Pattern::beginning);
    let general = Pattern::whole(&[next()?]);
    let mut by_lengths: Vec<(&str, Vec<&str>)> = Vec::new();
    for kind in columns {
        let (lengths, pattern) = kind.split_once(' ')?;
        match by_lengths.iter_mut().find(|(known, _)| *known == lengths) {
            Some((_, ways)) => ways.push(pattern),
            None => by_lengths.push((lengths, vec![pattern])),
        }
    }
    let kinds = by_lengths.iter().map(|(lengths, ways)| {
        let bits = lengths.split(',').try_fold(0, |bits, length| Some(bits | 1 << length.parse::<u32>().ok()?));
        Some((bits?, Pattern::whole(ways)))
    });
    Some((region, Plan { code, trunk, international, leading, general, kinds: kinds.collect::<Option<_>>()? }))
}

impl Plan {
    /// The plan of an ISO 3166 region.
    pub(super) fn of(region: &str) -> Option<&'static Self> {
        PLANS.regions.get(region).and_then(|&at| PLANS.list.get(at))
    }

    fn has(&self, national: &[u8]) -> bool {
        national.len() < 32
            && self.general.matches(national)
            && self.kinds.iter().any(|(lengths, kind)| lengths >> national.len() & 1 == 1 && kind.matches(national))
    }
}

/// The place of a country code, none of which begins with zero.
fn number(code: &str) -> Option<usize> {
    if code.starts_with('0') { None } else { code.parse().ok() }
}

fn country(code: &str) -> Option<&'static Country> {
    PLANS.countries.get(number(code)?).filter(|country| !country.plans.is_empty())
}

/// Country code and national number; `None` when no country has that code.
pub(super) fn split(digits: &str) -> Option<(&str, &str)> {
    (1..=CODE_MAX).filter_map(|len| digits.split_at_checked(len)).find(|(code, _)| country(code).is_some())
}

/// Whether there is such a number: digits of country code and national number, without `+`.
pub(super) fn is_assigned(digits: &str) -> bool {
    let Some((code, national)) = split(digits) else { return false };
    let plans = country(code).and_then(|country| PLANS.list.get(country.plans.clone())).unwrap_or_default();
    let national = national.as_bytes();
    for plan in plans {
        match &plan.leading {
            // As in libphonenumber: a region with leading digits owns all that begin so, whatever others say.
            Some(leading) if plans.len() > 1 => {
                if leading.matches(national) {
                    return plan.has(national);
                }
            }
            _ => {
                if plan.has(national) {
                    return true;
                }
            }
        }
    }
    false
}

/// The trunk prefixes of the regions that share a country code.
pub(super) fn trunks(code: &str) -> &'static [&'static str] {
    country(code).map_or(&[], |country| &country.trunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read() {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        assert!(lines.clone().all(|line| read(line).is_some()));
        assert!(lines.count() == PLANS.list.len() && PLANS.list.len() > 240);
        assert!(PLANS.list.iter().all(|plan| !plan.kinds.is_empty() && plan.code.len() <= CODE_MAX));
    }

    #[test]
    fn every_pattern_becomes_a_table() {
        for plan in &PLANS.list {
            let kinds = plan.kinds.iter().map(|(_, kind)| kind);
            for Pattern { text, .. } in kinds.chain(&plan.leading).chain([&plan.general]) {
                assert!(Automaton::compile(text).is_some(), "{text}");
            }
        }
    }

    #[test]
    fn whole_numbers_and_beginnings() {
        let whole = Pattern::whole(&[r"1(?:[2-46]\d{2,3}|9{2})", "80?"]);
        for text in ["1200", "14999", "1612", "199", "8", "80"] {
            assert!(whole.matches(text.as_bytes()), "{text}");
        }
        for text in ["", "1", "120", "120000", "15000", "800", "1999", "1:00", "1/00", "8\n", "1\u{664}99"] {
            assert!(!whole.matches(text.as_bytes()), "{text}");
        }
        let beginning = Pattern::beginning("1|80?");
        assert!(beginning.matches(b"8999") && beginning.matches(b"1") && !beginning.matches(b"78"));
    }

    #[test]
    fn no_country_code_begins_another() {
        for Plan { code, .. } in &PLANS.list {
            assert!(country(code).is_some() && !code.starts_with('0'), "{code}");
            let others = (1..code.len()).filter(|len| country(&code[..*len]).is_some());
            assert_eq!(others.count(), 0, "{code}");
        }
    }

    #[test]
    fn assigned_numbers() {
        for number in ["14155552671", "442079460958", "390612345678", "80012345678", "611631234"] {
            assert!(is_assigned(number), "{number}");
        }
        for number in ["15552671", "1415555267", "9991234567", "", "44", "6323234567"] {
            assert!(!is_assigned(number), "{number}");
        }
    }
}
