//! The public parameters that AWS keeps under `/aws/service/`.
//!
//! The regions, Availability Zones and services are AWS's, from the tables beside this file. The
//! names of images are AWS's too; their ids are made from the name and the region, because there
//! are no images behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use fogbank_api_ssm as api;
use fogbank_context::{Region, Timestamp};
use sha2::{Digest, Sha256};

/// Where public parameters are.
pub(crate) const PREFIX: &str = "/aws/service/";

const INFRASTRUCTURE: &str = "/aws/service/global-infrastructure/";

/// Region, name, partition, domain, country, region of the country, Availability Zones.
const REGIONS: &str = include_str!("public/regions.txt");
/// Service, name, and the regions that have it, as bits in the order of [`REGIONS`].
const SERVICES: &str = include_str!("public/services.txt");

/// When the tables were made; public parameters say that they were changed then.
const MODIFIED: Timestamp = Timestamp::from_secs(1_767_225_600);

/// The versions of Kubernetes that `{k8s}` stands for: 1.21 and up.
const KUBERNETES: std::ops::RangeInclusive<u8> = 21..=34;

/// Families of images: the folder, and the names in it. `{arch}` stands for both architectures.
const IMAGES: &[(&str, &[&str])] = &[
    (
        "ami-amazon-linux-latest",
        &[
            "al2022-ami-kernel-default-{arch}",
            "al2022-ami-minimal-kernel-default-{arch}",
            "al2023-ami-kernel-6.1-{arch}",
            "al2023-ami-kernel-6.12-{arch}",
            "al2023-ami-kernel-default-{arch}",
            "al2023-ami-minimal-kernel-6.1-{arch}",
            "al2023-ami-minimal-kernel-6.12-{arch}",
            "al2023-ami-minimal-kernel-default-{arch}",
            "amzn-ami-hvm-x86_64-ebs",
            "amzn-ami-hvm-x86_64-gp2",
            "amzn-ami-hvm-x86_64-s3",
            "amzn-ami-minimal-hvm-x86_64-ebs",
            "amzn-ami-minimal-hvm-x86_64-s3",
            "amzn-ami-minimal-pv-x86_64-ebs",
            "amzn-ami-minimal-pv-x86_64-s3",
            "amzn-ami-pv-x86_64-ebs",
            "amzn-ami-pv-x86_64-s3",
            "amzn2-ami-hvm-arm64-gp2",
            "amzn2-ami-hvm-x86_64-ebs",
            "amzn2-ami-hvm-x86_64-gp2",
            "amzn2-ami-kernel-5.10-hvm-arm64-gp2",
            "amzn2-ami-kernel-5.10-hvm-x86_64-ebs",
            "amzn2-ami-kernel-5.10-hvm-x86_64-gp2",
            "amzn2-ami-minimal-hvm-arm64-ebs",
            "amzn2-ami-minimal-hvm-x86_64-ebs",
        ],
    ),
    (
        "ami-macos-latest",
        &["macos-sonoma/x86_64_mac/latest/image_id", "macos-sonoma/arm64_mac/latest/image_id"],
    ),
    (
        "ami-windows-latest",
        &[
            "EC2LaunchV2-Windows_Server-2016-English-Full-Base",
            "Windows_Server-2016-English-Core-Base",
            "Windows_Server-2016-English-Full-ECS_Optimized/image_id",
            "Windows_Server-2016-English-Full-Base",
            "Windows_Server-2016-English-Full-SQL_2019_Standard",
            "Windows_Server-2019-English-Core-Base",
            "Windows_Server-2019-English-Core-ECS_Optimized/image_id",
            "Windows_Server-2019-English-Core-EKS_Optimized-{k8s}/image_id",
            "Windows_Server-2019-English-Full-ECS_Optimized/image_id",
            "Windows_Server-2019-English-Full-EKS_Optimized-{k8s}/image_id",
            "Windows_Server-2019-English-Full-Base",
            "Windows_Server-2019-English-Full-ContainersLatest",
            "Windows_Server-2019-English-Full-SQL_2019_Standard",
            "Windows_Server-2022-English-Core-Base",
            "Windows_Server-2022-English-Core-ECS_Optimized/image_id",
            "Windows_Server-2022-English-Core-EKS_Optimized-{k8s}/image_id",
            "Windows_Server-2022-English-Full-ECS_Optimized/image_id",
            "Windows_Server-2022-English-Full-EKS_Optimized-{k8s}/image_id",
            "Windows_Server-2022-English-Full-Base",
            "Windows_Server-2022-English-Full-ContainersLatest",
            "Windows_Server-2022-English-Full-SQL_2022_Standard",
            "Windows_Server-2025-English-Core-Base",
            "Windows_Server-2025-English-Full-Base",
        ],
    ),
    (
        "bottlerocket",
        &[
            "aws-ecs-1-nvidia/{arch}/latest/image_id",
            "aws-ecs-1/{arch}/latest/image_id",
            "aws-ecs-2-nvidia/{arch}/latest/image_id",
            "aws-ecs-2/{arch}/latest/image_id",
            "aws-k8s-{k8s}-nvidia/{arch}/latest/image_id",
            "aws-k8s-{k8s}/{arch}/latest/image_id",
        ],
    ),
    (
        "canonical",
        &[
            "ubuntu/server/16.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
            "ubuntu/server/18.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
            "ubuntu/server/18.04/stable/current/arm64/hvm/ebs-gp2/ami-id",
            "ubuntu/server/20.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
            "ubuntu/server/20.04/stable/current/arm64/hvm/ebs-gp2/ami-id",
            "ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id",
            "ubuntu/server/22.04/stable/current/arm64/hvm/ebs-gp2/ami-id",
            "ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
            "ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id",
        ],
    ),
    (
        "cloud9/amis",
        &[
            "amazonlinux-2-x86_64",
            "amazonlinux-2023-x86_64",
            "ubuntu-18.04-x86_64",
            "ubuntu-22.04-x86_64",
        ],
    ),
    (
        "debian",
        &[
            "release/11/latest/amd64",
            "release/11/latest/arm64",
            "release/12/latest/amd64",
            "release/12/latest/arm64",
            "release/13/latest/amd64",
            "release/13/latest/arm64",
        ],
    ),
    (
        "ecs/optimized-ami",
        &[
            "amazon-linux-2/arm64/recommended/image_id",
            "amazon-linux-2/gpu/recommended/image_id",
            "amazon-linux-2/inf/recommended/image_id",
            "amazon-linux-2/kernel-5.10/arm64/recommended/image_id",
            "amazon-linux-2/kernel-5.10/recommended/image_id",
            "amazon-linux-2/recommended/image_id",
            "amazon-linux-2023/arm64/recommended/image_id",
            "amazon-linux-2023/gpu/recommended/image_id",
            "amazon-linux-2023/neuron/recommended/image_id",
            "amazon-linux-2023/recommended/image_id",
            "amazon-linux/recommended/image_id",
        ],
    ),
    (
        "eks/optimized-ami",
        &[
            "{k8s}/amazon-linux-2-arm64/recommended/image_id",
            "{k8s}/amazon-linux-2-gpu/recommended/image_id",
            "{k8s}/amazon-linux-2/recommended/image_id",
            "{k8s}/amazon-linux-2023/x86_64/neuron/recommended/image_id",
            "{k8s}/amazon-linux-2023/{arch}/nvidia/recommended/image_id",
            "{k8s}/amazon-linux-2023/{arch}/standard/recommended/image_id",
        ],
    ),
];

type Tree = BTreeMap<String, String>;

/// The parameters that are the same in all regions.
static INFRASTRUCTURE_TREE: LazyLock<Arc<Tree>> = LazyLock::new(|| Arc::new(infrastructure()));

fn infrastructure() -> Tree {
    let mut tree = Tree::new();
    let mut put = |name: String, value: &str| {
        tree.insert(format!("{INFRASTRUCTURE}{name}"), value.to_owned());
    };
    let regions: Vec<Vec<&str>> = REGIONS.lines().map(|line| line.split('|').collect()).collect();
    for row in &regions {
        let [region, long, partition, domain, country, part, prefix, zones] = row[..] else {
            continue;
        };
        put(format!("regions/{region}"), region);
        put(format!("regions/{region}/longName"), long);
        put(format!("regions/{region}/partition"), partition);
        put(format!("regions/{region}/domain"), domain);
        put(format!("regions/{region}/geolocationCountry"), country);
        put(format!("regions/{region}/geolocationRegion"), part);
        for zone in zones.split(',') {
            let zone = format!("{prefix}-az{zone}");
            put(format!("regions/{region}/availability-zones/{zone}"), &zone);
            put(format!("availability-zones/{zone}"), &zone);
            put(format!("availability-zones/{zone}/parent-region"), region);
        }
    }
    for line in SERVICES.lines() {
        let mut fields = line.split('|');
        let (Some(service), Some(long), Some(bits)) = (fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let bits = u64::from_str_radix(bits, 16).unwrap_or_default();
        put(format!("services/{service}"), service);
        put(format!("services/{service}/longName"), long);
        for (_, row) in regions.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1) {
            let (region, domain) = (row[0], row[3]);
            put(format!("services/{service}/regions/{region}"), region);
            put(format!("regions/{region}/services/{service}"), service);
            let endpoint = format!("{service}.{region}.{domain}");
            put(format!("regions/{region}/services/{service}/endpoint"), &endpoint);
            put(format!("regions/{region}/services/{service}/protocols"), "HTTPS");
        }
    }
    tree
}

/// The names of all images.
static IMAGE_NAMES: LazyLock<BTreeSet<String>> = LazyLock::new(|| images().collect());

fn images() -> impl Iterator<Item = String> {
    let all = |name: String, mark: &str, values: Vec<String>| match name.contains(mark) {
        true => values.iter().map(|value| name.replace(mark, value)).collect(),
        false => vec![name],
    };
    IMAGES.iter().flat_map(move |(folder, names)| {
        names.iter().flat_map(move |name| {
            let versions = KUBERNETES.map(|minor| format!("1.{minor}")).collect();
            let named = all(format!("{PREFIX}{folder}/{name}"), "{k8s}", versions);
            let both = || vec!["arm64".to_owned(), "x86_64".to_owned()];
            named.into_iter().flat_map(move |name| all(name, "{arch}", both()))
        })
    })
}

/// The id of an image, the same at every start.
fn image_id(region: &Region, name: &str) -> String {
    let digest = Sha256::digest(format!("{region}{name}"));
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("ami-0{}", &hex[..16])
}

/// What describes an image beside its id: a folder whose last name is `recommended`.
fn recommended(region: &Region, name: &str) -> Option<String> {
    let image = format!("{name}/image_id");
    if !name.ends_with("/recommended") || !IMAGE_NAMES.contains(&image) {
        return None;
    }
    let family = name.strip_prefix(PREFIX)?.trim_end_matches("/recommended").replace('/', "-");
    let description = serde_json::json!({
        "image_id": image_id(region, &image),
        "image_name": family,
        "os": "Amazon Linux",
        "schema_version": 1,
    });
    Some(description.to_string())
}

fn shown(region: &Region, name: &str, value: String) -> api::Parameter {
    let data_type = if value.starts_with("ami-") { "aws:ec2:image" } else { "text" };
    api::Parameter {
        name: Some(name.to_owned()),
        r#type: Some(api::ParameterType::String),
        value: Some(value),
        version: Some(1),
        selector: None,
        source_result: None,
        last_modified_date: Some(MODIFIED.to_wire()),
        arn: Some(format!("arn:{}:ssm:{region}::parameter{name}", region.partition())),
        data_type: Some(data_type.to_owned()),
    }
}

/// A public parameter.
pub(crate) fn get(region: &Region, name: &str) -> Option<api::Parameter> {
    let value = if name.starts_with(INFRASTRUCTURE) {
        INFRASTRUCTURE_TREE.get(name).cloned()
    } else if IMAGE_NAMES.contains(name) {
        Some(image_id(region, name))
    } else {
        recommended(region, name)
    };
    Some(shown(region, name, value?))
}

/// The public parameters below a path that ends with a slash, in order.
pub(crate) fn below(region: &Region, path: &str, recursive: bool) -> Vec<api::Parameter> {
    let wanted = |name: &str| super::name::is_below(name, path, recursive);
    if path.starts_with(INFRASTRUCTURE) {
        let from = INFRASTRUCTURE_TREE.range(path.to_owned()..);
        let below = from.take_while(|(name, _)| name.starts_with(path));
        let below = below.filter(|(name, _)| wanted(name));
        return below.map(|(name, value)| shown(region, name, value.clone())).collect();
    }
    let described: Vec<String> = IMAGE_NAMES
        .iter()
        .filter_map(|name| Some(name.strip_suffix("/image_id")?.to_owned()))
        .filter(|name| name.ends_with("/recommended"))
        .collect();
    let mut names: Vec<String> =
        IMAGE_NAMES.iter().cloned().chain(described).filter(|name| wanted(name)).collect();
    names.sort();
    names.iter().filter_map(|name| get(region, name)).collect()
}
