//! Compares signatures, where the settings ask for it.

mod refusals;

use std::sync::Arc;
use std::time::Duration;

use fogbank_config::{Config, IamEnforcement};
use fogbank_context::{AccountId, Clock, Timestamp};
use fogbank_service::{AccessKey, ServiceError, Signer};
use fogbank_signing::{Canonical, Chunks, Claims, Message, UNSIGNED, sha256_hex, v2};
use fogbank_state::World;
use http::HeaderName;

use crate::detection::identity;
use crate::exchange::{Exchange, Step};
use crate::gateway::Core;
use crate::noted::Rare;
use refusals::Refusals;

/// The secret of keys that nobody made.
const DEFAULT_SECRET: &str = "test";
/// The access key of examples, which nobody has to make.
const DEFAULT_KEY: &str = "test";
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
/// How far the time of a signature may be off.
const SKEW: Duration = Duration::from_secs(300);
/// The same for S3.
const SKEW_OF_S3: Duration = Duration::from_secs(900);

/// Whether the settings ask for it.
pub(crate) fn are_verified(config: &Config) -> bool {
    config.verify_signatures || config.iam_enforcement == IamEnforcement::Strict
}

/// Compares the signature; requests without one are anonymous, which is another question.
pub(crate) async fn handle(x: &mut Exchange) -> Step {
    if x.signature.is_none() || !are_verified(&x.core.config) {
        return Ok(());
    }
    // Boxed: the future of every request would carry its size.
    Box::pin(verify(x)).await
}

/// The secret that goes with a key.
enum Secret {
    /// Of a key that a service of the world made.
    Made(Arc<AccessKey>),
    /// Of a key of the configuration.
    Configured(String),
    /// Of a key that nobody made.
    Default,
}

impl Secret {
    /// None when nobody knows the key.
    fn of(world: &World, config: &Config, id: &str) -> Option<Self> {
        if let Some(key) = AccessKey::find(world, id) {
            return Some(Self::Made(key));
        }
        if let Some(credential) = config.credentials.get(id) {
            return Some(credential.secret.clone().map_or(Self::Default, Self::Configured));
        }
        let free = id == DEFAULT_KEY
            || id.parse::<AccountId>().is_ok()
            || identity::encoded_account(id).is_some();
        free.then_some(Self::Default)
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Made(key) => &key.secret,
            Self::Configured(secret) => secret,
            Self::Default => DEFAULT_SECRET,
        }
    }

    /// The token that goes with a temporary key.
    fn token(&self) -> Option<&str> {
        match self {
            Self::Made(key) => key.session_token.as_deref(),
            Self::Configured(_) | Self::Default => None,
        }
    }
}

/// Who has a key, if it works.
pub(crate) fn signer(core: &Core, world: &World, id: &str) -> Option<Signer> {
    let secret = Secret::of(world, &core.config, id)?;
    let partition = core.config.default_region.partition();
    let known =
        identity::principal(world, &core.config, &core.principals, Some(id), partition).ok()?;
    let token = secret.token().map(str::to_owned);
    Some(Signer { secret: secret.as_str().to_owned(), token, principal: known.principal })
}

fn message(x: &Exchange) -> Message<'_> {
    let http = x.http();
    Message {
        method: http.method.as_str(),
        path: http.uri.path(),
        query: http.uri.query().unwrap_or_default(),
        headers: &http.headers,
        host: &http.host,
    }
}

async fn verify(x: &mut Exchange) -> Step {
    let slot = x.service()?.clone();
    let refusals = Refusals::of(&slot.model().metadata);
    let Some(claims) = Claims::of(&message(x)) else {
        return verify_v2(x, &refusals).map_err(Into::into);
    };
    // The principal was found by the same key.
    let found = x.access_key.clone().filter(|_| {
        let signature = x.signature.as_ref();
        signature.is_some_and(|signature| signature.access_key_id() == claims.access_key_id)
    });
    let known = match found {
        Some(key) => Some(Secret::Made(key)),
        None => Secret::of(&x.world, &x.core.config, &claims.access_key_id),
    };
    let Some(secret) = known else {
        return Err(refusals.unknown_key(&claims.access_key_id).into());
    };
    if secret.token().is_some() && secret.token() != claims.token.as_deref() {
        return Err(refusals.wrong_token(claims.token.as_deref()).into());
    }
    check_time(&x.world, &claims, &refusals)?;
    let stated = x.rare_header(Rare::ContentSha256, &CONTENT_SHA256).map(str::to_owned);
    let payload = payload(x, &claims, stated.as_deref(), &refusals).await?;
    let key = x.core.signing_keys.key(&claims, secret.as_str());
    let canonical = Canonical::of(&message(x), &claims, &payload);
    let key = key.filter(|key| key.verifies(&canonical.to_sign, &claims.signature));
    let Some(key) = key else {
        return Err(refusals.mismatch(&claims, &canonical).into());
    };
    if payload.starts_with("STREAMING-AWS4-")
        && let Some(chunked) = &mut x.body.chunked
    {
        chunked.verify(Chunks::new(key, &claims));
    }
    Ok(())
}

/// What stands for the payload in the text that is signed.
async fn payload(
    x: &mut Exchange,
    claims: &Claims,
    stated: Option<&str>,
    refusals: &Refusals,
) -> Result<String, ServiceError> {
    let s3 = claims.is_s3();
    match stated {
        // Whether the body has this hash is the question of who reads it: S3 answers with an
        // error of its own, everybody else is told below.
        Some(stated) if s3 || stated.starts_with("STREAMING-") || stated == UNSIGNED => {
            Ok(stated.to_owned())
        }
        None if s3 && claims.presigned => Ok(UNSIGNED.to_owned()),
        None if s3 => Err(refusals.no_payload_hash()),
        _ => {
            let limit = x.core.config.max_body_size.as_len();
            Ok(sha256_hex(&x.body.read_encoded(limit).await?))
        }
    }
}

fn check_time(world: &World, claims: &Claims, refusals: &Refusals) -> Result<(), ServiceError> {
    let Some(time) = parse_time(&claims.time) else { return Err(refusals.no_date()) };
    if claims.date() != &claims.time[..8] {
        return Err(refusals.wrong_date(claims));
    }
    let now = world.clock().now();
    if claims.presigned {
        // S3 looks for itself, with errors of its own.
        let over = |seconds| time + Duration::from_secs(seconds) < now;
        let seconds = claims.expires.and_then(|seconds| u64::try_from(seconds).ok());
        return match seconds {
            Some(seconds) if !claims.is_s3() && over(seconds) => {
                Err(refusals.skewed(claims, now, Duration::from_secs(seconds)))
            }
            _ => Ok(()),
        };
    }
    let allowed = if claims.is_s3() { SKEW_OF_S3 } else { SKEW };
    // The clock of a world may stand somewhere else than those of its clients.
    let near = |now: Timestamp| time.since(now) <= allowed && now.since(time) <= allowed;
    if near(now) || near(Clock::default().now()) {
        return Ok(());
    }
    Err(refusals.skewed(claims, now, allowed))
}

/// A time such as `20260131T120000Z`.
fn parse_time(text: &str) -> Option<Timestamp> {
    let shape = |(at, byte): (usize, u8)| match at {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 16 || !text.bytes().enumerate().all(shape) {
        return None;
    }
    let number = |digits: std::ops::Range<usize>| {
        let digits = text.as_bytes()[digits].iter();
        digits.fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
    };
    let (year, month, day) = (number(0..4), number(4..6), number(6..8));
    let (hour, minute, second) = (number(9..11), number(11..13), number(13..15));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=longest).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    // Years that begin in March, so that leap days are their last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // 719,468 days lie between 1 March of the year 0 and 1970.
    let days = year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1 - 719_468;
    Some(Timestamp::from_secs(days * 86_400 + hour * 3_600 + minute * 60 + second))
}

/// Version 2, which only S3 takes.
fn verify_v2(x: &Exchange, refusals: &Refusals) -> Result<(), ServiceError> {
    let Some(claims) = v2::Claims::of(&message(x)) else { return Err(refusals.unreadable()) };
    if !refusals.is_s3() {
        return Err(refusals.unreadable());
    }
    let Some(secret) = Secret::of(&x.world, &x.core.config, &claims.access_key_id) else {
        return Err(refusals.unknown_key(&claims.access_key_id));
    };
    let secret = secret.as_str();
    let path = x.target.as_ref().unwrap_or(&x.http().uri).path();
    let to_sign = claims.to_sign(&message(x), path);
    // A bucket is signed with and without a slash behind it.
    let slashed = || claims.to_sign(&message(x), &format!("{path}/"));
    if claims.verifies(secret, &to_sign)
        || !path.trim_start_matches('/').contains('/') && claims.verifies(secret, &slashed())
    {
        return Ok(());
    }
    Err(refusals.mismatch_v2(&claims, &to_sign))
}

#[cfg(test)]
mod tests {
    use super::parse_time;

    #[test]
    fn times_are_read() {
        let cases = [
            ("19700101T000000Z", Some(0)),
            ("20000229T235959Z", Some(951_868_799)),
            ("20260131T120000Z", Some(1_769_860_800)),
            ("20240301T000001Z", Some(1_709_251_201)),
            ("19000228T120000Z", Some(-2_203_934_400)),
            ("19000229T120000Z", None),
            // Timestamps end in 1677 and 2262.
            ("00000101T000000Z", Some(-9_223_372_037)),
            ("99991231T235959Z", Some(9_223_372_036)),
            ("22611231T235959Z", Some(9_214_646_399)),
            ("20260100T000000Z", None),
            ("20260431T000000Z", None),
            ("20260131T236000Z", None),
            ("20261301T000000Z", None),
            ("20260231T000000Z", None),
            ("20260131T240000Z", None),
            ("20260131 120000Z", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_time(text).map(|time| time.as_secs()), expected, "{text}");
        }
    }
}
