//! Schedules as AWS writes them: `at(…)`, `rate(…)` and `cron(…)`, in UTC or in a time zone.
//!
//! What a service accepts of them differs (EventBridge takes no `at(…)`, and insists on singular and
//! plural units): what is read here is what any of them accepts.

use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_context::{Date, Timestamp};
use jiff::tz::{Offset, TimeZone};

const DAY: i64 = 86_400;
/// The most units of a rate.
const MOST: u64 = 1_000_000;

/// When something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Once.
    At(Timestamp),
    /// Again and again after this time.
    Rate(Duration),
    /// At the times that match.
    Cron(Box<Cron>),
}

/// The times that a cron expression matches, as sets of bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    month_days: MonthDays,
    months: u64,
    week_days: WeekDays,
    years: Option<Vec<(i64, i64, i64)>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum MonthDays {
    Any,
    Set(u64),
    Last,
    Weekday(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum WeekDays {
    Any,
    /// Bit 0 is Sunday.
    Set(u64),
    /// The day, and which of the month.
    Nth(i64, i64),
    Last(i64),
}

const MONTHS: &[&str] =
    &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// The time zone of a schedule.
#[derive(Clone, Debug)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone of that name in IANA's database; none when there is none. No name is UTC.
    pub fn named(name: Option<&str>) -> Option<Self> {
        match name {
            None => Some(Self(TimeZone::UTC)),
            Some(name) => TimeZone::get(name).ok().map(Self),
        }
    }

    /// Seconds east of UTC at a time.
    fn offset(&self, at: Timestamp) -> i64 {
        let at = jiff::Timestamp::from_second(at.as_secs()).unwrap_or_default();
        i64::from(self.0.to_offset(at).seconds())
    }

    /// The time at which clocks of the zone show what clocks of UTC show at `shown`.
    pub fn instant(&self, shown: Timestamp) -> Option<Timestamp> {
        let shown = jiff::Timestamp::from_second(shown.as_secs()).ok()?;
        let civil = Offset::UTC.to_datetime(shown);
        let at = self.0.to_ambiguous_timestamp(civil).compatible().ok()?;
        Some(Timestamp::from_secs(at.as_second()))
    }

    /// A time in ISO 8601's extended format; by the clocks of the zone where it names no offset.
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Some(Timestamp::from_secs(at.as_second()));
        }
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        let at = self.0.to_ambiguous_timestamp(civil).compatible().ok()?;
        Some(Timestamp::from_secs(at.as_second()))
    }

    /// A time as maintenance windows write it: to the minute, with the zone's offset.
    pub fn minute(&self, at: Timestamp) -> String {
        let offset = self.offset(at);
        let shown = at.as_secs() + offset;
        let Date { year, month, day: date } = Date::from_days(shown.div_euclid(DAY));
        let minutes = shown.rem_euclid(DAY) / 60;
        let sign = if offset < 0 { '-' } else { '+' };
        let zone = match offset.abs() / 60 {
            0 => "Z".to_owned(),
            east => format!("{sign}{:02}:{:02}", east / 60, east % 60),
        };
        let (hour, minute) = (minutes / 60, minutes % 60);
        format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}{zone}")
    }
}

impl Schedule {
    /// The first time after `after` by the clocks of a zone; rates count from `start`.
    pub fn next_in(&self, zone: &Zone, start: Timestamp, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Rate(_) => self.next(start, after),
            Self::At(shown) => zone.instant(*shown).filter(|at| *at > after),
            Self::Cron(cron) => {
                let mut shown = Timestamp::from_secs(after.as_secs() + zone.offset(after));
                // Where clocks are put back, the same hour is shown twice.
                loop {
                    shown = cron.next(shown)?;
                    let at = zone.instant(shown)?;
                    if at > after {
                        return Some(at);
                    }
                }
            }
        }
    }

    /// The schedule that an expression describes.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.trim().split_once('(')?;
        let inner = rest.strip_suffix(')')?.trim();
        match kind {
            "at" => {
                let full =
                    if inner.ends_with('Z') { inner.to_owned() } else { format!("{inner}Z") };
                let at = DateTime::from_str(&full, Format::DateTimeWithOffset).ok()?;
                Some(Self::At(Timestamp::from_wire(&at)))
            }
            "rate" => {
                let (number, unit) = inner.split_once(char::is_whitespace)?;
                let number: u64 = number.parse().ok().filter(|it| (1..=MOST).contains(it))?;
                let seconds = match unit.trim() {
                    "minute" | "minutes" => 60,
                    "hour" | "hours" => 3_600,
                    "day" | "days" => 86_400,
                    _ => return None,
                };
                Some(Self::Rate(Duration::from_secs(number.checked_mul(seconds)?)))
            }
            "cron" => Cron::parse(inner).map(|cron| Self::Cron(Box::new(cron))),
            _ => None,
        }
    }

    /// The first time after `after`; rates count from `start`.
    pub fn next(&self, start: Timestamp, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::At(at) => Some(*at).filter(|at| *at > after),
            Self::Rate(every) => {
                let every = i64::try_from(every.as_secs()).ok().filter(|every| *every > 0)?;
                let passed = (after.as_secs() - start.as_secs()).max(0);
                let later = (passed / every + 1).checked_mul(every)?;
                Some(Timestamp::from_secs(start.as_secs().checked_add(later)?))
            }
            Self::Cron(cron) => cron.next(after),
        }
    }
}

/// A field's text as a set of bits; names stand for numbers from `first`.
fn set(text: &str, first: i64, last: i64, names: &[&str]) -> Option<u64> {
    let number = |text: &str| -> Option<i64> {
        let upper = text.to_ascii_uppercase();
        let named = names.iter().position(|name| *name == upper);
        let named = named.and_then(|position| i64::try_from(position).ok());
        let number = named.map(|position| position + first).or_else(|| text.parse().ok())?;
        Some(number).filter(|number| (first..=last).contains(number))
    };
    let mut bits = 0;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<usize>().ok().filter(|step| *step > 0)?),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => (number(from)?, number(to)?),
            None if range == "*" => (first, last),
            None if part.contains('/') => (number(range)?, last),
            None => (number(range)?, number(range)?),
        };
        // A range of days may go over the end of the week.
        let whole = from..=if to < from { last } else { to };
        let rest = first..=if to < from { to } else { first - 1 };
        bits |= whole.chain(rest).step_by(step).fold(0, |bits, n| bits | 1 << n);
    }
    Some(bits)
}

impl Cron {
    /// Minutes, hours, day of the month, month, day of the week and year; seconds may come first.
    fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, month_day, month, week_day, year] = match fields.len() {
            6 => fields.try_into().ok()?,
            7 => fields[1..].to_vec().try_into().ok()?,
            _ => return None,
        };
        let month_days = match month_day {
            "*" | "?" => MonthDays::Any,
            "L" => MonthDays::Last,
            day if day.ends_with('W') => {
                let day = day.trim_end_matches('W').parse().ok();
                MonthDays::Weekday(day.filter(|day| (1..=31).contains(day))?)
            }
            days => MonthDays::Set(set(days, 1, 31, &[])?),
        };
        // Days of the week count from 1, which is Sunday.
        let day =
            |text: &str| set(text, 1, 7, DAYS).map(|bits| i64::from(bits.trailing_zeros()) - 1);
        let week_days = match week_day {
            "*" | "?" => WeekDays::Any,
            "L" => WeekDays::Set(1 << 6),
            text if text.contains('#') => {
                let (name, nth) = text.split_once('#')?;
                WeekDays::Nth(day(name)?, nth.parse().ok().filter(|nth| (1..=5).contains(nth))?)
            }
            text if text.ends_with('L') => WeekDays::Last(day(text.trim_end_matches('L'))?),
            text => WeekDays::Set(set(text, 1, 7, DAYS)? >> 1),
        };
        let years = match year {
            "*" | "?" => None,
            text => Some(text.split(',').map(years).collect::<Option<Vec<_>>>()?),
        };
        Some(Self {
            minutes: set(minutes, 0, 59, &[])?,
            hours: set(hours, 0, 23, &[])?,
            month_days,
            months: set(month, 1, 12, MONTHS)?,
            week_days,
            years,
        })
    }

    fn next(&self, after: Timestamp) -> Option<Timestamp> {
        // The next whole minute.
        let from = (after.as_secs().div_euclid(60) + 1) * 60;
        let first_day = from.div_euclid(DAY);
        // A 29th of February may be eight years away.
        (first_day..first_day + 366 * 9).filter(|day| self.is_day(*day)).find_map(|day| {
            let since = if day == first_day { from.rem_euclid(DAY) } else { 0 };
            let minutes = (since / 60)..1_440;
            let found = minutes.into_iter().find(|minute| {
                self.hours >> (minute / 60) & 1 == 1 && self.minutes >> (minute % 60) & 1 == 1
            })?;
            Some(Timestamp::from_secs(day * DAY + found * 60))
        })
    }

    fn is_day(&self, day: i64) -> bool {
        let Date { year, month, day: date } = Date::from_days(day);
        let week_day = (day + 4).rem_euclid(7);
        let length = month_length(year, month);
        let in_years = |years: &Vec<(i64, i64, i64)>| {
            years
                .iter()
                .any(|(from, to, step)| (*from..=*to).contains(&year) && (year - from) % step == 0)
        };
        let month_day = match &self.month_days {
            MonthDays::Any => true,
            MonthDays::Set(bits) => bits >> date & 1 == 1,
            MonthDays::Last => date == length,
            MonthDays::Weekday(wanted) => {
                nearest_weekday(day - date, (*wanted).min(length), length) == date
            }
        };
        let week = match &self.week_days {
            WeekDays::Any => true,
            WeekDays::Set(bits) => bits >> week_day & 1 == 1,
            WeekDays::Nth(wanted, nth) => *wanted == week_day && (date - 1) / 7 + 1 == *nth,
            WeekDays::Last(wanted) => *wanted == week_day && date + 7 > length,
        };
        self.months >> month & 1 == 1
            && month_day
            && week
            && self.years.as_ref().is_none_or(in_years)
    }
}

fn years(text: &str) -> Option<(i64, i64, i64)> {
    let (range, step) = match text.split_once('/') {
        Some((range, step)) => (range, step.parse().ok().filter(|step| *step > 0)?),
        None => (text, 1),
    };
    let (from, to) = match range.split_once('-') {
        Some((from, to)) => (from.parse().ok()?, to.parse().ok()?),
        None if range == "*" => (1970, 2199),
        None if text.contains('/') => (range.parse().ok()?, 2199),
        None => (range.parse().ok()?, range.parse().ok()?),
    };
    let known = 1970..=2199;
    (known.contains(&from) && known.contains(&to)).then_some((from, to, step))
}

/// The working day of the month that is nearest to a date; `before` is the day before the 1st.
fn nearest_weekday(before: i64, date: i64, length: i64) -> i64 {
    match (before + date + 4).rem_euclid(7) {
        6 if date == 1 => date + 2,
        6 => date - 1,
        0 if date == length => date - 2,
        0 => date + 1,
        _ => date,
    }
}

fn month_length(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_find_their_next_time() {
        // Thursday, 2026-01-01T00:00:00Z.
        let start = Timestamp::from_secs(1_767_225_600);
        let cases = [
            ("rate(5 minutes)", "2026-01-01T00:05Z"),
            ("rate(7 days)", "2026-01-08T00:00Z"),
            ("at(2026-03-01T10:30:00)", "2026-03-01T10:30Z"),
            ("cron(0 16 ? * TUE *)", "2026-01-06T16:00Z"),
            ("cron(15 10 ? * 2 *)", "2026-01-05T10:15Z"),
            ("cron(0/30 8-9 * * ? *)", "2026-01-01T08:00Z"),
            ("cron(0 2 ? * THU#3 *)", "2026-01-15T02:00Z"),
            ("cron(0 2 ? * 7L *)", "2026-01-31T02:00Z"),
            ("cron(0 0 L * ? *)", "2026-01-31T00:00Z"),
            ("cron(0 0 31W * ? *)", "2026-01-30T00:00Z"),
            ("cron(0 12 29 2 ? *)", "2028-02-29T12:00Z"),
            ("cron(0 12 1 JAN,JUL ? 2027)", "2027-01-01T12:00Z"),
            ("cron(0 0 4 ? * SAT-MON *)", "2026-01-03T04:00Z"),
        ];
        let utc = Zone::named(None).expect("there is always UTC");
        for (text, expected) in cases {
            let schedule = Schedule::parse(text).unwrap_or_else(|| panic!("{text}"));
            let next = schedule.next_in(&utc, start, start).expect(text);
            assert_eq!(utc.minute(next), expected, "{text}");
        }
        for text in [
            "",
            "cron()",
            "rate(0 days)",
            "rate(1000001 days)",
            "rate(5 weeks)",
            "cron(61 * * * ? *)",
            "daily",
        ] {
            assert_eq!(Schedule::parse(text), None, "{text}");
        }
    }

    #[test]
    fn zones_have_clocks_of_their_own() {
        let start = Timestamp::from_secs(1_767_225_600);
        let cases = [
            ("America/Los_Angeles", "cron(0 2 ? * SUN *)", "2026-01-04T02:00-08:00"),
            ("Europe/Berlin", "cron(30 2 29 3 ? 2026)", "2026-03-29T03:30+02:00"),
            ("Asia/Kolkata", "at(2026-02-01T10:00:00)", "2026-02-01T10:00+05:30"),
            ("etc/UTC", "cron(0 2 ? * SUN *)", "2026-01-04T02:00Z"),
        ];
        for (name, text, expected) in cases {
            let zone = Zone::named(Some(name)).unwrap_or_else(|| panic!("{name}"));
            let next = Schedule::parse(text).and_then(|it| it.next_in(&zone, start, start));
            assert_eq!(zone.minute(next.expect(text)), expected, "{text}");
        }
        assert!(Zone::named(Some("Mars/Phobos")).is_none());
    }
}
