//! What SQS promises, whatever happens in whatever order: nothing is lost, nothing is handed out
//! while it is delayed or in flight or after it was deleted, message groups keep their order, and
//! what was received too often goes to the dead-letter queue and nothing else does. Held against a
//! small model of a queue.

use fogbank_api_sqs::SendMessageRequest;
use fogbank_context::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

use crate::scene::{FIFO, Scene, bodies, handle, message_of};

/// The message groups of FIFO queues.
const GROUPS: usize = 3;
/// How often messages may be received where there is a dead-letter queue.
const MOST_RECEIVES: u32 = 3;

/// Something that is done to a queue.
#[derive(Clone, Copy, Debug)]
enum Action {
    /// A message is sent: to a FIFO queue in this group, to others with this delay in seconds.
    Send(usize, i32),
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
        4 => (0..GROUPS, prop_oneof![3 => Just(0), 1 => 1..=20])
            .prop_map(|(group, delay)| Action::Send(group, delay)),
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
    /// It went to the dead-letter queue.
    dead: bool,
    /// How often it was received.
    receives: u32,
    /// When it can be received again.
    visible: Timestamp,
    handle: Option<String>,
}

impl Known {
    fn is_there(&self) -> bool {
        !self.deleted && !self.dead
    }
}

/// The model of a queue: its messages, named by their number.
#[derive(Debug, Default)]
struct Model {
    fifo: bool,
    /// The URL of the dead-letter queue.
    dead_letters: Option<String>,
    messages: Vec<Known>,
}

impl Model {
    /// Notes what went to the dead-letter queue, and checks that it belongs there.
    fn bury(&mut self, numbers: &[usize], now: Timestamp) {
        for number in numbers {
            let known = &mut self.messages[*number];
            assert!(known.is_there(), "{number} was deleted or is dead");
            assert!(known.visible <= now, "{number} is in flight");
            assert_eq!(known.receives, MOST_RECEIVES, "of {number}");
            known.dead = true;
        }
    }

    /// The numbers of the messages in flight.
    fn in_flight(&self, now: Timestamp) -> Vec<usize> {
        let in_flight =
            |known: &Known| known.is_there() && known.handle.is_some() && known.visible > now;
        (0..self.messages.len()).filter(|number| in_flight(&self.messages[*number])).collect()
    }

    /// Whether a message is held back by one before it in its group. One behind it holds nothing
    /// back: AWS serves what is visible again before what is still hidden.
    fn is_blocked(&self, number: usize, now: Timestamp) -> bool {
        let group = self.messages[number].group;
        let of_group = |known: &&Known| known.group == group && known.is_there();
        self.fifo
            && self.messages[..number].iter().filter(of_group).any(|known| known.visible > now)
    }

    /// Whether something has to come when messages are asked for.
    fn has_some(&self, now: Timestamp) -> bool {
        let ready = |known: &Known| known.is_there() && known.visible < now;
        (0..self.messages.len())
            .any(|number| ready(&self.messages[number]) && !self.is_blocked(number, now))
    }

    /// Notes what was received together, and checks that it may be.
    fn receive(&mut self, received: &[(usize, String)], now: Timestamp, until: Timestamp) {
        for (number, _) in received {
            let known = &self.messages[*number];
            assert!(known.is_there(), "{number} was deleted or is dead");
            assert!(known.visible <= now, "{number} is delayed or in flight");
            let most = self.dead_letters.as_ref().map_or(u32::MAX, |_| MOST_RECEIVES);
            assert!(known.receives < most, "{number} was received too often");
            assert!(!self.is_blocked(*number, now), "{number} is held back by its group");
        }
        for (at, (number, handle)) in received.iter().enumerate() {
            if self.fifo {
                let group = self.messages[*number].group;
                let together: Vec<_> = received[..at].iter().map(|(number, _)| *number).collect();
                let overtaken = (0..*number).find(|other| {
                    let other_known = &self.messages[*other];
                    other_known.group == group
                        && other_known.is_there()
                        && !together.contains(other)
                });
                assert_eq!(overtaken, None, "{number} has overtaken it");
            }
            let known = &mut self.messages[*number];
            known.visible = until;
            known.receives += 1;
            known.handle = Some(handle.clone());
        }
    }
}

async fn check(fifo: bool, with_dead_letters: bool, actions: &[Action]) {
    let scene = Scene::new();
    let (suffix, attributes) = if fifo { (".fifo", FIFO) } else { ("", &[][..]) };
    let queue = scene.create(&format!("q{suffix}"), attributes).await;
    let mut model = Model { fifo, dead_letters: None, messages: Vec::new() };
    if with_dead_letters {
        let dead_letters = scene.create(&format!("dead{suffix}"), attributes).await;
        let arn = scene.arn(&dead_letters).await;
        let policy =
            format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":{MOST_RECEIVES}}}"#);
        scene.set(&queue, &[("RedrivePolicy", &policy)]).await.expect("set");
        model.dead_letters = Some(dead_letters);
    }
    for action in actions {
        play(&scene, &queue, &mut model, *action).await;
    }
    // In the end, what was not deleted comes, all of it.
    scene.wait(60).await;
    loop {
        let left = model.messages.iter().filter(|known| known.is_there()).count();
        play(&scene, &queue, &mut model, Action::Receive(10, 1_000)).await;
        for _ in 0..model.in_flight(scene.cloud.world().clock().now()).len() {
            play(&scene, &queue, &mut model, Action::Delete(0)).await;
        }
        let now_left = model.messages.iter().filter(|known| known.is_there()).count();
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
        Action::Send(group, delay) => {
            let number = model.messages.len();
            let (message, delay) = match model.fifo {
                true => (format!("{group}/{number}"), None),
                false => (number.to_string(), Some(delay)),
            };
            let input = SendMessageRequest { delay_seconds: delay, ..message_of(queue, &message) };
            scene.sqs.send_message(input).await.expect("sent");
            let delay = u64::try_from(delay.unwrap_or_default()).expect("not negative");
            model.messages.push(Known {
                group,
                deleted: false,
                dead: false,
                receives: 0,
                visible: now + Duration::from_secs(delay),
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
            if let Some(dead_letters) = model.dead_letters.clone() {
                bury(scene, &dead_letters, model).await;
            }
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

/// Takes all messages out of the dead-letter queue.
async fn bury(scene: &Scene, dead_letters: &str, model: &mut Model) {
    let now = scene.cloud.world().clock().now();
    loop {
        let dead = scene.receive(dead_letters, 10).await;
        if dead.is_empty() {
            return;
        }
        let numbers = bodies(&dead).into_iter().map(|body| body.parse().expect("a number"));
        model.bury(&numbers.collect::<Vec<usize>>(), now);
        for message in &dead {
            scene.delete(dead_letters, handle(message)).await.expect("deleted");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn queues_keep_their_promises(
        fifo in any::<bool>(),
        with_dead_letters in any::<bool>(),
        actions in proptest::collection::vec(action(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime").block_on(check(fifo, with_dead_letters, &actions));
    }
}
