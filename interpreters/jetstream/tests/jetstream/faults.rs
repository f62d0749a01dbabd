//! Connections that break at the worst moment: what is not known is said to be unknown, and can be settled.

use crate::given::{batch, chosen, failure, jot, note, noted, texts};
use crate::server::{Log, Place, port};
use lawful::FailureKind;
use lawful::log::{AppendError, EventLog};
use lawful_servers::Nats;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Passes everything on between client and server, until it is told to keep the next answer to itself and hang up.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    armed: Arc<AtomicBool>,
}

impl Proxy {
    pub(crate) async fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let armed = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&armed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await;
                let server = server.expect("the server answers");
                tokio::spawn(pass_on(client, server, Arc::clone(&told)));
            }
        });
        Proxy { port, armed }
    }

    /// The next acknowledgement is lost.
    pub(crate) fn arm(&self) {
        self.armed.store(true, Ordering::Release);
    }
}

async fn pass_on(mut client: TcpStream, mut server: TcpStream, armed: Arc<AtomicBool>) {
    let (mut question, mut answer) = (vec![0; 65536], vec![0; 65536]);
    loop {
        tokio::select! {
            read = client.read(&mut question) => match read {
                Ok(length) if length > 0 => server.write_all(&question[..length]).await.expect("it is passed on"),
                _ => return,
            },
            read = server.read(&mut answer) => match read {
                Ok(length) if length > 0 => {
                    let said = &answer[..length];
                    // It is recorded, and nobody will hear of it.
                    let acknowledged = said.windows(8).any(|part| part == b"\"stream\"")
                        && said.windows(5).any(|part| part == b"\"seq\"");
                    if acknowledged && armed.swap(false, Ordering::AcqRel) {
                        return;
                    }
                    if client.write_all(said).await.is_err() {
                        return;
                    }
                }
                _ => return,
            },
        }
    }
}

#[tokio::test]
async fn an_acknowledgement_that_is_lost_leaves_an_outcome_that_can_be_settled() {
    let Some(place) = Place::new() else { return };
    let proxy = Proxy::before(port(&place.url)).await;
    let through = Place {
        url: format!("nats://127.0.0.1:{}", proxy.port),
        ..place.clone()
    };
    let options = through.options().timeout(Duration::from_millis(600));
    let log = Log::open(options).await.expect("it opens");
    jot(&log, note(1), 0, "one").await.expect("it appends");
    proxy.arm();
    let second = || batch(note(1), 1, chosen("key", [noted("two")]));
    let unknown = failure(log.append(second()).await);
    assert_eq!(*unknown.kind(), FailureKind::OutcomeUnknown, "{unknown:?}");
    let advice = "ask again with the same command id to settle it";
    assert!(unknown.to_string().ends_with(advice), "{unknown}");
    // It did happen; asking again says so, and does not do it again.
    let outcome = log
        .outcome(note(1), "key".into())
        .await
        .expect("it is looked up");
    let outcome = outcome.expect("it happened");
    assert_eq!(outcome.version, 2);
    match log.append(second()).await {
        Err(AppendError::Duplicate { outcome: again, .. }) => assert_eq!(again, outcome),
        other => panic!("expected a duplicate, found {other:?}"),
    }
    assert_eq!(texts(&log).await, ["one", "two"]);
}

#[tokio::test]
async fn after_a_restart_of_the_server_the_log_goes_on() {
    let Some(mut server) = Nats::start() else {
        return;
    };
    let place = Place::at(server.url());
    let options = place.options().timeout(Duration::from_millis(500));
    let log = Log::open(options).await.expect("it opens");
    jot(&log, note(1), 0, "one").await.expect("it appends");
    for kill in [false, true] {
        if kill {
            server.server().kill();
        } else {
            server.server().stop();
        }
        let down = log.head().await.expect_err("there is no server");
        assert_eq!(*down.kind(), FailureKind::Unavailable, "{down:?}");
        let down = failure(jot(&log, note(1), 1, "never").await);
        assert_eq!(*down.kind(), FailureKind::Unavailable, "{down:?}");
        server.server().restart().expect("it starts again");
        while log.head().await.is_err() {}
        assert_eq!(texts(&log).await, ["one"]);
    }
    jot(&log, note(1), 1, "two").await.expect("it appends");
    assert_eq!(texts(&log).await, ["one", "two"]);
}

#[tokio::test]
async fn a_server_that_is_frozen_costs_the_time_limit_and_nothing_more() {
    let Some(mut server) = Nats::start() else {
        return;
    };
    let place = Place::at(server.url());
    let options = place.options().timeout(Duration::from_millis(400));
    let log = Log::open(options).await.expect("it opens");
    jot(&log, note(1), 0, "one").await.expect("it appends");
    server.server().freeze();
    let second = || batch(note(1), 1, chosen("key", [noted("two")]));
    let unknown = failure(log.append(second()).await);
    assert_eq!(*unknown.kind(), FailureKind::OutcomeUnknown, "{unknown:?}");
    server.server().thaw();
    loop {
        match log.append(second()).await {
            Ok(_) | Err(AppendError::Duplicate { .. }) => break,
            Err(AppendError::Failed(failure)) => assert!(
                matches!(
                    failure.kind(),
                    FailureKind::Unavailable | FailureKind::OutcomeUnknown
                ),
                "{failure:?}"
            ),
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(texts(&log).await, ["one", "two"]);
}
