//! A job on its way: its manifest is read, it waits for its turn, its tasks run, its report is
//! written.

use std::sync::Arc;
use std::time::Duration;

use fogbank_api_s3control as api;
use fogbank_context::{AccountId, Region, Timestamp};
use fogbank_service::{Invoker, RequestContext};
use fogbank_state::World;

use super::job::{Job, Outcome, Status, Task};
use super::runner::Runner;
use super::{manifest, report, task};
use crate::control::store::RegionalStore;
use crate::ops::buckets::{bucket_arn, bucket_of_arn};

/// How long a job stays in a status before it goes on.
const PAUSE: Duration = Duration::from_secs(1);
/// After how long nobody is seen to work on a job any more, because the server restarted.
const ABANDONED: i64 = 60;
/// After so many tasks a job fails when more than half of them failed.
const ENOUGH: u64 = 1000;
const NAME: &str = "s3 batch job";

/// Where a job is.
pub(super) type Place = (AccountId, Region);

/// Has a job go on in a moment.
pub(super) fn later(invoker: Arc<dyn Invoker>, world: &Arc<World>, place: Place, id: String) {
    let at = world.clock().now() + PAUSE;
    world.schedule(at, NAME, move |world, _| async move {
        step(invoker, &world, place, id).await;
    });
}

/// Has jobs go on that nobody works on any more.
pub(super) fn wake(cx: &RequestContext) {
    let now = cx.now();
    let store = super::store(cx);
    for (id, job) in store.jobs.iter() {
        let waits = matches!(job.status, Status::New | Status::Ready | Status::Active);
        if !waits || now.as_secs() - job.touched.as_secs() < ABANDONED {
            continue;
        }
        let resumed = store.jobs.update(id.as_str(), |job| {
            if job.status == Status::Active {
                job.status = Status::Ready;
            }
            job.touched = now;
        });
        if resumed.is_some() {
            later(cx.invoker.clone(), &cx.world, (cx.account, cx.region.clone()), id);
        }
    }
}

/// Writes the report of a job that was cancelled.
pub(super) async fn report(cx: &RequestContext, id: &str) {
    let place = (cx.account, cx.region.clone());
    if let Some(work) = Work::of(cx.invoker.clone(), &cx.world, &place, id) {
        work.report().await;
    }
}

async fn step(invoker: Arc<dyn Invoker>, world: &Arc<World>, place: Place, id: String) {
    let Some(work) = Work::of(invoker.clone(), world, &place, &id) else { return };
    match work.job.status {
        Status::New if work.prepare().await => later(invoker, world, place, id),
        Status::Ready => {
            // The most urgent of those that are ready runs first.
            for id in ready(&work.store) {
                if let Some(work) = Work::of(invoker.clone(), world, &place, &id) {
                    work.run().await;
                }
            }
        }
        _ => {}
    }
}

fn ready(store: &RegionalStore) -> Vec<String> {
    let mut ready: Vec<(i32, Timestamp, String)> = { store.jobs.iter() }
        .filter(|(_, job)| job.status == Status::Ready)
        .map(|(id, job)| (job.priority, job.created, id))
        .collect();
    ready.sort_by(|one, other| (other.0, one.1).cmp(&(one.0, other.1)));
    ready.into_iter().map(|(_, _, id)| id).collect()
}

/// A job that is worked on.
struct Work {
    runner: Runner,
    store: Arc<RegionalStore>,
    id: String,
    job: Arc<Job>,
}

impl Work {
    fn of(invoker: Arc<dyn Invoker>, world: &Arc<World>, place: &Place, id: &str) -> Option<Self> {
        let (account, region) = place;
        let store = world.regional::<RegionalStore>(*account, region);
        let job = store.jobs.get(id)?;
        let runner = Runner::new(world, invoker, *account, region, &job.role);
        Some(Self { runner, store, id: id.to_owned(), job })
    }

    fn now(&self) -> Timestamp {
        self.runner.world.clock().now()
    }

    fn update<T>(&self, change: impl FnOnce(&mut Job) -> T) -> Option<T> {
        self.store.jobs.update(self.id.as_str(), |job| change(job))
    }

    /// Finds the objects of the job; whether it goes on.
    async fn prepare(&self) -> bool {
        let now = self.now();
        let tasks = match (&self.job.manifest, &self.job.generator) {
            (Some(manifest), _) => manifest::read(&self.runner, &manifest.get()).await,
            (None, Some(generator)) => self.generate(&generator.get()).await,
            (None, None) => Ok(Vec::new()),
        };
        let confirm = self.job.confirm;
        let goes_on = self.update(|job| {
            // It may have been cancelled meanwhile.
            if job.status != Status::New {
                return false;
            }
            job.touched = now;
            match tasks {
                Err(failure) => job.fail(failure, now),
                Ok(tasks) => {
                    for (number, task) in (0..).zip(tasks) {
                        job.tasks.insert(number, task);
                    }
                    job.status = if confirm { Status::Suspended } else { Status::Ready };
                    job.suspended = confirm.then_some(now);
                }
            }
            job.status == Status::Ready
        });
        goes_on.unwrap_or(false)
    }

    async fn generate(
        &self,
        generator: &api::S3JobManifestGenerator,
    ) -> Result<Vec<Task>, manifest::Failure> {
        let tasks = manifest::generate(&self.runner.world, self.runner.account, generator)?;
        let location = generator.manifest_output_location.as_ref();
        let Some(location) = location.filter(|_| generator.enable_manifest_output) else {
            return Ok(tasks);
        };
        let bucket = bucket_of_arn(&location.bucket).unwrap_or_default();
        let etag = report::write_manifest(&self.runner, &self.id, location, &tasks).await;
        let (key, etag) = etag.map_err(|error| {
            let words =
                "The generated manifest could not be written. Please check your permissions.";
            (error.code().to_owned(), words.to_owned())
        })?;
        let arn = format!("{}/{key}", bucket_arn(self.runner.region.partition(), &bucket));
        self.update(|job| job.generated = Some((arn, etag)));
        Ok(tasks)
    }

    async fn run(&self) {
        let now = self.now();
        let began = self.update(|job| {
            let ready = job.status == Status::Ready;
            if ready {
                job.status = Status::Active;
                job.started.get_or_insert(now);
                job.touched = now;
            }
            ready
        });
        if began != Some(true) {
            return;
        }
        let operation = self.job.operation.get();
        for (number, task) in self.job.tasks.iter().filter(|(_, task)| task.outcome.is_none()) {
            let outcome = task::run(&self.runner, &operation, task).await;
            if !self.note(*number, outcome) {
                break;
            }
        }
        let now = self.now();
        self.update(|job| {
            if job.status == Status::Active {
                job.end(Status::Complete, now);
            }
        });
        // What is cancelled is reported by who cancels it.
        if self.store.jobs.read(self.id.as_str(), |job| job.status) != Some(Status::Cancelled) {
            self.report().await;
        }
    }

    /// Keeps what became of a task; whether the job goes on.
    fn note(&self, number: u64, outcome: Outcome) -> bool {
        let now = self.now();
        let goes_on = self.update(|job| {
            match outcome.code {
                None => job.succeeded += 1,
                Some(_) => job.failed += 1,
            }
            job.touched = now;
            if let Some(task) = job.tasks.get_mut(&number) {
                task.outcome = Some(outcome);
            }
            let done = job.succeeded + job.failed;
            if job.status == Status::Active && done >= ENOUGH && job.failed * 2 > done {
                let words = "More than half of the tasks of the job failed.";
                job.fail(("TaskFailureThresholdExceeded".to_owned(), words.to_owned()), now);
            }
            job.status == Status::Active
        });
        goes_on.unwrap_or(false)
    }

    async fn report(&self) {
        let Some(job) = self.store.jobs.get(self.id.as_str()) else { return };
        let wanted = job.report.get();
        if !wanted.enabled {
            return;
        }
        let written = report::write(&self.runner, &self.id, &job, &wanted).await;
        if let Err(error) = written {
            let words = "The job report could not be written to your report bucket. Please check \
                         your permissions.";
            let now = self.now();
            self.update(|job| job.fail((error.code().to_owned(), words.to_owned()), now));
        }
    }
}
