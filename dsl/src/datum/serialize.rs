use super::Datum;
use serde::Serialize;

impl Datum {
    /// The value of anything that serialises.
    ///
    /// # Errors
    ///
    /// Where the value's own serialisation fails.
    pub fn of<T: Serialize + ?Sized>(_value: &T) -> Result<Datum, serde_json::Error> {
        todo!()
    }
}
