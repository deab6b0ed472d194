//! `document_no`: numbers of invoices and identity papers, as somebody may copy them.

/// The letters and digits of a number in capitals, `O` as `0`, `I` and `L` as `1`: `INV-1O0/l` and `INV 100.1` are
/// `1NV1001`. Zeros in front stay, and so do letters of other scripts.
pub(crate) fn document_no(text: &str) -> String {
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
