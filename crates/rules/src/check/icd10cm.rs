//! `icd10cm`: diagnosis codes.

use super::pattern;
use crate::{
    field::{Refusal, Settings},
    normalize::is_icd10cm,
};

/// The shape of an ICD-10-CM code with its dot. Whether the code was in force on the day of service only a reference table
/// can tell.
pub(super) fn icd10cm(text: &str, _: &Settings<'_>) -> Result<(), Refusal> {
    if is_icd10cm(text) { Ok(()) } else { Err(pattern("A00 or A00.0000, with the dot")) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{check, check_refused};

    #[test]
    fn vectors() {
        for text in ["E11.9", "S72.001A", "U07.1", "C7A.00", "I10", "Z3A.40"] {
            check("icd10cm", text);
        }
        for text in ["E1", "250.00", "I10.12345", "E119", "e11.9", "E11.", "E11.9.", "E11.9 ", "EE1", "E11.é", ""] {
            check_refused("icd10cm", text, "FMT.PATTERN");
        }
    }
}
