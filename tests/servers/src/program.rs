use crate::Missing;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Finds a program on the path, or in folders where packages hide it: a `*` in such a folder stands for any one name, of which the
/// greatest number is taken (`/usr/lib/postgresql/*/bin`).
///
/// # Errors
///
/// What to install where it is nowhere.
pub fn program(name: &str, package: &str, also_in: &[&str]) -> Result<PathBuf, Missing> {
    let hidden = also_in.iter().flat_map(|folder| expand(folder));
    let known = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect::<Vec<_>>();
    hidden
        .chain(known)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
        .ok_or_else(|| Missing {
            program: name.to_owned(),
            package: package.to_owned(),
        })
}

/// The folders that a pattern stands for, the greatest version first.
fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else {
        return vec![PathBuf::from(pattern)];
    };
    let mut names = fs::read_dir(Path::new(before))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect::<Vec<_>>();
    names.sort_by_key(|name| std::cmp::Reverse(name.parse::<u32>().unwrap_or(0)));
    names
        .into_iter()
        .map(|name| PathBuf::from(format!("{before}{name}{after}")))
        .collect()
}
