use super::AggregateModel;
use std::fmt::{Display, Formatter};

impl Display for AggregateModel {
    fn fmt(&self, _f: &mut Formatter<'_>) -> std::fmt::Result {
        todo!()
    }
}
