//! What fingers, spreadsheets and programs do to a text. Each gives the damaged text, or `None` where it would change
//! nothing.

use super::random::Random;

/// A number with its last `0` keyed as the letter, or its last `1`; one that has neither with a hyphen.
pub(crate) fn misread(number: &str) -> String {
    let mut misread = number.to_owned();
    let found = [('0', "O"), ('1', "I")].into_iter().find_map(|(digit, letter)| Some((number.rfind(digit)?, letter)));
    match found {
        Some((at, letter)) => misread.replace_range(at..=at, letter),
        None => misread.insert(number.len() / 2, '-'),
    }
    misread
}

/// Two neighbouring digits swapped, from byte `from` on. 0 and 9 stay, because the sum of Luhn does not see them change
/// places.
pub(crate) fn transposed(text: &str, from: usize, random: &mut Random) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let seen = |a: u8, b: u8| a.is_ascii_digit() && b.is_ascii_digit() && a != b && a.abs_diff(b) != 9;
    let pairs: Vec<usize> =
        (from..bytes.len().saturating_sub(1)).filter(|&at| seen(bytes[at], bytes[at + 1])).collect();
    let at = *pairs.get(random.position(pairs.len()))?;
    bytes.swap(at, at + 1);
    String::from_utf8(bytes).ok()
}

/// A digit replaced by its neighbour on the number row, from byte `from` on.
pub(crate) fn adjacent(text: &str, from: usize, random: &mut Random) -> Option<String> {
    const ROW: &[u8] = b"1234567890";
    let mut bytes = text.as_bytes().to_vec();
    let at = digit(&bytes, from, random)?;
    let key = ROW.iter().position(|&key| key == bytes[at])?;
    let beside = if key == 0 || key + 1 < ROW.len() && random.chance(1, 2) { key + 1 } else { key - 1 };
    bytes[at] = ROW[beside];
    String::from_utf8(bytes).ok()
}

/// A digit keyed twice, from byte `from` on.
pub(crate) fn doubled(text: &str, from: usize, random: &mut Random) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let at = digit(&bytes, from, random)?;
    bytes.insert(at, bytes[at]);
    String::from_utf8(bytes).ok()
}

/// A digit left out, from byte `from` on.
pub(crate) fn lost(text: &str, from: usize, random: &mut Random) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let at = digit(&bytes, from, random)?;
    bytes.remove(at);
    String::from_utf8(bytes).ok()
}

fn digit(bytes: &[u8], from: usize, random: &mut Random) -> Option<usize> {
    let digits: Vec<usize> = (from..bytes.len()).filter(|&at| bytes[at].is_ascii_digit()).collect();
    digits.get(random.position(digits.len())).copied()
}

/// The text as a spreadsheet keeps it that took it for a number: without the zeros before it.
pub(crate) fn zeros_lost(text: &str) -> Option<String> {
    let rest = text.trim_start_matches('0');
    (!rest.is_empty() && rest.len() < text.len()).then(|| rest.to_owned())
}

/// A long number as a spreadsheet shows it: `1.23457E+09`. `None` for a text that is no number of seven digits or more.
pub(crate) fn scientific(text: &str) -> Option<String> {
    let is_number = text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    is_number.then(|| format!("{}.{}E+{:02}", &text[..1], &text[1..6], text.len() - 1))
}

/// The text as a program shows it that took its UTF-8 for Windows-1252. `None` where that would leave a character that
/// cannot be seen, since what becomes of those is another matter.
pub(crate) fn mojibake(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    // Windows-1252 is Latin-1 but for these 32 bytes, of which the letters here need few.
    let shown = |byte: u8| match byte {
        0x80..=0x9F | 0xA0 | 0xAD => None,
        _ => Some(char::from(byte)),
    };
    text.bytes().map(shown).collect()
}

/// A letter in place of a digit: the one beside it on the keyboard, or the one that looks like it.
pub(crate) fn letter(text: &str, random: &mut Random) -> Option<String> {
    const LETTERS: &[u8; 10] = b"OlwerSyuBo";
    let mut bytes = text.as_bytes().to_vec();
    let at = digit(&bytes, 0, random)?;
    bytes[at] = LETTERS[usize::from(bytes[at] - b'0')];
    String::from_utf8(bytes).ok()
}

/// An address that no mail reaches: the sign between its parts is wrong, or the one before its top domain.
pub(crate) fn email(address: &str, random: &mut Random) -> String {
    match random.below(5) {
        0 => address.replace('@', "2"),
        1 => address.replace('@', "@@"),
        2 => address.replace('@', " @"),
        3 => address.replacen(".example", ",example", 1),
        _ => address.split('@').next().unwrap_or_default().to_owned() + "@",
    }
}

/// What a spreadsheet shows in place of a number that it cannot show.
pub(crate) fn broken_cell(random: &mut Random) -> &'static str {
    random.pick(&["########", "#REF!", "#VALUE!", "#N/A", "1.23457E+09", "=B7*12"])
}

/// A name as it is, or, one in 40 where that can be seen, decoded wrongly: that is told as a warning and never repaired, so
/// it stays in the clean record.
pub(crate) fn sometimes_mojibake(name: &str, random: &mut Random) -> String {
    random.chance(1, 40).then(|| mojibake(name)).flatten().unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_changes_one_thing() {
        let mut random = Random::of(4, 4, 4);
        for _ in 0..500 {
            let text = "20458167";
            let swapped = transposed(text, 1, &mut random).unwrap();
            let differ = |other: &str| text.bytes().zip(other.bytes()).filter(|(a, b)| a != b).count();
            assert!(swapped.len() == 8 && differ(&swapped) == 2 && swapped.starts_with('2'), "{swapped}");
            let beside = adjacent(text, 1, &mut random).unwrap();
            assert!(beside.len() == 8 && differ(&beside) == 1 && beside.starts_with('2'), "{beside}");
            assert_eq!(doubled(text, 1, &mut random).unwrap().len(), 9);
            assert_eq!(lost(text, 1, &mut random).unwrap().len(), 7);
            let letter = letter(text, &mut random).unwrap();
            assert!(letter.len() == 8 && letter.bytes().filter(u8::is_ascii_alphabetic).count() == 1, "{letter}");
        }
        assert_eq!(transposed("90-09", 0, &mut random), None);
        assert_eq!(lost("none", 0, &mut random), None);
    }

    #[test]
    fn spreadsheets_and_encodings() {
        assert_eq!(zeros_lost("00907").as_deref(), Some("907"));
        assert_eq!(zeros_lost("10001"), None);
        assert_eq!(zeros_lost("000"), None);
        assert_eq!(scientific("1234567893").as_deref(), Some("1.23456E+09"));
        assert_eq!(scientific("12-3456789"), None);
        assert_eq!(mojibake("Müller").as_deref(), Some("MÃ¼ller"));
        assert_eq!(mojibake("García"), None, "the second half of í is a soft hyphen");
        assert_eq!(mojibake("Smith"), None);
    }
}
