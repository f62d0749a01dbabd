use std::env;
use std::fmt::{Display, Formatter};

/// A program that this machine does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its name.
    pub program: String,
    /// The package that brings it, as Debian calls it.
    pub package: String,
}

impl Missing {
    /// Says what to install; the suite is then skipped.
    ///
    /// # Panics
    ///
    /// Under `CI=true`, where nothing may be skipped.
    pub fn report(&self) {
        assert!(!Self::must_not_be(), "{self}");
        eprintln!("SKIPPED: {self}");
    }

    fn must_not_be() -> bool {
        env::var("CI").is_ok_and(|ci| ci == "true")
    }
}

impl Display for Missing {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the program `{}` is missing; install the package `{}`, for example with `apt-get install {1}`",
            self.program, self.package
        )
    }
}
