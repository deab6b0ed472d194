use super::super::tests::{check, check_refused};

/// One true number a country, as printed by its owners or its tax office.
const VALID: &[&str] =
    &["DE136695976", "FR40303265045", "NL004495445B01", "IT00743110157", "ESB58378431", "ATU13585627", "BE0428759497"];

#[test]
fn vectors() {
    VALID.iter().for_each(|text| check("eu_vat", text));
    check_refused("eu_vat", "DE136695977", "VAL.CHECK_DIGIT");
    for text in
        ["", "D", "DE", "DE13669597", "XX123456789", "GB123456789", "GR094259216", "de136695976", "DE13669597X", "ÄÖ1"]
    {
        check_refused("eu_vat", text, "VAL.COUNTRY_LENGTH");
    }
}
