//! What SQS promises, whatever happens in whatever order: nothing is lost, nothing is handed out
//! while it is in flight or after it was deleted, and message groups keep their order. Held
//! against a small model of a queue.

use fogbank_context::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

use crate::scene::{FIFO, Scene, bodies, handle};

/// The message groups of FIFO queues.
const GROUPS: usize = 3;

/// Something that is done to a queue.
#[derive(Clone, Copy, Debug)]
enum Action {
    /// A message is sent, to a FIFO queue in this group.
    Send(usize),
    /// At most so many messages are received, for so many seconds.
    Receive(i32, i32),
    /// One of the messages in flight is deleted.
    Delete(usize),
    /// One of the messages in flight gets another visibility timeout.
    Hide(usize, i32),
    /// Seconds pass.
    Wait(u64),
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        4 => (0..GROUPS).prop_map(Action::Send),
        4 => (1..=10, 1..=30).prop_map(|(most, seconds)| Action::Receive(most, seconds)),
        3 => any::<usize>().prop_map(Action::Delete),
        2 => (any::<usize>(), 0..=30).prop_map(|(which, seconds)| Action::Hide(which, seconds)),
        3 => (1_u64..=20).prop_map(Action::Wait),
    ]
}

/// A message as the model knows it.
#[derive(Debug)]
struct Known {
    group: usize,
    deleted: bool,
    /// When it can be received again.
    visible: Timestamp,
    handle: Option<String>,
}

/// The model of a queue: its messages, named by their number.
#[derive(Debug, Default)]
struct Model {
    fifo: bool,
    messages: Vec<Known>,
}

impl Model {
    /// The numbers of the messages in flight.
    fn in_flight(&self, now: Timestamp) -> Vec<usize> {
        let in_flight = |known: &Known| !known.deleted && known.visible > now;
        (0..self.messages.len()).filter(|number| in_flight(&self.messages[*number])).collect()
    }

    /// Whether a message is held back by one before it in its group. One behind it holds nothing
    /// back: AWS serves what is visible again before what is still hidden.
    fn is_blocked(&self, number: usize, now: Timestamp) -> bool {
        let group = self.messages[number].group;
        let of_group = |known: &&Known| known.group == group && !known.deleted;
        self.fifo
            && self.messages[..number].iter().filter(of_group).any(|known| known.visible > now)
    }

    /// Whether something has to come when messages are asked for.
    fn has_some(&self, now: Timestamp) -> bool {
        let ready = |known: &Known| !known.deleted && known.visible < now;
        (0..self.messages.len())
            .any(|number| ready(&self.messages[number]) && !self.is_blocked(number, now))
    }

    /// Notes what was received together, and checks that it may be.
    fn receive(&mut self, received: &[(usize, String)], now: Timestamp, until: Timestamp) {
        for (number, _) in received {
            let known = &self.messages[*number];
            assert!(!known.deleted, "{number} was deleted");
            assert!(known.visible <= now, "{number} is in flight");
            assert!(!self.is_blocked(*number, now), "{number} is held back by its group");
        }
        for (at, (number, handle)) in received.iter().enumerate() {
            if self.fifo {
                let group = self.messages[*number].group;
                let together: Vec<_> = received[..at].iter().map(|(number, _)| *number).collect();
                let overtaken = (0..*number).find(|other| {
                    let other_known = &self.messages[*other];
                    other_known.group == group && !other_known.deleted && !together.contains(other)
                });
                assert_eq!(overtaken, None, "{number} has overtaken it");
            }
            let known = &mut self.messages[*number];
            known.visible = until;
            known.handle = Some(handle.clone());
        }
    }
}

async fn check(fifo: bool, actions: &[Action]) {
    let scene = Scene::new();
    let queue = match fifo {
        true => scene.create("q.fifo", FIFO).await,
        false => scene.create("q", &[]).await,
    };
    let mut model = Model { fifo, messages: Vec::new() };
    for action in actions {
        play(&scene, &queue, &mut model, *action).await;
    }
    // In the end, what was not deleted comes, all of it.
    scene.wait(60).await;
    loop {
        let left = model.messages.iter().filter(|known| !known.deleted).count();
        play(&scene, &queue, &mut model, Action::Receive(10, 1_000)).await;
        for _ in 0..model.in_flight(scene.cloud.world().clock().now()).len() {
            play(&scene, &queue, &mut model, Action::Delete(0)).await;
        }
        let now_left = model.messages.iter().filter(|known| !known.deleted).count();
        if now_left == 0 {
            break;
        }
        assert!(now_left < left, "{now_left} messages are lost");
    }
    assert_eq!(scene.counts(&queue).await, (0, 0, 0));
}

async fn play(scene: &Scene, queue: &str, model: &mut Model, action: Action) {
    let now = scene.cloud.world().clock().now();
    match action {
        Action::Send(group) => {
            let number = model.messages.len();
            let message = if model.fifo { format!("{group}/{number}") } else { number.to_string() };
            scene.send(queue, &message).await;
            model.messages.push(Known {
                group,
                deleted: false,
                visible: Timestamp::EPOCH,
                handle: None,
            });
        }
        Action::Receive(most, seconds) => {
            let received = scene
                .receive_with(queue, |input| {
                    input.max_number_of_messages = Some(most);
                    input.visibility_timeout = Some(seconds);
                })
                .await;
            assert!(!(received.is_empty() && model.has_some(now)), "nothing came");
            let numbers = bodies(&received).into_iter().map(|body| body.parse().expect("a number"));
            let received: Vec<(usize, String)> =
                numbers.zip(received.iter().map(|message| handle(message).to_owned())).collect();
            let seconds = u64::try_from(seconds).expect("not negative");
            model.receive(&received, now, now + Duration::from_secs(seconds));
        }
        Action::Delete(which) => {
            let in_flight = model.in_flight(now);
            let Some(number) = in_flight.get(which % in_flight.len().max(1)) else { return };
            let known = &mut model.messages[*number];
            let handle = known.handle.as_deref().expect("what is in flight was received");
            scene.delete(queue, handle).await.expect("deleted");
            known.deleted = true;
        }
        Action::Hide(which, seconds) => {
            let in_flight = model.in_flight(now);
            let Some(number) = in_flight.get(which % in_flight.len().max(1)) else { return };
            let known = &mut model.messages[*number];
            let handle = known.handle.as_deref().expect("what is in flight was received");
            scene.hide(queue, handle, seconds).await.expect("changed");
            let seconds = u64::try_from(seconds).expect("not negative");
            known.visible = now + Duration::from_secs(seconds);
        }
        Action::Wait(seconds) => scene.wait(seconds).await,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn queues_keep_their_promises(
        fifo in any::<bool>(),
        actions in proptest::collection::vec(action(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(check(fifo, &actions));
    }
}
