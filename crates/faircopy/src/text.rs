//! Text for people: grouped digits, columns, standard output.

use crate::failure::Failure;
use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

/// Most characters that are shown of a text that comes from the data.
const SHOWN_MAX: usize = 80;
/// What stands before a text that some editors and spreadsheets save.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text of a file that a person wrote, without a byte order mark.
///
/// # Errors
/// When it cannot be read, or is no UTF-8.
pub fn of_file(file: &Path) -> Result<String, Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::io(file.display(), &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + sound.iter().filter(|byte| **byte == b'\n').count();
        Failure::usage(format!("{}:{line}: this is no UTF-8", file.display())).hint("save the file as UTF-8")
    })?;
    Ok(text.strip_prefix(BYTE_ORDER_MARK).map(str::to_owned).unwrap_or(text))
}

/// The beginning of a text that comes from the data, as names of unknown fields do: control characters must not reach a terminal.
#[must_use]
pub fn printable(text: &str) -> String {
    text.chars().take(SHOWN_MAX).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

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

/// A count with its noun: `1 form`, `2 forms`.
#[must_use]
pub fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// Rows with their columns below each other; the last column is not padded.
#[must_use]
pub fn columns(rows: &[Vec<String>]) -> String {
    let wide = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.iter().map(Vec::len).max().unwrap_or(0)).map(wide).collect();
    let mut page = String::new();
    for row in rows {
        let line: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        page.push_str(line.join("  ").trim_end());
        page.push('\n');
    }
    page
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
    fn columns_stand_below_each_other() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        assert_eq!(columns(&[row(["a", "é", "x"]), row(["bbb", "", ""])]), "a    é  x\nbbb\n");
        assert_eq!([counted(1, "form"), counted(1200, "form")], ["1 form", "1,200 forms"]);
    }
}
