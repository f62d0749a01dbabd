use crate::failures;
use lawful::log::StreamId;
use lawful::{Command, Failure, Uuid};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The namespace of payload digests, a random UUID that must never change.
const PAYLOADS: Uuid = Uuid::from_u128(0x3d0f_5a2e_86c1_4b7f_a9d4_60b2_7c1e_95fa);

/// What tells one payload from another: the command's name and its JSON, with the keys of objects in order and everything else as it
/// was written.
pub(crate) fn of<C: Command>(command: &C, stream: StreamId) -> Result<Uuid, Failure> {
    let unencodable =
        |error: serde_json::Error| failures::unencodable(command.name(), stream, error);
    let json = serde_json::value::to_raw_value(command).map_err(unencodable)?;
    let mut text = format!("{}\n", command.name());
    write(&json, &mut text).map_err(unencodable)?;
    Ok(Uuid::new_v5(&PAYLOADS, text.as_bytes()))
}

fn write(json: &RawValue, out: &mut String) -> serde_json::Result<()> {
    let text = json.get();
    if text.starts_with('{') {
        out.push('{');
        for (key, value) in serde_json::from_str::<BTreeMap<String, &RawValue>>(text)? {
            out.push_str(&serde_json::to_string(&key)?);
            out.push(':');
            write(value, out)?;
            out.push(',');
        }
        out.push('}');
    } else if text.starts_with('[') {
        out.push('[');
        for value in serde_json::from_str::<Vec<&RawValue>>(text)? {
            write(value, out)?;
            out.push(',');
        }
        out.push(']');
    } else {
        out.push_str(text);
    }
    Ok(())
}
