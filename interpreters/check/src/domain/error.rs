/// A parameter of which no value can be made up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no value of `{name}: {ty}` of the {what} `{of}` can be made up ({why}): write the values to try as `#[samples(..)]` before the parameter"
)]
pub struct DomainError {
    pub(crate) what: &'static str,
    pub(crate) of: String,
    pub(crate) name: String,
    pub(crate) ty: String,
    pub(crate) why: String,
}
