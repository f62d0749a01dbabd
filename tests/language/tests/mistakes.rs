//! Every mistake is an error at the token at fault, in words that say what to write.
//!
//! `ui/<kind of mistake>/*.rs` are declarations with mistakes, and the `.stderr` beside each is what the compiler says. Its own words
//! change from one release to the next, so the whole text is compared on the release it was recorded with, and on every other one that
//! the declaration is refused and that our words are said.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The release with which the texts were recorded: `TRYBUILD=overwrite cargo test -p language --test mistakes`.
const RECORDED_WITH: &str = "rustc 1.95.";

#[test]
fn mistakes_are_reported_as_recorded() {
    let version = Command::new(rustc()).arg("--version").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    if version.starts_with(RECORDED_WITH) {
        trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
    }
}

#[test]
fn mistakes_are_refused_in_our_words_by_any_compiler() {
    let cases = cases();
    assert!(cases.len() >= 25, "only {} cases were found", cases.len());
    for case in cases {
        let recorded = fs::read_to_string(case.with_extension("stderr")).unwrap();
        let expected = messages(&recorded);
        let (accepted, said) = compile(&case);
        let missing: Vec<_> = expected.difference(&messages(&said)).cloned().collect();
        assert!(!accepted, "{} compiles", case.display());
        assert!(
            missing.is_empty(),
            "{} does not say {missing:#?} but:\n{said}",
            case.display()
        );
    }
}

/// The lines that are ours: those of the compiler carry a code, `error[E0277]`, or are about the syntax.
fn messages(output: &str) -> BTreeSet<String> {
    output
        .lines()
        .filter_map(|line| line.strip_prefix("error: "))
        .filter(|message| !message.starts_with("aborting") && message.contains('`'))
        .map(str::to_owned)
        .collect()
}

fn cases() -> Vec<PathBuf> {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let kinds = fs::read_dir(ui).unwrap().map(|kind| kind.unwrap().path());
    let files = kinds.flat_map(|kind| fs::read_dir(kind).unwrap().map(|file| file.unwrap().path()));
    let mut cases: Vec<_> = files
        .filter(|file| file.extension().is_some_and(|it| it == "rs"))
        .collect();
    cases.sort();
    cases
}

/// Whether the compiler accepts the file, and what it says.
fn compile(case: &Path) -> (bool, String) {
    let libraries = std::env::current_exe()
        .unwrap()
        .parent()
        .unwrap()
        .to_owned();
    let output = Command::new(rustc())
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "bin",
            "--emit",
            "metadata",
            "-o",
            "-",
        ])
        .arg("--extern")
        .arg(format!("lawful={}", lawful(&libraries).display()))
        .arg("-L")
        .arg(format!("dependency={}", libraries.display()))
        .arg(case)
        .output()
        .unwrap();
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// The library that was built for this test: the newest one.
fn lawful(libraries: &Path) -> PathBuf {
    let files = fs::read_dir(libraries)
        .unwrap()
        .map(|file| file.unwrap().path());
    let built = files.filter(|file| {
        let name = file
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.starts_with("liblawful-") && file.extension().is_some_and(|it| it == "rlib")
    });
    let changed = |file: &PathBuf| {
        file.metadata()
            .and_then(|metadata| metadata.modified())
            .unwrap()
    };
    built
        .max_by_key(changed)
        .expect("`lawful` is built before its tests")
}

fn rustc() -> String {
    std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned())
}
