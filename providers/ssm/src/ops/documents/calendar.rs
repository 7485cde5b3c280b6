//! `GetCalendarState`: change calendars, whose documents are iCalendar texts.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use fogbank_api_ssm as api;
use fogbank_context::Timestamp;
use fogbank_service::{RequestContext, ServiceError};

use crate::document;
use crate::errors;

/// What a calendar says: open or closed by default, and the events that turn it round.
struct Calendar {
    open: bool,
    events: Vec<(Timestamp, Timestamp)>,
}

impl Calendar {
    fn parse(text: &str) -> Option<Self> {
        let mut open = None;
        let mut events = Vec::new();
        let (mut start, mut end) = (None, None);
        for line in text.lines() {
            let (name, value) = line.trim().split_once(':')?;
            // `DTSTART;TZID=…`: the time is taken for UTC.
            let name = name.split(';').next().unwrap_or_default();
            match (name, value) {
                ("X-CALENDAR-TYPE", kind) => open = Some(kind == "DEFAULT_OPEN"),
                ("BEGIN", "VEVENT") => (start, end) = (None, None),
                ("DTSTART", value) => start = time(value),
                ("DTEND", value) => end = time(value),
                ("END", "VEVENT") => events.extend(start.zip(end)),
                _ => {}
            }
        }
        Some(Self { open: open?, events })
    }

    fn is_open(&self, at: Timestamp) -> bool {
        let within = self.events.iter().any(|(start, end)| *start <= at && at < *end);
        self.open != within
    }

    /// The next time at which the state is another one.
    fn next(&self, at: Timestamp) -> Option<Timestamp> {
        let bounds = self.events.iter().flat_map(|(start, end)| [*start, *end]);
        let changes = bounds.filter(|bound| *bound > at);
        changes.filter(|bound| self.is_open(*bound) != self.is_open(at)).min()
    }
}

/// A time of a calendar: `20260131T120000Z`.
fn time(text: &str) -> Option<Timestamp> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let part = |range: std::ops::Range<usize>| digits.get(range).filter(|part| !part.is_empty());
    let clock = part(8..14).map_or("00:00:00".to_owned(), |clock| {
        format!("{}:{}:{}", &clock[..2], &clock[2..4], &clock[4..])
    });
    let date = format!("{}-{}-{}T{clock}Z", part(0..4)?, part(4..6)?, part(6..8)?);
    let at = DateTime::from_str(&date, Format::DateTime).ok()?;
    Some(Timestamp::from_wire(&at))
}

/// Several calendars are open when each of them is.
pub(crate) fn state(
    cx: &RequestContext,
    input: &api::GetCalendarStateRequest,
) -> Result<api::GetCalendarStateResponse, ServiceError> {
    let at = match &input.at_time {
        Some(text) => {
            let at = DateTime::from_str(text, Format::DateTimeWithOffset);
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
    let open = calendars.iter().all(|calendar| calendar.is_open(at));
    let next = calendars.iter().filter_map(|calendar| calendar.next(at)).min();
    let shown = |at: Timestamp| at.to_wire_secs().fmt(Format::DateTime).unwrap_or_default();
    Ok(api::GetCalendarStateResponse {
        state: Some(if open { api::CalendarState::Open } else { api::CalendarState::Closed }),
        at_time: Some(shown(at)),
        next_transition_time: next.map(shown),
    })
}
