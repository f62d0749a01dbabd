use crate::{Folder, User};
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to start; a loaded machine is slow, and nothing waits this long in vain.
const PATIENCE: Duration = Duration::from_mins(1);

/// How a server is started, again and again.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Whom it runs as.
    pub user: User,
    /// What it prints, on either output, when it answers.
    pub ready: &'static str,
    /// The signal on which it stops at once and leaves its files whole, as `kill` calls it.
    pub stop: &'static str,
}

/// A running server of the test's own.
///
/// It is stopped by its process id on drop, and also when the test's process ends in any other way, even by kill -9: a shell beside the
/// server waits for its standard input to close. So it may live in a `static`.
#[derive(Debug)]
pub struct Server {
    launch: Launch,
    running: Option<Running>,
    folder: Folder,
}

#[derive(Debug)]
struct Running {
    keeper: Child,
    pid: u32,
    /// In a mutex only so that a server may live in a `static`.
    output: Mutex<Output>,
}

/// What a server prints until it is ready.
#[derive(Debug)]
struct Output {
    lines: Receiver<String>,
    printed: String,
}

/// Starts the server, prints its id, leaves the output to it, and stops it when standard input closes. Its files go with it, unless a
/// word came before.
const KEEPER: &str = r#"
    stop=$1; folder=$2; shift 2
    "$@" 2>&1 &
    echo "pid $!"
    exec >/dev/null 2>&1
    read -r word
    kill -s "$stop" $!
    kill -s CONT $!
    wait $!
    if [ -z "$word" ]; then rm -rf -- "$folder"; fi
"#;

impl Server {
    /// Starts it and waits until it says that it is ready. Its files are in this folder, and go with it.
    ///
    /// # Errors
    ///
    /// What it printed, where it ended instead or took too long.
    pub fn start(launch: Launch, folder: Folder) -> Result<Self, String> {
        let mut server = Server {
            launch,
            running: None,
            folder,
        };
        server.restart()?;
        Ok(server)
    }

    /// The server's process id; `None` while it is stopped.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.pid)
    }

    /// Starts it again if it does not run.
    ///
    /// # Errors
    ///
    /// As [`Server::start`].
    pub fn restart(&mut self) -> Result<(), String> {
        if self.running.is_none() {
            self.running = Some(Running::start(&self.launch, self.folder.path())?);
            self.ready_again().inspect_err(|_| self.stop())?;
        }
        Ok(())
    }

    /// Waits until it says once more that it is ready: some servers recover by themselves when a process of theirs is killed.
    ///
    /// # Errors
    ///
    /// What it printed, where it ended instead or took too long.
    pub fn ready_again(&mut self) -> Result<(), String> {
        let Some(running) = &mut self.running else {
            return Err("it was stopped".to_owned());
        };
        let output = running.output.get_mut();
        let output = output.unwrap_or_else(PoisonError::into_inner);
        output.expect(self.launch.ready).map(drop)
    }

    /// Whether it ended by itself: a crash may be too much for a server.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.pid().is_some_and(|pid| !alive(pid))
    }

    /// Stops it at once, leaving its files whole.
    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.end();
        }
    }

    /// Kills it and every process that it started with signal 9: what a crash of the machine does to them.
    pub fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            // It starts no more of them while they are counted.
            signal("STOP", &[running.pid]);
            while alive(running.pid) && !stands_still(running.pid) {
                thread::yield_now();
            }
            let mut all = children(running.pid);
            all.insert(0, running.pid);
            signal("KILL", &all);
            running.end();
            // Those that it started are nobody's children now; their files are free once they are gone.
            for pid in all {
                while alive(pid) {
                    thread::yield_now();
                }
            }
        }
    }

    /// Freezes it: it keeps its connections and says nothing, like a machine that is cut off.
    pub fn freeze(&mut self) {
        signal("STOP", self.pid().as_slice());
        // On a busy machine its threads go on for a while.
        while self.pid().is_some_and(|pid| !stands_still(pid)) {
            thread::yield_now();
        }
    }

    /// Lets it go on where it was frozen.
    pub fn thaw(&mut self) {
        signal("CONT", self.pid().as_slice());
    }

    /// Kills one of the processes that it started, the `which`th modulo their number; `false` if there is none.
    #[must_use]
    pub fn kill_child(&self, which: usize) -> bool {
        let children = self.pid().map(children).unwrap_or_default();
        match children.len() {
            0 => false,
            number => {
                signal("KILL", &[children[which % number]]);
                true
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Running {
    fn start(launch: &Launch, folder: &Path) -> Result<Self, String> {
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "sh", launch.stop])
            .arg(folder)
            .arg(&launch.program)
            .args(&launch.arguments)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        launch.user.apply(&mut command);
        let mut keeper = command
            .spawn()
            .map_err(|error| format!("cannot start a shell: {error}"))?;
        let printed = keeper.stdout.take().ok_or("the shell has no output")?;
        let (sender, lines) = channel();
        // Reads to the end, or the server would block on a full pipe.
        thread::spawn(move || {
            for line in BufReader::new(printed).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut output = Output {
            lines,
            printed: String::new(),
        };
        let said = output.expect("pid ")?;
        let pid = said
            .trim_start_matches("pid ")
            .parse()
            .map_err(|_| format!("`{said}` names no process"))?;
        Ok(Running {
            keeper,
            pid,
            output: Mutex::new(output),
        })
    }

    fn end(mut self) {
        if let Some(mut input) = self.keeper.stdin.take() {
            let _ = input.write_all(b"keep\n");
        }
        let _ = self.keeper.wait();
    }
}

impl Output {
    /// The first line that contains `words`.
    fn expect(&mut self, words: &str) -> Result<String, String> {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) if line.contains(words) => return Ok(line),
                Ok(line) => {
                    self.printed.push_str(&line);
                    self.printed.push('\n');
                }
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!(
                        "no `{words}` within {PATIENCE:?}:\n{}",
                        self.printed
                    ));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(format!("ended without `{words}`:\n{}", self.printed));
                }
            }
        }
    }
}

/// The processes that a process started.
fn children(of: u32) -> Vec<u32> {
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|pid| status(*pid).is_some_and(|(_, parent)| parent == of))
        .collect()
}

fn alive(pid: u32) -> bool {
    status(pid).is_some_and(|(state, _)| state != "Z")
}

/// Whether none of its threads runs. A process that is gone does not run either.
fn stands_still(pid: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return true;
    };
    threads.flatten().all(|thread| {
        let stat = fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let state = stat.rsplit_once(')').map(|(_, rest)| rest.trim_start());
        state.is_none_or(|state| state.starts_with(['T', 't', 'Z', 'X']))
    })
}

/// A process's state and its parent, from the text after the name in parentheses.
fn status(pid: u32) -> Option<(String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn signal(name: &str, pids: &[u32]) {
    let _ = Command::new("kill")
        .args(["-s", name])
        .args(pids.iter().map(u32::to_string))
        .stderr(Stdio::null())
        .status();
}
