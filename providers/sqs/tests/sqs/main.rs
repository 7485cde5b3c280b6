//! SQS in process, through the typed client, on a frozen clock.

mod batches;
mod dead_letters;
mod delivery;
mod encryption;
mod fifo;
mod guarantees;
mod long_polls;
mod move_tasks;
mod peeking;
mod queues;
mod scene;
mod worlds;
