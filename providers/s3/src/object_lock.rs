//! Object lock: retention and legal holds of versions.

use fogbank_context::Timestamp;
use fogbank_service::ServiceError;
use serde::{Deserialize, Serialize};

use crate::errors;

/// What protects a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lock {
    /// Until when, and how strictly.
    pub(crate) retention: Option<Retention>,
    /// A legal hold was put (true) or lifted (false).
    pub(crate) legal_hold: Option<bool>,
}

/// A retention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Retention {
    pub(crate) mode: Mode,
    pub(crate) until: Timestamp,
}

/// How strict a retention is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// Who has the permission may bypass it.
    Governance,
    /// Nobody may.
    Compliance,
}

impl Mode {
    /// The name in the model.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Governance => "GOVERNANCE",
            Self::Compliance => "COMPLIANCE",
        }
    }

    /// The mode with this name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        match name {
            "GOVERNANCE" => Some(Self::Governance),
            "COMPLIANCE" => Some(Self::Compliance),
            _ => None,
        }
    }
}

/// The default retention of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DefaultRetention {
    pub(crate) mode: Mode,
    pub(crate) days: i64,
}

impl DefaultRetention {
    /// The retention of a version written now.
    pub(crate) fn from(self, now: Timestamp) -> Retention {
        let days = u64::try_from(self.days).unwrap_or(0);
        let until = now + std::time::Duration::from_secs(days * 86_400);
        Retention { mode: self.mode, until }
    }
}

impl Lock {
    /// Checks that the version may go.
    ///
    /// # Errors
    ///
    /// `AccessDenied` under a legal hold or a retention that is not bypassed.
    pub(crate) fn check_delete(&self, now: Timestamp, bypass: bool) -> Result<(), ServiceError> {
        let retained = self.retention.is_some_and(|retention| {
            retention.until > now && !(bypass && retention.mode == Mode::Governance)
        });
        if retained || self.legal_hold == Some(true) {
            return Err(errors::object_locked());
        }
        Ok(())
    }

    /// Checks that the retention may become another one.
    ///
    /// # Errors
    ///
    /// `AccessDenied` for a retention that would be shortened or lifted without a bypass, or under
    /// compliance at all.
    pub(crate) fn check_change(
        &self,
        new: Option<Retention>,
        now: Timestamp,
        bypass: bool,
    ) -> Result<(), ServiceError> {
        let Some(old) = self.retention.filter(|old| old.until > now) else { return Ok(()) };
        let extends = new.is_some_and(|new| {
            let as_strict = new.mode == old.mode || old.mode == Mode::Governance;
            as_strict && new.until >= old.until
        });
        if extends || (bypass && old.mode == Mode::Governance) {
            return Ok(());
        }
        Err(errors::object_locked())
    }
}

/// The lock that the headers of a write ask for; `bucket_has_lock` when the bucket can have it.
///
/// # Errors
///
/// `InvalidRequest` without a lock configuration; `InvalidArgument` for one header without the
/// other, an unknown mode or a date that has passed.
pub(crate) fn of_headers(
    mode: Option<&str>,
    until: Option<Timestamp>,
    legal_hold: Option<&str>,
    bucket_has_lock: bool,
    now: Timestamp,
) -> Result<Lock, ServiceError> {
    let any = mode.is_some() || until.is_some() || legal_hold.is_some();
    if any && !bucket_has_lock {
        return Err(errors::invalid_request("Bucket is missing ObjectLockConfiguration"));
    }
    let both =
        "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied";
    let retention = match (mode, until) {
        (None, None) => None,
        (Some(_), None) => {
            let argument = "x-amz-object-lock-retain-until-date";
            return Err(errors::invalid_argument(both, argument, None));
        }
        (None, Some(_)) => {
            return Err(errors::invalid_argument(both, "x-amz-object-lock-mode", None));
        }
        (Some(mode), Some(until)) => {
            let argument = "x-amz-object-lock-mode";
            let mode = Mode::by_name(mode).ok_or_else(|| {
                errors::invalid_argument("Unknown wormMode directive.", argument, Some(mode))
            })?;
            if until <= now {
                return Err(past_date("x-amz-object-lock-retain-until-date", until));
            }
            Some(Retention { mode, until })
        }
    };
    let legal_hold = match legal_hold {
        None => None,
        Some("ON") => Some(true),
        Some("OFF") => Some(false),
        Some(other) => {
            return Err(errors::invalid_argument(
                "Legal Hold must be either of 'ON' or 'OFF'",
                "x-amz-object-lock-legal-hold",
                Some(other),
            ));
        }
    };
    Ok(Lock { retention, legal_hold })
}

/// The date of a retention lies behind.
pub(crate) fn past_date(argument: &'static str, until: Timestamp) -> ServiceError {
    let value = pacific_date(until);
    errors::invalid_argument("The retain until date must be in the future!", argument, Some(&value))
}

/// A date as S3 shows it in this one error: in Pacific standard time.
fn pacific_date(at: Timestamp) -> String {
    let local = Timestamp::from_secs(at.as_secs() - 8 * 3600);
    let http =
        local.to_wire_secs().fmt(aws_smithy_types::date_time::Format::HttpDate).unwrap_or_default();
    // "Tue, 31 Dec 2019 16:00:00 GMT" becomes "Tue Dec 31 16:00:00 PST 2019".
    let fields: Vec<&str> = http.split([' ', ',']).filter(|field| !field.is_empty()).collect();
    match fields[..] {
        [weekday, day, month, year, time, _] => {
            format!("{weekday} {month} {day} {time} PST {year}")
        }
        _ => http,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn until(mode: Mode, seconds: i64) -> Option<Retention> {
        Some(Retention { mode, until: Timestamp::from_secs(seconds) })
    }

    #[test]
    fn deletes() {
        let later = 2_000_000;
        for (retention, legal_hold, bypass, allowed) in [
            (None, None, false, true),
            (None, Some(true), true, false),
            (None, Some(false), false, true),
            (until(Mode::Governance, later), None, false, false),
            (until(Mode::Governance, later), None, true, true),
            (until(Mode::Compliance, later), None, true, false),
            (until(Mode::Compliance, 500_000), None, false, true),
        ] {
            let lock = Lock { retention, legal_hold };
            assert_eq!(lock.check_delete(NOW, bypass).is_ok(), allowed, "{lock:?} {bypass}");
        }
    }

    #[test]
    fn changes() {
        let (old, more, less) = (2_000_000, 3_000_000, 1_500_000);
        for (from, to, bypass, allowed) in [
            (until(Mode::Governance, old), until(Mode::Governance, more), false, true),
            (until(Mode::Governance, old), until(Mode::Governance, less), false, false),
            (until(Mode::Governance, old), until(Mode::Governance, less), true, true),
            (until(Mode::Governance, old), None, false, false),
            (until(Mode::Compliance, old), until(Mode::Compliance, more), false, true),
            (until(Mode::Compliance, old), until(Mode::Governance, more), true, false),
            (until(Mode::Compliance, old), until(Mode::Compliance, less), true, false),
        ] {
            let lock = Lock { retention: from, legal_hold: None };
            assert_eq!(lock.check_change(to, NOW, bypass).is_ok(), allowed, "{from:?} {to:?}");
        }
    }

    #[test]
    fn headers() {
        let later = Some(Timestamp::from_secs(2_000_000));
        for (mode, until, hold, has_lock, message) in [
            (Some("GOVERNANCE"), later, None, false, "Bucket is missing ObjectLockConfiguration"),
            (Some("BAD-VALUE"), later, None, true, "Unknown wormMode directive."),
            (
                None,
                later,
                None,
                true,
                "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied",
            ),
            (
                Some("COMPLIANCE"),
                Some(NOW),
                None,
                true,
                "The retain until date must be in the future!",
            ),
        ] {
            let error = of_headers(mode, until, hold, has_lock, NOW).unwrap_err();
            assert_eq!(error.message(), Some(message));
        }
        let lock = of_headers(Some("COMPLIANCE"), later, Some("ON"), true, NOW).unwrap();
        assert_eq!(lock.legal_hold, Some(true));
    }

    #[test]
    fn dates_in_pacific_time() {
        // 2020-01-01T00:00:00Z
        assert_eq!(
            pacific_date(Timestamp::from_secs(1_577_836_800)),
            "Tue Dec 31 16:00:00 PST 2019"
        );
    }
}
