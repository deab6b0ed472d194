//! The key that was probably meant.

use super::{Found, Table};

/// Longest key that is compared: the work grows with its square.
const LENGTH_MAX: usize = 32;
/// Characters that are taken for each other.
const ALIKE: &[(char, char)] = &[('0', 'O'), ('1', 'I'), ('1', 'L'), ('2', 'Z'), ('5', 'S'), ('8', 'B'), ('I', 'L')];

/// Tries every single slip: two neighbours exchanged, one character twice or once too often, one taken for its double.
/// Other digits are not tried: in numbers that are given out one after the other every wrong one has neighbours. What is
/// proposed must be in force, since an old number is no help.
pub(super) fn nearest<'t>(table: &'t Table, key: &str, day: Option<i32>) -> Option<&'t str> {
    let chars: Vec<char> = key.chars().collect();
    if chars.len() > LENGTH_MAX {
        return None;
    }
    let mut found: Option<&str> = None;
    for slip in slips(&chars) {
        if !matches!(table.find(&slip, day), Found::Row(_) | Found::Undated) {
            continue;
        }
        let range = table.range(&slip);
        let name = table.rows.get(range.start).map(|row| table.key(row))?;
        if found.is_some_and(|other| other != name) {
            return None;
        }
        found = Some(name);
    }
    found
}

fn slips(chars: &[char]) -> Vec<String> {
    let mut slips = Vec::new();
    for at in 0..chars.len() {
        let (before, rest) = chars.split_at(at);
        let mut changed = |middle: &[char], skip: usize| {
            slips.push(before.iter().chain(middle).chain(rest.get(skip..).unwrap_or_default()).collect::<String>());
        };
        changed(&[], 1);
        changed(&[rest[0], rest[0]], 1);
        if let Some(&next) = rest.get(1)
            && next != rest[0]
        {
            changed(&[next, rest[0]], 2);
        }
        for &(one, other) in ALIKE {
            if rest[0] == one {
                changed(&[other], 1);
            }
            if rest[0] == other {
                changed(&[one], 1);
            }
        }
    }
    slips
}
