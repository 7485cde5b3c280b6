//! Tokens that are exchanged for temporary credentials.

use fogbank_context::{AccountId, Arn, Timestamp};
use fogbank_state::{Resource, Table, World, store};
use serde::{Deserialize, Serialize};

use crate::KeySession;

store! {
    /// The exchange tokens of all accounts.
    ///
    /// IAM adds one when the owner of a delegation request lets go of it; STS exchanges it.
    pub struct TradeInStore: "trade-in", Global {
        /// What tokens are exchanged for, by token.
        pub tokens: Table<String, TradeIn>,
    }
}

/// What a token is exchanged for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TradeIn {
    /// The account that may exchange it.
    pub requestor: AccountId,
    /// The account that access is given to.
    pub account: AccountId,
    /// The ARN of whose permissions are lent.
    pub arn: Arn,
    /// The unique id of who that is.
    pub user_id: String,
    /// When the access ends, however late the token is exchanged.
    pub expires: Timestamp,
    /// What sessions are made with.
    pub session: KeySession,
}

impl Resource for TradeIn {
    const VERSION: u32 = 1;
}

impl TradeIn {
    /// What a token is exchanged for; none when there is no such token.
    pub fn find(world: &World, token: &str) -> Option<std::sync::Arc<Self>> {
        world.global::<TradeInStore>().tokens.get(token)
    }
}
