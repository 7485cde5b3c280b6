//! Days of the Gregorian calendar.

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

/// The days of 400 years.
const ERA: i64 = 146_097;
/// The days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

impl Date {
    /// The number of days since 1970-01-01. Years begin in March here, so that the day of a leap
    /// year comes last.
    pub(super) fn days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        year.div_euclid(400) * ERA + days - EPOCH
    }

    /// The day so many days after 1970-01-01.
    pub(super) fn of_days(days: i64) -> Self {
        let days = days + EPOCH;
        let of_era = days.rem_euclid(ERA);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / (ERA - 1)) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + days.div_euclid(ERA) * 400 + i64::from(month <= 2);
        Self { year, month, day }
    }

    /// The same day so many months later, or the last one of a shorter month.
    pub(super) fn plus_months(self, months: i64) -> Option<Self> {
        let total = (self.year * 12 + self.month - 1).checked_add(months)?;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        (1..=9999).contains(&year).then(|| Self {
            year,
            month,
            day: self.day.min(days_in(year, month)),
        })
    }
}

/// The number of days of a month.
pub(super) fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_there_and_back() {
        for days in (-719_162..=2_932_896).step_by(97).chain([-719_162, -1, 0, 59, 60, 11_016]) {
            let date = Date::of_days(days);
            assert_eq!(date.days(), days, "{date:?}");
            assert!((1..=days_in(date.year, date.month)).contains(&date.day), "{date:?}");
        }
        assert_eq!(Date::of_days(0), Date { year: 1970, month: 1, day: 1 });
        assert_eq!(Date { year: 2000, month: 2, day: 29 }.days(), 11_016);
    }
}
