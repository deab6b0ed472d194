//! `document_no`: numbers of invoices and identity papers, as somebody may copy them.

/// The letters and digits of a number in capitals, `O` as `0`, `I` and `L` as `1`: `INV-1O0/l` and `INV 100.1` are
/// `1NV1001`. Zeros in front stay, and so do letters of other scripts.
pub(crate) fn document_no(text: &str) -> String {
    if !text.is_ascii() {
        return in_general(text);
    }
    let mut number = String::with_capacity(text.len());
    for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
        number.push(match byte.to_ascii_uppercase() {
            b'O' => '0',
            b'I' | b'L' => '1',
            other => char::from(other),
        });
    }
    if number.is_empty() { text.to_ascii_uppercase() } else { number }
}

fn in_general(text: &str) -> String {
    // Capitals first: those of some letters come with marks, which are no letters.
    let capitals = text.to_uppercase();
    let read = |c: char| match c {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let number: String = capitals.chars().filter(|c| c.is_alphanumeric()).map(read).collect();
    if number.is_empty() { capitals } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ascii_is_read_as_any_other_text(text in "[ -~]{0,12}|[OoIiLl0-9.-]{0,8}") {
            prop_assert_eq!(document_no(&text), in_general(&text));
        }
    }
}
