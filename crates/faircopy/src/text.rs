//! Text for people: grouped digits, suggestions, standard output.

use crate::failure::Failure;
use std::{
    io::{self, Write as _},
    time::Duration,
};

/// Digits in groups of three, as in `1,234,567`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count per second, rounded down.
#[must_use]
pub fn per_second(count: u64, elapsed: Duration) -> u64 {
    let nanos = elapsed.as_nanos().max(1);
    u64::try_from(u128::from(count) * 1_000_000_000 / nanos).unwrap_or(u64::MAX)
}

/// A share with one decimal, as in `8.3 %`, rounded half up; without a whole there is no share.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = (u128::from(part) * 2000 + u128::from(whole)) / (u128::from(whole) * 2);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// A duration for people: `0.8 s`, `12 s`, `3 min 20 s`, `2 h 5 min`.
#[must_use]
pub fn duration(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        seconds @ 0..10 => format!("{seconds}.{} s", elapsed.subsec_millis() / 100),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds @ 60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        seconds => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// The name closest to what was typed, if it is close enough to be meant.
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&typed, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 2.max(name.len() / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Prints to standard output, to which only data goes. A reader that went away ends the program quietly.
///
/// # Errors
/// When standard output cannot be written.
pub fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// As [`print`], for bytes.
///
/// # Errors
/// When standard output cannot be written.
pub fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| Failure::io("standard output", &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_from_the_right() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn shares_and_durations_are_rounded_for_people() {
        assert_eq!([percent(1, 12), percent(1, 1), percent(0, 7), percent(0, 0)], ["8.3 %", "100.0 %", "0.0 %", ""]);
        let texts = [830, 59_999, 200_000, 7_500_000].map(|millis| duration(Duration::from_millis(millis)));
        assert_eq!(texts, ["0.8 s", "59 s", "3 min 20 s", "2 h 5 min"]);
        assert_eq!(per_second(3, Duration::from_millis(1500)), 2);
    }

    #[test]
    fn only_a_close_name_is_suggested() {
        let names = ["judge", "generate", "replay"];
        assert_eq!(nearest("jugde", names), Some("judge"));
        assert_eq!(nearest("zzz", names), None);
    }
}
