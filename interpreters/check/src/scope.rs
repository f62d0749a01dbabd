use lawful::model::AggregateModel;

/// How much is tried: how many ids, how large collections, how many states.
///
/// ```
/// use lawful_check::Scope;
///
/// let scope = Scope::new().ids(3).budget(10_000);
/// ```
#[derive(Debug, Clone)]
pub struct Scope {
    pub(crate) ids: usize,
    pub(crate) size: usize,
    pub(crate) budget: usize,
    pub(crate) tries: usize,
    pub(crate) values: usize,
    pub(crate) symmetric: bool,
    pub(crate) extremes: bool,
    pub(crate) others: Vec<AggregateModel>,
}

impl Default for Scope {
    fn default() -> Self {
        Self::new()
    }
}

impl Scope {
    /// Two ids of each kind, collections of up to two elements, 500 commands of each kind; at most 200 000 states and 2 000 000 tried
    /// commands; ids are symmetric.
    #[must_use]
    pub fn new() -> Self {
        Scope {
            ids: 2,
            size: 2,
            budget: 200_000,
            tries: 2_000_000,
            values: 500,
            symmetric: true,
            extremes: false,
            others: Vec::new(),
        }
    }

    /// How many ids of each kind there are; at least one.
    #[must_use]
    pub fn ids(mut self, ids: usize) -> Self {
        self.ids = ids.max(1);
        self
    }

    /// How many elements the collections in parameters have at most.
    #[must_use]
    pub fn size(mut self, size: usize) -> Self {
        self.size = size;
        self
    }

    /// How many states are looked at before the search gives up; at least one.
    #[must_use]
    pub fn budget(mut self, states: usize) -> Self {
        self.budget = states.max(1);
        self
    }

    /// How many commands are tried in all before the search gives up: each is tried in each state.
    #[must_use]
    pub fn tries(mut self, tries: usize) -> Self {
        self.tries = tries;
        self
    }

    /// How many commands (and events) of each kind are tried; at least one. Of more, those with the simplest values are kept.
    #[must_use]
    pub fn values(mut self, each: usize) -> Self {
        self.values = each.max(1);
        self
    }

    /// Takes states for different that differ only in which id is which.
    ///
    /// By default such states are one, because rules can do nothing with an id but compare it. Rules that depend on the *order* of ids
    /// need this.
    #[must_use]
    pub fn distinct_ids(mut self) -> Self {
        self.symmetric = false;
        self
    }

    /// Tries the least and the greatest number of each type as well.
    #[must_use]
    pub fn extremes(mut self) -> Self {
        self.extremes = true;
        self
    }

    /// Takes the constants of this model into account as well: another version of the same aggregate.
    #[must_use]
    pub fn with_constants_of(mut self, model: &AggregateModel) -> Self {
        self.others.push(model.clone());
        self
    }
}
