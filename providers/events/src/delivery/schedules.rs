//! Rules that a schedule starts, on the world's clock.

use std::sync::Arc;

use fogbank_context::{Arn, Timestamp};
use fogbank_schedule::{Schedule, Zone};
use fogbank_state::World;

use crate::delivery::{self, Courier, Post, retry};
use crate::event::json::Json;
use crate::event::{Event, Parts};
use crate::ops::{connections, replays};
use crate::store::{EventsStore, Rule};

/// The longest names that units of rates have, in their singular and plural.
const UNITS: &[(&str, &str)] = &[("minute", "minutes"), ("hour", "hours"), ("day", "days")];

/// The schedule that an expression is, as EventBridge takes it.
pub(crate) fn parse(text: &str) -> Option<Schedule> {
    let strict = match text.strip_suffix(')')?.split_once('(')? {
        ("rate", inner) => is_rate(inner),
        ("cron", inner) => is_cron(inner),
        _ => false,
    };
    strict.then(|| Schedule::parse(text)).flatten()
}

/// A number and its unit, in the singular for one and in the plural for more.
fn is_rate(inner: &str) -> bool {
    let Some((number, unit)) = inner.split_once(' ') else { return false };
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let one = number.trim_start_matches('0') == "1";
    digits && UNITS.iter().any(|(singular, plural)| unit == if one { *singular } else { *plural })
}

/// Six fields, of which either the day of the month or the day of the week is `?`.
fn is_cron(inner: &str) -> bool {
    let fields: Vec<&str> = inner.split(' ').filter(|field| !field.is_empty()).collect();
    let [minutes, hours, month_day, month, week_day, year] = fields[..] else { return false };
    let asks = |field: &str| field.contains('?');
    (month_day == "?") != (week_day == "?")
        && ![minutes, hours, month, year].into_iter().any(asks)
        && [month_day, week_day].into_iter().all(|field| field == "?" || !asks(field))
}

/// Has everything done that a world's rules, replays and failed deliveries ask for, also after a restart
/// and in forks.
pub(crate) fn carry_on(courier: &Courier) {
    let post = courier.post.clone();
    courier.world.background("events", move |world| resume(world, &post));
}

fn resume(world: &Arc<World>, post: &Post) {
    retry::resume(world, post);
    replays::resume(world, post);
    connections::resume(world, post);
    for (_, store) in world.stores::<EventsStore>() {
        for (_, rule) in store.rules.iter() {
            plan(world, post, &rule);
        }
    }
}

/// Has a rule started when it is due.
pub(crate) fn plan(world: &Arc<World>, post: &Post, rule: &Rule) {
    let Some(expression) = rule.schedule_expression.as_deref().filter(|_| rule.is_enabled()) else {
        return;
    };
    let next = parse(expression)
        .zip(Zone::named(None))
        .and_then(|(schedule, utc)| schedule.next_in(&utc, rule.scheduled, world.clock().now()));
    let Some(next) = next else { return };
    let (arn, revision, post) = (rule.arn.clone(), rule.revision, post.clone());
    world.schedule(next, format!("events schedule {arn}"), move |world, due| async move {
        let courier = Courier { post, world };
        start(&courier, &arn, revision, due).await;
    });
}

/// Starts a rule, unless it was changed meanwhile.
async fn start(courier: &Courier, arn: &Arn, revision: u64, due: Timestamp) {
    let Some((account, region)) = arn.account_id().zip(arn.region.clone()) else { return };
    let store = courier.world.regional::<EventsStore>(account, &region);
    let name = arn.resource.rsplit('/').next().unwrap_or_default().to_owned();
    let rule = store.rules.get(&(crate::store::names::DEFAULT.to_owned(), name));
    let Some(rule) = rule.filter(|rule| rule.revision == revision) else { return };
    let parts = Parts {
        id: courier.world.ids().uuid(),
        detail_type: "Scheduled Event".to_owned(),
        source: "aws.events".to_owned(),
        account: account.to_string(),
        time: due,
        region: region.as_str().to_owned(),
        resources: vec![arn.to_string()],
        detail: Json::Object(Vec::new()),
    };
    let event = Event::new(parts, due, None);
    for target in &rule.targets {
        delivery::send(courier, &rule.arn, target, &event, 0).await;
    }
    plan(&courier.world, &courier.post, &rule);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_those_of_aws() {
        let valid = [
            "rate(1 minute)",
            "rate(5 minutes)",
            "rate(1 hour)",
            "rate(12 hours)",
            "rate(1 day)",
            "rate(7 days)",
            "cron(0 2 ? * SAT *)",
            "cron(0 12 * * ? *)",
            "cron(5,35 14 * * ? *)",
            "cron(15 10 ? * 6L 2002-2005)",
            "cron(0 2 ? * SAT#3 *)",
            "cron(0/5 5 ? JAN 1-5 2022)",
            "cron(0/5 8-17 ? * MON-FRI *)",
            "cron(0 8 1W * ? *)",
            "cron(0 8 L * ? *)",
        ];
        for text in valid {
            assert!(parse(text).is_some(), "{text}");
        }
        let invalid = [
            "",
            "daily",
            "rate()",
            "rate(10)",
            "rate(0 minutes)",
            "rate(-10 minutes)",
            "rate(1 minutes)",
            "rate(1 days)",
            "rate(10 minute)",
            "rate(10 seconds)",
            "rate(10 MINUTES)",
            "rate( 10 minutes )",
            " rate(10 minutes)",
            "rate(10  minutes)",
            "rate(foo minutes)",
            "rate(10 minutess)",
            "rate(10 years)",
            "cron(INVALID)",
            "cron(0 1 * * * *)",
            "cron(0 1 ? * ? *)",
            "cron(7 20 * * NOT *)",
            "cron(0 dummy ? * MON-FRI *)",
            "cron(71 8 1 * ? *)",
            "cron(0 8 1 * ?)",
            "cron(0 0 8 1 * ? *)",
            "at(2026-01-01T00:00:00)",
        ];
        for text in invalid {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
