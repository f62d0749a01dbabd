use crate::Docs;
use std::fmt::{Display, Formatter};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A documentation that could not be written.
#[derive(Debug)]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

impl WriteError {
    /// What could not be written.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Display for WriteError {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let path = self.path.display();
        match self.source.kind() {
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => write!(
                f,
                "`{path}` cannot be made: there is a file in its way, and a folder is expected"
            ),
            io::ErrorKind::PermissionDenied => {
                write!(
                    f,
                    "`{path}` cannot be written: choose a folder that belongs to you"
                )
            }
            _ => write!(f, "`{path}` cannot be written"),
        }
    }
}

impl std::error::Error for WriteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

impl Docs {
    /// Writes everything into a folder, which is made where there is none, and says which files these are: the page, the Markdown and
    /// the JSON under the domain's name, and each diagram.
    ///
    /// # Errors
    ///
    /// The first file or folder that cannot be written. Files before it are there.
    pub fn write(&self, folder: impl AsRef<Path>) -> Result<Vec<PathBuf>, WriteError> {
        let folder = folder.as_ref();
        let at = |path: &Path, result: io::Result<()>| {
            result.map_err(|source| WriteError {
                path: path.to_owned(),
                source,
            })
        };
        at(folder, fs::create_dir_all(folder))?;
        let name = self.file_name();
        let mut files = vec![
            (format!("{name}.html"), self.html()),
            (format!("{name}.md"), self.markdown()),
            (format!("{name}.json"), self.json()),
        ];
        let diagrams = self.mermaid().into_iter();
        files.extend(diagrams.map(|(name, source)| (format!("{name}.mmd"), format!("{source}\n"))));
        let mut written = Vec::new();
        for (name, content) in files {
            let path = folder.join(name);
            at(&path, fs::write(&path, content))?;
            written.push(path);
        }
        Ok(written)
    }
}
