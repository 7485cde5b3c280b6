//! The bodies of messages.

use std::ops::Deref;

use fogbank_service::LateText;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::message::attributes::is_allowed_text;

/// What a message says; of what comes from another service, perhaps not written yet.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// A text that was sent.
    Text(Box<str>),
    /// A text of a service, which answers for its characters.
    Late(LateText),
}

impl Body {
    /// Whether the body has at most so many bytes.
    pub(crate) fn fits(&self, limit: usize) -> bool {
        match self {
            Self::Late(late) if late.longest() <= limit => true,
            body => body.len() <= limit,
        }
    }

    /// Whether there is nothing in the body.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// Whether the body has only characters that messages may contain.
    pub(crate) fn is_allowed(&self) -> bool {
        match self {
            Self::Text(text) => is_allowed_text(text),
            Self::Late(_) => true,
        }
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::Text("".into())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self::Text(text.into_boxed_str())
    }
}

impl Deref for Body {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Late(late) => late.as_str(),
        }
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::deserialize(deserializer).map(Self::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_bodies_are_texts_as_soon_as_they_are_looked_at() {
        let body = Body::Late(LateText::new(10, || "late".to_owned()));
        for (limit, fits) in [(10, true), (9, true), (4, true), (3, false)] {
            assert_eq!(body.fits(limit), fits, "{limit}");
        }
        assert!(!body.is_missing() && body.is_allowed());
        let saved = serde_json::to_string(&body).expect("a text is JSON");
        assert_eq!(saved, "\"late\"");
        let read: Body = serde_json::from_str(&saved).expect("a text");
        assert_eq!(&*read, "late");
    }

    #[test]
    fn texts_are_looked_at_at_once() {
        for (text, missing, allowed) in [("", true, true), ("a", false, true), ("\0", false, false)]
        {
            let body = Body::from(text.to_owned());
            assert_eq!((body.is_missing(), body.is_allowed()), (missing, allowed), "{text:?}");
            assert!(body.fits(text.len()));
        }
    }
}
