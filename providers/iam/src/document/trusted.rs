//! Principals of trust policies that are deleted.

use serde_json::Value;

/// A trust policy in which the unique id of a principal stands for its ARN, as AWS shows it when
/// the principal is deleted: another one that gets its name is not trusted. None when the policy does
/// not name the principal.
pub(crate) fn without(document: &str, arn: &str, id: &str) -> Option<String> {
    let quoted = format!("\"{arn}\"");
    let everywhere = document.matches(&quoted).count();
    if everywhere == 0 {
        return None;
    }
    let mut policy: Value = serde_json::from_str(document).ok()?;
    let mut replaced = 0;
    let statements = match policy.get_mut("Statement")? {
        Value::Array(statements) => statements.iter_mut().collect(),
        statement => vec![statement],
    };
    for statement in statements {
        for element in ["Principal", "NotPrincipal"] {
            let of_aws = statement.get_mut(element).and_then(|element| element.get_mut("AWS"));
            let values = match of_aws {
                Some(Value::Array(values)) => values.iter_mut().collect(),
                Some(value) => vec![value],
                None => continue,
            };
            for value in values.into_iter().filter(|value| value.as_str() == Some(arn)) {
                *value = Value::String(id.to_owned());
                replaced += 1;
            }
        }
    }
    match replaced {
        0 => None,
        // The document keeps its form where nothing but principals has the ARN.
        all if all == everywhere => Some(document.replace(&quoted, &format!("\"{id}\""))),
        _ => Some(policy.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::without;

    const ARN: &str = "arn:aws:iam::000000000000:user/u";

    #[test]
    fn ids_take_the_place_of_arns() {
        let cases = [
            (
                r#"{ "Statement": {"Principal": {"AWS": "U"}} }"#,
                Some(r#"{ "Statement": {"Principal": {"AWS": "AIDA"}} }"#),
            ),
            (
                r#"{"Statement":[{"NotPrincipal":{"AWS":["x","U"]}}]}"#,
                Some(r#"{"Statement":[{"NotPrincipal":{"AWS":["x","AIDA"]}}]}"#),
            ),
            (
                r#"{"Statement":[{"Condition":{"ArnEquals":{"k":"U"}},"Principal":{"AWS":"U"}}]}"#,
                Some(
                    r#"{"Statement":[{"Condition":{"ArnEquals":{"k":"U"}},"Principal":{"AWS":"AIDA"}}]}"#,
                ),
            ),
            (r#"{"Statement":[{"Condition":{"ArnEquals":{"k":"U"}},"Principal":"*"}]}"#, None),
            (r#"{"Statement":[{"Principal":{"AWS":"other"}}]}"#, None),
        ];
        for (document, expected) in cases {
            let full = |text: &str| text.replace("\"U\"", &format!("\"{ARN}\""));
            let found = without(&full(document), ARN, "AIDA");
            assert_eq!(found, expected.map(full), "{document}");
        }
    }
}
