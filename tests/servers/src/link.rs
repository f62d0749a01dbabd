use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The way to a port on loopback, which can be cut: then nobody gets an answer any more, as where a cable is pulled, until it is mended.
#[derive(Debug)]
pub struct Link {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    is_cut: bool,
    is_over: bool,
    /// Both ends of every connection.
    ends: Vec<TcpStream>,
}

impl Link {
    /// The way to this port.
    ///
    /// # Panics
    ///
    /// Where loopback has no free port.
    #[must_use]
    pub fn to(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let link = Link {
            port,
            state: Arc::clone(&state),
        };
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                if locked(&state).is_over {
                    return;
                }
                // Where nobody listens, a connection breaks at once.
                if let Ok(far) = TcpStream::connect(("127.0.0.1", target)) {
                    join(near, far, &state);
                }
            }
        });
        link
    }

    /// Where it begins.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What is said from now on gets lost, and nobody is told.
    pub fn cut(&self) {
        locked(&self.state).is_cut = true;
    }

    /// Connections can be made again. Those that were there are broken, because they have lost something.
    pub fn mend(&self) {
        let mut state = locked(&self.state);
        state.is_cut = false;
        hang_up(&mut state);
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let mut state = locked(&self.state);
        state.is_over = true;
        hang_up(&mut state);
        drop(state);
        // Whoever waits for connections gets one, and sees that it is over.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn hang_up(state: &mut State) {
    for end in state.ends.drain(..) {
        // It may be gone already.
        let _ = end.shutdown(Shutdown::Both);
    }
}

fn join(near: TcpStream, far: TcpStream, state: &Arc<Mutex<State>>) {
    let clones = [&near, &far, &near, &far].map(TcpStream::try_clone);
    let [Ok(from_near), Ok(to_far), Ok(near_end), Ok(far_end)] = clones else {
        return;
    };
    locked(state).ends.extend([near_end, far_end]);
    for (from, to) in [(from_near, to_far), (far, near)] {
        let state = Arc::clone(state);
        thread::spawn(move || pass(from, to, &state));
    }
}

/// Passes on what one side says until either hangs up, and then hangs up on both.
fn pass(mut from: TcpStream, mut to: TcpStream, state: &Mutex<State>) {
    let mut said = vec![0; 65536];
    while let Ok(length) = from.read(&mut said) {
        let is_cut = locked(state).is_cut;
        if length == 0 || !is_cut && to.write_all(&said[..length]).is_err() {
            break;
        }
    }
    for end in [from, to] {
        let _ = end.shutdown(Shutdown::Both);
    }
}
