use super::{Cell, CellError, Column};
use std::fmt::Debug;
use std::hash::Hash;

/// What a row is found by: the value of its `#[key]`, or a tuple where several fields are marked.
pub trait Key: Clone + Debug + Ord + Hash + Send + Sync + 'static {
    /// A cell for each field of the key.
    ///
    /// # Errors
    ///
    /// A number that is too large.
    fn cells(&self) -> Result<Vec<Cell>, CellError>;

    /// The key of these cells.
    ///
    /// # Errors
    ///
    /// Too few cells, or cells of another kind.
    fn of_cells(cells: Vec<Cell>) -> Result<Self, CellError>;
}

impl<T: Column + Clone + Debug + Ord + Hash + Send + Sync + 'static> Key for T {
    fn cells(&self) -> Result<Vec<Cell>, CellError> {
        Ok(vec![self.cell()?])
    }

    fn of_cells(cells: Vec<Cell>) -> Result<Self, CellError> {
        T::of_cell(next(&mut cells.into_iter())?)
    }
}

fn next(cells: &mut impl Iterator<Item = Cell>) -> Result<Cell, CellError> {
    let missing = || CellError::Value("a cell of the key is missing".to_owned());
    cells.next().ok_or_else(missing)
}

macro_rules! tuple {
    ($($name:ident)*) => {
        #[allow(non_snake_case, reason = "a type and its value share a letter")]
        impl<$($name: Column + Clone + Debug + Ord + Hash + Send + Sync + 'static),*> Key for ($($name,)*) {
            fn cells(&self) -> Result<Vec<Cell>, CellError> {
                let ($($name,)*) = self;
                Ok(vec![$($name.cell()?),*])
            }

            fn of_cells(cells: Vec<Cell>) -> Result<Self, CellError> {
                let mut cells = cells.into_iter();
                Ok(($($name::of_cell(next(&mut cells)?)?,)*))
            }
        }
    };
}

tuple!(A B);
tuple!(A B C);
tuple!(A B C E);
