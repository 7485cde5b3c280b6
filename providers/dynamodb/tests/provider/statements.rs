use fogbank_api_dynamodb::*;
use fogbank_service::Held;

use crate::fixture::*;

fn statement(text: &str, parameters: &[AttributeValue]) -> ExecuteStatementInput {
    ExecuteStatementInput {
        statement: text.to_owned(),
        parameters: (!parameters.is_empty()).then(|| parameters.to_vec()),
        ..ExecuteStatementInput::default()
    }
}

impl Fixture {
    async fn run(&self, text: &str, parameters: &[AttributeValue]) -> Vec<Attributes> {
        let answer = self.db.execute_statement(statement(text, parameters)).await;
        let items = answer.expect(text).items.expect("items");
        items.iter().map(Held::to_value).collect()
    }
}

/// A table with six items in partition `a` and one in `b`.
async fn library() -> Fixture {
    let it = Fixture::with([indexed("table")]).await;
    for number in [-2, 0, 1, 5, 10, 100] {
        let text = "INSERT INTO \"table\" VALUE {'pk': 'a', 'sk': ?, 'g': ?, 'more': ?}";
        let level = s(if number % 2 == 0 { "even" } else { "odd" });
        it.run(text, &[n(number), level, n(number * 2)]).await;
    }
    it.run("INSERT INTO \"table\" VALUE {'pk': 'b', 'sk': 7}", &[]).await;
    it
}

#[tokio::test]
async fn selects_find_items_through_keys_indexes_and_scans() {
    let it = library().await;
    let cases: [(&str, &[&str]); 8] = [
        ("SELECT sk FROM \"table\" WHERE pk = 'a'", &["-2", "0", "1", "5", "10", "100"]),
        ("SELECT sk FROM \"table\" WHERE pk = 'a' AND sk BETWEEN 0 AND 9", &["0", "1", "5"]),
        ("SELECT sk FROM \"table\" WHERE pk = 'a' AND sk > 1 AND more < 100", &["5", "10"]),
        (
            "SELECT sk FROM \"table\" WHERE pk = 'a' ORDER BY sk DESC",
            &["100", "10", "5", "1", "0", "-2"],
        ),
        ("SELECT sk FROM \"table\".\"all\" WHERE g = 'even' AND sk < 50", &["-2", "0", "10"]),
        ("SELECT sk FROM \"table\" WHERE sk = 7", &["7"]),
        ("SELECT sk FROM \"table\" WHERE g IS MISSING", &["7"]),
        ("SELECT sk FROM \"table\" WHERE pk = 'a' AND (sk = 1 OR sk = 5)", &["1", "5"]),
    ];
    for (text, expected) in cases {
        let found = it.run(text, &[]).await;
        let keys: Vec<_> = found.iter().map(|item| shown(&item["sk"])).collect();
        let expected: Vec<_> = expected.iter().map(|key| shown(&n(key))).collect();
        assert_eq!(keys, expected, "{text}");
    }
}

#[tokio::test]
async fn selects_go_on_behind_a_token() {
    let it = library().await;
    let mut found = 0;
    let mut next_token = None;
    loop {
        let input = ExecuteStatementInput {
            limit: Some(4),
            next_token,
            ..statement("SELECT * FROM \"table\" WHERE pk = 'a'", &[])
        };
        let answer = it.db.execute_statement(input).await.expect("a page");
        found += answer.items.expect("items").len();
        next_token = answer.next_token;
        if next_token.is_none() {
            break;
        }
    }
    assert_eq!(found, 6);
    let input = ExecuteStatementInput {
        next_token: Some("nonsense".to_owned()),
        ..statement("SELECT * FROM \"table\" WHERE pk = 'a'", &[])
    };
    assert_eq!(invalid(it.db.execute_statement(input).await), "NextToken does not match request");
}

#[tokio::test]
async fn updates_see_the_item_as_it_is() {
    let it = library().await;
    let update = "UPDATE \"table\" SET more = more + ? WHERE pk = ? AND sk = ? AND g IS NOT MISSING RETURNING ALL NEW *";
    let changed = it.run(update, &[n(1), s("a"), n(5)]).await;
    assert_eq!(shown(&changed[0]["more"]), shown(&n(11)));
    let input = statement(update, &[n(1), s("b"), n(7)]);
    assert_eq!(failure(it.db.execute_statement(input).await).0, "ConditionalCheckFailedException");
}

#[tokio::test]
async fn faulty_statements_are_refused_in_awss_words() {
    let it = library().await;
    let failure_of =
        async |text: &str| failure(it.db.execute_statement(statement(text, &[])).await);
    let cases = [
        (
            "INSERT INTO \"table\" VALUE {'pk': 'b', 'sk': 7}",
            "DuplicateItemException",
            "Duplicate primary key exists in table",
        ),
        (
            "UPDATE \"table\" SET a = 1 WHERE pk = 'x' AND sk = 1",
            "ConditionalCheckFailedException",
            "The conditional request failed",
        ),
        (
            "UPDATE \"table\" SET a = 1 WHERE pk = 'b'",
            "ValidationException",
            "Where clause does not contain a mandatory equality on all key attributes",
        ),
        (
            "DELETE FROM \"table\" WHERE pk = 'b' AND sk = 7 AND g = 'x'",
            "ConditionalCheckFailedException",
            "The conditional request failed",
        ),
        ("SELECT * FROM absent", "ResourceNotFoundException", "Requested resource not found"),
        (
            "SELEC * FROM \"table\"",
            "ValidationException",
            "Statement wasn't well formed, can't be processed: Expected data manipulation",
        ),
        (
            "SELECT * FROM \"table\" WHERE pk = ?",
            "ValidationException",
            "Number of parameters in request and statement don't match.",
        ),
    ];
    for (text, code, message) in cases {
        assert_eq!(failure_of(text).await, (code.to_owned(), message.to_owned()), "{text}");
    }
}

#[tokio::test]
async fn updates_and_deletes_return_what_they_are_asked_for() {
    let it = library().await;
    let update = |returning: &str| {
        format!(
            "UPDATE \"table\" SET more = more + 1 WHERE pk = 'a' AND sk = 1 RETURNING {returning}"
        )
    };
    for (returning, expected) in [
        ("MODIFIED OLD *", attributes(&[("more", n(2))])),
        ("MODIFIED NEW *", attributes(&[("more", n(4))])),
        ("ALL OLD *", attributes(&[("pk", s("a")), ("sk", n(1)), ("g", s("odd")), ("more", n(4))])),
        ("ALL NEW *", attributes(&[("pk", s("a")), ("sk", n(1)), ("g", s("odd")), ("more", n(6))])),
    ] {
        assert_eq!(
            shown(&it.run(&update(returning), &[]).await),
            shown(&vec![expected]),
            "{returning}"
        );
    }
    let gone =
        it.run("DELETE FROM \"table\" WHERE pk = 'b' AND sk = 7 RETURNING ALL OLD *", &[]).await;
    assert_eq!(shown(&gone), shown(&vec![attributes(&[("pk", s("b")), ("sk", n(7))])]));
    assert!(it.run("DELETE FROM \"table\" WHERE pk = 'b' AND sk = 7", &[]).await.is_empty());
}

#[tokio::test]
async fn a_batch_runs_each_statement_by_itself() {
    let it = library().await;
    let batch = |texts: &[&str]| BatchExecuteStatementInput {
        statements: texts
            .iter()
            .map(|text| BatchStatementRequest {
                statement: (*text).to_owned(),
                ..BatchStatementRequest::default()
            })
            .collect(),
        ..BatchExecuteStatementInput::default()
    };
    let input = batch(&[
        "INSERT INTO \"table\" VALUE {'pk': 'b', 'sk': 7}",
        "INSERT INTO \"table\" VALUE {'pk': 'b', 'sk': 8}",
        "UPDATE absent SET a = 1 WHERE pk = 'b'",
        "UPDATE \"table\" SET",
    ]);
    let answer = it.db.batch_execute_statement(input).await.expect("an answer");
    let codes: Vec<_> = answer
        .responses
        .expect("responses")
        .into_iter()
        .map(|response| response.error.and_then(|error| error.code).map(|code| code.to_string()))
        .collect();
    let expected = [Some("DuplicateItem"), None, Some("ResourceNotFound"), Some("ValidationError")];
    assert_eq!(codes, expected.map(|code| code.map(str::to_owned)));

    let input = batch(&[
        "SELECT sk FROM \"table\" WHERE pk = 'b' AND sk = 8",
        "SELECT sk FROM \"table\" WHERE pk = 'b'",
    ]);
    let answer = it.db.batch_execute_statement(input).await.expect("an answer");
    let responses = answer.responses.expect("responses");
    assert_eq!(shown(&responses[0].item), shown(&Some(attributes(&[("sk", n(8))]))));
    let error = responses[1].error.as_ref().and_then(|error| error.message.as_deref());
    assert_eq!(
        error,
        Some(
            "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
        )
    );
}

#[tokio::test]
async fn transactions_of_statements_are_done_whole_or_not_at_all() {
    let it = library().await;
    let transaction = |texts: &[&str]| ExecuteTransactionInput {
        transact_statements: texts
            .iter()
            .map(|text| ParameterizedStatement {
                statement: (*text).to_owned(),
                ..ParameterizedStatement::default()
            })
            .collect(),
        ..ExecuteTransactionInput::default()
    };
    let input = transaction(&[
        "INSERT INTO \"table\" VALUE {'pk': 'c', 'sk': 1}",
        "INSERT INTO \"table\" VALUE {'pk': 'b', 'sk': 7}",
        "EXISTS(SELECT * FROM \"table\" WHERE pk = 'a' AND sk = 1 AND more = 99)",
    ]);
    let (code, message) = failure(it.db.execute_transaction(input).await);
    assert_eq!(code, "TransactionCanceledException");
    assert!(message.ends_with("[None, DuplicateItem, ConditionalCheckFailed]"), "{message}");
    assert!(it.get("table", &[("pk", s("c")), ("sk", n(1))]).await.is_none());

    let input = transaction(&[
        "INSERT INTO \"table\" VALUE {'pk': 'c', 'sk': 1}",
        "EXISTS(SELECT * FROM \"table\" WHERE pk = 'a' AND sk = 1 AND more = 2)",
    ]);
    let answer = it.db.execute_transaction(input).await.expect("done");
    assert_eq!(answer.responses.map(|list| list.len()), Some(0));
    let input = transaction(&[
        "SELECT * FROM \"table\" WHERE pk = 'c' AND sk = 1",
        "SELECT * FROM \"table\" WHERE pk = 'none' AND sk = 1",
    ]);
    let found =
        it.db.execute_transaction(input).await.expect("items").responses.expect("responses");
    assert!(found[0].item.is_some() && found[1].item.is_none());
}
