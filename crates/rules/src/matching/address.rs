//! `address`: lines of postal addresses, as the United States Postal Service abbreviates them.

use super::joined;

/// Kinds of street and their abbreviations (USPS Publication 28, appendix C1); the common ones, with the spellings
/// that people key. Sorted.
pub(crate) const STREETS: &[(&str, &str)] = &[
    ("ALLEY", "ALY"),
    ("ALLY", "ALY"),
    ("ANNEX", "ANX"),
    ("ARCADE", "ARC"),
    ("AV", "AVE"),
    ("AVEN", "AVE"),
    ("AVENUE", "AVE"),
    ("AVN", "AVE"),
    ("BAYOU", "BYU"),
    ("BEACH", "BCH"),
    ("BEND", "BND"),
    ("BLUFF", "BLF"),
    ("BOTTOM", "BTM"),
    ("BOUL", "BLVD"),
    ("BOULEVARD", "BLVD"),
    ("BOULV", "BLVD"),
    ("BRANCH", "BR"),
    ("BRIDGE", "BRG"),
    ("BROOK", "BRK"),
    ("BURG", "BG"),
    ("BYPASS", "BYP"),
    ("CAMP", "CP"),
    ("CANYON", "CYN"),
    ("CAPE", "CPE"),
    ("CAUSEWAY", "CSWY"),
    ("CENTER", "CTR"),
    ("CENTRE", "CTR"),
    ("CIRC", "CIR"),
    ("CIRCLE", "CIR"),
    ("CLIFF", "CLF"),
    ("CLUB", "CLB"),
    ("COMMON", "CMN"),
    ("CORNER", "COR"),
    ("COURSE", "CRSE"),
    ("COURT", "CT"),
    ("COVE", "CV"),
    ("CREEK", "CRK"),
    ("CRESCENT", "CRES"),
    ("CREST", "CRST"),
    ("CROSSING", "XING"),
    ("CROSSROAD", "XRD"),
    ("CURVE", "CURV"),
    ("DALE", "DL"),
    ("DAM", "DM"),
    ("DRIV", "DR"),
    ("DRIVE", "DR"),
    ("ESTATE", "EST"),
    ("ESTATES", "ESTS"),
    ("EXPRESSWAY", "EXPY"),
    ("EXTENSION", "EXT"),
    ("FALLS", "FLS"),
    ("FERRY", "FRY"),
    ("FIELD", "FLD"),
    ("FIELDS", "FLDS"),
    ("FLAT", "FLT"),
    ("FORD", "FRD"),
    ("FOREST", "FRST"),
    ("FORGE", "FRG"),
    ("FORK", "FRK"),
    ("FORT", "FT"),
    ("FREEWAY", "FWY"),
    ("GARDEN", "GDN"),
    ("GARDENS", "GDNS"),
    ("GATEWAY", "GTWY"),
    ("GLEN", "GLN"),
    ("GREEN", "GRN"),
    ("GROVE", "GRV"),
    ("HARBOR", "HBR"),
    ("HAVEN", "HVN"),
    ("HEIGHTS", "HTS"),
    ("HIGHWAY", "HWY"),
    ("HIGHWY", "HWY"),
    ("HILL", "HL"),
    ("HILLS", "HLS"),
    ("HOLLOW", "HOLW"),
    ("INLET", "INLT"),
    ("ISLAND", "IS"),
    ("JUNCTION", "JCT"),
    ("KEY", "KY"),
    ("KNOLL", "KNL"),
    ("LAKE", "LK"),
    ("LAKES", "LKS"),
    ("LANDING", "LNDG"),
    ("LANE", "LN"),
    ("LIGHT", "LGT"),
    ("LOCK", "LCK"),
    ("LODGE", "LDG"),
    ("MANOR", "MNR"),
    ("MEADOW", "MDW"),
    ("MEADOWS", "MDWS"),
    ("MILL", "ML"),
    ("MILLS", "MLS"),
    ("MISSION", "MSN"),
    ("MOTORWAY", "MTWY"),
    ("MOUNT", "MT"),
    ("MOUNTAIN", "MTN"),
    ("ORCHARD", "ORCH"),
    ("OVERPASS", "OPAS"),
    ("PARKWAY", "PKWY"),
    ("PARKWY", "PKWY"),
    ("PASSAGE", "PSGE"),
    ("PIKES", "PIKE"),
    ("PINE", "PNE"),
    ("PINES", "PNES"),
    ("PKY", "PKWY"),
    ("PLACE", "PL"),
    ("PLAIN", "PLN"),
    ("PLAINS", "PLNS"),
    ("PLAZA", "PLZ"),
    ("POINT", "PT"),
    ("PORT", "PRT"),
    ("PRAIRIE", "PR"),
    ("RADIAL", "RADL"),
    ("RANCH", "RNCH"),
    ("RAPIDS", "RPDS"),
    ("RIDGE", "RDG"),
    ("RIVER", "RIV"),
    ("ROAD", "RD"),
    ("ROUTE", "RTE"),
    ("SHORE", "SHR"),
    ("SHORES", "SHRS"),
    ("SKYWAY", "SKWY"),
    ("SPRING", "SPG"),
    ("SPRINGS", "SPGS"),
    ("SQUARE", "SQ"),
    ("STATION", "STA"),
    ("STR", "ST"),
    ("STREAM", "STRM"),
    ("STREET", "ST"),
    ("STRT", "ST"),
    ("SUMMIT", "SMT"),
    ("TERR", "TER"),
    ("TERRACE", "TER"),
    ("THROUGHWAY", "TRWY"),
    ("TRACE", "TRCE"),
    ("TRAFFICWAY", "TRFY"),
    ("TRAIL", "TRL"),
    ("TUNNEL", "TUNL"),
    ("TURNPIKE", "TPKE"),
    ("UNDERPASS", "UPAS"),
    ("UNION", "UN"),
    ("VALLEY", "VLY"),
    ("VIADUCT", "VIA"),
    ("VIEW", "VW"),
    ("VILLAGE", "VLG"),
    ("VILLE", "VL"),
    ("VISTA", "VIS"),
    ("WELLS", "WLS"),
];

/// Directions (USPS Publication 28, section 233). Sorted.
pub(crate) const DIRECTIONS: &[(&str, &str)] = &[
    ("EAST", "E"),
    ("NORTH", "N"),
    ("NORTHEAST", "NE"),
    ("NORTHWEST", "NW"),
    ("SOUTH", "S"),
    ("SOUTHEAST", "SE"),
    ("SOUTHWEST", "SW"),
    ("WEST", "W"),
];

/// Units within a building (USPS Publication 28, appendix C2). Sorted.
pub(crate) const UNITS: &[(&str, &str)] = &[
    ("APARTMENT", "APT"),
    ("BASEMENT", "BSMT"),
    ("BUILDING", "BLDG"),
    ("DEPARTMENT", "DEPT"),
    ("FLOOR", "FL"),
    ("FRONT", "FRNT"),
    ("HANGAR", "HNGR"),
    ("HANGER", "HNGR"),
    ("LOBBY", "LBBY"),
    ("LOWER", "LOWR"),
    ("OFFICE", "OFC"),
    ("PENTHOUSE", "PH"),
    ("ROOM", "RM"),
    ("SPACE", "SPC"),
    ("SUITE", "STE"),
    ("TRAILER", "TRLR"),
    ("UPPER", "UPPR"),
];

/// An address line in upper case with the abbreviations of USPS Publication 28 for kinds of street, directions and
/// units: `123 north main street, apartment #4` is `123 N MAIN ST APT 4`. A number sign by itself is `UNIT`, for it says no
/// kind of unit. Words are abbreviated wherever they stand, names of streets too: that loses nothing that tells two apart.
pub(crate) fn address(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in super::words(&text.replace('#', " unit ")) {
        let word = abbreviated(&word.to_uppercase());
        let is_double = word == "UNIT" && words.last().is_some_and(|last| is_unit(last));
        if !is_double {
            words.push(word);
        }
    }
    joined(&words, text)
}

fn is_unit(word: &str) -> bool {
    word == "UNIT" || UNITS.iter().any(|(_, short)| *short == word)
}

fn abbreviated(word: &str) -> String {
    let found = [STREETS, DIRECTIONS, UNITS].iter().find_map(|table| {
        let at = table.binary_search_by(|(long, _)| (*long).cmp(word)).ok()?;
        table.get(at).map(|(_, short)| *short)
    });
    found.unwrap_or(word).to_owned()
}
