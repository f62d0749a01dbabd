//! What an interpreter cannot do is an error of the compiler, in words that say what to write.
//!
//! The compiler's own words change from one release to the next, so the texts are compared on the release that they were recorded
//! with: `TRYBUILD=overwrite cargo test -p interpretations --test mistakes`.

use std::process::Command;

#[test]
fn mistakes_are_reported_as_recorded() {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("--version").output().unwrap();
    let version = String::from_utf8(version.stdout).unwrap();
    if version.starts_with("rustc 1.95.") {
        trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
    }
}
