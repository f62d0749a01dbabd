//! Holds the layout that ARCHITECTURE.md describes.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("the workspace is there")
}

fn metadata(arguments: &[&str]) -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline", "--locked"])
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo prints JSON")
}

/// Layers from the bottom up; a crate may depend on its own layer and on those below.
fn layer(folder: &str) -> usize {
    match folder.split('/').next() {
        Some("macros") => 0,
        Some("dsl") => 1,
        Some("interpreters") => 2,
        Some("examples") => 3,
        Some("tests") => 4,
        other => panic!("a crate in an unexpected folder: {other:?}"),
    }
}

/// Each of our crates: its folder, and what it depends on beside tests.
fn ours(metadata: &Value) -> BTreeMap<String, (String, Vec<String>)> {
    let root = root();
    let packages = metadata["packages"].as_array().expect("packages");
    let folder = |package: &Value| {
        let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path"));
        let folder = manifest
            .parent()?
            .strip_prefix(&root)
            .ok()?
            .to_str()?
            .to_owned();
        package["source"].is_null().then_some(folder)
    };
    let dependencies = |package: &Value| {
        let all = package["dependencies"]
            .as_array()
            .expect("dependencies")
            .iter();
        let kept = all.filter(|dependency| dependency["kind"] != "dev");
        kept.map(|dependency| dependency["name"].as_str().expect("a name").to_owned())
            .collect()
    };
    let found = packages.iter().filter_map(|package| {
        let name = package["name"].as_str().expect("a name").to_owned();
        Some((name, (folder(package)?, dependencies(package))))
    });
    found.collect()
}

/// Says which arrows point up.
fn upward(crates: &BTreeMap<String, (String, Vec<String>)>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, (folder, dependencies)) in crates {
        for dependency in dependencies {
            if let Some((other, _)) = crates.get(dependency)
                && layer(other) > layer(folder)
            {
                found.push(format!(
                    "{name} ({folder}) depends on {dependency} ({other})"
                ));
            }
        }
    }
    found
}

#[test]
fn arrows_point_one_way() {
    let mut crates = ours(&metadata(&["--no-deps"]));
    assert!(crates.len() >= 10, "all crates are seen: {crates:?}");
    assert_eq!(upward(&crates), Vec::<String>::new());

    // The check would see an arrow that points up.
    crates
        .get_mut("lawful")
        .expect("the language")
        .1
        .push("lawful-memory".to_owned());
    assert_eq!(
        upward(&crates),
        ["lawful (dsl) depends on lawful-memory (interpreters/memory)"]
    );
}

/// Every crate that a build of this one brings, itself included, with normal and build dependencies.
fn tree(arguments: &[&str]) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "tree",
            "--offline",
            "--locked",
            "--prefix",
            "none",
            "--edges",
            "normal,build",
            "--format",
            "{p}",
        ])
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_language_brings_no_runtime_no_database_and_little_else() {
    let crates = tree(&["-p", "lawful"]);
    assert!(
        crates.contains("serde") && crates.contains("lawful-macros"),
        "the tree is seen: {crates:?}"
    );
    assert!(crates.len() <= 25, "{} crates: {crates:?}", crates.len());
    for refused in [
        "tokio",
        "rusqlite",
        "async-std",
        "smol",
        "sqlx",
        "async-nats",
        "tokio-postgres",
        "mio",
        "socket2",
    ] {
        assert!(!crates.contains(refused), "`lawful` depends on {refused}");
    }
    assert!(
        tree(&["-p", "lawful-memory"]).contains("tokio"),
        "the check would see a runtime"
    );
}

#[test]
fn the_language_without_macros_needs_no_syn_of_its_own() {
    let direct = ours(&metadata(&["--no-deps"]));
    let (_, dependencies) = &direct["lawful"];
    assert!(
        !dependencies
            .iter()
            .any(|name| name == "syn" || name == "quote"),
        "{dependencies:?}"
    );
    let crates = tree(&["-p", "lawful", "--no-default-features"]);
    assert!(!crates.contains("lawful-macros"), "{crates:?}");
}

#[test]
fn a_database_in_a_file_brings_at_most_sixty_crates() {
    let crates = tree(&["-p", "lawful-sqlite"]);
    assert!(crates.contains("rusqlite"), "the tree is seen: {crates:?}");
    assert!(crates.len() <= 60, "{} crates: {crates:?}", crates.len());
}

#[test]
fn nothing_else_stands_at_the_top() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "ARCHITECTURE.md",
        "LICENSE-MIT",
        "LICENSE-APACHE",
        "dsl",
        "macros",
        "interpreters",
        "examples",
        "tests",
        "target",
        "clippy.toml",
    ];
    let entries = std::fs::read_dir(root()).expect("the workspace can be listed");
    let names = entries.map(|entry| {
        entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name")
    });
    let unexpected: Vec<_> = names
        .filter(|name| !name.starts_with('.') && !allowed.contains(&name.as_str()))
        .collect();
    assert_eq!(unexpected, Vec::<String>::new());
}

#[test]
fn unsafe_code_is_forbidden_everywhere() {
    let manifest =
        std::fs::read_to_string(root().join("Cargo.toml")).expect("the workspace's manifest");
    assert!(manifest.contains("unsafe_code = \"forbid\""));
    for (name, (folder, _)) in ours(&metadata(&["--no-deps"])) {
        let manifest =
            std::fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("a manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{name} does not take the workspace's lints"
        );
    }
}
