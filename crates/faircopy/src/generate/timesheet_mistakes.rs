//! What goes wrong when timesheets are keyed, and what it must be called.

use super::{
    draft::{Draft, EVERYTHING, Mistake, broken_byte, cut, missing, write},
    keyed::Slip,
    misdated::impossible,
    random::Random,
    source::Source,
    timesheet::Timesheet,
};
use record::Code;

type Timesheets = Draft<Timesheet>;

const WHO: u32 = 1;
const PERIOD: u32 = 2;
const DAYS: u32 = 4;
const TOTALS: u32 = 8;
const APPROVAL: u32 = 16;
const REST: u32 = 32;

/// Every kind of mistake.
pub(crate) const MISTAKES: &[Mistake<Timesheet>] = &[
    Mistake { touches: WHO | APPROVAL, make: nobody },
    Mistake { touches: WHO | APPROVAL, make: own_approval },
    Mistake { touches: APPROVAL | PERIOD, make: approved_early },
    Mistake { touches: PERIOD | DAYS, make: impossible_start },
    Mistake { touches: DAYS, make: no_project },
    Mistake { touches: DAYS, make: hours_with_a_unit },
    Mistake { touches: DAYS, make: not_a_quarter },
    Mistake { touches: DAYS | TOTALS, make: day_too_long },
    Mistake { touches: DAYS | TOTALS, make: booked_twice },
    Mistake { touches: DAYS | PERIOD, make: day_outside },
    Mistake { touches: DAYS | TOTALS, make: wrong_hours },
    Mistake { touches: DAYS | TOTALS, make: no_hours },
    Mistake { touches: REST, make: note_misnamed },
    Mistake { touches: REST, make: mileage_of_another_type },
    Mistake { touches: EVERYTHING, make: keyed_twice },
    Mistake { touches: EVERYTHING, make: cut },
    Mistake { touches: EVERYTHING, make: broken_byte },
];

fn nobody(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    draft.lacks("employee_no", Code::StrRequired, random)
}

fn own_approval(draft: &mut Timesheets, _: &Source, _: &mut Random) -> bool {
    let sheet = &mut draft.document;
    let Some((by, _)) = &mut sheet.approved else { return false };
    by.clone_from(&sheet.employee_no);
    draft.expect(Code::RelRule, "/approved_by");
    true
}

fn approved_early(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    let sheet = &mut draft.document;
    let Some((_, on)) = &mut sheet.approved else { return false };
    *on = sheet.end.plus(-random.within(1, 5));
    draft.expect(Code::RelOrder, "/approved_on");
    true
}

fn impossible_start(draft: &mut Timesheets, source: &Source, random: &mut Random) -> bool {
    draft.wrong("period_start", Code::FmtDateImpossible, impossible(draft.document.start.date().year, source, random))
}

fn no_project(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.days.len());
    draft.expect(Code::StrRequired, format!("/days/{at}/project"));
    draft.slip_in(at, "project", missing(random))
}

fn hours_with_a_unit(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.days.len());
    draft.expect(Code::FmtNumber, format!("/days/{at}/regular"));
    draft.slip_in(at, "regular", write(random.pick(&["8h", "7 hrs", "eight", "7:30"])))
}

fn not_a_quarter(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.days.len());
    draft.expect(Code::ValRange, format!("/days/{at}/regular"));
    draft.slip_in(at, "regular", Slip::Write(b"7.6".to_vec()))
}

/// A whole week keyed on one day. The totals agree with it.
fn day_too_long(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.days.len());
    let sheet = &mut draft.document;
    let more = 40 * 4;
    sheet.days[at].regular += more;
    sheet.total_regular += more;
    sheet.total_hours += more;
    draft.expect(Code::ValRange, format!("/days/{at}/regular"));
    true
}

fn booked_twice(draft: &mut Timesheets, _: &Source, _: &mut Random) -> bool {
    let sheet = &mut draft.document;
    let Some(last) = sheet.days.last().cloned() else { return false };
    let at = sheet.days.len();
    sheet.total_regular += last.regular;
    sheet.total_overtime += last.overtime;
    sheet.total_hours += last.regular + last.overtime + last.pto + last.holiday;
    sheet.days.push(last);
    draft.expect(Code::RelDuplicateItem, format!("/days/{at}"));
    true
}

fn day_outside(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    let sheet = &mut draft.document;
    let at = random.position(sheet.days.len());
    sheet.days[at].date = sheet.end.plus(random.within(1, 3));
    draft.expect(Code::RelRule, format!("/days/{at}/date"));
    true
}

fn wrong_hours(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    draft.document.total_hours += 4 * random.within(1, 9);
    draft.expect(Code::SumMismatch, "/total_hours");
    true
}

fn no_hours(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    draft.lacks("total_hours", Code::StrRequired, random)
}

fn note_misnamed(draft: &mut Timesheets, _: &Source, _: &mut Random) -> bool {
    if draft.document.pay_code.is_none() {
        return false;
    }
    draft.expect(Code::StrUnknownField, "/paycode");
    draft.slip("pay_code", Slip::Misname("paycode"))
}

fn mileage_of_another_type(draft: &mut Timesheets, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::StrType, "/mileage");
    draft.slip("mileage", Slip::Write(b"[12]".to_vec()))
}

fn keyed_twice(draft: &mut Timesheets, _: &Source, random: &mut Random) -> bool {
    draft.twice(random.pick(&["employee_no", "period_end", "total_hours"]))
}
