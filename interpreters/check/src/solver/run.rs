//! Puts a question to z3, where it is installed.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// A solver that was found.
///
/// ```no_run
/// use lawful_check::solver::Solver;
/// use std::time::Duration;
///
/// let solver = Solver::find().map(|solver| solver.timeout(Duration::from_secs(2)));
/// ```
#[derive(Debug, Clone)]
pub struct Solver {
    program: PathBuf,
    version: String,
    timeout: Duration,
}

/// What a solver says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Unsat,
    /// With the values, as the solver wrote them.
    Sat(String),
    /// It does not know, it took too long, or it did not understand the question.
    Unknown(String),
}

impl Solver {
    /// The `z3` on `PATH`, asked for its version. `None` where there is none.
    #[must_use]
    pub fn find() -> Option<Self> {
        let path = std::env::var_os("PATH")?;
        let candidates = std::env::split_paths(&path).map(|folder| folder.join("z3"));
        candidates
            .filter(|program| program.is_file())
            .find_map(|program| Self::at(&program))
    }

    /// The solver in this file, if it tells its version as `z3` does.
    #[must_use]
    pub fn at(program: &Path) -> Option<Self> {
        let child = Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let told = answer(child, "", Duration::from_secs(10))?;
        let version = told.split_whitespace().nth(2)?;
        told.starts_with("Z3 version").then(|| Solver {
            program: program.to_owned(),
            version: version.to_owned(),
            timeout: Duration::from_secs(5),
        })
    }

    /// How long each question may take; five seconds, if nothing else is said. What takes longer is unknown.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Its name and version: `z3 4.8.12`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("z3 {}", self.version)
    }

    pub(super) fn ask(&self, script: &str) -> Reply {
        let text = match self.run(script) {
            Ok(text) => text,
            Err(why) => return Reply::Unknown(why),
        };
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        match first.trim() {
            "unsat" => Reply::Unsat,
            "sat" => Reply::Sat(rest.to_owned()),
            "unknown" => Reply::Unknown("the solver does not know".to_owned()),
            other => Reply::Unknown(format!("the solver answers `{other}`")),
        }
    }

    /// Everything that it writes.
    pub(super) fn run(&self, script: &str) -> Result<String, String> {
        // Values are read without the abbreviations that large ones get otherwise, and it ends by itself where nobody waits any more.
        let limit = format!("-T:{}", self.timeout.as_secs() + 1);
        let most = "4294967295";
        let options = ["pp.max_depth", "pp.min_alias_size"];
        let child = Command::new(&self.program)
            .args(["-in", "-smt2", &limit])
            .args(options.map(|option| format!("{option}={most}")))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", self.name()))?;
        let answer = answer(child, script, self.timeout);
        answer.ok_or_else(|| format!("no answer within {:?}", self.timeout))
    }
}

/// What a program writes before it ends, or `None` when it takes longer than this.
fn answer(mut child: Child, input: &str, limit: Duration) -> Option<String> {
    let (input, stdin) = (input.to_owned(), child.stdin.take());
    let stdout = child.stdout.take();
    let (sender, receiver) = mpsc::channel();
    // A program that does not read, or writes without end, must not hold this one up; nor must one that it started itself.
    std::thread::spawn(move || {
        if let Some(mut stdin) = stdin {
            // One that ends early has its reasons: its answer tells them.
            let _ = stdin.write_all(input.as_bytes());
        }
        let mut text = String::new();
        let read = stdout.map(|mut stdout| stdout.read_to_string(&mut text));
        // Nobody waits any more when the time was up.
        let _ = sender.send(matches!(read, Some(Ok(_))).then_some(text));
    });
    let text = receiver.recv_timeout(limit).ok().flatten();
    // It may have ended by itself.
    let _ = child.kill();
    let _ = child.wait();
    text
}
