//! Names of columns as people write them -> names of fields.

/// A name in small ASCII letters, digits and underscores, as in `invoice_no` for `Invoice No.`; empty when nothing is left.
pub(super) fn snake_case(written: &str) -> String {
    let mut name = String::new();
    let mut previous = ' ';
    for c in plain(written).chars() {
        // `InvoiceNo` and `lineItem2` are words, too.
        let begins = c.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit());
        let gap = !c.is_ascii_alphanumeric();
        if (begins || gap) && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        if !gap {
            name.push(c.to_ascii_lowercase());
        }
        previous = c;
    }
    let name = name.trim_matches('_').to_owned();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("n_{name}") } else { name }
}

/// Accents off, so that `Größe` becomes `Grosse`; `#` and `%` are words in the headers of tables.
fn plain(written: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let spelt = written.replace('ß', "ss").replace('#', " no ").replace('%', " percent ");
    spelt.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect()
}

#[cfg(test)]
mod tests {
    use super::snake_case;

    #[test]
    fn names_of_columns_become_names_of_fields() {
        for (written, name) in [
            ("Invoice No.", "invoice_no"),
            ("InvoiceNo", "invoice_no"),
            ("PO #", "po_no"),
            ("Größe (cm)", "grosse_cm"),
            ("  Total value of Contract ", "total_value_of_contract"),
            ("2nd line", "n_2nd_line"),
            ("ID", "id"),
            ("vendor_id", "vendor_id"),
            ("日本", ""),
            ("", ""),
        ] {
            assert_eq!(snake_case(written), name, "{written}");
        }
    }
}
