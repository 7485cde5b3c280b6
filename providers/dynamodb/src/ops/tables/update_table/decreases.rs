//! How often capacity may be lowered.

use std::time::Duration;

use aws_smithy_types::date_time::Format;
use fogbank_api_dynamodb::LimitExceededException;
use fogbank_context::Timestamp;
use fogbank_service::ServiceError;

use crate::table::definition::Throughput;

/// How many decreases there may be in a day, in UTC, however close to each other.
const AT_WILL: u32 = 4;
/// How far the others are from the last one.
const APART: Duration = Duration::from_secs(3600);

fn day(time: Timestamp) -> i64 {
    time.as_secs().div_euclid(24 * 3600)
}

/// How often the throughput was lowered on the day of `now`.
pub(super) fn today(throughput: &Throughput, now: Timestamp) -> u32 {
    match throughput.decreased {
        Some(last) if day(last) == day(now) => throughput.decreases,
        _ => 0,
    }
}

/// Refuses another decrease where there were too many.
pub(super) fn check(throughput: &Throughput, now: Timestamp) -> Result<(), ServiceError> {
    let count = today(throughput, now);
    let Some(last) = throughput.decreased.filter(|_| count >= AT_WILL) else { return Ok(()) };
    let next = last + APART;
    if now >= next {
        return Ok(());
    }
    Err(LimitExceededException::new(format!(
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC \
         day. After the first {AT_WILL} decreases, each subsequent decrease in the same UTC day can \
         be performed at most once every {} seconds. Number of decreases today: {count}. Last \
         decrease at {}. Next decrease can be made at {}",
        APART.as_secs(),
        in_words(last),
        in_words(next)
    ))
    .into())
}

/// `Wednesday, July 25, 2018 at 1:53:21 PM Coordinated Universal Time`.
fn in_words(time: Timestamp) -> String {
    const DAYS: [&str; 7] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let whole = |names: &[&'static str], short: &str| {
        names.iter().find(|name| name.starts_with(short)).copied().unwrap_or_default()
    };
    // `Wed, 25 Jul 2018 13:53:21 GMT`, with a fraction of the second where there is one.
    let text = time.to_wire().fmt(Format::HttpDate).unwrap_or_default();
    let words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let [day, date, month, year, clock, ..] = words[..] else { return text };
    let (hour, rest) = clock.split_once(':').unwrap_or((clock, ""));
    let (hour, date) = (hour.parse::<u32>().unwrap_or(0), date.trim_start_matches('0'));
    let rest = rest.split('.').next().unwrap_or(rest);
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = (hour + 11) % 12 + 1;
    let (day, month) = (whole(&DAYS, day), whole(&MONTHS, month));
    format!("{day}, {month} {date}, {year} at {hour}:{rest} {half} Coordinated Universal Time")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_words() {
        let cases = [
            (1_532_526_801, "Wednesday, July 25, 2018 at 1:53:21 PM Coordinated Universal Time"),
            (1_796_083_205, "Tuesday, December 1, 2026 at 12:00:05 AM Coordinated Universal Time"),
        ];
        for (seconds, words) in cases {
            assert_eq!(in_words(Timestamp::from_secs(seconds)), words);
        }
    }
}
