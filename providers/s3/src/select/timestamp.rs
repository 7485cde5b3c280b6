//! Timestamps of queries, which may end at the year, and the functions over them.
//!
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-date.html>.

use super::calendar::{Date, days_in};

const SECOND: i128 = 1_000_000_000;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;

/// How much of a timestamp is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Year,
    Month,
    Day,
    Minute,
    Second,
    /// So many digits behind the second.
    Fraction(usize),
}

/// A part of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    TimezoneHour,
    TimezoneMinute,
}

impl Part {
    /// The part with this name.
    pub(super) fn by_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "YEAR" => Self::Year,
            "MONTH" => Self::Month,
            "DAY" => Self::Day,
            "HOUR" => Self::Hour,
            "MINUTE" => Self::Minute,
            "SECOND" => Self::Second,
            "TIMEZONE_HOUR" => Self::TimezoneHour,
            "TIMEZONE_MINUTE" => Self::TimezoneMinute,
            _ => return None,
        })
    }

    fn precision(self) -> Precision {
        match self {
            Self::Year => Precision::Year,
            Self::Month => Precision::Month,
            Self::Day => Precision::Day,
            Self::Second => Precision::Second,
            _ => Precision::Minute,
        }
    }

    /// The length of a part that always has the same.
    fn unit(self) -> Option<i128> {
        Some(match self {
            Self::Day => DAY,
            Self::Hour => HOUR,
            Self::Minute => MINUTE,
            Self::Second => SECOND,
            _ => return None,
        })
    }
}

/// A moment, as precise as it was said, in the zone it was said in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timestamp {
    /// Nanoseconds since 1970, in UTC.
    nanos: i128,
    /// Minutes east of UTC; none when it is not said.
    offset: Option<i32>,
    precision: Precision,
}

/// What a clock and a calendar show.
pub(super) struct Shown {
    pub(super) date: Date,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanos: i128,
    pub(super) offset: i32,
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let plain = text.len() == digits && text.bytes().all(|it| it.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// `Z`, `+hh:mm` or `-hh:mm` in minutes.
fn offset_of(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    let total = i32::try_from(hours * 60 + minutes).ok()?;
    (hours < 24 && minutes < 60).then_some(sign * total)
}

impl Timestamp {
    /// A moment of the world's clock, in UTC.
    pub(super) fn of(now: fogbank_context::Timestamp) -> Self {
        let nanos = i128::from(now.as_millis()) * 1_000_000;
        Self { nanos, offset: Some(0), precision: Precision::Fraction(3) }
    }

    /// A timestamp in the form of ISO 8601 that Ion has: `2010T`, `2010-01T`, `2010-01-02`,
    /// `2010-01-02T03:04:05.678+01:00`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut fields = date.split('-');
        let year = number(fields.next()?, 4)?;
        let month = fields.next().map(|it| number(it, 2));
        let day = fields.next().map(|it| number(it, 2));
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        let month = month.unwrap_or(Some(1))?;
        let day = day.unwrap_or(Some(1))?;
        let known = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        let ended = fields.next().is_none() && (precision == Precision::Day || time == Some(""));
        if !(known && ended && year > 0) {
            return None;
        }
        let midnight = i128::from(Date { year, month, day }.days()) * DAY;
        match time {
            None | Some("") => Some(Self { nanos: midnight, offset: None, precision }),
            Some(time) => Self::at(midnight, time),
        }
    }

    fn at(midnight: i128, time: &str) -> Option<Self> {
        let zone = time.find(['Z', '+', '-']);
        let (clock, offset) = match zone {
            Some(at) if &time[at..] == "-00:00" => (&time[..at], None),
            Some(at) => (&time[..at], Some(offset_of(&time[at..])?)),
            None => (time, None),
        };
        let (clock, fraction) = match clock.split_once('.') {
            Some((clock, fraction)) => (clock, Some(fraction)),
            None => (clock, None),
        };
        let mut fields = clock.split(':');
        let hour = number(fields.next()?, 2).filter(|it| *it < 24)?;
        let minute = number(fields.next()?, 2).filter(|it| *it < 60)?;
        let second = fields.next().map(|it| number(it, 2).filter(|it| *it < 60));
        let second = second.map_or(Some(None), |it| it.map(Some))?;
        if fields.next().is_some() || (fraction.is_some() && second.is_none()) {
            return None;
        }
        let (mut nanos, mut precision) = (0, Precision::Minute);
        if second.is_some() {
            precision = Precision::Second;
        }
        if let Some(fraction) = fraction {
            let digits = fraction.len().min(9);
            nanos = i128::from(number(&fraction[..digits], digits).filter(|_| digits > 0)?);
            nanos *= 10_i128.pow(9 - u32::try_from(digits).ok()?);
            precision = Precision::Fraction(digits);
        }
        let local = i128::from(hour) * HOUR
            + i128::from(minute) * MINUTE
            + i128::from(second.unwrap_or(0)) * SECOND
            + nanos;
        let east = i128::from(offset.unwrap_or(0)) * MINUTE;
        Some(Self { nanos: midnight + local - east, offset, precision })
    }

    pub(super) fn nanos(self) -> i128 {
        self.nanos
    }

    pub(super) fn shown(self) -> Shown {
        let offset = self.offset.unwrap_or(0);
        let local = self.nanos + i128::from(offset) * MINUTE;
        let of_day = local.rem_euclid(DAY);
        let small = |it: i128| i64::try_from(it).unwrap_or_default();
        Shown {
            date: Date::of_days(small(local.div_euclid(DAY))),
            hour: small(of_day / HOUR),
            minute: small(of_day / MINUTE % 60),
            second: small(of_day / SECOND % 60),
            nanos: of_day % SECOND,
            offset,
        }
    }

    /// The timestamp as it is written.
    pub(super) fn text(self) -> String {
        let Shown { date, hour, minute, second, nanos, offset } = self.shown();
        let Date { year, month, day } = date;
        let zone = match self.offset {
            None => "-00:00".to_owned(),
            Some(0) => "Z".to_owned(),
            Some(_) => zone(offset, ":"),
        };
        match self.precision {
            Precision::Year => format!("{year:04}T"),
            Precision::Month => format!("{year:04}-{month:02}T"),
            Precision::Day => format!("{year:04}-{month:02}-{day:02}"),
            Precision::Minute => {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}{zone}")
            }
            Precision::Second => {
                format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
            }
            Precision::Fraction(digits) => {
                let fraction = &format!("{nanos:09}")[..digits];
                format!(
                    "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{fraction}{zone}"
                )
            }
        }
    }

    /// The timestamp so many parts later; none outside of the years that can be written.
    pub(super) fn add(self, part: Part, quantity: i64) -> Option<Self> {
        let nanos = match part.unit() {
            Some(unit) => self.nanos.checked_add(unit.checked_mul(i128::from(quantity))?)?,
            None => {
                let months = quantity.checked_mul(if part == Part::Year { 12 } else { 1 })?;
                let before = self.shown().date;
                let after = before.plus_months(months)?;
                self.nanos + i128::from(after.days() - before.days()) * DAY
            }
        };
        let later = Self { nanos, precision: self.precision.max(part.precision()), ..self };
        let possible = nanos.abs() < 400 * 366 * DAY * 25;
        (possible && (1..=9999).contains(&later.shown().date.year)).then_some(later)
    }

    /// How many whole parts lie between this timestamp and another one.
    pub(super) fn until(self, part: Part, other: Self) -> i64 {
        if let Some(unit) = part.unit() {
            return i64::try_from((other.nanos - self.nanos) / unit).unwrap_or_default();
        }
        let place = |it: Self| {
            let shown = Self { offset: Some(0), ..it }.shown();
            let date = shown.date;
            (date.year * 12 + date.month, (date.day, it.nanos.rem_euclid(DAY)))
        };
        let ((from, from_rest), (to, to_rest)) = (place(self), place(other));
        let mut months = to - from;
        if months > 0 && to_rest < from_rest {
            months -= 1;
        } else if months < 0 && to_rest > from_rest {
            months += 1;
        }
        if part == Part::Year { months / 12 } else { months }
    }

    /// A part of the timestamp.
    pub(super) fn part(self, part: Part) -> i64 {
        let shown = self.shown();
        match part {
            Part::Year => shown.date.year,
            Part::Month => shown.date.month,
            Part::Day => shown.date.day,
            Part::Hour => shown.hour,
            Part::Minute => shown.minute,
            Part::Second => shown.second,
            Part::TimezoneHour => i64::from(shown.offset / 60),
            Part::TimezoneMinute => i64::from(shown.offset % 60),
        }
    }
}

/// An offset with its sign.
pub(super) fn zone(offset: i32, between: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}{between}{:02}", offset.abs() / 60, offset.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn texts() {
        for text in [
            "2010T",
            "2010-05T",
            "2010-05-31",
            "2010-05-31T23:59Z",
            "2010-05-31T23:59:01-00:00",
            "2010-05-31T23:59:01.0030+07:08",
            "1969-07-20T20:18:00-05:30",
        ] {
            assert_eq!(at(text).text(), text);
        }
        for text in ["2010", "2010-13T", "2010-02-30", "2010-01-01T25:00Z", "x", "2010-01-01T1:2"] {
            assert!(Timestamp::parse(text).is_none(), "{text}");
        }
    }

    /// As in AWS's reference.
    #[test]
    fn sums() {
        for (text, part, quantity, expected) in [
            ("2010-01-01T", Part::Year, 5, "2015-01-01"),
            ("2010T", Part::Month, 1, "2010-02T"),
            ("2010T", Part::Month, 13, "2011-02T"),
            ("2017-01-10T", Part::Day, -1, "2017-01-09"),
            ("2017T", Part::Hour, 1, "2017-01-01T01:00-00:00"),
            ("2017-01-02T03:04Z", Part::Hour, 1, "2017-01-02T04:04Z"),
            ("2017-01-02T03:04:05.006Z", Part::Minute, 1, "2017-01-02T03:05:05.006Z"),
            ("2017-01-02T03:04:05.006Z", Part::Second, 1, "2017-01-02T03:04:06.006Z"),
            ("2020-01-31", Part::Month, 1, "2020-02-29"),
        ] {
            assert_eq!(at(text).add(part, quantity).unwrap().text(), expected);
        }
        assert!(at("9999T").add(Part::Year, 1).is_none());
        assert!(at("2000T").add(Part::Day, i64::MAX).is_none());
    }

    #[test]
    fn differences() {
        for (from, to, part, expected) in [
            ("2010-01-01T", "2011-01-01T", Part::Year, 1),
            ("2010T", "2010-05T", Part::Month, 4),
            ("2010T", "2011T", Part::Month, 12),
            ("2011T", "2010T", Part::Month, -12),
            ("2010-01-01T23:00Z", "2010-01-02T01:00Z", Part::Day, 0),
            ("2010-01-31T", "2010-02-28T", Part::Month, 0),
            ("2010-01-01T00:00Z", "2010-01-01T01:00:30Z", Part::Second, 3630),
        ] {
            assert_eq!(at(from).until(part, at(to)), expected, "{from} {to}");
        }
    }

    #[test]
    fn parts() {
        let time = at("2017-01-02T03:04:05+07:08");
        for (part, expected) in [
            ("YEAR", 2017),
            ("month", 1),
            ("DAY", 2),
            ("HOUR", 3),
            ("MINUTE", 4),
            ("SECOND", 5),
            ("TIMEZONE_HOUR", 7),
            ("TIMEZONE_MINUTE", 8),
        ] {
            assert_eq!(time.part(Part::by_name(part).unwrap()), expected, "{part}");
        }
    }
}
