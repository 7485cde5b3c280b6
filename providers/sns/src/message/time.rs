//! Timestamps as SNS writes them: `2026-01-01T00:00:00.000Z`.

use fogbank_context::{Date, Timestamp};

/// A timestamp with milliseconds.
pub(crate) fn to_text(at: Timestamp) -> String {
    let (days, millis) =
        (at.as_millis().div_euclid(86_400_000), at.as_millis().rem_euclid(86_400_000));
    let Date { year, month, day } = Date::from_days(days);
    let (seconds, fraction) = (millis / 1_000, millis % 1_000);
    let mut text = *b"0000-00-00T00:00:00.000Z";
    // By hand: every notification has one.
    for (at, digits, number) in [
        (0, 4, year),
        (5, 2, month),
        (8, 2, day),
        (11, 2, seconds / 3_600),
        (14, 2, seconds / 60 % 60),
        (17, 2, seconds % 60),
        (20, 3, fraction),
    ] {
        let mut rest = number;
        for digit in text[at..at + digits].iter_mut().rev() {
            *digit += u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A timestamp as the log of deliveries has it: `2026-01-01 00:00:00.0`, without zeros at its end.
pub(crate) fn to_log(at: Timestamp) -> String {
    let text = to_text(at).replace('T', " ");
    let text = text.trim_end_matches('Z').trim_end_matches('0');
    if text.ends_with('.') { format!("{text}0") } else { text.to_owned() }
}

/// Reads a timestamp; fractions of a second may be left out.
pub(crate) fn from_text(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let number = |text: &str| text.parse::<u32>().ok().map(i64::from);
    let mut parts = date.split('-').map(number);
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut parts = time.split(':').map(number);
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    let in_range = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
        && year < 10_000;
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let millis = number(&digits)?;
    let days = Date { year, month, day }.to_days();
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
    in_range.then(|| Timestamp::from_millis(seconds * 1_000 + millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_are_written_and_read() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_123, "2000-02-29T00:00:00.123Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"),
        ] {
            let at = Timestamp::from_millis(millis);
            assert_eq!(to_text(at), text);
            assert_eq!(from_text(text), Some(at));
        }
        assert_eq!(from_text("1970-01-01T00:00:01Z"), Some(Timestamp::from_secs(1)));
        assert_eq!(from_text("yesterday"), None);
        assert_eq!(from_text("1970-13-01T00:00:01Z"), None);
    }
}
