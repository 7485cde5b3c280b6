//! Dates of the Gregorian calendar.

/// A date, with the month and the day counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year.
    pub year: i64,
    /// The month.
    pub month: i64,
    /// The day of the month.
    pub day: i64,
}

/// The days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// The days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

// Years begin in March here, so that a leap day is the last of its year (the algorithms are Howard
// Hinnant's).
impl Date {
    /// The date of a day that is counted from 1970-01-01.
    pub const fn from_days(days: i64) -> Self {
        let days = days + EPOCH;
        let era = days.div_euclid(ERA);
        let of_era = days.rem_euclid(ERA);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
        Self { year, month, day: of_year - (153 * shifted + 2) / 5 + 1 }
    }

    /// The days from 1970-01-01 to the date. Days that a month does not have count into the next.
    pub const fn to_days(self) -> i64 {
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let year_of_era = year.rem_euclid(400);
        let of_year = (153 * ((self.month + 9) % 12) + 2) / 5 + self.day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        year.div_euclid(400) * ERA + of_era - EPOCH
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_the_same() {
        for (days, (year, month, day)) in [
            (0, (1970, 1, 1)),
            (-1, (1969, 12, 31)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_453, (2025, 12, 31)),
            (-25_509, (1900, 2, 28)),
            (-25_508, (1900, 3, 1)),
        ] {
            let date = Date { year, month, day };
            assert_eq!(Date::from_days(days), date);
            assert_eq!(date.to_days(), days);
        }
        let mut before = Date::from_days(-800_000);
        for days in -799_999..800_000 {
            let date = Date::from_days(days);
            assert!(date > before && date.to_days() == days, "{date:?}");
            before = date;
        }
    }
}
