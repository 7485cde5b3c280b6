//! Both formats lead to the same representation, and that to the same files, again and again.

use fogbank_codegen::json::Json;
use fogbank_codegen::model::ir::{Auth, Kind, Location, Service};
use fogbank_codegen::model::{compact, load};
use fogbank_codegen::{emit, plan};

fn read(text: &str) -> Service {
    let model: Json = serde_json::from_str(text).expect("the test model is JSON");
    load("zoo", &model).expect("the test model is understood")
}

fn botocore() -> Service {
    read(include_str!("models/zoo.botocore.json"))
}

fn smithy() -> Service {
    read(include_str!("models/zoo.smithy.json"))
}

#[test]
fn both_formats_have_the_same_meaning() {
    let (botocore, smithy) = (botocore(), smithy());
    for (name, operation) in &botocore.operations {
        assert_eq!(smithy.operations.get(name), Some(operation), "{name}");
    }
    for (name, shape) in &botocore.shapes {
        assert_eq!(smithy.shapes.get(name), Some(shape), "{name}");
    }
    assert_eq!(botocore, smithy);
}

#[test]
fn labels_are_called_as_their_members_are() {
    let service = botocore();
    let feed = &service.operations["FeedAnimal"];
    assert_eq!(feed.uri, "/cages/{Cage}/{Path+}?feed");
    assert_eq!((feed.status, feed.auth), (202, Auth::SigV4));
    assert_eq!(service.operations["Ping"].auth, Auth::None);
    assert_eq!(service.operations["Watch"].auth, Auth::SigV4UnsignedBody);
}

#[test]
fn flattening_and_locations_are_the_members() {
    let service = botocore();
    let response = service.shapes["FeedAnimalResponse"].structure().unwrap();
    let member = |name: &str| response.members.iter().find(|member| member.name == name).unwrap();
    assert!(member("Bites").flattened);
    assert_eq!(member("Bites").wire_name.as_deref(), Some("Bite"));
    assert_eq!(member("Status").location, Some(Location::StatusCode));
    assert!(matches!(service.shapes["Bites"].kind, Kind::List { flattened: false, .. }));
}

#[test]
fn errors_know_their_code_status_and_fault() {
    let service = botocore();
    let error = |name: &str| service.shapes[name].structure().unwrap().error.clone().unwrap();
    let asleep = error("AnimalAsleep");
    assert_eq!((asleep.code.as_str(), asleep.status, asleep.server_fault), ("Asleep", 409, false));
    let fire = error("ZooOnFire");
    assert_eq!((fire.code.as_str(), fire.status, fire.server_fault), ("ZooOnFire", 503, true));
}

#[test]
fn the_compact_model_comes_back_from_its_bytes() {
    let service = botocore();
    let bytes = compact::encode(&service).unwrap();
    assert!(bytes == compact::encode(&smithy()).unwrap());
    let decoded = fogbank_schema::decode(&bytes).unwrap();
    assert_eq!(decoded, compact::model(&service).unwrap());
    let position = decoded.operation_index("Watch").unwrap();
    assert_eq!(decoded.operations[position].uri, "/watch");
}

#[test]
fn the_same_model_gives_the_same_files() {
    let files = |service: &Service| emit::typed_crate(&plan::plan(service));
    let first = files(&botocore());
    assert_eq!(first, files(&botocore()));
    assert_eq!(first, files(&smithy()));
    for file in &first {
        let text = String::from_utf8(file.content.clone()).unwrap();
        assert!(text.contains("cargo xtask regen"), "{} has no preamble", file.path);
    }
}

#[test]
fn recursion_is_boxed_and_streams_are_not_cloned() {
    let files = emit::typed_crate(&plan::plan(&botocore()));
    let types = files.iter().find(|file| file.path.ends_with("types.rs")).unwrap();
    let types = String::from_utf8(types.content.clone()).unwrap();
    for expected in [
        "pub inner: Option<Box<Food>>",
        "#[derive(Default)]\npub struct WatchRequest {\n    pub film: ByteStream,",
        "pub sights: EventStream<Sights>",
        "pub meals: Option<Vec<Option<String>>>",
        "pub enum Mood {\n    Good(bool),\n    Bad(String),",
        "const STREAMING: bool = true;",
    ] {
        assert!(types.contains(expected), "{expected}");
    }
}
