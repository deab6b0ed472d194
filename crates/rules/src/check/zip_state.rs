//! Which state a ZIP code belongs to.

use super::postal::is_us_zip;
use crate::normalize::find_us_state;

/// First and last of the first three digits of ZIP codes, and the states they lie in: sectional centres as the USPS publishes them
/// (Domestic Mail Manual, L002). Where a centre serves ZIP codes of several states, or mail of one place is addressed in
/// two ways, all of them stand there. Sorted; what is missing was never given out.
const STATES: &[(u16, u16, &str)] = &[
    (5, 5, "NY"),
    (6, 7, "PR"),
    (8, 8, "VI"),
    (9, 9, "PR"),
    (10, 27, "MA"),
    (28, 29, "RI"),
    (30, 38, "NH"),
    (39, 49, "ME"),
    (50, 54, "VT"),
    (55, 55, "MA"),
    (56, 59, "VT"),
    (60, 62, "CT"),
    (63, 63, "CT NY"),
    (64, 69, "CT"),
    (70, 89, "NJ"),
    (90, 99, "AE"),
    (100, 149, "NY"),
    (150, 196, "PA"),
    (197, 199, "DE"),
    (200, 200, "DC"),
    (201, 201, "VA"),
    (202, 205, "DC MD VA"),
    (206, 212, "MD"),
    (214, 219, "MD"),
    (220, 246, "VA"),
    (247, 268, "WV"),
    (270, 289, "NC"),
    (290, 299, "SC"),
    (300, 319, "GA"),
    (320, 339, "FL"),
    (340, 340, "AA"),
    (341, 342, "FL"),
    (344, 344, "FL"),
    (346, 347, "FL"),
    (349, 349, "FL"),
    (350, 352, "AL"),
    (354, 369, "AL"),
    (370, 385, "TN"),
    (386, 397, "MS"),
    (398, 399, "GA"),
    (400, 418, "KY"),
    (420, 421, "KY"),
    (422, 422, "KY TN"),
    (423, 427, "KY"),
    (430, 459, "OH"),
    (460, 479, "IN"),
    (480, 499, "MI"),
    (500, 516, "IA"),
    (520, 528, "IA"),
    (530, 532, "WI"),
    (534, 535, "WI"),
    (537, 549, "WI"),
    (550, 551, "MN"),
    (553, 567, "MN"),
    (569, 569, "DC"),
    (570, 577, "SD"),
    (580, 588, "ND"),
    (590, 599, "MT"),
    (600, 620, "IL"),
    (622, 629, "IL"),
    (630, 631, "MO"),
    (633, 641, "MO"),
    (644, 658, "MO"),
    (660, 662, "KS"),
    (664, 679, "KS"),
    (680, 681, "NE"),
    (683, 693, "NE"),
    (700, 701, "LA"),
    (703, 708, "LA"),
    (710, 714, "LA"),
    (716, 729, "AR"),
    (730, 732, "OK"),
    (733, 733, "TX"),
    (734, 738, "OK"),
    (739, 739, "OK TX"),
    (740, 741, "OK"),
    (743, 749, "OK"),
    (750, 799, "TX"),
    (800, 816, "CO"),
    (820, 831, "WY"),
    (832, 833, "ID"),
    (834, 834, "ID WY"),
    (835, 838, "ID"),
    (840, 847, "UT"),
    (850, 853, "AZ"),
    (855, 857, "AZ"),
    (859, 860, "AZ"),
    (863, 864, "AZ"),
    (865, 865, "AZ NM"),
    (870, 884, "NM"),
    (885, 885, "TX"),
    (889, 891, "NV"),
    (893, 895, "NV"),
    (897, 898, "NV"),
    (900, 908, "CA"),
    (910, 928, "CA"),
    (930, 961, "CA"),
    (962, 966, "AP"),
    (967, 967, "AS HI"),
    (968, 968, "HI"),
    (969, 969, "FM GU MH MP PW"),
    (970, 979, "OR"),
    (980, 986, "WA"),
    (988, 994, "WA"),
    (995, 999, "AK"),
];

/// Whether a ZIP code (`99999` or `99999-9999`) may belong to a state (USPS code in upper case); `None` when either is
/// none. A ZIP code that was never given out belongs to none.
///
/// By its first three digits only, so it sees a wrong digit there, and not every other: a warning, never a proof.
#[must_use]
pub fn zip_state(zip: &str, state: &str) -> Option<bool> {
    if !is_us_zip(zip) || find_us_state(state).is_none() {
        return None;
    }
    let prefix: u16 = zip.get(..3)?.parse().ok()?;
    let after = STATES.partition_point(|(_, last, _)| *last < prefix);
    let place = STATES.get(after).filter(|(first, ..)| *first <= prefix);
    Some(place.is_some_and(|(.., states)| states.split(' ').any(|known| known == state)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_sorted_and_every_state_has_one() {
        assert!(STATES.iter().all(|(first, last, _)| first <= last));
        assert!(STATES.is_sorted_by(|a, b| a.1 < b.0));
        // The freely associated states have ZIP codes, and are no states of ours.
        let named: std::collections::BTreeSet<_> = STATES.iter().flat_map(|(.., states)| states.split(' ')).collect();
        let known = named.iter().filter(|state| find_us_state(state).is_some()).count();
        assert_eq!((named.len(), known), (62, 59));
    }

    #[test]
    fn zip_codes_and_states() {
        for (zip, state) in [
            ("10001", "NY"),
            ("00501", "NY"),
            ("06390", "NY"),
            ("01001", "MA"),
            ("05501", "MA"),
            ("42223", "TN"),
            ("73301", "TX"),
            ("83414", "WY"),
            ("90210-1234", "CA"),
            ("96799", "AS"),
            ("96910", "GU"),
            ("09123", "AE"),
            ("34001", "AA"),
            ("99950", "AK"),
        ] {
            assert_eq!(zip_state(zip, state), Some(true), "{zip} {state}");
        }
        for (zip, state) in [("10001", "NJ"), ("00012", "NY"), ("21301", "MD"), ("99950", "WA"), ("00000", "PR")] {
            assert_eq!(zip_state(zip, state), Some(false), "{zip} {state}");
        }
        for (zip, state) in [("1001", "NY"), ("10001", "XX"), ("", ""), ("10001", ""), ("10001", "ny")] {
            assert_eq!(zip_state(zip, state), None, "{zip} {state}");
        }
    }
}
