use crate::content::{Context, title};
use crate::diagram::Diagram;
use crate::{flow, names, page, render, search};
use lawful::model::{AggregateModel, DomainModel};
use lawful::{Aggregate, Domain};
use lawful_check::{DomainError, Domains, Scope};
use serde::Serialize;

/// How many letters of a name become part of the name of a file.
const LONGEST: usize = 80;

/// What there is to say about a domain, ready to be written down.
///
/// It is made from a declaration (`Docs::of::<Bank>()`), or from a model as data, of a domain or of one aggregate alone. The same model
/// gives the same text, byte for byte.
#[derive(Debug, Clone)]
pub struct Docs {
    pub(crate) model: DomainModel,
    pub(crate) diagrams: Vec<Diagram>,
}

impl Docs {
    /// The documentation of a domain.
    #[must_use]
    pub fn of<D: Domain>() -> Self {
        D::model().into()
    }

    /// With the state diagram of an aggregate, found by trying its commands, with values as the check derives them.
    ///
    /// # Errors
    ///
    /// Where a command takes something of which no value can be made up.
    pub fn explored<A: Aggregate>(self) -> Result<Self, DomainError> {
        self.explored_within::<A>(&Scope::new())
    }

    /// The same with values from a scope; its budget of states plays no part.
    ///
    /// # Errors
    ///
    /// Where a command takes something of which no value can be made up.
    pub fn explored_within<A: Aggregate>(mut self, scope: &Scope) -> Result<Self, DomainError> {
        let diagram = search::draw(&Domains::<A>::derive(scope)?);
        self.diagrams
            .retain(|other| other.aggregate != diagram.aggregate);
        self.diagrams.push(diagram);
        Ok(self)
    }

    /// What it is about.
    #[must_use]
    pub fn model(&self) -> &DomainModel {
        &self.model
    }

    /// The state diagrams of the aggregates that were explored.
    #[must_use]
    pub fn diagrams(&self) -> &[Diagram] {
        &self.diagrams
    }

    /// Everything as Markdown: commands with their guards in the author's sentences, rules with every command that uses them, events
    /// with their updates, invariants, states, services and programs; diagrams as Mermaid.
    #[must_use]
    pub fn markdown(&self) -> String {
        render::markdown::document(&title(&self.model.name), &Context::new(self).blocks())
    }

    /// Everything as one page that needs nothing else: no network, and no script but for the search.
    #[must_use]
    pub fn html(&self) -> String {
        page::page(self, &Context::new(self).blocks())
    }

    /// The model and the state diagrams as JSON. The part `model` reads back as a [`DomainModel`].
    ///
    /// # Panics
    ///
    /// Never: a model is made of texts, numbers and lists.
    #[must_use]
    pub fn json(&self) -> String {
        #[derive(Serialize)]
        struct Whole<'d> {
            model: &'d DomainModel,
            diagrams: &'d [Diagram],
        }
        let whole = Whole {
            model: &self.model,
            diagrams: &self.diagrams,
        };
        let mut json = serde_json::to_string_pretty(&whole).expect("a model is plain data");
        json.push('\n');
        json
    }

    /// The diagrams in Mermaid, by name: `bank-flow` for the whole domain, `account-flow` for each aggregate, and `account-states` for
    /// each that was explored.
    #[must_use]
    pub fn mermaid(&self) -> Vec<(String, String)> {
        let mut all = vec![(
            format!("{}-flow", self.file_name()),
            flow::of_domain(&self.model),
        )];
        for (index, aggregate) in self.model.aggregates.iter().enumerate() {
            let name = short(names::id(&[&aggregate.name], "-"), index);
            all.push((format!("{name}-flow"), flow::of_aggregate(aggregate)));
            let diagram = self
                .diagrams
                .iter()
                .find(|one| one.aggregate == aggregate.name);
            all.extend(diagram.map(|one| (format!("{name}-states"), one.mermaid())));
        }
        all
    }

    /// What its files are called: `bank`.
    pub(crate) fn file_name(&self) -> String {
        let words = names::words(&self.model.name).replace(' ', "_");
        short(names::id(&[&words], "-"), 0)
    }
}

/// A name that a file can have; what does not fit is told apart by its place.
fn short(mut name: String, place: usize) -> String {
    if name.len() <= LONGEST {
        return name;
    }
    name.truncate(LONGEST);
    format!("{name}-{place}")
}

impl From<DomainModel> for Docs {
    fn from(model: DomainModel) -> Self {
        Docs {
            model,
            diagrams: Vec::new(),
        }
    }
}

impl From<&DomainModel> for Docs {
    fn from(model: &DomainModel) -> Self {
        model.clone().into()
    }
}

impl From<&AggregateModel> for Docs {
    /// One aggregate, without a domain around it.
    fn from(aggregate: &AggregateModel) -> Self {
        DomainModel {
            name: aggregate.state.name.clone(),
            doc: "".into(),
            aggregates: vec![aggregate.clone()],
            services: Vec::new(),
            programs: Vec::new(),
        }
        .into()
    }
}
