//! Whether a field holds personal data, by what people call such fields, and by how they are normalized and checked.

use record::Class;

/// Words of names, and the class that they suggest. A name is matched word by word: `vendor_name` is no person's.
const WORDS: &[(&[&str], Class)] = &[
    (&["first", "name"], Class::Pii),
    (&["last", "name"], Class::Pii),
    (&["middle", "name"], Class::Pii),
    (&["given", "name"], Class::Pii),
    (&["family", "name"], Class::Pii),
    (&["full", "name"], Class::Pii),
    (&["birth"], Class::Pii),
    (&["birthday"], Class::Pii),
    (&["birthdate"], Class::Pii),
    (&["dob"], Class::Pii),
    (&["surname"], Class::Pii),
    (&["forename"], Class::Pii),
    (&["lastname"], Class::Pii),
    (&["firstname"], Class::Pii),
    (&["ssn"], Class::Pii),
    (&["itin"], Class::Pii),
    (&["passport"], Class::Pii),
    (&["email"], Class::Pii),
    (&["mobile"], Class::Pii),
    (&["phone"], Class::Pii),
    (&["gender"], Class::Pii),
    (&["sex"], Class::Pii),
    (&["marital"], Class::Pii),
    (&["ethnicity"], Class::Pii),
    (&["street"], Class::Pii),
    (&["diagnosis"], Class::Phi),
    (&["diagnoses"], Class::Phi),
    (&["iban"], Class::Pci),
    (&["card", "number"], Class::Pci),
    (&["card", "no"], Class::Pci),
    (&["cvv"], Class::Secret),
    (&["password"], Class::Secret),
];

/// Normalizers and checks that are for personal data.
const TREATMENTS: &[(&str, Class)] = &[
    ("name", Class::Pii),
    ("person_name", Class::Pii),
    ("email", Class::Pii),
    ("phone", Class::Pii),
    ("address", Class::Pii),
    ("ssn", Class::Pii),
    ("itin", Class::Pii),
    ("ssn_or_itin", Class::Pii),
    ("iban", Class::Pci),
    ("icd10", Class::Phi),
    ("icd10cm", Class::Phi),
];

/// The class that a field probably needs, and the word that says so.
pub(crate) fn suspect<'s>(name: &str, treatments: impl IntoIterator<Item = &'s str>) -> Option<(Class, String)> {
    let words: Vec<&str> = name.split('_').collect();
    let in_name = |wanted: &[&str]| words.windows(wanted.len()).any(|part| part == wanted);
    let by_name = WORDS.iter().find(|(wanted, _)| in_name(wanted));
    if let Some((wanted, class)) = by_name {
        return Some((*class, format!("the name says \"{}\"", wanted.join("_"))));
    }
    let by_treatment = |treatment: &str| TREATMENTS.iter().find(|(name, _)| *name == treatment);
    let (treatment, class) = treatments.into_iter().find_map(by_treatment)?;
    Some((*class, format!("\"{treatment}\" is for such data")))
}

/// As a form writes it.
pub(crate) const fn word(class: Class) -> &'static str {
    match class {
        Class::None => "none",
        Class::Pii => "pii",
        Class::Phi => "phi",
        Class::Pci => "pci",
        Class::Secret => "secret",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_word_by_word() {
        let class = |name: &str| suspect(name, []).map(|(class, _)| class);
        assert_eq!(class("patient_last_name"), Some(Class::Pii));
        assert_eq!(class("remit_iban"), Some(Class::Pci));
        assert_eq!(class("date_of_birth"), Some(Class::Pii));
        for name in ["vendor_name", "name", "sextant", "card", "streets", "invoice_no"] {
            assert_eq!(class(name), None, "{name}");
        }
        assert_eq!(suspect("contact", ["trim", "email"]).map(|(class, _)| class), Some(Class::Pii));
    }
}
