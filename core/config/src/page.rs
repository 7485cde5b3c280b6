//! The documentation page.

use std::fmt::Write as _;

use crate::foreign::RENAMED;
use crate::{Effect, FOREIGN, Group, OTHER_VARIABLES, SETTINGS, Setting};

const INTRODUCTION: &str = "\
# Configuration

<!-- Generated from `core/config/src/table.rs`. `UPDATE_EXPECT=1 cargo test -p fogbank-config` renews it. -->

Every setting can be given in three places, and later ones win:

1. `fogbank.toml` in the current folder, or the file that `--config` or `FOGBANK_CONFIG` names;
2. environment variables, with the names that LocalStack users have in their compose files;
3. flags of `fogbank start`.

A variable counts with the prefix `FOGBANK_` or `LOCALSTACK_` too: `FOGBANK_DEBUG` wins over `LOCALSTACK_DEBUG`, which
wins over `DEBUG`. An empty variable counts as not set. A wrong value stops the start and says where it stands and what is
allowed; `fogbank config validate` checks without starting. `fogbank config list` shows each value and where it came from.

```toml
# fogbank.toml
[gateway]
listen = [\"127.0.0.1:4566\", \"[::1]:4566\"]

[state]
persistence = true
data_dir = \"./state\"

[providers]
dynamodb = \"upstream:http://localhost:8000\"

[credentials]
AKIAIOSFODNN7EXAMPLE = \"111111111111\"

[credentials.AKIAI44QH8DHBEXAMPLE]
account = \"222222222222\"
secret = \"je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY\"
principal = \"arn:aws:iam::222222222222:user/alice\"
```
";

const PATTERNS: &str = "
## Providers of single services

`PROVIDER_OVERRIDE_<SERVICE>`, the table `[providers]` and the flag `--provider SERVICE=PROVIDER` choose who answers for a
service: a provider by its name, or `upstream:URL` to pass the service's requests on. The service is named as in the
AWS CLI, with `_` for `-` in variables: `PROVIDER_OVERRIDE_COGNITO_IDP=upstream:http://localhost:5000`.

## Access keys

The table `[credentials]` of `fogbank.toml` says which account an access key belongs to: `KEY_ID = \"ACCOUNT\"`, or a table with
`account`, `secret` (with it signatures can be checked) and `principal` (the ARN of who acts; the account's root where none
is stated). A twelve-digit access key id names its account by itself.
";

/// The text of `docs/configuration.md`.
pub fn configuration_page() -> String {
    let mut page = INTRODUCTION.to_owned();
    let mut group: Option<Group> = None;
    for setting in SETTINGS {
        if group != Some(setting.group) {
            group = Some(setting.group);
            write!(page, "\n## {}\n", setting.group.title()).expect("writing to a string");
        }
        page.push_str(&section(setting));
    }
    page.push_str(PATTERNS);
    page.push_str("\n## Other variables\n\n| Variable | Meaning |\n|---|---|\n");
    for (name, meaning) in OTHER_VARIABLES {
        writeln!(page, "| `{name}` | {meaning} |").expect("writing to a string");
    }
    page.push_str("\n## Older spellings\n\nThey are understood, with a notice.\n\n");
    page.push_str("| Variable | Now |\n|---|---|\n");
    for row in RENAMED {
        writeln!(page, "| `{}` | `{}` |", row.name, row.now).expect("writing to a string");
    }
    page.push_str("\n## Variables of LocalStack that have no effect\n\n");
    page.push_str("Each is reported at the start, and refused with `STRICT=1`.\n\n");
    page.push_str("| Variable | Why |\n|---|---|\n");
    for row in FOREIGN {
        writeln!(page, "| `{}` | {} |", row.name, row.reason).expect("writing to a string");
    }
    page
}

fn section(setting: &Setting) -> String {
    let mut text = format!("\n### `{}`\n", setting.env);
    for paragraph in setting.paragraphs() {
        write!(text, "\n{paragraph}\n").expect("writing to a string");
    }
    if let Effect::Pending(reason) = setting.effect {
        write!(text, "\n**No effect yet:** {reason}.\n").expect("writing to a string");
    }
    write!(
        text,
        "\n- In `fogbank.toml`: `{}`; flag: `--{}`\n- Value: {}\n",
        setting.key,
        setting.flag,
        setting.allowed(),
    )
    .expect("writing to a string");
    for choice in setting.choices {
        writeln!(text, "  - `{}`: {}", choice.name, choice.meaning).expect("writing to a string");
    }
    let default = match setting.default {
        "" => "none".to_owned(),
        default => format!("`{default}`"),
    };
    writeln!(text, "- Default: {default}; example: `{}={}`", setting.env, setting.example)
        .expect("writing to a string");
    text
}
