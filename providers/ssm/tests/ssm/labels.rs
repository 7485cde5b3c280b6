//! Versions, labels and history.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings};

impl Scene {
    async fn label(
        &self,
        version: Option<i64>,
        labels: &[&str],
    ) -> Result<LabelParameterVersionResult, fogbank_service::ServiceError> {
        let labels = strings(labels);
        let input =
            LabelParameterVersionRequest { name: "p".into(), parameter_version: version, labels };
        self.ssm.label_parameter_version(input).await
    }

    async fn history(&self) -> Vec<ParameterHistory> {
        let input = GetParameterHistoryRequest { name: "p".into(), ..Default::default() };
        let answer = self.ssm.get_parameter_history(input).await.expect("a parameter");
        answer.parameters.expect("always there")
    }
}

#[tokio::test]
async fn versions_and_labels_select() {
    let scene = Scene::new();
    for value in ["one", "two", "three"] {
        scene.put("p", value).await;
    }
    let labelled = scene.label(None, &["latest"]).await.unwrap();
    assert_eq!(labelled.parameter_version, Some(3));
    scene.label(Some(1), &["first", "latest"]).await.unwrap();
    for (name, value) in [("p", "three"), ("p:2", "two"), ("p:first", "one"), ("p:latest", "one")] {
        assert_eq!(scene.value(name).await, value, "{name}");
    }
    let selected = scene.get("p:first").await.unwrap();
    assert_eq!(selected.name.as_deref(), Some("p"));
    assert_eq!(selected.selector.as_deref(), Some(":first"));
    let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/p:2";
    assert_eq!(scene.value(arn).await, "two");
    let message =
        "Systems Manager could not find version 7 of p. Verify the version and try again.";
    check_error(scene.get("p:7").await, "ParameterVersionNotFound", message);
    let labels: Vec<_> = scene.history().await.into_iter().map(|it| it.labels.unwrap()).collect();
    assert_eq!(labels, [strings(&["first", "latest"]), vec![], vec![]]);
}

#[tokio::test]
async fn labels_follow_rules() {
    let scene = Scene::new();
    check_error(scene.label(None, &["a"]).await, "ParameterNotFound", "");
    scene.put("p", "one").await;
    let message =
        "Systems Manager could not find version 5 of p. Verify the version and try again.";
    check_error(scene.label(Some(5), &["a"]).await, "ParameterVersionNotFound", message);
    let invalid = scene.label(None, &["good", "aws", "ssm-x", "7up", "a/b"]).await.unwrap();
    assert_eq!(invalid.invalid_labels, Some(strings(&["aws", "ssm-x", "7up", "a/b"])));
    let names: Vec<String> = (0..9).map(|n| format!("l{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    scene.label(None, &names).await.unwrap();
    let message = "A parameter version can have maximum 10 labels.Move one or more labels to \
                   another version and try again.";
    check_error(scene.label(None, &["more"]).await, "ParameterVersionLabelLimitExceeded", message);

    let labels = strings(&["good", "none"]);
    let input = UnlabelParameterVersionRequest { name: "p".into(), parameter_version: 1, labels };
    let unlabelled = scene.ssm.unlabel_parameter_version(input).await.unwrap();
    assert_eq!(unlabelled.removed_labels, Some(strings(&["good"])));
    assert_eq!(unlabelled.invalid_labels, Some(strings(&["none"])));
}

#[tokio::test]
async fn a_hundred_versions_are_kept() {
    let scene = Scene::new();
    for _ in 0..101 {
        scene.put("p", "v").await;
    }
    let all = scene.history().await;
    assert_eq!((all.len(), all[0].version), (50, Some(2)));
    let input = GetParameterHistoryRequest {
        name: "p".into(),
        max_results: Some(50),
        next_token: Some("bogus".into()),
        ..Default::default()
    };
    check_begins(scene.ssm.get_parameter_history(input).await, "InvalidNextToken", "The specified");
    scene.label(Some(2), &["old"]).await.unwrap();
    let input = PutParameterRequest { overwrite: Some(true), ..crate::scene::text("p", "v") };
    let message = "You attempted to create a new version of p by calling the PutParameter API with \
                   the overwrite flag. Version 2, the oldest version, can't be deleted because it \
                   has a label associated with it. Move the label to another version of the \
                   parameter, and try again.";
    let result = scene.ssm.put_parameter(input).await;
    check_error(result, "ParameterMaxVersionLimitExceeded", message);
}
