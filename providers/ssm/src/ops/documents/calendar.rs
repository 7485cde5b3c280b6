//! `GetCalendarState`: change calendars, whose documents are iCalendar texts.

use std::time::Duration;

use aws_smithy_types::date_time::Format;
use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_schedule::Zone;
use fogbank_service::{RequestContext, ServiceError};
use jiff::Span;
use jiff::civil::{DateTime, Weekday};
use jiff::tz::Offset;

use crate::document;
use crate::errors;

/// What a calendar says: open or closed by default, and the events that turn it round.
struct Calendar {
    open: bool,
    events: Vec<Event>,
}

/// An event by the clocks of its zone, once or again and again.
#[derive(Clone)]
struct Event {
    start: DateTime,
    zone: Zone,
    seconds: i64,
    rule: Option<Rule>,
}

/// How an event is repeated.
#[derive(Clone)]
struct Rule {
    every: Span,
    count: Option<usize>,
    until: Option<Timestamp>,
    days: Vec<Weekday>,
}

/// The most repetitions that are looked at.
const MOST: usize = 50_000;
/// How far ahead the next change is looked for.
const AHEAD: Duration = Duration::from_secs(366 * 86_400);

impl Event {
    fn at(&self, start: DateTime) -> Option<(Timestamp, Timestamp)> {
        let shown = Offset::UTC.to_timestamp(start).ok()?.as_second();
        let from = self.zone.instant(Timestamp::from_secs(shown))?;
        Some((from, Timestamp::from_secs(from.as_secs() + self.seconds)))
    }

    /// When it takes place up to a time.
    fn times(&self, end: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        let Some(rule) = &self.rule else { return self.at(self.start).into_iter().collect() };
        let mut times = Vec::new();
        for n in 0..MOST {
            let span = i64::try_from(n).ok().and_then(|n| rule.every.checked_mul(n).ok());
            let Some(start) = span.and_then(|span| self.start.checked_add(span).ok()) else {
                break;
            };
            let mut starts = vec![start];
            if !rule.days.is_empty() {
                // The named days of the week that the repetition is in.
                let week = (0..7).filter_map(|day| {
                    let monday = i64::from(start.weekday().to_monday_zero_offset());
                    start.checked_add(Span::new().days(day - monday)).ok()
                });
                let named = |at: &DateTime| rule.days.contains(&at.weekday());
                starts = week.filter(|at| named(at) && *at >= self.start).collect();
            }
            for (from, to) in starts.into_iter().filter_map(|start| self.at(start)) {
                let past = rule.until.is_some_and(|until| from > until);
                if past || from > end || rule.count.is_some_and(|count| times.len() >= count) {
                    return times;
                }
                times.push((from, to));
            }
        }
        times
    }
}

impl Rule {
    fn parse(text: &str) -> Option<Self> {
        let part = |name: &str| {
            text.split(';').filter_map(|part| part.split_once('=')).find(|it| it.0 == name)
        };
        let interval = part("INTERVAL").map_or(Some(1), |it| it.1.parse::<i64>().ok());
        let interval = interval.filter(|interval| (1..=1_000).contains(interval))?;
        let every = match part("FREQ")?.1 {
            "DAILY" => Span::new().days(interval),
            "WEEKLY" => Span::new().weeks(interval),
            "MONTHLY" => Span::new().months(interval),
            "YEARLY" => Span::new().years(interval),
            _ => return None,
        };
        let days = part("BYDAY").map_or("", |it| it.1).split(',').filter_map(|day| {
            let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
            let position = names.iter().position(|name| *name == day)?;
            Weekday::from_monday_zero_offset(i8::try_from(position).ok()?).ok()
        });
        Some(Self {
            every,
            count: part("COUNT").and_then(|it| it.1.parse().ok()),
            until: part("UNTIL").and_then(|it| {
                let at = Offset::UTC.to_timestamp(time(it.1)?).ok()?;
                Some(Timestamp::from_secs(at.as_second()))
            }),
            days: days.collect(),
        })
    }
}

impl Calendar {
    fn parse(text: &str) -> Option<Self> {
        let mut open = None;
        let mut events = Vec::new();
        let (mut start, mut end, mut rule) = (None, None, None);
        for line in text.lines() {
            let (name, value) = line.trim().split_once(':')?;
            let mut parts = name.split(';');
            let name = parts.next().unwrap_or_default();
            // `DTSTART;TZID=Europe/Berlin`; UTC where nothing is said.
            let zone = parts.find_map(|part| part.strip_prefix("TZID="));
            match (name, value) {
                ("X-CALENDAR-TYPE", kind) => open = Some(kind == "DEFAULT_OPEN"),
                ("BEGIN", "VEVENT") => (start, end, rule) = (None, None, None),
                ("DTSTART", value) => start = time(value).zip(Zone::named(zone)),
                ("DTEND", value) => end = time(value).zip(Zone::named(zone)),
                ("RRULE", value) => rule = Some(Rule::parse(value)?),
                ("END", "VEVENT") => {
                    let Some(((start, zone), (end, end_zone))) = start.take().zip(end.take())
                    else {
                        continue;
                    };
                    let mut event = Event { start, zone, seconds: 0, rule: rule.take() };
                    let last = Event { start: end, zone: end_zone, ..event.clone() };
                    let (from, to) = (event.at(start)?.0, last.at(end)?.0);
                    event.seconds = to.as_secs().saturating_sub(from.as_secs()).max(0);
                    events.push(event);
                }
                _ => {}
            }
        }
        Some(Self { open: open?, events })
    }

    fn times(&self, at: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        self.events.iter().flat_map(move |event| event.times(at + AHEAD))
    }

    /// Whether it is open, and the next time at which that is different.
    fn state(&self, at: Timestamp) -> (bool, Option<Timestamp>) {
        let times: Vec<_> = self.times(at).collect();
        let is_open = |at: Timestamp| self.open != times.iter().any(|it| it.0 <= at && at < it.1);
        let bounds = times.iter().flat_map(|(start, end)| [*start, *end]);
        let mut bounds: Vec<Timestamp> = bounds.filter(|bound| *bound > at).collect();
        bounds.sort();
        let now = is_open(at);
        (now, bounds.into_iter().take(1_000).find(|bound| is_open(*bound) != now))
    }
}

/// A time of a calendar, as clocks show it: `20260131T120000Z`.
fn time(text: &str) -> Option<DateTime> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i16>().ok();
    let small = |range| number(range).and_then(|number| i8::try_from(number).ok());
    let (hour, minute, second) = match digits.len() {
        8 => (0, 0, 0),
        _ => (small(8..10)?, small(10..12)?, small(12..14)?),
    };
    DateTime::new(number(0..4)?, small(4..6)?, small(6..8)?, hour, minute, second, 0).ok()
}

/// Several calendars are open when each of them is.
pub(crate) fn state(
    cx: &RequestContext,
    input: &api::GetCalendarStateRequest,
) -> Result<api::GetCalendarStateResponse, ServiceError> {
    let at = match &input.at_time {
        Some(text) => {
            let at = aws_smithy_types::DateTime::from_str(text, Format::DateTimeWithOffset);
            let at = at.map_err(|_| errors::validation(format!("Invalid time: {text}")))?;
            Timestamp::from_wire(&at)
        }
        None => cx.now(),
    };
    let mut calendars = Vec::new();
    for name in &input.calendar_names {
        let document = document::find(cx, name)?;
        let version = document.version(None, None)?;
        if version.description.document_type != Some(api::DocumentType::ChangeCalendar) {
            return Err(errors::invalid_document_type(
                "The SSM document type isn't valid. Valid document types are described in the \
                 DocumentType property.",
            ));
        }
        let calendar = Calendar::parse(&version.content).ok_or_else(|| {
            errors::unsupported_calendar(
                "The calendar entry contained in the specified SSM document isn't supported.",
            )
        })?;
        calendars.push(calendar);
    }
    let states: Vec<_> = calendars.iter().map(|calendar| calendar.state(at)).collect();
    let open = states.iter().all(|(open, _)| *open);
    let next = states.iter().filter_map(|(_, next)| *next).min();
    let shown = |at: Timestamp| at.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    Ok(api::GetCalendarStateResponse {
        state: Some(if open { api::CalendarState::Open } else { api::CalendarState::Closed }),
        at_time: Some(shown(at)),
        next_transition_time: next.map(shown),
    })
}
