//! Decides on requests.

use std::sync::Arc;

use fogbank_context::{AccountId, Arn, Region};
use fogbank_iam::{
    Decision, IdentityKind, Policies, PolicySet, Reason, Request, Tier, authorize, explain,
};
use fogbank_schema::ServiceModel;
use fogbank_service::{
    Hint, HttpRequest, IdentityPolicies, Intent, Principal, ResourceFacts, ResourcePolicies,
    ServiceError,
};
use fogbank_state::World;
use fogbank_wire::dynamic::Value;
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use crate::actions::{Need, Place, Plan};
use crate::cache::{Cache, Compiled, Needed};
use crate::denial;
use crate::identity::{Asker, Who};
use crate::input::{Input, Read};
use crate::keys::RequestKeys;
use crate::keys::supposed::SupposedKeys;
use crate::record::{Record, Records, Verdict};
use crate::restrictions;

/// Where policies come from.
#[derive(Clone, Copy)]
pub struct Sources<'r> {
    /// IAM's.
    pub identity: Option<&'r dyn IdentityPolicies>,
    /// That of the service whose ARNs have this name, if it is there.
    pub resource: &'r dyn Fn(&str) -> Option<Arc<dyn ResourcePolicies>>,
}

impl std::fmt::Debug for Sources<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sources")
            .field("identity", &self.identity.is_some())
            .finish_non_exhaustive()
    }
}

/// A request to be decided on.
#[derive(Clone, Copy)]
pub struct Asked<'r> {
    /// The world.
    pub world: &'r World,
    /// The service's model.
    pub model: &'static ServiceModel<'static>,
    /// The operation's position in the model.
    pub operation: usize,
    /// Who asks, as policies see it.
    pub asker: Asker<'r>,
    /// Who asks, as providers see it.
    pub principal: &'r Principal,
    /// The account that is addressed.
    pub account: AccountId,
    /// The region that is addressed.
    pub region: &'r Region,
    /// The request's HTTP side.
    pub http: &'r HttpRequest,
    /// What a service is about to do, where the request is not somebody's own.
    pub intent: Option<&'r Intent>,
    /// The id of the request.
    pub request_id: &'r str,
    /// Reads members of the input.
    pub read: &'r Read<'r>,
}

impl std::fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

/// A resource and what applies to it.
#[derive(Default)]
struct Resource {
    arn: String,
    /// The ARN, and who knows it.
    known: Option<(Arn, Arc<dyn ResourcePolicies>)>,
    owner: Option<AccountId>,
    facts: Option<ResourceFacts>,
    policy: Option<Arc<PolicySet>>,
    decides: bool,
}

/// A resource, before its policy is read.
struct Found {
    /// None for actions that have no resource.
    arn: Option<Arn>,
    source: Option<Arc<dyn ResourcePolicies>>,
    facts: Option<ResourceFacts>,
}

impl Found {
    /// The resource with this ARN.
    fn new(world: &World, sources: &Sources<'_>, arn: Option<&Arn>, action: &str) -> Self {
        let Some(arn) = arn else { return Self { arn: None, source: None, facts: None } };
        let source = (sources.resource)(&arn.service);
        let facts = source.as_ref().and_then(|source| source.about(world, arn, action));
        Self { arn: Some(arn.clone()), source, facts }
    }
}

/// The account that a resource belongs to, where that is known.
fn owner(arn: Option<&Arn>, facts: Option<&ResourceFacts>) -> Option<AccountId> {
    let known = facts.and_then(|facts| facts.owner);
    known.or_else(|| {
        let own = facts.and_then(|facts| facts.arn.as_ref());
        own.or(arn)?.account_id()
    })
}

/// What of a request decides which actions on which resources it needs: the operation, the place
/// and the texts of the members that name resources. None when that is more than some texts.
fn likeness(asked: &Asked<'_>, input: &Input<'_>) -> Option<Vec<u8>> {
    /// The longest that is remembered.
    const LONGEST: usize = 1_024;
    let mut like = Vec::with_capacity(192);
    like.extend_from_slice(asked.model.metadata.name.as_bytes());
    like.push(0);
    like.extend_from_slice(&asked.operation.to_le_bytes());
    like.extend_from_slice(asked.region.as_str().as_bytes());
    like.push(0);
    for (at, value) in input.chosen() {
        let Value::String(text) = value else { return None };
        like.extend_from_slice(&at.to_le_bytes());
        like.extend_from_slice(&text.len().to_le_bytes());
        like.extend_from_slice(text.as_bytes());
    }
    (like.len() <= LONGEST).then_some(like)
}

/// Decides on requests, and remembers what it decided.
#[derive(Default)]
pub struct Authorizer {
    cache: Cache,
    plans: RwLock<FxHashMap<(&'static str, usize), Arc<Plan>>>,
    /// What was decided.
    pub records: Records,
}

impl std::fmt::Debug for Authorizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authorizer").finish_non_exhaustive()
    }
}

impl Authorizer {
    /// The plan of an operation.
    pub fn plan(&self, model: &'static ServiceModel<'static>, operation: usize) -> Arc<Plan> {
        let key = (model.metadata.name, operation);
        if let Some(plan) = self.plans.read().get(&key) {
            return plan.clone();
        }
        let plan = Arc::new(Plan::of(model, &model.operations[operation]));
        self.plans.write().insert(key, plan.clone());
        plan
    }

    /// Decides on a request and remembers the decision.
    ///
    /// # Errors
    /// The service's own answer to a request that is denied. `enforced` says whether it will be
    /// given to who asked.
    pub fn decide(
        &self,
        asked: &Asked<'_>,
        sources: &Sources<'_>,
        enforced: bool,
    ) -> Result<(), ServiceError> {
        let plan = self.plan(asked.model, asked.operation);
        let compiled = self.cache.principal(asked.world, asked.asker, sources.identity);
        let who = &compiled.who;
        let operation = &asked.model.operations[asked.operation];
        if let Some(refusal) = restrictions::refusal(asked.model.metadata.name, operation.name, who)
        {
            return Err(refusal);
        }
        let input = Input::new(asked.model, operation, plan.members(), asked.read);
        let like = likeness(asked, &input);
        let known = like.as_ref().and_then(|like| compiled.worked_out(asked.account, like));
        let needs = match known {
            Some(needs) => needs,
            None => self.needs(asked, sources, &plan, &input, &compiled, like),
        };
        if needs.is_empty() {
            // Anybody may, but not nobody.
            return match who.identity.kind {
                IdentityKind::Anonymous => Err(denial::anonymous(&asked.model.metadata)),
                _ => Ok(()),
            };
        }
        for needed in &*needs {
            self.decide_one(asked, sources, enforced, &input, &compiled, needed)?;
        }
        Ok(())
    }

    /// What a request needs, worked out and, where it can be, remembered for others like it.
    fn needs(
        &self,
        asked: &Asked<'_>,
        sources: &Sources<'_>,
        plan: &Plan,
        input: &Input<'_>,
        compiled: &Compiled,
        like: Option<Vec<u8>>,
    ) -> Arc<[Needed]> {
        let place = Place {
            partition: asked.region.partition(),
            region: asked.region,
            account: asked.account,
            caller: &compiled.who.identity.arn,
        };
        let mut needs = plan.needs(asked.model, input, place);
        // What an input implies depends on more than its texts.
        let implied = needs.iter().any(|need| need.resource == "*");
        for need in needs.iter_mut().filter(|need| need.resource == "*") {
            self.imply(asked, sources, input, need);
        }
        let needs: Vec<Needed> = needs.into_iter().map(Needed::new).collect();
        match like {
            Some(like) if !implied => compiled.work_out(asked.account, like, needs),
            _ => needs.into(),
        }
    }

    /// Decides on one action on one resource.
    fn decide_one(
        &self,
        asked: &Asked<'_>,
        sources: &Sources<'_>,
        enforced: bool,
        input: &Input<'_>,
        compiled: &Compiled,
        needed: &Needed,
    ) -> Result<(), ServiceError> {
        let who = &compiled.who;
        let arn = needed.arn.as_ref();
        let source = arn.and_then(|arn| (sources.resource)(&arn.service));
        let facts = source
            .as_ref()
            .zip(arn)
            .and_then(|(source, arn)| source.about(asked.world, arn, &needed.need.action));
        let owner = owner(arn, facts.as_ref()).unwrap_or(asked.account);
        // What nothing has changed for is the same question as last time.
        let same = facts.as_ref().is_none_or(|facts| facts.grants.is_empty());
        if same && needed.is_known(owner, facts.as_ref()) {
            return Ok(());
        }
        let mut need = needed.need.clone();
        let asked_about = same.then(|| facts.clone());
        let found = Found { arn: arn.cloned(), source, facts };
        let resource = self.resource(found, &need);
        if resource.arn != need.resource {
            need.resource.clone_from(&resource.arn);
        }
        let known = resource.known.as_ref().map(|(arn, source)| (arn, &**source));
        let keys = RequestKeys::new(asked, input, compiled, resource.facts.as_ref()).about(
            &need,
            resource.owner,
            known,
        );
        let request = Request {
            identity: &who.identity,
            action: &need.action,
            resource: &need.resource,
            owner: Some(owner),
            keys: &keys,
        };
        let policies = policies(compiled, &resource);
        let mut decision = authorize(&request, &policies);
        // S3's lists of who has access can give what no policy does; S3 looks at them itself.
        let lists = asked.model.metadata.name == "s3";
        if lists && decision.reason == Reason::Nothing(Tier::Resource) {
            let Some(own) = who.identity.account else { return Ok(()) };
            let request = Request { owner: Some(own), ..request };
            decision = authorize(&request, &Policies { resource: None, ..policies });
        }
        self.remember(asked, who, &need, &decision, enforced, &request, &policies);
        if !decision.is_allowed() {
            return Err(denial::error(&asked.model.metadata, who, &need, &decision));
        }
        if let Some(facts) = asked_about
            && !keys.were_looked_at()
        {
            needed.learn(owner, facts.as_ref());
        }
        Ok(())
    }

    fn imply(&self, asked: &Asked<'_>, sources: &Sources<'_>, input: &Input<'_>, need: &mut Need) {
        let service = need.action.split(':').next().unwrap_or_default();
        let Some(source) = (sources.resource)(service) else { return };
        let member = |name: &str| input.bytes(name);
        let (account, region) = (asked.account, asked.region);
        let hint = Hint { account, region, action: &need.action, member: &member };
        if let Some(arn) = source.implied(asked.world, &hint) {
            need.resource = arn.to_string();
        }
    }

    fn resource(&self, found: Found, need: &Need) -> Resource {
        let owner = owner(found.arn.as_ref(), found.facts.as_ref());
        let Found { arn: Some(arn), source, mut facts } = found else {
            return Resource { arn: need.resource.clone(), ..Resource::default() };
        };
        let own = facts.as_mut().and_then(|facts| facts.arn.take());
        let name = own.as_ref().map_or_else(|| need.resource.clone(), Arn::to_string);
        let arn = own.unwrap_or(arn);
        let policy = facts.as_ref().and_then(|facts| self.policy_of(&name, facts));
        let role = arn.service == "iam" && arn.resource.starts_with("role/");
        let trust = role && need.action.starts_with("sts:");
        Resource {
            owner,
            decides: trust || arn.service == "kms" && policy.is_some(),
            // A role's trust policy is about assuming it, and about nothing else.
            policy: policy.filter(|_| trust || !role),
            known: source.filter(|_| facts.is_some()).map(|source| (arn, source)),
            arn: name,
            facts,
        }
    }

    /// The resource's policy with what was granted beside it.
    fn policy_of(&self, name: &str, facts: &ResourceFacts) -> Option<Arc<PolicySet>> {
        let own = facts.policy.as_ref().map(|document| self.cache.document(name, document));
        if facts.grants.is_empty() {
            return own;
        }
        let grants = facts.grants.iter().map(|grant| self.cache.document("a grant", grant));
        let sets: Vec<_> = own.into_iter().chain(grants).collect();
        let all = sets.iter().flat_map(|set| set.policies());
        Some(Arc::new(PolicySet::new(all.map(|(name, policy)| (name.clone(), policy.clone())))))
    }

    #[expect(clippy::too_many_arguments, reason = "a record has that many sides")]
    fn remember(
        &self,
        asked: &Asked<'_>,
        asker: &Who,
        need: &Need,
        decision: &Decision,
        enforced: bool,
        request: &Request<'_>,
        policies: &Policies<'_>,
    ) {
        let who = &asker.identity;
        self.records.note(asker.principal_arn(), &need.action, &need.resource);
        let verdict = match (decision.is_allowed(), enforced) {
            (true, _) => Verdict::Allowed,
            (false, true) => Verdict::Denied,
            (false, false) => Verdict::WouldBeDenied,
        };
        if verdict == Verdict::Allowed {
            return;
        }
        let reason = decision.to_string();
        if verdict == Verdict::WouldBeDenied {
            tracing::warn!(
                request_id = asked.request_id,
                principal = who.arn,
                action = need.action,
                resource = need.resource,
                reason,
                "a request would be denied"
            );
        }
        self.records.add(Record {
            request_id: asked.request_id.to_owned(),
            at: asked.world.clock().now(),
            principal: who.arn.clone(),
            action: need.action.clone(),
            resource: need.resource.clone(),
            verdict,
            reason,
            details: details(request, policies),
        });
    }

    /// Decides on what somebody might ask: the decision and its details.
    pub fn suppose(
        &self,
        world: &World,
        who: &Who,
        need: &Need,
        keys: &dyn fogbank_iam::ContextKeys,
        sources: &Sources<'_>,
    ) -> (Decision, Vec<String>) {
        let compiled = Cache::supposed(world, who, sources.identity);
        let arn = need.resource.parse().ok();
        let found = Found::new(world, sources, arn.as_ref(), &need.action);
        let resource = self.resource(found, need);
        let keys = SupposedKeys {
            given: keys,
            world,
            compiled: &compiled,
            facts: resource.facts.as_ref(),
            owner: resource.owner,
            known: resource.known.as_ref().map(|(arn, source)| (arn, &**source)),
        };
        let request = Request {
            identity: &who.identity,
            action: &need.action,
            resource: &resource.arn,
            owner: resource.owner,
            keys: &keys,
        };
        let policies = policies(&compiled, &resource);
        (authorize(&request, &policies), details(&request, &policies))
    }
}

fn policies<'a>(compiled: &'a Compiled, resource: &'a Resource) -> Policies<'a> {
    Policies {
        identity: &compiled.identity,
        boundary: compiled.boundary.as_ref(),
        session: compiled.session.as_ref(),
        resource: resource.policy.as_deref(),
        resource_decides: resource.decides,
        ..Policies::default()
    }
}

/// What the statements that speak of the action say.
fn details(request: &Request<'_>, policies: &Policies<'_>) -> Vec<String> {
    let sets = [Some(policies.identity), policies.boundary, policies.session, policies.resource];
    let traces = sets.into_iter().flatten().flat_map(|set| explain(request, set));
    let told = traces.map(|trace| {
        let effect = match trace.effect {
            fogbank_iam::Effect::Allow => "allows",
            fogbank_iam::Effect::Deny => "denies",
        };
        let obstacles: Vec<String> = trace.obstacles.iter().map(ToString::to_string).collect();
        match obstacles.is_empty() {
            true => format!("{} {effect} it", trace.statement),
            false => format!("{} {effect} it, but {}", trace.statement, obstacles.join(", and ")),
        }
    });
    told.collect()
}
