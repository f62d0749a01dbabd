use crate::JetStreamOptions;
use crate::failure::{self, code};
use async_nats::connection::State;
use async_nats::jetstream::context::GetStreamErrorKind;
use async_nats::jetstream::{self, Context, Error as ServerError, ErrorCode};
use async_nats::{Client, ConnectOptions, Event, HeaderMap, Request, RequestErrorKind, ServerAddr};
use lawful::{Failure, FailureKind};
use serde::Deserialize;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// The connection that all handles of a log share. It comes back by itself; whoever asks meanwhile waits for it within the limit.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    context: Context,
    limit: Duration,
    /// Whether the URL names several servers.
    several: bool,
    /// The server's last refusal of a right: it comes beside the request, which then has no answer.
    denial: Arc<Mutex<Option<String>>>,
}

/// What a published message came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Published {
    /// It is the stream's message of this sequence.
    At(u64),
    /// Its condition does not hold; nothing was recorded.
    Stale,
}

/// What to do with what one attempt to ask came to.
pub(crate) enum Attempt<T> {
    /// That is the answer.
    Done(T),
    /// Not now: there is no leader, no answer, or one from a server that is behind.
    Again(String),
}

/// The answer to a published message.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Answer {
    Refused { error: ServerError },
    Acknowledged { seq: u64 },
}

/// How long to wait before asking again where nobody answered.
const PAUSE: Duration = Duration::from_millis(20);

impl Connection {
    pub(crate) async fn new(options: &JetStreamOptions) -> Result<Self, Failure> {
        let limit = options.timeout;
        let servers = options
            .url
            .split(',')
            .map(|url| url.trim().parse::<ServerAddr>())
            .collect::<Result<Vec<_>, _>>();
        let servers = servers.map_err(|error| {
            let shown = failure::without_password(&options.url);
            let expected = "expected one such as `nats://user:password@host:4222`";
            Failure::new(
                FailureKind::Other,
                format!("`{shown}` is not the URL of a server: {error}; {expected}"),
            )
        })?;
        let denial = Arc::new(Mutex::new(None));
        let told = Arc::clone(&denial);
        let mut connect = ConnectOptions::new()
            .name("lawful")
            .connection_timeout((limit / 2).min(Duration::from_secs(2)))
            .ping_interval((limit / 4).max(Duration::from_millis(250)))
            .reconnect_delay_callback(|attempts| {
                Duration::from_millis(u64::try_from(attempts).unwrap_or(u64::MAX).min(10) * 20)
            })
            .event_callback(move |event| {
                if let Event::ServerError(error) = event {
                    let mut last = told.lock().unwrap_or_else(PoisonError::into_inner);
                    *last = Some(error.to_string());
                }
                std::future::ready(())
            });
        let several = servers.len() > 1;
        // The client knows of the user in a URL, and does not use it.
        if let Some(first) = servers.first() {
            connect = match (first.username().map(decoded), first.password().map(decoded)) {
                (Some(user), Some(password)) => connect.user_and_password(user, password),
                (Some(token), None) => connect.token(token),
                _ => connect,
            };
        }
        if let Some(path) = &options.credentials {
            connect = connect.credentials_file(path).await.map_err(|error| {
                let path = path.display();
                Failure::new(
                    FailureKind::Denied,
                    format!("the credentials in `{path}` cannot be read"),
                )
                .because(error)
            })?;
        }
        let Ok(connected) = timeout(limit, connect.connect(servers)).await else {
            let doing = format!(
                "connecting to `{}`",
                failure::without_password(&options.url)
            );
            return Err(failure::unavailable(&doing, limit, "no greeting"));
        };
        let client = connected.map_err(|error| failure::connecting(&options.url, error))?;
        let mut context = jetstream::new(client.clone());
        context.set_timeout(limit);
        Ok(Connection {
            client,
            context,
            limit,
            several,
            denial,
        })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Whether the server keeps streams together with others.
    pub(crate) fn is_clustered(&self) -> bool {
        self.client.server_info().cluster.is_some()
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// Asks until there is an answer, or the time is up. Only for what may be asked twice.
    pub(crate) async fn ask<T, F>(
        &self,
        doing: &str,
        mut attempt: impl FnMut() -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<Attempt<T>, Failure>>,
    {
        let deadline = Instant::now() + self.limit;
        let each = self.each();
        loop {
            self.connected(doing, deadline).await?;
            let which = self.which();
            let why = match timeout(each, attempt()).await {
                Ok(Ok(Attempt::Done(answer))) => return Ok(answer),
                Ok(Ok(Attempt::Again(why))) => why,
                Ok(Err(failure)) => return Err(failure),
                Err(_) => {
                    self.elsewhere(which).await;
                    "the server does not answer".to_owned()
                }
            };
            if let Some(denied) = self.denied(doing, None) {
                return Err(denied);
            }
            self.give_up_on(which, deadline).await;
            if Instant::now() >= deadline {
                return Err(failure::unavailable(doing, self.limit, why));
            }
            sleep(PAUSE).await;
        }
    }

    /// Publishes one message on a condition.
    ///
    /// It is sent again only where nobody was there to take it. The condition would refuse a second copy in any case.
    pub(crate) async fn publish(
        &self,
        doing: &str,
        (stream, subject): (&str, &str),
        headers: &HeaderMap,
        payload: &[u8],
    ) -> Result<Published, Failure> {
        let deadline = Instant::now() + self.limit;
        loop {
            self.connected(doing, deadline).await?;
            let which = self.which();
            let request = Request::new()
                .headers(headers.clone())
                .payload(payload.to_vec().into())
                .timeout(Some(self.limit));
            let why = match self.client.send_request(subject.to_owned(), request).await {
                Ok(answer) => match serde_json::from_slice(&answer.payload) {
                    Ok(Answer::Acknowledged { seq }) => return Ok(Published::At(seq)),
                    Ok(Answer::Refused { error }) => match error.error_code() {
                        ErrorCode(
                            code::WRONG_LAST_SEQUENCE | code::WRONG_LAST_SEQUENCE_CONSTANT,
                        ) => return Ok(Published::Stale),
                        ErrorCode(code::CLUSTER_NOT_AVAILABLE | code::NOT_LEADER) => {
                            "there is no leader"
                        }
                        _ => return Err(failure::refused(doing, &error)),
                    },
                    Err(error) => {
                        let found = format!("the answer cannot be understood ({error})");
                        return Err(failure::unknown(doing, found));
                    }
                },
                Err(error) => match error.kind() {
                    RequestErrorKind::NoResponders => {
                        self.exists(doing, stream).await?;
                        "nobody takes messages for the stream"
                    }
                    RequestErrorKind::TimedOut => {
                        self.elsewhere(which).await;
                        let unknown = failure::unknown(doing, "no answer");
                        return Err(self.denied(doing, Some(subject)).unwrap_or(unknown));
                    }
                    RequestErrorKind::InvalidSubject | RequestErrorKind::MaxPayloadExceeded => {
                        let found = format!("{doing}: the client refuses the message");
                        return Err(Failure::new(FailureKind::Other, found).because(error));
                    }
                    RequestErrorKind::Other => {
                        return Err(failure::unknown(doing, "the connection broke"));
                    }
                },
            };
            self.give_up_on(which, deadline).await;
            if Instant::now() >= deadline {
                return Err(failure::unavailable(doing, self.limit, why));
            }
            sleep(PAUSE).await;
        }
    }

    /// How long one attempt to ask may take.
    fn each(&self) -> Duration {
        (self.limit / 4).max(Duration::from_millis(100))
    }

    /// Which of the connections one after another it is at the moment.
    fn which(&self) -> u64 {
        self.client.statistics().connects.load(Ordering::Relaxed)
    }

    /// A server that was cut off from the others keeps its clients, and is of no use to them: goes to another one, if nobody has done so
    /// since this connection was made.
    async fn elsewhere(&self, which: u64) {
        if self.several && self.which() == which {
            // Where the client is gone, the next request says so.
            let _ = self.client.force_reconnect().await;
        }
    }

    /// Goes elsewhere where half of the time has gone by without an answer.
    async fn give_up_on(&self, which: u64, deadline: Instant) {
        if Instant::now() + self.limit / 2 >= deadline {
            self.elsewhere(which).await;
        }
    }

    /// A failure where it is known that there is no such stream.
    async fn exists(&self, doing: &str, stream: &str) -> Result<(), Failure> {
        let asked = timeout(self.each(), self.context.get_stream(stream)).await;
        let Ok(Err(error)) = asked else {
            return Ok(());
        };
        match error.kind() {
            GetStreamErrorKind::JetStream(error)
                if error.error_code() == ErrorCode(code::STREAM_NOT_FOUND) =>
            {
                Err(failure::refused(doing, &error))
            }
            _ => Ok(()),
        }
    }

    /// Waits for the connection, which comes back by itself.
    async fn connected(&self, doing: &str, deadline: Instant) -> Result<(), Failure> {
        while self.client.connection_state() != State::Connected {
            if Instant::now() >= deadline {
                return Err(failure::unavailable(doing, self.limit, "no connection"));
            }
            sleep(PAUSE).await;
        }
        Ok(())
    }

    /// The server's refusal of a right, if it came since it was last asked for, and if it is about this subject.
    fn denied(&self, doing: &str, subject: Option<&str>) -> Option<Failure> {
        let mut last = self.denial.lock().unwrap_or_else(PoisonError::into_inner);
        let about = |words: &String| {
            let words = words.to_lowercase();
            words.contains("permissions violation")
                && words.contains(&subject.unwrap_or("$js.api").to_lowercase())
        };
        let words = last.take_if(|words| about(words))?;
        Some(failure::denied(doing, &words))
    }
}

/// A part of a URL, with `%40` for `@`.
fn decoded(part: &str) -> String {
    let (mut bytes, mut rest) = (Vec::with_capacity(part.len()), part.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let (b'%', Some(byte)) = (first, escaped) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn what_a_url_escapes_is_what_was_meant() {
        assert_eq!(decoded("p%40ss%3Aw%C3%B6rd%"), "p@ss:w\u{f6}rd%");
    }
}
