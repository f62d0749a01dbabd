use super::Datum;
use std::fmt::{Display, Formatter};

impl Display for Datum {
    fn fmt(&self, _f: &mut Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
