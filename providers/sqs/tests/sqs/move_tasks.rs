//! Message move tasks.

use fogbank_api_sqs::*;

use crate::scene::{Scene, bodies, check_error, system};

struct Pipe {
    scene: Scene,
    live: String,
    dead: String,
    dead_arn: String,
}

impl Pipe {
    /// A dead-letter queue with these messages, which were in its source queue.
    async fn with(messages: &[&str]) -> Self {
        let scene = Scene::new();
        let dead = scene.create("dead", &[]).await;
        let dead_arn = scene.arn(&dead).await;
        let policy = format!(r#"{{"deadLetterTargetArn":"{dead_arn}","maxReceiveCount":1}}"#);
        let live = scene.create("live", &[("RedrivePolicy", &policy)]).await;
        for message in messages {
            scene.send(&live, message).await;
        }
        for _ in 0..2 {
            scene
                .receive_with(&live, |input| {
                    input.max_number_of_messages = Some(10);
                    input.visibility_timeout = Some(0);
                })
                .await;
        }
        assert_eq!(scene.counts(&dead).await.0 as usize, messages.len());
        Self { scene, live, dead, dead_arn }
    }

    async fn start(
        &self,
        destination: Option<&str>,
        rate: Option<i32>,
    ) -> Result<String, fogbank_service::ServiceError> {
        let input = StartMessageMoveTaskRequest {
            source_arn: self.dead_arn.clone(),
            destination_arn: destination.map(str::to_owned),
            max_number_of_messages_per_second: rate,
        };
        let output = self.scene.sqs.start_message_move_task(input).await?;
        Ok(output.task_handle.expect("a handle"))
    }

    async fn tasks(&self) -> Vec<ListMessageMoveTasksResultEntry> {
        let source_arn = self.dead_arn.clone();
        let input = ListMessageMoveTasksRequest { source_arn, max_results: Some(10) };
        self.scene
            .sqs
            .list_message_move_tasks(input)
            .await
            .expect("a list")
            .results
            .unwrap_or_default()
    }

    async fn cancel(
        &self,
        handle: &str,
    ) -> Result<CancelMessageMoveTaskResult, fogbank_service::ServiceError> {
        let input = CancelMessageMoveTaskRequest { task_handle: handle.to_owned() };
        self.scene.sqs.cancel_message_move_task(input).await
    }
}

#[tokio::test]
async fn messages_go_back_where_they_came_from() {
    let pipe = Pipe::with(&["a", "b"]).await;
    let letters = pipe.scene.receive_with(&pipe.dead, |input| input.visibility_timeout = Some(0));
    let letters = letters.await;
    let handle = pipe.start(None, None).await.expect("started");
    assert_eq!(pipe.tasks().await[0].task_handle.as_deref(), Some(&*handle));
    pipe.scene.wait(1).await;
    assert_eq!(pipe.scene.counts(&pipe.dead).await, (0, 0, 0));
    let moved = pipe.scene.receive(&pipe.live, 10).await;
    assert_eq!(bodies(&moved), ["a", "b"]);
    // They are new messages.
    assert_ne!(moved[0].message_id, letters[0].message_id);
    assert_eq!(system(&moved[0], "ApproximateReceiveCount"), Some("1"));
    assert_eq!(system(&moved[0], "DeadLetterQueueSourceArn"), None);
    let tasks = pipe.tasks().await;
    let task = &tasks[0];
    assert_eq!(task.status.as_deref(), Some("COMPLETED"));
    assert_eq!(task.approximate_number_of_messages_moved, Some(2));
    assert_eq!(task.approximate_number_of_messages_to_move, Some(2));
    assert_eq!((&task.task_handle, &task.destination_arn), (&None, &None));
    assert_eq!(task.started_timestamp, Some(fogbank_testkit::START.as_millis()));
}

#[tokio::test]
async fn the_rate_is_kept() {
    let pipe = Pipe::with(&["a", "b", "c", "d"]).await;
    let other = pipe.scene.create("other", &[]).await;
    let arn = pipe.scene.arn(&other).await;
    pipe.start(Some(&arn), Some(1)).await.expect("started");
    check_error(
        pipe.start(Some(&arn), Some(1)).await,
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn \
         at a given time.",
    );
    for moved in 1..=4 {
        pipe.scene.wait(1).await;
        assert_eq!(pipe.scene.counts(&other).await, (moved, 0, 0));
    }
    let tasks = pipe.tasks().await;
    assert_eq!(tasks[0].status.as_deref(), Some("COMPLETED"));
    assert_eq!(tasks[0].destination_arn.as_deref(), Some(&*arn));
    assert_eq!(tasks[0].max_number_of_messages_per_second, Some(1));
}

#[tokio::test]
async fn a_task_is_cancelled() {
    let pipe = Pipe::with(&["a", "b", "c", "d"]).await;
    let handle = pipe.start(None, Some(1)).await.expect("started");
    pipe.scene.wait(2).await;
    let cancelled = pipe.cancel(&handle).await.expect("cancelled");
    assert_eq!(cancelled.approximate_number_of_messages_moved, Some(2));
    pipe.scene.wait(10).await;
    assert_eq!(pipe.scene.counts(&pipe.dead).await, (2, 0, 0));
    let tasks = pipe.tasks().await;
    assert_eq!(tasks[0].status.as_deref(), Some("CANCELLED"));
    assert!(pipe.cancel(&handle).await.is_err());
    pipe.start(None, None).await.expect("another one");
    pipe.scene.wait(1).await;
    let statuses: Vec<_> = pipe.tasks().await.into_iter().filter_map(|task| task.status).collect();
    assert_eq!(statuses, ["COMPLETED", "CANCELLED"]);
}

#[tokio::test]
async fn a_task_fails_when_its_destination_goes() {
    let pipe = Pipe::with(&["a", "b", "c"]).await;
    let other = pipe.scene.create("other", &[]).await;
    let arn = pipe.scene.arn(&other).await;
    pipe.start(Some(&arn), Some(1)).await.expect("started");
    pipe.scene.wait(1).await;
    let delete = DeleteQueueRequest { queue_url: other };
    pipe.scene.sqs.delete_queue(delete).await.expect("deleted");
    pipe.scene.wait(1).await;
    let tasks = pipe.tasks().await;
    assert_eq!(tasks[0].status.as_deref(), Some("FAILED"));
    let reason = tasks[0].failure_reason.as_deref();
    assert_eq!(reason, Some("AWS.SimpleQueueService.NonExistentQueue"));
    assert_eq!(pipe.scene.counts(&pipe.dead).await, (2, 0, 0));
}

#[tokio::test]
async fn a_message_that_came_from_nowhere_goes_nowhere() {
    let pipe = Pipe::with(&["a"]).await;
    pipe.scene.send(&pipe.dead, "direct").await;
    pipe.start(None, None).await.expect("started");
    pipe.scene.wait(1).await;
    let tasks = pipe.tasks().await;
    assert_eq!(tasks[0].status.as_deref(), Some("FAILED"));
    assert_eq!(tasks[0].failure_reason.as_deref(), Some("CouldNotDetermineMessageSource"));
    assert_eq!(tasks[0].approximate_number_of_messages_moved, Some(1));
    assert_eq!(bodies(&pipe.scene.receive(&pipe.dead, 10).await), ["direct"]);
}

#[tokio::test]
async fn a_fork_carries_its_tasks_on() {
    let pipe = Pipe::with(&["a", "b", "c"]).await;
    pipe.start(None, Some(1)).await.expect("started");
    pipe.scene.wait(1).await;
    let fork = Scene::of(pipe.scene.cloud.clone().in_world(pipe.scene.cloud.world().fork()));
    assert_eq!(fork.counts(&pipe.live).await, (1, 0, 0));
    fork.wait(1).await;
    assert_eq!(fork.counts(&pipe.live).await, (2, 0, 0));
    fork.wait(1).await;
    assert_eq!(fork.counts(&pipe.live).await, (3, 0, 0));
    assert_eq!(pipe.scene.counts(&pipe.live).await, (1, 0, 0));
}

#[tokio::test]
async fn parameters_are_checked() {
    let pipe = Pipe::with(&[]).await;
    let live_arn = pipe.scene.arn(&pipe.live).await;
    let fifo = pipe.scene.create("q.fifo", crate::scene::FIFO).await;
    let fifo_arn = pipe.scene.arn(&fifo).await;
    let start = |source: &str, destination: Option<&str>, rate: Option<i32>| {
        pipe.scene.sqs.start_message_move_task(StartMessageMoveTaskRequest {
            source_arn: source.to_owned(),
            destination_arn: destination.map(str::to_owned),
            max_number_of_messages_per_second: rate,
        })
    };
    let invalid = "InvalidParameterValue";
    let missing = "ResourceNotFoundException";
    let gone = format!("{live_arn}-gone");
    check_error(
        start(&live_arn, None, None).await,
        invalid,
        "Source queue must be configured as a Dead Letter Queue.",
    );
    check_error(
        start(&gone, None, None).await,
        missing,
        "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
    check_error(
        start(&pipe.dead_arn, Some(&gone), None).await,
        missing,
        "The resource that you specified for the DestinationArn parameter doesn't exist.",
    );
    check_error(
        start(&pipe.dead_arn, Some(&fifo_arn), None).await,
        invalid,
        "Source queue and destination queue must be of the same type.",
    );
    for rate in [0, 501] {
        let message = format!(
            "Value {rate} for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: You must \
             enter a value between 1 and 500."
        );
        check_error(start(&pipe.dead_arn, None, Some(rate)).await, invalid, &message);
    }
    check_error(
        pipe.cancel("foobared").await,
        invalid,
        "Value for parameter TaskHandle is invalid.",
    );
    let handle = pipe.start(None, None).await.expect("started");
    let other = handle_with(&handle, |json| json.replacen("taskId\":\"", "taskId\":\"0", 1));
    assert!(pipe.cancel(&other).await.is_err());
    let other = handle_with(&handle, |json| json.replace(":dead", ":gone"));
    check_error(
        pipe.cancel(&other).await,
        missing,
        "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
}

/// A handle whose JSON was changed.
fn handle_with(handle: &str, change: impl FnOnce(String) -> String) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let json = String::from_utf8(STANDARD.decode(handle).expect("base64")).expect("UTF-8");
    STANDARD.encode(change(json))
}
