//! Texts that one service hands to another before they are written.

use std::fmt;
use std::sync::{Arc, LazyLock};

type Write = Box<dyn FnOnce() -> Box<str> + Send>;

/// A text that is written when somebody looks at it first, once for all who hold it.
///
/// A service that keeps what others hand to it, and may be asked for it much later or never, can take
/// one with a call ([`Caller::late`](crate::Caller::late)): the notifications that a topic sends to a
/// queue are signed when they are received.
#[derive(Clone)]
pub struct LateText(Arc<Late>);

struct Late {
    longest: usize,
    text: LazyLock<Box<str>, Write>,
}

impl LateText {
    /// A text of at most `longest` bytes, which `write` writes.
    pub fn new(longest: usize, write: impl FnOnce() -> String + Send + 'static) -> Self {
        let write: Write = Box::new(|| write().into_boxed_str());
        Self(Arc::new(Late { longest, text: LazyLock::new(write) }))
    }

    /// The most bytes that the text has.
    pub fn longest(&self) -> usize {
        self.0.longest
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }
}

impl fmt::Debug for LateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LateText")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn texts_are_written_once() {
        let written = Arc::new(AtomicUsize::new(0));
        let counter = written.clone();
        let late = LateText::new(4, move || {
            counter.fetch_add(1, Ordering::Relaxed);
            "text".to_owned()
        });
        let other = late.clone();
        assert_eq!((late.longest(), written.load(Ordering::Relaxed)), (4, 0));
        assert_eq!((late.as_str(), other.as_str()), ("text", "text"));
        assert_eq!(written.load(Ordering::Relaxed), 1);
    }
}
