use crate::JetStreamOptions;
use crate::connection::{Attempt, Connection};
use crate::failure::{self, code};
use async_nats::jetstream::context::{CreateStreamErrorKind, GetStreamErrorKind};
use async_nats::jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{Error as ServerError, ErrorCode};
use lawful::log::LogId;
use lawful::{Failure, FailureKind, Uuid};

/// The schema of messages that this release writes.
pub(crate) const SCHEMA: u32 = 1;

/// How the description of a log's stream begins; schema and identity follow.
const MARK: &str = "lawful event log, schema ";

/// The oldest server that this log works with.
const OLDEST: (i64, i64, i64) = (2, 9, 0);

/// A log that was found or made.
pub(crate) struct Opened {
    pub(crate) identity: LogId,
    pub(crate) stream: Stream<()>,
    pub(crate) snapshots: Stream<()>,
    /// The size of the largest message that the log's stream takes, if it has a limit of its own.
    pub(crate) max_message: Option<usize>,
}

/// Finds the log's streams, or makes them.
pub(crate) async fn open(
    connection: &Connection,
    name: &str,
    options: &JetStreamOptions,
) -> Result<Opened, Failure> {
    let server = connection.client().server_info();
    let (major, minor, patch) = OLDEST;
    if !connection
        .client()
        .is_server_compatible(major, minor, patch)
    {
        let found = format!(
            "the server is of version {}, expected {major}.{minor} or newer",
            server.version
        );
        return Err(Failure::new(FailureKind::Other, found));
    }
    if !server.jetstream && server.cluster.is_none() {
        return Err(Failure::new(
            FailureKind::Unavailable,
            "JetStream is not enabled on the server; start it with `jetstream { store_dir: .. }` in its configuration",
        ));
    }
    let config = found_or_made(connection, log_config(name, options)).await?;
    let identity = identity(&config)?;
    keeps_everything(&config)?;
    kept_by(&config, options.replicas)?;
    let caches = found_or_made(connection, snapshot_config(name, options)).await?;
    if caches.description != Some(snapshot_mark(name))
        || caches.subjects != [format!("{}.>", caches.name)]
    {
        return Err(not_ours(&caches, &snapshot_mark(name)));
    }
    let handle = async |name: String| {
        let handle = connection.context().get_stream_no_info(name).await;
        handle.map_err(|error| {
            Failure::new(FailureKind::Other, "the stream cannot be used").because(error)
        })
    };
    Ok(Opened {
        identity,
        max_message: usize::try_from(config.max_message_size)
            .ok()
            .filter(|size| *size > 0),
        stream: handle(config.name).await?,
        snapshots: handle(caches.name).await?,
    })
}

/// Nothing is ever dropped or deleted; a full log refuses.
fn log_config(name: &str, options: &JetStreamOptions) -> Config {
    let (identity, _) = Uuid::new_v4().as_u64_pair();
    Config {
        name: name.to_owned(),
        description: Some(format!("{MARK}{SCHEMA}, log {}", LogId(identity))),
        subjects: vec![format!("{name}.>")],
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::New,
        storage: StorageType::File,
        num_replicas: options.replicas,
        max_bytes: options
            .max_bytes
            .map_or(-1, |bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
        max_messages: -1,
        max_messages_per_subject: -1,
        max_consumers: -1,
        deny_delete: true,
        deny_purge: true,
        allow_direct: false,
        ..Config::default()
    }
}

/// The newest snapshot of each stream.
fn snapshot_config(name: &str, options: &JetStreamOptions) -> Config {
    let own = format!("{name}_snapshots");
    Config {
        description: Some(snapshot_mark(name)),
        subjects: vec![format!("{own}.>")],
        retention: RetentionPolicy::Limits,
        discard: DiscardPolicy::Old,
        storage: StorageType::File,
        num_replicas: options.replicas,
        max_bytes: -1,
        max_messages: -1,
        max_messages_per_subject: 1,
        max_consumers: -1,
        name: own,
        ..Config::default()
    }
}

fn snapshot_mark(name: &str) -> String {
    format!("lawful snapshots of {name}: a cache")
}

/// The configuration of the stream as it is on the server. Of several who make it at once, one is first, and the others find it.
async fn found_or_made(connection: &Connection, wanted: Config) -> Result<Config, Failure> {
    let doing = &format!("opening the stream `{}`", wanted.name);
    let (context, wanted) = (connection.context(), &wanted);
    connection
        .ask(doing, || async move {
            let missing = match context.get_stream(&wanted.name).await {
                Ok(found) => return Ok(Attempt::Done(found.cached_info().config.clone())),
                Err(error) => match error.kind() {
                    GetStreamErrorKind::JetStream(error) => error,
                    _ => return Ok(Attempt::Again(error.to_string())),
                },
            };
            if missing.error_code() != ErrorCode(code::STREAM_NOT_FOUND) {
                return refused(doing, &missing);
            }
            match context.create_stream(wanted.clone()).await {
                // What the server made of it is asked for.
                Ok(_) => Ok(Attempt::Again("the stream was made just now".to_owned())),
                Err(error) => match error.kind() {
                    CreateStreamErrorKind::JetStream(error)
                        if error.error_code() == ErrorCode(code::STREAM_NAME_IN_USE) =>
                    {
                        Ok(Attempt::Again("the stream was made just now".to_owned()))
                    }
                    CreateStreamErrorKind::JetStream(error) => refused(doing, &error),
                    _ => Ok(Attempt::Again(error.to_string())),
                },
            }
        })
        .await
}

/// Where there is no leader, there will be one.
pub(crate) fn refused<T>(doing: &str, error: &ServerError) -> Result<Attempt<T>, Failure> {
    let failure = failure::refused(doing, error);
    let passing = *failure.kind() == FailureKind::Unavailable;
    let disabled = error.to_string().contains("not enabled");
    if passing && !disabled {
        return Ok(Attempt::Again(error.to_string()));
    }
    Err(failure)
}

fn identity(config: &Config) -> Result<LogId, Failure> {
    let expected = format!("{MARK}{SCHEMA}, log <id>");
    let description = config.description.as_deref().unwrap_or_default();
    let parts = || {
        let (schema, id) = description.strip_prefix(MARK)?.split_once(", log ")?;
        Some((schema.parse::<u32>().ok()?, id))
    };
    let (schema, id) = parts().ok_or_else(|| not_ours(config, &expected))?;
    if schema > SCHEMA {
        return Err(Failure::new(
            FailureKind::NewerSchema,
            format!(
                "the log `{}` has schema {schema}, this release knows schemas up to {SCHEMA}; run a newer release",
                config.name
            ),
        ));
    }
    let id = u64::from_str_radix(id, 16).map_err(|_| not_ours(config, &expected))?;
    Ok(LogId(id))
}

fn not_ours(config: &Config, expected: &str) -> Failure {
    let found = config.description.as_deref().unwrap_or_default();
    Failure::new(
        FailureKind::NotALog,
        format!(
            "the stream `{}` is none of ours: its description is `{found}` and its subjects are {:?}, expected `{expected}` and `{}.>`; choose another name",
            config.name, config.subjects, config.name
        ),
    )
}

/// A stream whose settings were changed so that it forgets events, or takes others, is not a log.
fn keeps_everything(config: &Config) -> Result<(), Failure> {
    let unlimited = |limit: i64| limit <= 0;
    let limited = !unlimited(config.max_messages)
        || !unlimited(config.max_messages_per_subject)
        || !unlimited(config.max_bytes);
    let wrong = if config.subjects != [format!("{}.>", config.name)] {
        "it has other subjects"
    } else if config.retention != RetentionPolicy::Limits {
        "it drops messages that were read"
    } else if config.storage != StorageType::File {
        "it keeps messages in memory"
    } else if !config.max_age.is_zero() {
        "it drops old messages"
    } else if limited && config.discard != DiscardPolicy::New {
        "it drops old messages when it is full"
    } else if config.mirror.is_some() || config.sources.is_some() {
        "it is a copy of other streams"
    } else if config.no_ack {
        "it acknowledges nothing"
    } else {
        return Ok(());
    };
    Err(Failure::new(
        FailureKind::NotALog,
        format!(
            "the stream `{}` does not keep a log: {wrong}; expected one subject `{}.>`, file storage, retention by limits, no greatest age, and discard new",
            config.name, config.name
        ),
    ))
}

/// What is acknowledged is to be with as many servers as the options say.
fn kept_by(config: &Config, replicas: usize) -> Result<(), Failure> {
    if config.num_replicas >= replicas {
        return Ok(());
    }
    Err(Failure::new(
        FailureKind::Other,
        format!(
            "the stream `{name}` is kept by {} server(s), expected {replicas}, as the options say; run `nats stream edit {name} --replicas {replicas}`, or ask for fewer",
            config.num_replicas,
            name = config.name
        ),
    ))
}
