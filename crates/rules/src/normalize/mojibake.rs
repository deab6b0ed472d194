//! Detection of UTF-8 that was read as Windows-1252.

use super::fold::nfc;
use crate::field::Refusal;
use record::Code;

/// A soft `CHR.MOJIBAKE` when the text looks like UTF-8 that was decoded as Windows-1252 (`JosÃ©`, `donâ€™t`).
///
/// Every non-ASCII stretch must be writable in Windows-1252 and those bytes must be UTF-8 that gets shorter; stretches
/// that give Latin letters or general punctuation count at once, others (`É»` is a fine end of a French quotation)
/// only from two characters on. It is never repaired: in a name the unlikely text may be the true one.
///
/// Ask for the text as submitted: `text` turns the non-breaking space that is the second half of `Ã\u{A0}` (à) into a space.
#[must_use]
pub fn mojibake(text: &str) -> Option<Refusal> {
    if text.is_ascii() {
        return None;
    }
    // Some keyboards write Ã as A and a tilde, which Windows-1252 does not have.
    let composed = nfc(text);
    let mut suspicion = 0_u32;
    for stretch in composed.split(|c: char| c.is_ascii()).filter(|stretch| !stretch.is_empty()) {
        suspicion = suspicion.saturating_add(weigh(stretch)?);
    }
    (suspicion >= 2).then(|| Refusal::new(Code::ChrMojibake).with("encoding", "windows-1252"))
}

/// How much the stretch looks like mojibake; `None` when it cannot be any. A non-breaking space at its end may be the second
/// half of a letter, or keyed as a space.
fn weigh(stretch: &str) -> Option<u32> {
    let stretch = stretch.trim_start_matches('\u{A0}');
    weigh_exactly(stretch).or_else(|| weigh_exactly(stretch.trim_end_matches('\u{A0}')))
}

fn weigh_exactly(stretch: &str) -> Option<u32> {
    // One letter, as most are: no byte beyond ASCII stands alone in UTF-8.
    if stretch.len() == 2 {
        return None;
    }
    let bytes = stretch.chars().map(cp1252).collect::<Option<Vec<u8>>>()?;
    let decoded = std::str::from_utf8(&bytes).ok()?;
    Some(decoded.chars().map(|c| if is_usual(c) { 2 } else { 1 }).sum())
}

const fn is_usual(c: char) -> bool {
    matches!(c, '\u{A0}'..='\u{17F}' | '\u{2000}'..='\u{206F}' | '\u{20AC}' | '\u{2122}' | '\u{FEFF}')
}

/// The byte that Windows-1252 has for a character; its five free bytes stand for the C1 controls of the same number.
fn cp1252(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    match c {
        '\u{A0}'..='\u{FF}' => u8::try_from(u32::from(c)).ok(),
        _ => HIGH.iter().position(|high| *high == c).and_then(|at| u8::try_from(0x80 + at).ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_read_as_cp1252_is_suspected() {
        for bad in [
            "JosÃ©",
            "donâ€™t",
            "MÃ¼ller & SÃ¶hne",
            "Ã\u{A0} la carte",
            "â‚¬ 5",
            "Ã…ngstrÃ¶m",
            "Ð˜Ð²Ð°Ð½",
            "BjA\u{303}¶rn",
            "BjÃ¶rn\u{A0}Gonzalez",
            "RenÃ©\u{A0}Gonzalez",
        ] {
            assert!(mojibake(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn honest_text_is_not() {
        let honest =
            ["", "Jose", "José", "Müller", "Ã", "São Paulo", "« CAFÉ»", "Ångström", "Иван", "東京", "GROẞE", "10 €"];
        for good in honest.into_iter().chain([
            "O’Brien",
            "naïve – “quoted”",
            "Łódź",
            "Ärger™",
            "½ ¼",
            "10\u{A0}€",
            "\u{A0}É\u{A0}",
        ]) {
            assert!(mojibake(good).is_none(), "{good}");
        }
    }
}
