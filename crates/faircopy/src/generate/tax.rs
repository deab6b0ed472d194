//! Countries that customers come from: their towns and postal codes, telephone numbers, and numbers of taxpayers.

use super::{number, random::Random};

/// A country.
#[derive(Debug)]
pub(crate) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(crate) code: &'static str,
    /// What people key for it.
    pub(crate) words: &'static [&'static str],
    /// Towns and their postal codes.
    towns: &'static [(&'static str, &'static str)],
    streets: &'static [&'static str],
    /// How its telephone numbers begin, with the country's code, and how many digits follow.
    phone: (&'static str, usize),
    tin: Tin,
}

/// How a taxpayer's number is made.
#[derive(Clone, Copy, Debug)]
enum Tin {
    /// So many digits, none of them a check digit, or none that is published.
    Plain(u32),
    /// Nine digits, the last by the sum of Luhn.
    Luhn,
    /// France: ten digits and three that are those modulo 511.
    France,
    /// The VAT number of a Dutch person: 1 modulo 97.
    Netherlands,
    /// Spain: eight digits, and the letter that their remainder by 23 stands for.
    Spain,
    /// A social security number of the United States.
    Ssn,
}

/// Taxpayers of one country whose numbers all differ.
pub(crate) const TAXPAYERS: u64 = 10_000_000;

/// The countries.
pub(crate) const COUNTRIES: [Country; 10] = [
    Country {
        code: "GB",
        words: &["gb", "UK", "GBR", "United Kingdom"],
        towns: &[("Leeds", "LS1 4AP"), ("Cardiff", "CF10 3RB"), ("Glasgow", "G2 1DU"), ("London", "SW1A 2AA")],
        streets: &["Mill Lane", "High Street", "Station Road", "Church Row"],
        phone: ("+44113496", 4),
        tin: Tin::Plain(10),
    },
    Country {
        code: "DE",
        words: &["de", "DEU", "Germany", "Deutschland"],
        towns: &[("München", "80331"), ("Dresden", "01067"), ("Köln", "50667"), ("Leipzig", "04109")],
        streets: &["Lindenweg", "Hauptstraße", "Am Mühlbach", "Goethestraße"],
        phone: ("+493023125", 3),
        tin: Tin::Plain(10),
    },
    Country {
        code: "US",
        words: &["us", "USA", "United States", "U.S.A."],
        towns: &[("Boston", "02108"), ("Austin", "78701"), ("Newark", "07102"), ("Chicago", "60614-2203")],
        streets: &["Maple Avenue", "Oak Street", "Harbor Road", "2nd Street"],
        phone: ("+1415555", 4),
        tin: Tin::Ssn,
    },
    Country {
        code: "FR",
        words: &["fr", "FRA", "France"],
        towns: &[("Lyon", "69002"), ("Nice", "06000"), ("Nantes", "44000")],
        streets: &["rue de la Paix", "avenue Foch", "quai Voltaire"],
        phone: ("+3319900", 4),
        tin: Tin::France,
    },
    Country {
        code: "NL",
        words: &["nl", "NLD", "Netherlands", "The Netherlands"],
        towns: &[("Amsterdam", "1012 AB"), ("Utrecht", "3511 LX"), ("Leiden", "2312 HV")],
        streets: &["Prinsengracht", "Kerkstraat", "Molenweg"],
        phone: ("+3120", 7),
        tin: Tin::Netherlands,
    },
    Country {
        code: "ES",
        words: &["es", "ESP", "Spain", "España"],
        towns: &[("Madrid", "28013"), ("Barcelona", "08002"), ("Sevilla", "41001")],
        streets: &["Calle Mayor", "Avenida de la Paz", "Plaza Nueva"],
        phone: ("+3491", 7),
        tin: Tin::Spain,
    },
    Country {
        code: "AT",
        words: &["at", "AUT", "Austria", "Österreich"],
        towns: &[("Wien", "1010"), ("Graz", "8010"), ("Linz", "4020")],
        streets: &["Ringstraße", "Getreidegasse", "Schulweg"],
        phone: ("+431", 7),
        tin: Tin::Luhn,
    },
    Country {
        code: "JP",
        words: &["jp", "JPN", "Japan"],
        towns: &[("Tokyo", "100-0001"), ("Osaka", "530-0001"), ("Sapporo", "060-0001")],
        streets: &["Chiyoda", "Umeda", "Kita"],
        phone: ("+8190", 8),
        tin: Tin::Plain(12),
    },
    Country {
        code: "NZ",
        words: &["nz", "NZL", "New Zealand"],
        towns: &[("Auckland", "1010"), ("Wellington", "6011"), ("Ōtepoti", "9016")],
        streets: &["Queen Street", "Lambton Quay", "Māori Hill"],
        phone: ("+6421", 6),
        tin: Tin::Plain(9),
    },
    Country {
        code: "CA",
        words: &["ca", "CAN", "Canada"],
        towns: &[("Ottawa", "K1A 0B1"), ("Toronto", "M5V 3L9"), ("Montréal", "H2Y 1C6")],
        streets: &["Rideau Street", "rue Saint-Paul", "King Street West"],
        phone: ("+1416555", 4),
        tin: Tin::Luhn,
    },
];

impl Country {
    /// One of them, as `random` falls.
    pub(crate) fn pick(random: &mut Random) -> &'static Self {
        &COUNTRIES[random.position(COUNTRIES.len())]
    }

    /// The one of that code; the first when there is none.
    pub(crate) fn of(code: &str) -> &'static Self {
        COUNTRIES.iter().find(|country| country.code == code).unwrap_or(&COUNTRIES[0])
    }

    /// Town and postal code.
    pub(crate) fn town(&self, random: &mut Random) -> (&'static str, &'static str) {
        random.pick(self.towns)
    }

    /// Street and house number.
    pub(crate) fn address(&self, random: &mut Random) -> String {
        let (street, house) = (random.pick(self.streets), random.within(1, 180));
        match self.code {
            "GB" | "US" | "CA" | "FR" | "NZ" => format!("{house} {street}"),
            _ => format!("{street} {house}"),
        }
    }

    /// A telephone number in E.164; in the ranges that are kept free for fiction where the country has such.
    pub(crate) fn phone(&self, random: &mut Random) -> String {
        let (start, digits) = self.phone;
        let rest = match self.code {
            "US" | "CA" => format!("01{:02}", random.below(100)),
            _ => {
                let lead = 10_i64.pow(u32::try_from(digits - 1).unwrap_or(1));
                random.within(2 * lead, 9 * lead - 1).to_string()
            }
        };
        format!("{start}{rest}")
    }

    /// The number of the `index`-th taxpayer; no two of the first [`TAXPAYERS`] have the same.
    pub(crate) fn tin(&self, seed: u64, index: u64) -> String {
        // A prime stride spreads the numbers; digits in front keep them from looking like a stand-in.
        let spread = |digits: u32| index.wrapping_mul(7_368_787) % 10_u64.pow(digits);
        match self.tin {
            Tin::Plain(digits) => format!("47{:0width$}", spread(digits - 2), width = digits as usize - 2),
            Tin::Luhn => with_luhn(40_000_000 + spread(7)),
            Tin::France => {
                let front = 2_700_000_000 + spread(8);
                format!("{front}{:03}", front % 511)
            }
            Tin::Netherlands => {
                let front = format!("NL47{:07}B", spread(7));
                let is_right = |check: &u64| format!("{front}{check:02}").bytes().fold(0, number::iban_step) == 1;
                format!("{front}{:02}", (2..=98).find(is_right).unwrap_or(2))
            }
            Tin::Spain => {
                let front = 10_000_000 + spread(7);
                let letter = b"TRWAGMYFPDXBNJZSQVHLCKE"[usize::try_from(front % 23).unwrap_or(0)];
                format!("{front}{}", char::from(letter))
            }
            Tin::Ssn => number::ssn(seed, index),
        }
    }

    /// The number with its last digit keyed as a letter, or with its last character lost.
    pub(crate) fn spoilt(&self, tin: &str) -> String {
        let (head, _) = tin.split_at(tin.len() - 1);
        match self.tin {
            Tin::Plain(_) | Tin::Luhn | Tin::France => format!("{head}O"),
            Tin::Netherlands | Tin::Spain | Tin::Ssn => head.to_owned(),
        }
    }
}

/// Eight digits and their check digit: every second digit counts twice, from the right, and two digits count each.
fn with_luhn(front: u64) -> String {
    let digits = front.to_string();
    let sum: u64 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let value = u64::from(byte - b'0') * if at % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_taxpayers_differ_and_keep_their_length() {
        let mut seen = std::collections::HashSet::new();
        for country in &COUNTRIES {
            for index in 0..5_000 {
                let tin = country.tin(1, index);
                assert_ne!(country.spoilt(&tin), tin);
                assert!(seen.insert((country.code, tin)), "{} {index}", country.code);
            }
        }
    }

    #[test]
    fn check_digits_are_those_of_published_numbers() {
        // From the example of ISO/IEC 7812-1: 7992739871 has the check digit 3.
        assert_eq!(with_luhn(7_992_739_871), "79927398713");
        assert!(Country::of("ES").tin(1, 0).ends_with(char::from(b"TRWAGMYFPDXBNJZSQVHLCKE"[10_000_000 % 23])));
    }

    #[test]
    fn telephone_numbers_have_the_length_of_their_country() {
        let mut random = Random::of(1, 1, 1);
        for country in &COUNTRIES {
            let (start, digits) = country.phone;
            let phone = country.phone(&mut random);
            assert_eq!(phone.len(), start.len() + digits, "{phone}");
        }
    }
}
