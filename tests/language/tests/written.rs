//! `#[serde(..)]` on a parameter goes onto the field of the command or event.
#![deny(warnings, missing_docs, clippy::pedantic)]

use lawful::prelude::*;
use lawful::{Datum, Event};

/// Foreign: it cannot write itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key(u8);

mod hexadecimal {
    use super::Key;
    use lawful::__private::serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(key: &Key, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{:02x}", key.0))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Key, D::Error> {
        let text = String::deserialize(deserializer)?;
        u8::from_str_radix(&text, 16)
            .map(Key)
            .map_err(D::Error::custom)
    }
}

#[state]
struct Lock {
    keys: u32,
}

#[aggregate]
impl Lock {
    #[event]
    fn key_cut(
        &mut self,
        #[serde(with = "hexadecimal")] key: &Key,
        #[serde(rename = "for", skip_serializing_if = "Option::is_none", default)] holder: Option<
            String,
        >,
    ) {
        self.keys = self.keys.saturating_add(1);
    }

    #[command]
    fn cut(&self, #[serde(with = "hexadecimal")] key: Key) -> LockEvent {
        LockEvent::key_cut(key, None)
    }
}

#[test]
fn a_field_is_written_as_its_attributes_say() {
    let event = LockEvent::key_cut(Key(171), None);
    assert_eq!(event.encode().unwrap(), r#"{"key":"ab"}"#);
    let key = Key(1);
    let held = LockEvent::key_cut(&key, Some("Ada".to_owned()));
    assert_eq!(held, LockEvent::key_cut(key, Some("Ada".to_owned())));
    assert_eq!(held.encode().unwrap(), r#"{"key":"01","for":"Ada"}"#);
    for event in [event, held] {
        let back = LockEvent::decode("key_cut", 1, &event.encode().unwrap());
        assert_eq!(back, Ok(event.clone()));
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<LockEvent>(&json).unwrap(), event);
    }
}

#[test]
fn its_argument_is_what_is_written_and_its_text_is_what_it_is() {
    let event = LockEvent::key_cut(Key(171), None);
    assert_eq!(event.arguments()[0], ("key", Datum::Str("ab".to_owned())));
    assert_eq!(event.to_string(), "key_cut(key: Key(171), holder: None)");
}

#[test]
fn it_is_decided_as_any_other() {
    assert_eq!(
        Lock::default()
            .decide(&LockCommand::cut(Key(2)))
            .unwrap()
            .len(),
        1
    );
}
