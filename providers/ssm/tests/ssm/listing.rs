//! `GetParametersByPath` and `DescribeParameters` with their filters.

use fogbank_api_ssm::*;

use crate::scene::{Scene, check_begins, check_error, strings, text};

fn filter(key: &str, option: Option<&str>, values: Option<&[&str]>) -> ParameterStringFilter {
    ParameterStringFilter {
        key: key.to_owned(),
        option: option.map(str::to_owned),
        values: values.map(strings),
    }
}

async fn scene() -> Scene {
    let scene = Scene::new();
    for name in ["root", "/a/one", "/a/two", "/a/b/three", "/ab/four"] {
        scene.put(name, name).await;
    }
    let list = PutParameterRequest {
        r#type: Some(ParameterType::StringList),
        tags: Some(vec![Tag { key: "Team".into(), value: "fog".into() }]),
        ..text("/a/list", "x,y")
    };
    scene.ssm.put_parameter(list).await.expect("a valid parameter");
    let secure = PutParameterRequest {
        r#type: Some(ParameterType::SecureString),
        key_id: Some("alias/mine".into()),
        ..text("/a/secure", "x")
    };
    scene.ssm.put_parameter(secure).await.expect("a valid parameter");
    scene
}

#[tokio::test]
async fn paths_have_levels() {
    let scene = scene().await;
    let below = |path: &str, recursive: bool| {
        let input = GetParametersByPathRequest {
            path: path.to_owned(),
            recursive: Some(recursive),
            ..Default::default()
        };
        let answer = scene.ssm.get_parameters_by_path(input);
        async move {
            let parameters = answer.await.unwrap().parameters.unwrap();
            parameters.into_iter().map(|it| it.name.unwrap()).collect::<Vec<_>>()
        }
    };
    let direct = strings(&["/a/list", "/a/one", "/a/secure", "/a/two"]);
    assert_eq!(below("/a", false).await, direct);
    assert_eq!(below("/a/", false).await, direct);
    assert_eq!(below("/a", true).await[0], "/a/b/three");
    assert_eq!(below("/", false).await, ["root"]);
    assert_eq!(below("/", true).await.len(), 7);
    assert!(below("/none", true).await.is_empty());
    let relative = GetParametersByPathRequest { path: "a".into(), ..Default::default() };
    check_begins(
        scene.ssm.get_parameters_by_path(relative).await,
        "ValidationException",
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin",
    );
}

#[tokio::test]
async fn pages_follow_each_other() {
    let scene = Scene::new();
    for n in 0..25 {
        scene.put(&format!("/p/{n:02}"), "v").await;
    }
    let mut token = None;
    let mut sizes = Vec::new();
    loop {
        let input = GetParametersByPathRequest {
            path: "/p".into(),
            next_token: token,
            ..Default::default()
        };
        let page = scene.ssm.get_parameters_by_path(input).await.unwrap();
        sizes.push(page.parameters.unwrap().len());
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [10, 10, 5]);
    let input = DescribeParametersRequest { max_results: Some(20), ..Default::default() };
    let page = scene.ssm.describe_parameters(input).await.unwrap();
    assert_eq!((page.parameters.unwrap().len(), page.next_token.is_some()), (20, true));
}

#[tokio::test]
async fn filters_choose() {
    let scene = scene().await;
    type Case = (&'static str, Option<&'static str>, Option<&'static [&'static str]>, usize);
    let cases: &[Case] = &[
        ("Name", None, Some(&["/a/one"]), 1),
        ("Name", None, Some(&["/root"]), 1),
        ("Name", Some("BeginsWith"), Some(&["/a"]), 6),
        ("Name", Some("Contains"), Some(&["o"]), 4),
        ("Type", None, Some(&["SecureString", "StringList"]), 2),
        ("KeyId", None, Some(&["alias/mine"]), 1),
        ("KeyId", Some("BeginsWith"), Some(&["alias/"]), 1),
        ("Path", None, Some(&["/a"]), 4),
        ("Path", Some("Recursive"), Some(&["/a"]), 5),
        ("Tier", None, Some(&["Standard"]), 7),
        ("DataType", None, Some(&["text"]), 7),
        ("tag:Team", None, None, 1),
        ("tag:Team", None, Some(&["fog"]), 1),
        ("tag:Team", None, Some(&["other"]), 0),
    ];
    for (key, option, values, count) in cases {
        let parameter_filters = Some(vec![filter(key, *option, *values)]);
        let input = DescribeParametersRequest { parameter_filters, ..Default::default() };
        let found = scene.ssm.describe_parameters(input).await.unwrap().parameters.unwrap();
        assert_eq!(found.len(), *count, "{key} {option:?} {values:?}");
    }
    let old = |key: &str, values: &[&str]| DescribeParametersRequest {
        filters: Some(vec![ParametersFilter { key: key.into(), values: strings(values) }]),
        ..Default::default()
    };
    for (key, value, count) in [("Name", "/a/", 5), ("Type", "String", 5), ("KeyId", "no", 0)] {
        let found = scene.ssm.describe_parameters(old(key, &[value])).await.unwrap();
        assert_eq!(found.parameters.unwrap().len(), count, "{key}");
    }
}

#[tokio::test]
async fn filters_are_checked() {
    let scene = Scene::new();
    let describe = |filters: Vec<ParameterStringFilter>| {
        let parameter_filters = Some(filters);
        scene.ssm.describe_parameters(DescribeParametersRequest {
            parameter_filters,
            ..Default::default()
        })
    };
    let one = Some(&["x"][..]);
    let cases = [
        (
            vec![filter("Label", None, one)],
            "InvalidFilterKey",
            "The following filter key is not valid: Label. Valid filter keys include: [Path, Name, \
             Type, KeyId, Tier].",
        ),
        (
            vec![filter("Name", None, None)],
            "InvalidFilterValue",
            "The following filter values are missing : null for filter key Name.",
        ),
        (
            vec![filter("Name", None, one), filter("Name", None, one)],
            "InvalidFilterKey",
            "The following filter is duplicated in the request: Name. A request can contain only \
             one occurrence of a specific filter.",
        ),
        (
            vec![filter("Path", Some("Equals"), Some(&["/a"]))],
            "InvalidFilterOption",
            "The following filter option is not valid: Equals. Valid options include: [Recursive, \
             OneLevel].",
        ),
        (
            vec![filter("Tier", None, one)],
            "InvalidFilterOption",
            "The following filter value is not valid: x. Valid values include: [Standard, \
             Advanced, Intelligent-Tiering].",
        ),
        (
            vec![filter("Type", None, one)],
            "InvalidFilterOption",
            "The following filter value is not valid: x. Valid values include: [String, \
             StringList, SecureString].",
        ),
        (
            vec![filter("Name", Some("option"), one)],
            "InvalidFilterOption",
            "The following filter option is not valid: option. Valid options include: [BeginsWith, \
             Equals].",
        ),
        (
            vec![filter("Path", None, Some(&["/aws/x"]))],
            "ValidationException",
            "Filters for common parameters can't be prefixed with \"aws\" or \"ssm\" \
             (case-insensitive). When using global parameters, please specify within a global \
             namespace.",
        ),
    ];
    for (filters, code, message) in cases {
        check_error(describe(filters).await, code, message);
    }
    let both = DescribeParametersRequest {
        filters: Some(vec![ParametersFilter { key: "Name".into(), values: strings(&["x"]) }]),
        parameter_filters: Some(vec![filter("Name", None, one)]),
        ..Default::default()
    };
    check_error(
        scene.ssm.describe_parameters(both).await,
        "ValidationException",
        "You can use either Filters or ParameterFilters in a single request.",
    );
    let by_path = GetParametersByPathRequest {
        path: "/a".into(),
        parameter_filters: Some(vec![filter("Name", None, one)]),
        ..Default::default()
    };
    check_error(
        scene.ssm.get_parameters_by_path(by_path).await,
        "InvalidFilterKey",
        "The following filter key is not valid: Name. Valid filter keys include: [Type, KeyId].",
    );
}

#[tokio::test]
async fn labels_choose_versions_of_a_path() {
    let scene = Scene::new();
    scene.put("/p/x", "old").await;
    let labels = strings(&["live"]);
    let input =
        LabelParameterVersionRequest { name: "/p/x".into(), parameter_version: None, labels };
    scene.ssm.label_parameter_version(input).await.unwrap();
    scene.put("/p/x", "new").await;
    scene.put("/p/y", "other").await;
    let input = GetParametersByPathRequest {
        path: "/p".into(),
        parameter_filters: Some(vec![filter("Label", None, Some(&["live"]))]),
        ..Default::default()
    };
    let found = scene.ssm.get_parameters_by_path(input).await.unwrap().parameters.unwrap();
    let [only] = &found[..] else { panic!("one parameter: {found:?}") };
    assert_eq!((only.value.as_deref(), only.version), (Some("old"), Some(1)));
}
