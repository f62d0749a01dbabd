//! The evaluator's memory: the state, the names in sight, and the places that changes are written to.

use super::shape::{Shapes, Type};
use super::value::{Place, Places, Root, Value, part, put};
use super::{Datum, EvaluateError};
use crate::model::{AggregateModel, Expr, Pattern};

/// Evaluates the bodies of one aggregate over one state.
pub(crate) struct Machine<'m> {
    model: &'m AggregateModel,
    pub(super) shapes: Shapes<'m>,
    pub(super) state: Datum,
    /// Whether the present body may change the state.
    pub(super) mutable: bool,
    bindings: Vec<Binding>,
    /// Where the names of the present body begin.
    frame: usize,
    next: u64,
    /// How many bodies are entered: a rule that calls itself must end.
    pub(super) depth: u32,
    pub(crate) seen: Seen,
}

/// What an explanation wants to know about an evaluation.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The first element for which `all(..)` failed in the outermost body, by the closure's names.
    pub(crate) failing: Vec<(String, Datum)>,
}

#[derive(Debug, Clone)]
struct Binding {
    id: u64,
    name: String,
    parameter: bool,
    value: Value,
}

/// Why an evaluation stops before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// It cannot go on.
    Error(EvaluateError),
    /// `return`, or `?` on what is not there.
    Return(Box<Value>),
}

impl From<EvaluateError> for Stop {
    fn from(error: EvaluateError) -> Self {
        Stop::Error(error)
    }
}

/// What is needed to go back to the body that called.
pub(super) struct Caller {
    frame: usize,
    mutable: bool,
    start: usize,
}

/// The deepest that bodies may call each other.
const DEEPEST: u32 = 128;

impl<'m> Machine<'m> {
    /// Over this state.
    pub(crate) fn new(model: &'m AggregateModel, mut state: Datum) -> Self {
        let mut shapes = Shapes::new(model);
        let ty = shapes.state_type();
        shapes.learn(&ty, &state);
        shapes.adopt(&mut state, &ty);
        Machine {
            model,
            shapes,
            state,
            mutable: false,
            bindings: Vec::new(),
            frame: 0,
            next: 0,
            depth: 0,
            seen: Seen::default(),
        }
    }

    pub(super) fn model(&self) -> &'m AggregateModel {
        self.model
    }

    /// The state, with what its type tells filled in.
    pub(super) fn into_state(mut self) -> Datum {
        let ty = self.shapes.state_type();
        self.shapes.adopt(&mut self.state, &ty);
        self.state
    }

    /// Enters a body.
    pub(super) fn enter(&mut self, mutable: bool) -> Result<Caller, EvaluateError> {
        if self.depth == DEEPEST {
            return Err(EvaluateError::Mismatch(format!(
                "rules and helpers call each other more than {DEEPEST} deep"
            )));
        }
        self.depth += 1;
        let caller = Caller {
            frame: self.frame,
            mutable: self.mutable,
            start: self.bindings.len(),
        };
        self.frame = self.bindings.len();
        self.mutable = mutable;
        Ok(caller)
    }

    /// Leaves a body; its value no longer stands for names of it.
    pub(super) fn leave(&mut self, caller: &Caller, value: &mut Value) {
        self.depth -= 1;
        self.frame = caller.frame;
        self.mutable = caller.mutable;
        self.close(caller.start, value);
    }

    /// Where the next name will stand, to forget it by [`Machine::close`].
    pub(super) fn open(&self) -> usize {
        self.bindings.len()
    }

    /// Forgets the names since [`Machine::open`]; the value stands for what they stood for.
    pub(super) fn close(&mut self, start: usize, value: &mut Value) {
        while self.bindings.len() > start {
            if let Some(binding) = self.bindings.pop() {
                rebase(&mut value.places, &binding);
            }
        }
    }

    /// Forgets the names since [`Machine::open`].
    pub(super) fn forget(&mut self, start: usize) {
        self.bindings.truncate(start);
    }

    pub(super) fn bind(&mut self, name: &str, parameter: bool, value: Value) {
        self.next += 1;
        self.bindings.push(Binding {
            id: self.next,
            name: name.to_owned(),
            parameter,
            value,
        });
    }

    /// What a name holds, with the places that its value stands for.
    pub(super) fn held(&self, name: &str) -> Result<Value, EvaluateError> {
        self.binding(name, false)
            .map(|binding| binding.value.clone())
            .ok_or_else(|| unbound(name))
    }

    /// Lets a name hold another value, wherever the old one stood.
    pub(super) fn rebind(&mut self, name: &str, value: Value) {
        let frame = self.frame;
        let mut bindings = self.bindings[frame..].iter_mut().rev();
        if let Some(binding) = bindings.find(|binding| binding.name == name) {
            binding.value = value;
        }
    }

    fn binding(&self, name: &str, parameter: bool) -> Option<&Binding> {
        let frame = &self.bindings[self.frame..];
        frame
            .iter()
            .rev()
            .find(|binding| binding.name == name && binding.parameter == parameter)
            .or_else(|| frame.iter().rev().find(|binding| binding.name == name))
    }

    /// What a name stands for: a value of its own, or a place.
    pub(super) fn look_up(&self, name: &str, parameter: bool) -> Result<Value, EvaluateError> {
        let binding = self.binding(name, parameter).ok_or_else(|| unbound(name))?;
        Ok(match binding.value.places {
            Places::None => binding.value.datum.clone().into(),
            _ => binding.at_itself(),
        })
    }

    /// A name as a place: what is written there goes on to where its value stands.
    pub(super) fn name_place(&self, name: &str, parameter: bool) -> Result<Value, EvaluateError> {
        self.binding(name, parameter)
            .map(Binding::at_itself)
            .ok_or_else(|| unbound(name))
    }

    /// `self.field`, as a place.
    pub(super) fn field_place(&self, name: &str) -> Result<Value, EvaluateError> {
        let index = super::value::field_index(&self.state, name);
        let found = index.and_then(|index| Some((index, part(&self.state, index)?)));
        let Some((index, datum)) = found else {
            return Err(match self.state.why_unserialisable() {
                Some(why) => {
                    EvaluateError::Mismatch(format!("the state cannot be evaluated: {why}"))
                }
                None => EvaluateError::Mismatch(format!("the state has no field `{name}`")),
            });
        };
        Ok(Value::at(
            datum.clone(),
            Place {
                root: Root::State,
                path: vec![index],
            },
        ))
    }

    /// `self`, whole.
    pub(super) fn whole(&self) -> Value {
        Value::at(
            self.state.clone(),
            Place {
                root: Root::State,
                path: Vec::new(),
            },
        )
    }

    /// Writes where a value stands.
    pub(super) fn write(&mut self, places: &Places, new: Datum) -> Result<(), EvaluateError> {
        match places {
            Places::Here(place) => self.write_at(place, new),
            Places::None => Err(EvaluateError::Mismatch(format!(
                "`{new}` is assigned to a value that stands nowhere: expected a field, a name or a method that gives out a place"
            ))),
            Places::Parts(parts) => {
                for (index, places) in parts.iter().enumerate() {
                    match part(&new, index) {
                        Some(_) if matches!(places, Places::None) => {}
                        Some(inner) => self.write(places, inner.clone())?,
                        None => break,
                    }
                }
                Ok(())
            }
        }
    }

    fn write_at(&mut self, place: &Place, mut new: Datum) -> Result<(), EvaluateError> {
        self.adopt_at(place, &mut new);
        match place.root {
            Root::State if self.mutable => {
                if put(&mut self.state, &place.path, new) {
                    Ok(())
                } else {
                    Err(vanished())
                }
            }
            // Only a copy of the state can change here: the compiled form would not compile otherwise.
            Root::State => Ok(()),
            Root::Name(id) => {
                let Ok(index) = self
                    .bindings
                    .binary_search_by_key(&id, |binding| binding.id)
                else {
                    return Err(vanished());
                };
                let binding = &mut self.bindings[index];
                if !put(&mut binding.value.datum, &place.path, new.clone()) {
                    return Err(vanished());
                }
                match binding.value.places.along(&place.path) {
                    Places::None => Ok(()),
                    further => self.write(&further, new),
                }
            }
        }
    }

    /// Gives a new value the widths that the place it is written to has.
    fn adopt_at(&self, place: &Place, new: &mut Datum) {
        if let Some(ty) = self.type_at(place) {
            self.shapes.adopt(new, &ty);
        }
        if let Some(old) = self.datum_at(place) {
            adopt_from(new, old);
        }
    }

    fn datum_at(&self, place: &Place) -> Option<&Datum> {
        let mut at = match place.root {
            Root::State => &self.state,
            Root::Name(id) => &self.by_id(id)?.value.datum,
        };
        for index in &place.path {
            at = part(at, *index)?;
        }
        Some(at)
    }

    /// The value at a place as it is now, after a closure may have changed it.
    pub(super) fn now(&self, value: &Value) -> Datum {
        match &value.places {
            Places::Here(place) => self.datum_at(place).cloned(),
            _ => None,
        }
        .unwrap_or_else(|| value.datum.clone())
    }

    fn by_id(&self, id: u64) -> Option<&Binding> {
        let index = self
            .bindings
            .binary_search_by_key(&id, |binding| binding.id)
            .ok()?;
        self.bindings.get(index)
    }

    /// The type of what stands here, as far as the texts of types tell.
    pub(super) fn type_of(&self, places: &Places) -> Option<Type> {
        match places {
            Places::Here(place) => self.type_at(place),
            _ => None,
        }
    }

    fn type_at(&self, place: &Place) -> Option<Type> {
        match place.root {
            Root::Name(id) => {
                let further = self.by_id(id)?.value.places.along(&place.path);
                self.type_of(&further)
            }
            Root::State => {
                let mut ty = self.shapes.state_type();
                let mut at = &self.state;
                for index in &place.path {
                    ty = self.shapes.part(&ty, at, *index)?;
                    at = part(at, *index)?;
                }
                Some(ty)
            }
        }
    }

    /// Remembers the element for which `all(..)` failed.
    pub(super) fn note_failing(&mut self, pattern: &'m Pattern, element: &Value) {
        if self.depth > 1 {
            return;
        }
        let start = self.open();
        if self.fits(pattern, element).is_ok_and(|fits| fits) {
            for binding in &self.bindings[start..] {
                let noted = (binding.name.clone(), binding.value.datum.clone());
                self.seen.failing.retain(|(name, _)| *name != noted.0);
                self.seen.failing.push(noted);
            }
        }
        self.forget(start);
    }

    /// Evaluates an expression in its own scope.
    pub(super) fn scoped(&mut self, expr: &'m Expr) -> Result<Value, Stop> {
        let start = self.open();
        match self.eval(expr) {
            Ok(mut value) => {
                self.close(start, &mut value);
                Ok(value)
            }
            Err(Stop::Return(mut value)) => {
                self.close(start, &mut value);
                Err(Stop::Return(value))
            }
            Err(stop) => {
                self.forget(start);
                Err(stop)
            }
        }
    }
}

impl Binding {
    fn at_itself(&self) -> Value {
        Value::at(
            self.value.datum.clone(),
            Place {
                root: Root::Name(self.id),
                path: Vec::new(),
            },
        )
    }
}

/// A name goes out of sight: what stood in it stands where its value stands.
fn rebase(places: &mut Places, gone: &Binding) {
    match places {
        Places::Here(place) if place.root == Root::Name(gone.id) => {
            *places = gone.value.places.along(&place.path);
        }
        Places::Parts(parts) => {
            for part in parts {
                rebase(part, gone);
            }
        }
        _ => {}
    }
}

/// Gives the literals of a new value the widths of the old one.
fn adopt_from(new: &mut Datum, old: &Datum) {
    if let Datum::Int(width, _) = old
        && let Datum::Int(_, literal) = new
        && width.holds(*literal)
    {
        *new = Datum::Int(*width, *literal);
        return;
    }
    if new.is_the_default() {
        *new = super::number::beside(new, old);
        return;
    }
    if let (Datum::Option(Some(new)), Datum::Option(Some(old))) = (new, old) {
        adopt_from(new, old);
    }
}

fn unbound(name: &str) -> EvaluateError {
    EvaluateError::Mismatch(format!("the name `{name}` is not bound here"))
}

fn vanished() -> EvaluateError {
    EvaluateError::Mismatch("the place of a change is no longer there".to_owned())
}
