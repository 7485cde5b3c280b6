//! `RotateSecret`, `CancelRotateSecret`.
//!
//! There is no Lambda service, so no function can rotate a secret: once the request is checked, the
//! answer is AWS's about a function that Secrets Manager cannot invoke.

use fogbank_api_secretsmanager::{
    CancelRotateSecretRequest, CancelRotateSecretResponse, RotateSecretRequest,
    RotateSecretResponse, RotationRulesType,
};
use fogbank_service::{RequestContext, ServiceError};

use crate::errors;
use crate::secret::locate;

pub(crate) fn rotate(
    cx: &RequestContext,
    input: &RotateSecretRequest,
) -> Result<RotateSecretResponse, ServiceError> {
    input.client_request_token.as_ref().ok_or_else(errors::missing_token)?;
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    found.check_primary()?;
    if let Some(rules) = &input.rotation_rules {
        check_rules(rules)?;
    }
    let function = input.rotation_lambda_arn.as_ref().filter(|arn| !arn.is_empty());
    if function.is_none() {
        return Err(errors::invalid_request(
            "No Lambda rotation function ARN is associated with this secret.",
        ));
    }
    Err(ServiceError::new(
        "AccessDeniedException",
        400,
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function \
         policy grants access to the principal secretsmanager.amazonaws.com.",
    ))
}

fn check_rules(rules: &RotationRulesType) -> Result<(), ServiceError> {
    if rules.automatically_after_days.is_some() && rules.schedule_expression.is_some() {
        return Err(errors::invalid_parameter(
            "You can't specify both AutomaticallyAfterDays and ScheduleExpression in \
             RotationRules.",
        ));
    }
    let expression = rules.schedule_expression.as_deref();
    if expression.is_some_and(|expression| !is_schedule(expression)) {
        return Err(errors::invalid_parameter("Invalid ScheduleExpression."));
    }
    let hours = rules.duration.as_deref().map(|text| text.trim_end_matches('h').parse::<u32>());
    match hours {
        None | Some(Ok(1..=24)) => Ok(()),
        Some(_) => Err(errors::invalid_parameter("Invalid Duration.")),
    }
}

/// `rate(… hours|days)`, at least four hours, or `cron(…)` with six fields, of which the first is 0.
fn is_schedule(expression: &str) -> bool {
    let inside = |name: &str| {
        expression.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')').map(str::trim)
    };
    if let Some(rate) = inside("rate") {
        let Some((count, unit)) = rate.split_once(' ') else { return false };
        let count = count.parse::<u32>().unwrap_or(0);
        return match unit.trim() {
            "hour" | "hours" => (4..=999).contains(&count),
            "day" | "days" => (1..=999).contains(&count),
            _ => false,
        };
    }
    let Some(cron) = inside("cron") else { return false };
    let fields: Vec<_> = cron.split_whitespace().collect();
    fields.len() == 6 && fields[0] == "0" && (fields[2] == "?" || fields[4] == "?")
}

pub(crate) fn cancel(
    cx: &RequestContext,
    input: &CancelRotateSecretRequest,
) -> Result<CancelRotateSecretResponse, ServiceError> {
    let found = locate::find(cx, &input.secret_id)?;
    found.check_alive()?;
    Err(errors::invalid_request(
        "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN \
         configured and you didn't include such an ARN as a parameter in this call.",
    ))
}

#[cfg(test)]
mod tests {
    use super::is_schedule;

    #[test]
    fn schedules_are_rates_and_crons() {
        for good in ["rate(4 hours)", "rate(10 days)", "cron(0 8 1 * ? *)", "cron(0 0 ? * MON *)"] {
            assert!(is_schedule(good), "{good}");
        }
        for bad in ["rate(3 hours)", "rate(x days)", "cron(5 8 1 * ? *)", "cron(0 8)", "at(now)"] {
            assert!(!is_schedule(bad), "{bad}");
        }
    }
}
