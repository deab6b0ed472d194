//! Dates keyed wrongly, in layouts of their source. Each gives the text, or `None` where nobody could find it.

use super::{
    calendar::{Date, Day},
    random::Random,
    source::{Order, Source},
};

/// A date that no calendar has, in a layout of the source.
pub(crate) fn impossible(year: i64, source: &Source, random: &mut Random) -> String {
    let (month, day) = random.pick(&[(2, 30), (4, 31), (11, 31), (2, 31)]);
    match source.order {
        Order::DayFirst if random.chance(1, 2) => format!("{day:02}/{month:02}/{year}"),
        Order::MonthFirst if random.chance(1, 2) => format!("{month:02}/{day:02}/{year}"),
        _ => format!("{year}-{month:02}-{day:02}"),
    }
}

/// A date in the order of another country: only a day above 12 gives it away.
pub(crate) fn in_another_order(day: Day, source: &Source) -> Option<String> {
    let Date { year, month, day } = day.date();
    match source.order {
        _ if day <= 12 => None,
        Order::Unsaid => None,
        Order::DayFirst => Some(format!("{month:02}/{day:02}/{year}")),
        Order::MonthFirst => Some(format!("{day:02}/{month:02}/{year}")),
    }
}

/// A date that can be read in two ways, where nobody says in which.
pub(crate) fn ambiguous(year: i64, source: &Source) -> Option<String> {
    (source.order == Order::Unsaid).then(|| format!("03/04/{year}"))
}
