//! Timesheets: hours in quarters.

use super::{
    calendar::Day,
    pen::{Amount, Pen, Value},
    random::Random,
    words,
};

/// Periods kept per employee; with the employee's number they make the key unique.
pub(crate) const PERIODS: u64 = 16;
/// Employees who approve.
pub(crate) const APPROVERS: u64 = 300;

/// One timesheet.
#[derive(Clone, Debug)]
pub(crate) struct Timesheet {
    pub(crate) employee_no: String,
    pub(crate) start: Day,
    pub(crate) end: Day,
    pub(crate) days: Vec<Booking>,
    pub(crate) total_regular: i64,
    pub(crate) total_overtime: i64,
    pub(crate) total_hours: i64,
    pub(crate) approved: Option<(String, Day)>,
    pub(crate) pay_code: Option<&'static str>,
    pub(crate) mileage: Option<i64>,
    pub(crate) expense: Option<i64>,
}

/// Hours of one day on one project, in quarters of an hour.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    pub(crate) date: Day,
    pub(crate) project: &'static str,
    pub(crate) task: Option<&'static str>,
    pub(crate) note: Option<&'static str>,
    pub(crate) regular: i64,
    pub(crate) overtime: i64,
    pub(crate) pto: i64,
    pub(crate) holiday: i64,
}

/// Hours from quarters.
pub(crate) fn hours(quarters: i64) -> Amount {
    if quarters % 4 == 0 {
        Amount { units: quarters / 4, scale: 0, least: 2 }
    } else {
        Amount { units: quarters * 25, scale: 2, least: 2 }
    }
}

/// Number of an employee.
pub(crate) fn employee_no(employee: u64) -> String {
    format!("E{:07}", 1_000_000 + employee)
}

/// Number of an employee who approves.
pub(crate) fn approver_no(approver: u64) -> String {
    format!("S{approver:04}")
}

impl Timesheet {
    /// Whether timesheets of the employee of record `index` are of two weeks.
    pub(crate) const fn is_fortnight(index: u64) -> bool {
        (index / PERIODS).is_multiple_of(3)
    }

    /// Leaves the first week alone: another period, which overlaps with this one and with no other of the employee.
    pub(crate) fn halve(&mut self) {
        self.end = self.start.plus(6);
        self.days.retain(|day| day.date.0 <= self.end.0);
        self.total();
    }

    /// Adds the days up.
    fn total(&mut self) {
        let total = |part: fn(&Booking) -> i64| self.days.iter().map(part).sum::<i64>();
        (self.total_regular, self.total_overtime) = (total(|day| day.regular), total(|day| day.overtime));
        self.total_hours = self.total_regular + self.total_overtime + total(|day| day.pto + day.holiday);
    }

    /// The timesheet of record `index`, for a week or fortnight that ended a week before `opened`, the first day of the
    /// run: a period must not move while the run goes on, or the key would not be unique.
    pub(crate) fn of(index: u64, opened: Day, random: &mut Random) -> Self {
        let employee = index / PERIODS;
        let weeks = if Self::is_fortnight(index) { 2 } else { 1 };
        // 1970-01-04 was a Sunday.
        let sunday = opened.plus(-7 - (opened.0 - 3).rem_euclid(7));
        let back = i64::try_from(index % PERIODS).unwrap_or(0) * 7 * weeks;
        let end = sunday.plus(-back);
        let start = end.plus(1 - 7 * weeks);
        let mut days = Vec::with_capacity(12);
        for offset in 0..7 * weeks {
            if offset % 7 < 5 {
                Booking::day(start.plus(offset), random, &mut days);
            }
        }
        let approver = approver_no(random.below(APPROVERS));
        let mut sheet = Self {
            employee_no: employee_no(employee),
            start,
            end,
            total_regular: 0,
            total_overtime: 0,
            total_hours: 0,
            approved: random.chance(4, 5).then(|| (approver, end.plus(random.within(0, 3)))),
            pay_code: random.chance(1, 2).then(|| random.pick(&["REG", "SAL", "CON"])),
            mileage: random.chance(1, 6).then(|| random.within(10, 4_000)),
            expense: random.chance(1, 6).then(|| random.within(100, 40_000)),
            days,
        };
        sheet.total();
        sheet
    }

    /// Takes the timesheet down in form order.
    pub(crate) fn write(&self, pen: &mut impl Pen) {
        pen.put("employee_no", Value::Id(&self.employee_no));
        pen.put("period_start", Value::Date(self.start));
        pen.put("period_end", Value::Date(self.end));
        pen.list("days");
        for day in &self.days {
            pen.item();
            day.write(pen);
        }
        pen.end();
        pen.put("total_regular", Value::Number(hours(self.total_regular)));
        pen.put("total_overtime", Value::Number(hours(self.total_overtime)));
        pen.put("total_hours", Value::Number(hours(self.total_hours)));
        pen.maybe("approved_by", self.approved.as_ref().map(|(by, _)| Value::Id(by)));
        pen.maybe("approved_on", self.approved.as_ref().map(|&(_, on)| Value::Date(on)));
        pen.maybe("pay_code", self.pay_code.map(Value::Id));
        pen.maybe("mileage", self.mileage.map(|tenths| Value::Number(Amount { units: tenths, scale: 1, least: 0 })));
        pen.maybe("expense", self.expense.map(|cents| Value::Money(Amount { units: cents, scale: 2, least: 2 })));
    }
}

impl Booking {
    /// Books a day on one project or two.
    fn day(date: Day, random: &mut Random, days: &mut Vec<Self>) {
        let first = random.position(words::PROJECTS.len());
        let split = random.chance(1, 8);
        let regular = if split { random.within(8, 16) } else { random.pick(&[32, 32, 32, 30, 31, 28]) };
        let mut booking = Self {
            date,
            project: words::PROJECTS[first],
            task: random.chance(1, 2).then(|| random.pick(&words::TASKS)),
            note: random.chance(1, 12).then(|| random.pick(&words::NOTES)),
            regular,
            overtime: if random.chance(1, 10) { random.within(1, 8) } else { 0 },
            pto: 0,
            holiday: 0,
        };
        if random.chance(1, 25) {
            booking = Self { regular: 0, overtime: 0, pto: 32, ..booking };
        } else if random.chance(1, 50) {
            booking = Self { regular: 0, overtime: 0, holiday: 32, ..booking };
        }
        days.push(booking);
        if split {
            let project = words::PROJECTS[(first + 1) % words::PROJECTS.len()];
            days.push(Self { date, project, task: None, note: None, regular: 12, overtime: 0, pto: 0, holiday: 0 });
        }
    }

    fn write(&self, pen: &mut impl Pen) {
        let kept = |quarters: i64| (quarters != 0).then(|| Value::Number(hours(quarters)));
        pen.put("date", Value::Date(self.date));
        pen.put("project", Value::Id(self.project));
        pen.maybe("task", self.task.map(Value::Text));
        pen.maybe("note", self.note.map(Value::Text));
        pen.put("regular", Value::Number(hours(self.regular)));
        pen.maybe("overtime", kept(self.overtime));
        pen.maybe("pto", kept(self.pto));
        pen.maybe("holiday", kept(self.holiday));
    }
}
