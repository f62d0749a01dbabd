//! A real browser, driven through its debugging pipe: requests on its descriptor 3, answers and events on 4, each a JSON text that a zero
//! byte ends. A shell puts our pipes there, so that no port is opened and nothing has to be linked.

use lawful_servers::{Missing, program};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Without these it would talk to the network on its own account.
const FLAGS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

/// A browser with one empty page.
pub(crate) struct Browser {
    process: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    next: u64,
    session: String,
    folder: PathBuf,
    /// What the page did that it should not: errors, output on the console, requests for anything but itself.
    pub complaints: Vec<String>,
    asked_for: String,
}

/// The program, if this machine has it. Where it is missing, that is said by name, and is an error under `CI=true`.
pub(crate) fn chromium() -> Option<PathBuf> {
    program("chromium", "chromium", &[])
        .inspect_err(Missing::report)
        .ok()
}

impl Browser {
    pub(crate) fn start(program: &Path, name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("lawful-docs-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the browser");
        let mut process = Command::new("sh")
            .arg("-c")
            .arg(r#"exec "$0" "$@" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null"#)
            .arg(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.display()))
            .env("HOME", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the browser starts");
        let mut browser = Browser {
            requests: process.stdin.take(),
            answers: BufReader::new(process.stdout.take().expect("a pipe")),
            process,
            next: 0,
            session: String::new(),
            folder,
            complaints: Vec::new(),
            asked_for: String::new(),
        };
        let target = browser.ask("Target.createTarget", &json!({"url": "about:blank"}));
        let target = json!({"targetId": target["targetId"], "flatten": true});
        let session = browser.ask("Target.attachToTarget", &target);
        browser.session = session["sessionId"]
            .as_str()
            .map(str::to_owned)
            .expect("a session");
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Makes a request and waits for its answer.
    pub(crate) fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.next += 1;
        let mut request = json!({"id": self.next, "method": method, "params": parameters});
        if !self.session.is_empty() {
            request["sessionId"] = self.session.clone().into();
        }
        let pipe = self.requests.as_mut().expect("a pipe");
        pipe.write_all(format!("{request}\0").as_bytes())
            .expect("the browser listens");
        loop {
            let message = self.message();
            if message["id"] == self.next {
                assert!(message["error"].is_null(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    fn message(&mut self) -> Value {
        let mut bytes = Vec::new();
        let length = self.answers.read_until(0, &mut bytes);
        assert!(
            length.expect("the browser answers") > 0,
            "the browser ended early"
        );
        bytes.pop();
        let message: Value = serde_json::from_slice(&bytes).expect("JSON");
        let said = &message["params"];
        match message["method"].as_str() {
            Some("Runtime.exceptionThrown" | "Runtime.consoleAPICalled" | "Log.entryAdded") => {
                self.complaints.push(said.to_string());
            }
            Some("Network.requestWillBeSent")
                if said["request"]["url"].as_str() != Some(&self.asked_for) =>
            {
                self.complaints.push(said["request"]["url"].to_string());
            }
            _ => {}
        }
        message
    }

    /// Opens a page, and waits until it is there.
    pub(crate) fn open(&mut self, page: &Path) {
        self.asked_for = format!("file://{}", page.display());
        let url = self.asked_for.clone();
        self.ask("Page.navigate", &json!({"url": url}));
        while self.message()["method"] != "Page.loadEventFired" {}
    }

    /// The value of an expression in the page.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let request =
            json!({"expression": expression, "returnByValue": true, "awaitPromise": true});
        let answer = self.ask("Runtime.evaluate", &request);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {answer}"
        );
        answer["result"]["value"].clone()
    }

    /// Presses a key, as a person would.
    pub(crate) fn press(&mut self, key: &str) {
        let text = if key.chars().count() == 1 { key } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            let event = json!({"type": kind, "key": key, "text": text});
            self.ask("Input.dispatchKeyEvent", &event);
        }
    }

    /// Types words into what has the focus.
    pub(crate) fn write(&mut self, words: &str) {
        self.ask("Input.insertText", &json!({"text": words}));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends when nobody is at the other end of the pipe any more.
        drop(self.requests.take());
        let mut rest = Vec::new();
        while matches!(self.answers.read_until(0, &mut rest), Ok(length) if length > 0) {
            rest.clear();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
