//! `us_state`: two-letter codes of US states from what people key.

use super::fold::{changed, narrow, word_key};
use crate::field::{Refusal, Settings};
use crate::suggest::Meanings;
use record::Code;
use std::{borrow::Cow, sync::LazyLock};

/// The 50 states, DC, the territories and the three military regions (USPS Publication 28, appendix B, without the freely
/// associated states) with their names in the form of `key`; sorted.
const US_STATES: &[(&str, &str)] = &[
    ("AA", "armed forces americas"),
    ("AE", "armed forces europe"),
    ("AK", "alaska"),
    ("AL", "alabama"),
    ("AP", "armed forces pacific"),
    ("AR", "arkansas"),
    ("AS", "american samoa"),
    ("AZ", "arizona"),
    ("CA", "california"),
    ("CO", "colorado"),
    ("CT", "connecticut"),
    ("DC", "district of columbia"),
    ("DE", "delaware"),
    ("FL", "florida"),
    ("GA", "georgia"),
    ("GU", "guam"),
    ("HI", "hawaii"),
    ("IA", "iowa"),
    ("ID", "idaho"),
    ("IL", "illinois"),
    ("IN", "indiana"),
    ("KS", "kansas"),
    ("KY", "kentucky"),
    ("LA", "louisiana"),
    ("MA", "massachusetts"),
    ("MD", "maryland"),
    ("ME", "maine"),
    ("MI", "michigan"),
    ("MN", "minnesota"),
    ("MO", "missouri"),
    ("MP", "northern mariana islands"),
    ("MS", "mississippi"),
    ("MT", "montana"),
    ("NC", "north carolina"),
    ("ND", "north dakota"),
    ("NE", "nebraska"),
    ("NH", "new hampshire"),
    ("NJ", "new jersey"),
    ("NM", "new mexico"),
    ("NV", "nevada"),
    ("NY", "new york"),
    ("OH", "ohio"),
    ("OK", "oklahoma"),
    ("OR", "oregon"),
    ("PA", "pennsylvania"),
    ("PR", "puerto rico"),
    ("RI", "rhode island"),
    ("SC", "south carolina"),
    ("SD", "south dakota"),
    ("TN", "tennessee"),
    ("TX", "texas"),
    ("UT", "utah"),
    ("VA", "virginia"),
    ("VI", "virgin islands"),
    ("VT", "vermont"),
    ("WA", "washington"),
    ("WI", "wisconsin"),
    ("WV", "west virginia"),
    ("WY", "wyoming"),
];

/// Abbreviations of before the two-letter codes, and other names; sorted.
const ALIASES: &[(&str, &str)] = &[
    ("ala", "AL"),
    ("alas", "AK"),
    ("ariz", "AZ"),
    ("ark", "AR"),
    ("armed forces africa", "AE"),
    ("armed forces canada", "AE"),
    ("armed forces middle east", "AE"),
    ("armed forces the americas", "AA"),
    ("cal", "CA"),
    ("calif", "CA"),
    ("cnmi", "MP"),
    ("colo", "CO"),
    ("commonwealth of kentucky", "KY"),
    ("commonwealth of massachusetts", "MA"),
    ("commonwealth of pennsylvania", "PA"),
    ("commonwealth of virginia", "VA"),
    ("conn", "CT"),
    ("d c", "DC"),
    ("del", "DE"),
    ("fla", "FL"),
    ("ill", "IL"),
    ("ind", "IN"),
    ("kan", "KS"),
    ("kans", "KS"),
    ("mass", "MA"),
    ("mich", "MI"),
    ("minn", "MN"),
    ("miss", "MS"),
    ("mont", "MT"),
    ("n c", "NC"),
    ("n car", "NC"),
    ("n carolina", "NC"),
    ("n d", "ND"),
    ("n dak", "ND"),
    ("n dakota", "ND"),
    ("n h", "NH"),
    ("n j", "NJ"),
    ("n m", "NM"),
    ("n mex", "NM"),
    ("n y", "NY"),
    ("neb", "NE"),
    ("nebr", "NE"),
    ("nev", "NV"),
    ("new mex", "NM"),
    ("new york state", "NY"),
    ("no carolina", "NC"),
    ("no dakota", "ND"),
    ("okla", "OK"),
    ("ore", "OR"),
    ("oreg", "OR"),
    ("p r", "PR"),
    ("penn", "PA"),
    ("penna", "PA"),
    ("r i", "RI"),
    ("s c", "SC"),
    ("s car", "SC"),
    ("s carolina", "SC"),
    ("s d", "SD"),
    ("s dak", "SD"),
    ("s dakota", "SD"),
    ("so carolina", "SC"),
    ("so dakota", "SD"),
    ("tenn", "TN"),
    ("tex", "TX"),
    ("united states virgin islands", "VI"),
    ("us virgin islands", "VI"),
    ("usvi", "VI"),
    ("w v", "WV"),
    ("w va", "WV"),
    ("w virginia", "WV"),
    ("wash", "WA"),
    ("wash dc", "DC"),
    ("washington d c", "DC"),
    ("washington dc", "DC"),
    ("washington state", "WA"),
    ("wis", "WI"),
    ("wisc", "WI"),
    ("wyo", "WY"),
];

/// The USPS code of a state, territory or military region, from the code in any case, from its name, or from a usual
/// abbreviation (`Calif.`, `N. Mex.`); dots do not count. `Washington` is the state.
///
/// What names none is `VAL.ENUM`; the code of a name that differs by a slip is `suggestion`. Codes are too short for that:
/// `NX` is as near to five of them.
pub(super) fn us_state(text: &str, _: &Settings<'_>) -> Result<Option<String>, Refusal> {
    if find(text).is_some() {
        return Ok(None);
    }
    let key = key(&narrow(text));
    let joined = key.replace(' ', "").to_ascii_uppercase();
    match find(&joined).or_else(|| named(&key)) {
        Some(code) => Ok(changed(text, Cow::Borrowed(code))),
        None => Err(refused(&key)),
    }
}

/// The code itself when it is one, in upper case.
pub(crate) fn find(code: &str) -> Option<&'static str> {
    // Two bytes are compared as one number.
    let number = |code: &str| code.as_bytes().try_into().ok().map(u16::from_be_bytes);
    let wanted = Some(number(code)?);
    let at = US_STATES.binary_search_by_key(&wanted, |(known, _)| number(known)).ok()?;
    US_STATES.get(at).map(|(known, _)| *known)
}

fn named(key: &str) -> Option<&'static str> {
    let alias = || ALIASES.binary_search_by(|(name, _)| (*name).cmp(key)).ok().and_then(|at| ALIASES.get(at));
    let by_name = US_STATES.iter().find(|(_, name)| *name == key).map(|(code, _)| *code);
    by_name.or_else(|| alias().map(|(_, code)| *code))
}

static NEAR: LazyLock<Meanings> = LazyLock::new(|| Meanings::of(US_STATES.iter().map(|(code, name)| (*name, *code))));

fn refused(key: &str) -> Refusal {
    let refusal = Refusal::new(Code::ValEnum).with("expected", "USPS state").with("reason", "unknown");
    match NEAR.only(key) {
        Some(code) => refusal.with("suggestion", code),
        None => refusal,
    }
}

/// A name for look-up: lower case, dots as blanks, one blank between words, no `state of` before.
fn key(text: &str) -> String {
    let plain = word_key(text).replace(['.', ','], " ");
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    let key = words.join(" ");
    let key = key.strip_prefix("the ").unwrap_or(&key);
    key.strip_prefix("state of ").unwrap_or(key).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{POINT, check, check_refused};
    use super::*;
    use record::Param;

    #[test]
    fn fifty_states_dc_five_territories_three_regions() {
        assert_eq!(US_STATES.len(), 59);
        assert!(US_STATES.is_sorted());
        assert!(ALIASES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(ALIASES.iter().all(|(name, code)| find(code).is_some() && key(name) == *name));
    }

    #[test]
    fn codes_names_and_abbreviations() {
        for text in ["IL", "il", "Illinois", "ILLINOIS", "Ill.", " i.l. ", "ＩＬ", "State of Illinois"] {
            check("us_state", text, "IL");
        }
        for (text, code) in [
            ("N.Y.", "NY"),
            ("N. Mex.", "NM"),
            ("Washington", "WA"),
            ("Washington, D.C.", "DC"),
            ("D.C.", "DC"),
            ("W.Va.", "WV"),
            ("Puerto Rico", "PR"),
        ] {
            check("us_state", text, code);
        }
        for text in ["XX", "FM", "Ontario", "", "1", "New", "é"] {
            check_refused("us_state", text, "VAL.ENUM");
        }
    }

    #[test]
    fn a_slip_is_recognised() {
        let suggestion = |text| {
            let refusal = POINT.with("us_state").run(text).unwrap_err();
            refusal.params.into_iter().find(|(name, _)| *name == "suggestion").map(|(_, param)| param)
        };
        assert_eq!(suggestion("Califronia"), Some(Param::from("CA")));
        assert_eq!(suggestion("New Yrok"), Some(Param::from("NY")));
        // As near to North as to South, and a code that could be any.
        assert_eq!(suggestion("orth Dakota"), Some(Param::from("ND")));
        assert_eq!(suggestion("xouth Carolina"), Some(Param::from("SC")));
        for text in ["NX", "Ontario", "Xorth"] {
            assert_eq!(suggestion(text), None, "{text}");
        }
    }
}
