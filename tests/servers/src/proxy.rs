use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// What gets lost when a connection breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// What the client asked: the server never hears of it.
    Question,
    /// What the server answered: it has done what it was asked, and the client never hears of it.
    Answer,
}

/// Stands before a server on loopback and passes everything on, until it is told to break a connection.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    /// What is to get lost, and how much of its kind is passed on before that.
    cut: Option<(Lost, usize)>,
    is_over: bool,
}

impl Proxy {
    /// Before the server at this port.
    ///
    /// # Panics
    ///
    /// Where no port is free.
    #[must_use]
    pub fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let plan = Arc::new(Mutex::new(Plan::default()));
        let proxy = Proxy {
            port,
            plan: Arc::clone(&plan),
        };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if locked(&plan).is_over {
                    return;
                }
                // A server that is down is a connection that breaks at once.
                if let Ok(server) = TcpStream::connect(("127.0.0.1", server)) {
                    let ends = [&client, &server].map(TcpStream::try_clone);
                    let [Ok(from_client), Ok(to_server)] = ends else {
                        continue;
                    };
                    let (there, back) = (Arc::clone(&plan), Arc::clone(&plan));
                    thread::spawn(move || pass(from_client, to_server, Lost::Question, &there));
                    thread::spawn(move || pass(server, client, Lost::Answer, &back));
                }
            }
        });
        proxy
    }

    /// Where clients connect to.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Breaks the connection, whichever it is, on which the next message of this kind comes after so many others, and loses the message.
    pub fn cut(&self, what: Lost, after: usize) {
        locked(&self.plan).cut = Some((what, after));
    }

    /// Whether the connection to be broken was broken; if not, it will not be any more.
    #[must_use]
    pub fn has_cut(&self) -> bool {
        locked(&self.plan).cut.take().is_none()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        locked(&self.plan).is_over = true;
        // Whoever waits for clients gets one, and sees that it is over.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Plan {
    /// Whether this message is the one that gets lost.
    fn loses(&mut self, what: Lost) -> bool {
        match &mut self.cut {
            Some((planned, 0)) if *planned == what => {
                self.cut = None;
                true
            }
            Some((planned, left)) if *planned == what => {
                *left -= 1;
                false
            }
            _ => false,
        }
    }
}

fn locked(plan: &Mutex<Plan>) -> MutexGuard<'_, Plan> {
    plan.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes on what one side says until either hangs up, and then hangs up on both.
fn pass(mut from: TcpStream, mut to: TcpStream, what: Lost, plan: &Mutex<Plan>) {
    let mut message = vec![0; 65536];
    while let Ok(length) = from.read(&mut message) {
        let is_lost = length > 0 && locked(plan).loses(what);
        if length == 0 || is_lost || to.write_all(&message[..length]).is_err() {
            break;
        }
    }
    for end in [from, to] {
        // It may be gone already.
        let _ = end.shutdown(Shutdown::Both);
    }
}
