use lawful::log::StreamId;
use lawful::{Failure, FailureKind, Uuid};

/// The subject of a stream: `<name>.<aggregate>.<uuid>`.
pub(crate) fn subject(name: &str, stream: StreamId) -> Result<String, Failure> {
    let fits = |next: char| !next.is_whitespace() && !next.is_control() && !".*>".contains(next);
    if stream.aggregate.is_empty() || !stream.aggregate.chars().all(fits) {
        return Err(Failure::new(
            FailureKind::Other,
            format!(
                "the aggregate `{}` cannot be a token of a subject: give it a name without spaces, `.`, `*` and `>`",
                stream.aggregate
            ),
        ));
    }
    Ok(format!("{name}.{}.{}", stream.aggregate, stream.id))
}

/// The aggregate and the root that a subject names.
pub(crate) fn parts<'a>(name: &str, subject: &'a str) -> Option<(&'a str, Uuid)> {
    let rest = subject.strip_prefix(name)?.strip_prefix('.')?;
    let (aggregate, id) = rest.split_once('.')?;
    Some((aggregate, Uuid::parse_str(id).ok()?))
}
