//! People of the United States and where they live: names, dates of birth, addresses whose state and ZIP code belong
//! together, telephone numbers. All invented; the numbers are those that are kept free for fiction.

use super::{calendar::Day, random::Random};

/// A person's name and sex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) first: &'static str,
    pub(crate) middle: Option<&'static str>,
    pub(crate) last: &'static str,
    pub(crate) suffix: Option<&'static str>,
    /// `M` or `F`.
    pub(crate) sex: &'static str,
}

/// An address within the United States.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// House number and street, as in `4410 Sycamore Ave`.
    pub(crate) line: String,
    /// Flat or suite, as in `Apt 4B`.
    pub(crate) unit: Option<String>,
    pub(crate) city: &'static str,
    /// USPS code of the state.
    pub(crate) state: &'static str,
    /// Five digits, or nine with a hyphen; it lies in the state.
    pub(crate) zip: String,
}

impl Person {
    /// A person, as `random` falls.
    pub(crate) fn of(random: &mut Random) -> Self {
        let sex = random.pick(&["F", "M"]);
        let given: &[&str] = if sex == "F" { &WOMEN } else { &MEN };
        Self {
            first: random.pick(given),
            middle: random.chance(1, 2).then(|| random.pick(given)),
            last: random.pick(&SURNAMES),
            suffix: (sex == "M" && random.chance(1, 12)).then(|| random.pick(&["Jr", "Sr", "II", "III"])),
            sex,
        }
    }

    /// An address for mail, under a domain that nobody can own (RFC 2606). `number` keeps two people of the same name
    /// apart.
    pub(crate) fn email(&self, number: u64, random: &mut Random) -> String {
        let plain =
            |name: &str| name.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
        let host = random.pick(&["mail.example", "post.example", "inbox.example", "home.example"]);
        format!("{}.{}{number}@{host}", plain(self.first), plain(self.last))
    }
}

/// A day of birth of somebody who is `youngest` to `oldest` years old on `today`, in whole years.
pub(crate) fn born(today: Day, youngest: i64, oldest: i64, random: &mut Random) -> Day {
    // A year of 365.25 days is never off by a whole day: the margin of two days at either end keeps ages in bounds.
    let days = |years: i64| years * 1_461 / 4;
    today.plus(-random.within(days(youngest) + 2, days(oldest + 1) - 2))
}

/// Days of birth that [`alone`] chooses from: of people of 19 to 65 years.
const BIRTHDAYS: u64 = 17_000;
/// A prime that divides neither their number nor that of family names: its multiples visit every pair before one comes again.
const STRIDE: u64 = 514_229;

/// A family name and a day of birth that no other of the first 39 million records gets together: two people who share both are told of
/// as one. Names are double from record 816,000 on. `opened`: the first day of the run.
pub(crate) fn alone(index: u64, opened: Day) -> (String, Day) {
    let names = SURNAMES.len() as u64;
    let pairs = names * BIRTHDAYS;
    let pair = index % pairs * STRIDE % pairs;
    let name = |number: u64| SURNAMES[usize::try_from(number % names).unwrap_or(0)];
    let (last, days) = (name(pair), i64::try_from(pair / names).unwrap_or(0));
    // Smith-Jones is a name of its own.
    let others = || SURNAMES.iter().filter(|name| **name != "Jones");
    let block = usize::try_from(index / pairs).unwrap_or(0);
    let second = block.checked_sub(1).and_then(|block| others().nth(block % (SURNAMES.len() - 1)));
    let last = second.map_or_else(|| last.to_owned(), |second| format!("{last}-{second}"));
    (last, opened.plus(-19 * 1_461 / 4 - 2 - days))
}

/// A telephone number of the United States in E.164. Exchange 555 with lines 0100 to 0199 is kept free for fiction.
pub(crate) fn phone(random: &mut Random) -> String {
    format!("+1{}5550{}", random.pick(&AREA_CODES), random.within(100, 199))
}

impl Address {
    /// An address, as `random` falls.
    pub(crate) fn of(random: &mut Random) -> Self {
        let (city, state, low, high) = random.pick(&PLACES);
        let side = if random.chance(1, 6) { random.pick(&["N ", "S ", "E ", "W "]) } else { "" };
        let street = random.pick(&STREETS);
        let kind = random.pick(&["St", "Ave", "Rd", "Dr", "Ln", "Ct", "Blvd", "Way"]);
        let zip = random.within(low, high);
        let plus = if random.chance(1, 4) { format!("-{:04}", random.within(1_001, 9_989)) } else { String::new() };
        Self {
            line: format!("{} {side}{street} {kind}", random.within(1, 9_899)),
            unit: random.chance(1, 4).then(|| unit(random)),
            city,
            state,
            zip: format!("{zip:05}{plus}"),
        }
    }
}

fn unit(random: &mut Random) -> String {
    let letter = random.pick(&["", "A", "B", "C"]);
    format!("{} {}{letter}", random.pick(&["Apt", "Unit"]), random.within(1, 48))
}

/// City, state, and the ZIP codes that its addresses are given: first and last. A third of them begin with a zero.
const PLACES: [(&str, &str, i64, i64); 36] = [
    ("Boston", "MA", 2_108, 2_136),
    ("Worcester", "MA", 1_602, 1_610),
    ("Springfield", "MA", 1_103, 1_109),
    ("Providence", "RI", 2_903, 2_909),
    ("Nashua", "NH", 3_060, 3_064),
    ("Portland", "ME", 4_101, 4_103),
    ("Burlington", "VT", 5_401, 5_408),
    ("Hartford", "CT", 6_103, 6_106),
    ("New Haven", "CT", 6_510, 6_515),
    ("Newark", "NJ", 7_102, 7_108),
    ("Trenton", "NJ", 8_608, 8_611),
    ("San Juan", "PR", 907, 927),
    ("New York", "NY", 10_001, 10_040),
    ("Buffalo", "NY", 14_201, 14_216),
    ("Philadelphia", "PA", 19_102, 19_154),
    ("Wilmington", "DE", 19_801, 19_810),
    ("Baltimore", "MD", 21_201, 21_231),
    ("Richmond", "VA", 23_219, 23_235),
    ("Charlotte", "NC", 28_202, 28_217),
    ("Atlanta", "GA", 30_303, 30_319),
    ("Winter Park", "FL", 32_789, 32_792),
    ("Miami", "FL", 33_125, 33_147),
    ("Nashville", "TN", 37_201, 37_221),
    ("Columbus", "OH", 43_201, 43_235),
    ("Detroit", "MI", 48_201, 48_228),
    ("Des Moines", "IA", 50_309, 50_321),
    ("St. Louis", "MO", 63_101, 63_147),
    ("Chicago", "IL", 60_601, 60_661),
    ("Minneapolis", "MN", 55_401, 55_419),
    ("Austin", "TX", 78_701, 78_759),
    ("Denver", "CO", 80_202, 80_239),
    ("Albuquerque", "NM", 87_102, 87_123),
    ("Los Angeles", "CA", 90_001, 90_068),
    ("Honolulu", "HI", 96_813, 96_826),
    ("Portland", "OR", 97_201, 97_239),
    ("Anchorage", "AK", 99_501, 99_518),
];

/// Streets without their kind.
const STREETS: [&str; 24] = [
    "Maple",
    "Oak",
    "Sycamore",
    "Willow Creek",
    "Lincoln",
    "Jefferson",
    "2nd",
    "14th",
    "Harbor View",
    "Chestnut",
    "Mill Pond",
    "Prospect",
    "Grand",
    "Railroad",
    "Cedar Ridge",
    "Highland",
    "Monroe",
    "St. Charles",
    "Old Post",
    "Juniper",
    "Fairview",
    "River Bend",
    "O'Neal",
    "Church",
];

/// Area codes in use in the United States.
const AREA_CODES: [&str; 20] = [
    "201", "202", "206", "212", "213", "215", "303", "305", "312", "404", "415", "503", "512", "602", "612", "617",
    "702", "713", "808", "901",
];

/// Given names of women.
const WOMEN: [&str; 32] = [
    "Mary",
    "Patricia",
    "Jennifer",
    "Linda",
    "Elizabeth",
    "Susan",
    "Jessica",
    "Karen",
    "Sarah",
    "Lisa",
    "Nancy",
    "Ashley",
    "Margaret",
    "Emily",
    "Donna",
    "Michelle",
    "Carol",
    "Guadalupe",
    "Ana María",
    "Zoë",
    "Renée",
    "Mary-Ann",
    "D'Andrea",
    "Xiomara",
    "Thuy",
    "Priya",
    "Fatima",
    "Siobhan",
    "Ingrid",
    "Olga",
    "Noor",
    "Grace",
];

/// Given names of men.
const MEN: [&str; 32] = [
    "James",
    "Robert",
    "John",
    "Michael",
    "David",
    "William",
    "Richard",
    "Joseph",
    "Thomas",
    "Charles",
    "Christopher",
    "Daniel",
    "Matthew",
    "Anthony",
    "Mark",
    "Steven",
    "Paul",
    "José",
    "Jesús",
    "André",
    "Jean-Luc",
    "Jürgen",
    "DeShawn",
    "LeRoy",
    "Minh",
    "Rajesh",
    "Ahmed",
    "Seán",
    "Björn",
    "Dmitri",
    "Kofi",
    "Hiroshi",
];

/// Family names.
const SURNAMES: [&str; 48] = [
    "Smith",
    "Johnson",
    "Williams",
    "Brown",
    "Jones",
    "García",
    "Miller",
    "Davis",
    "Rodríguez",
    "Martinez",
    "Hernandez",
    "Lopez",
    "Gonzalez",
    "Wilson",
    "Anderson",
    "Thomas",
    "Taylor",
    "Moore",
    "Jackson",
    "Lee",
    "Pérez",
    "Thompson",
    "White",
    "Harris",
    "Sánchez",
    "Clark",
    "Ramirez",
    "Lewis",
    "Robinson",
    "Walker",
    "O'Brien",
    "McDonald",
    "MacArthur",
    "van der Berg",
    "de la Cruz",
    "St. John",
    "Müller",
    "Nguyen",
    "Kim",
    "Patel",
    "Al-Farsi",
    "Kowalczyk",
    "Ivanova",
    "Smith-Jones",
    "Ó Súilleabháin",
    "Yamamoto",
    "Okafor",
    "Ng",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_lie_within_their_bounds() {
        let today = Day(20_454);
        let mut random = Random::of(1, 1, 1);
        for _ in 0..2_000 {
            let (youngest, oldest) = (18, 65);
            let (on, born) = (today.date(), born(today, youngest, oldest, &mut random).date());
            let birthday_passed = (on.month, on.day) >= (born.month, born.day);
            let age = on.year - born.year - i64::from(!birthday_passed);
            assert!((youngest..=oldest).contains(&age), "{born:?}");
        }
    }

    #[test]
    fn nobody_shares_name_and_day_of_birth() {
        let mut seen = std::collections::HashSet::new();
        let blocks = (0..20_000).chain(815_000..820_000).chain(39_000_000..39_005_000);
        for index in blocks {
            let (last, born) = alone(index, Day(20_514));
            assert!(
                seen.insert((rules::matching::match_form("person").map(|form| (form.form)(&last)), born.0)),
                "{last}"
            );
        }
    }

    #[test]
    fn addresses_and_numbers_have_their_shape() {
        let mut random = Random::of(2, 2, 2);
        let mut with_zero = 0;
        for _ in 0..500 {
            let address = Address::of(&mut random);
            assert!(matches!(address.zip.len(), 5 | 10), "{}", address.zip);
            with_zero += usize::from(address.zip.starts_with('0'));
            let phone = phone(&mut random);
            assert!(phone.len() == 12 && phone[5..].starts_with("55501"), "{phone}");
        }
        assert!(with_zero > 100, "{with_zero} of 500 ZIP codes begin with a zero");
    }

    #[test]
    fn places_stand_once_and_their_codes_are_in_order() {
        for (at, (city, state, low, high)) in PLACES.iter().enumerate() {
            assert!(low < high && *high <= 99_999, "{city}");
            assert!(!PLACES[..at].iter().any(|(c, s, ..)| c == city && s == state), "{city} stands twice");
        }
    }
}
