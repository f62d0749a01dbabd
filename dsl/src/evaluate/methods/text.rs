//! Methods of texts and letters.

use super::{Answer, Call, found, index, items_of, truth};
use crate::evaluate::machine::{Machine, Stop};
use crate::evaluate::value::Value;
use crate::{Datum, IntType};

impl<'m> Machine<'m> {
    pub(super) fn on_text(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Str(text) = &call.of.datum else {
            return Ok(None);
        };
        if let Some(value) = without_arguments(call.name, text) {
            return found(value);
        }
        if let Some(value) = self.changed_text(call, text)? {
            return Ok(Some(value));
        }
        match (call.name, call.arguments.len()) {
            ("contains" | "starts_with" | "ends_with", 1) => {
                if let Some(fits) = self.letters(call, text)? {
                    return truth(match call.name {
                        "contains" => fits.contains(&true),
                        "starts_with" => fits.first() == Some(&true),
                        _ => fits.last() == Some(&true),
                    });
                }
                let part = self.text_argument(call, 0)?;
                truth(match call.name {
                    "contains" => text.contains(&part),
                    "starts_with" => text.starts_with(&part),
                    _ => text.ends_with(&part),
                })
            }
            ("eq_ignore_ascii_case", 1) => {
                let other = self.text_argument(call, 0)?;
                truth(text.eq_ignore_ascii_case(&other))
            }
            ("find" | "rfind", 1) if self.letters(call, text)?.is_none() => {
                let part = self.text_argument(call, 0)?;
                let place = match call.name {
                    "find" => text.find(&part),
                    _ => text.rfind(&part),
                };
                found(Value::option(place.map(|place| Datum::count(place).into())))
            }
            ("replace", 2) => {
                let from = self.text_argument(call, 0)?;
                let to = self.text_argument(call, 1)?;
                found(Datum::Str(text.replace(&from, &to)))
            }
            ("repeat", 1) => {
                let times = index(&self.argument(call, 0)?.datum)?;
                found(Datum::Str(text.repeat(times.min(1_000_000))))
            }
            ("trim_matches" | "trim_start_matches" | "trim_end_matches", 1)
                if super::is_callable(call.arguments.first()) =>
            {
                let fits = self.letters(call, text)?.unwrap_or_default();
                let mut letters: Vec<_> = text.chars().zip(fits).collect();
                if call.name != "trim_start_matches" {
                    while letters.pop_if(|(_, fits)| *fits).is_some() {}
                }
                let trims = call.name != "trim_end_matches";
                let kept = letters.into_iter().skip_while(|(_, fits)| trims && *fits);
                found(Datum::Str(kept.map(|(letter, _)| letter).collect()))
            }
            ("trim_matches", 1) => match self.argument(call, 0)?.datum {
                Datum::Char(letter) => found(owned(text.trim_matches(letter))),
                _ => Ok(None),
            },
            ("strip_prefix" | "strip_suffix" | "trim_start_matches" | "trim_end_matches", 1) => {
                let part = self.text_argument(call, 0)?;
                match call.name {
                    "strip_prefix" => found(optional(text.strip_prefix(part.as_str()))),
                    "strip_suffix" => found(optional(text.strip_suffix(part.as_str()))),
                    "trim_start_matches" => found(owned(text.trim_start_matches(part.as_str()))),
                    _ => found(owned(text.trim_end_matches(part.as_str()))),
                }
            }
            ("split", 1) => {
                let Some(fits) = self.letters(call, text)? else {
                    let part = self.text_argument(call, 0)?;
                    return found(texts(text.split(part.as_str())));
                };
                let mut parts = vec![String::new()];
                for (letter, splits) in text.chars().zip(fits) {
                    match parts.last_mut() {
                        Some(part) if !splits => part.push(letter),
                        _ => parts.push(String::new()),
                    }
                }
                found(Datum::List(parts.into_iter().map(Datum::Str).collect()))
            }
            ("split_once" | "rsplit_once", 1) => {
                let part = self.text_argument(call, 0)?;
                let pair = match call.name {
                    "split_once" => text.split_once(part.as_str()),
                    _ => text.rsplit_once(part.as_str()),
                };
                let pair = pair.map(|(one, two)| Datum::Tuple(vec![owned(one), owned(two)]).into());
                found(Value::option(pair))
            }
            ("parse", 0) => Ok(parsed(call, text)),
            _ => Ok(None),
        }
    }

    fn changed_text(&mut self, call: &Call<'m>, text: &str) -> Answer {
        let mut new = text.to_owned();
        let mut given = Datum::UNIT;
        match (call.name, call.arguments.len()) {
            ("push" | "push_str", 1) => new.push_str(&self.text_argument(call, 0)?),
            ("insert_str" | "insert", 2) => {
                let place = index(&self.argument(call, 0)?.datum)?;
                let part = self.text_argument(call, 1)?;
                if !new.is_char_boundary(place) {
                    return Ok(None);
                }
                new.insert_str(place, &part);
            }
            ("clear", 0) => new.clear(),
            ("truncate", 1) => {
                let length = index(&self.argument(call, 0)?.datum)?;
                if length < new.len() && !new.is_char_boundary(length) {
                    return Ok(None);
                }
                new.truncate(length);
            }
            ("pop", 0) => {
                given = Datum::Option(new.pop().map(|letter| Box::new(Datum::Char(letter))));
            }
            ("extend", 1) => {
                let more = self.argument(call, 0)?;
                for item in items_of(&more)? {
                    new.push_str(&super::to_text(&[item.datum]));
                }
            }
            ("make_ascii_lowercase", 0) => new.make_ascii_lowercase(),
            ("make_ascii_uppercase", 0) => new.make_ascii_uppercase(),
            ("retain", 1) => {
                let keep = self.letters(call, text)?.unwrap_or_default();
                new = text
                    .chars()
                    .zip(keep)
                    .filter_map(|(letter, keep)| keep.then_some(letter))
                    .collect();
            }
            _ => return Ok(None),
        }
        self.put_back(&call.of, Datum::Str(new))?;
        found(given)
    }

    /// Whether the closure that a pattern is holds for each letter; `None` where the pattern is a text or a letter.
    fn letters(&mut self, call: &Call<'m>, text: &str) -> Result<Option<Vec<bool>>, Stop> {
        if Self::closure_pattern(call, 0).is_none() && !super::is_callable(call.arguments.first()) {
            return Ok(None);
        }
        let mut fits = Vec::new();
        for letter in text.chars() {
            fits.push(self.test(call, 0, vec![Datum::Char(letter).into()])?);
        }
        Ok(Some(fits))
    }

    fn text_argument(&mut self, call: &Call<'m>, index: usize) -> Result<String, Stop> {
        Ok(match self.argument(call, index)?.datum {
            Datum::Str(text) => text,
            Datum::Char(letter) => letter.to_string(),
            other => {
                return Err(crate::evaluate::expression::mismatch(format!(
                    "`{}` of a text takes a text, found `{other}`",
                    call.name
                )));
            }
        })
    }

    pub(super) fn on_char(&mut self, call: &Call<'m>) -> Answer {
        let Datum::Char(letter) = call.of.datum else {
            return Ok(None);
        };
        if let ("is_digit" | "to_digit", [radix]) = (call.name, call.arguments) {
            let radix = index(&self.eval(radix)?.datum)?;
            let radix = u32::try_from(radix).unwrap_or(0);
            if !(2..=36).contains(&radix) {
                return Ok(None);
            }
            let digit = letter.to_digit(radix);
            return match call.name {
                "is_digit" => truth(digit.is_some()),
                _ => found(Value::option(
                    digit.map(|digit| Datum::Int(IntType::U32, digit.into()).into()),
                )),
            };
        }
        match call.name {
            "is_alphabetic" => truth(letter.is_alphabetic()),
            "is_alphanumeric" => truth(letter.is_alphanumeric()),
            "is_numeric" => truth(letter.is_numeric()),
            "is_whitespace" => truth(letter.is_whitespace()),
            "is_control" => truth(letter.is_control()),
            "is_lowercase" => truth(letter.is_lowercase()),
            "is_uppercase" => truth(letter.is_uppercase()),
            "is_ascii" => truth(letter.is_ascii()),
            "is_ascii_alphabetic" => truth(letter.is_ascii_alphabetic()),
            "is_ascii_alphanumeric" => truth(letter.is_ascii_alphanumeric()),
            "is_ascii_digit" => truth(letter.is_ascii_digit()),
            "is_ascii_hexdigit" => truth(letter.is_ascii_hexdigit()),
            "is_ascii_lowercase" => truth(letter.is_ascii_lowercase()),
            "is_ascii_uppercase" => truth(letter.is_ascii_uppercase()),
            "is_ascii_punctuation" => truth(letter.is_ascii_punctuation()),
            "is_ascii_whitespace" => truth(letter.is_ascii_whitespace()),
            "is_ascii_control" => truth(letter.is_ascii_control()),
            "is_ascii_graphic" => truth(letter.is_ascii_graphic()),
            "to_ascii_lowercase" => found(Datum::Char(letter.to_ascii_lowercase())),
            "to_ascii_uppercase" => found(Datum::Char(letter.to_ascii_uppercase())),
            "to_lowercase" => found(letters_of(letter.to_lowercase())),
            "to_uppercase" => found(letters_of(letter.to_uppercase())),
            "len_utf8" => found(Datum::count(letter.len_utf8())),
            _ => Ok(None),
        }
    }
}

fn without_arguments(name: &str, text: &str) -> Option<Datum> {
    Some(match name {
        "len" => Datum::count(text.len()),
        "is_empty" => Datum::Bool(text.is_empty()),
        "is_ascii" => Datum::Bool(text.is_ascii()),
        "trim" => owned(text.trim()),
        "trim_start" => owned(text.trim_start()),
        "trim_end" => owned(text.trim_end()),
        "to_lowercase" => Datum::Str(text.to_lowercase()),
        "to_uppercase" => Datum::Str(text.to_uppercase()),
        "to_ascii_lowercase" => Datum::Str(text.to_ascii_lowercase()),
        "to_ascii_uppercase" => Datum::Str(text.to_ascii_uppercase()),
        "chars" => letters_of(text.chars()),
        "char_indices" => Datum::List(
            text.char_indices()
                .map(|(place, letter)| Datum::Tuple(vec![Datum::count(place), Datum::Char(letter)]))
                .collect(),
        ),
        "bytes" | "as_bytes" | "into_bytes" => Datum::List(
            text.bytes()
                .map(|byte| Datum::Int(IntType::U8, byte.into()))
                .collect(),
        ),
        "lines" => texts(text.lines()),
        "split_whitespace" => texts(text.split_whitespace()),
        "split_ascii_whitespace" => texts(text.split_ascii_whitespace()),
        _ => return None,
    })
}

/// `text.parse::<T>()` for numbers and truths; the error is not told apart.
fn parsed(call: &Call<'_>, text: &str) -> Option<Value> {
    let ty = call.turbofish?.trim();
    let parsed = match ty {
        "bool" => text.parse().ok().map(Datum::Bool),
        "char" => text.parse().ok().map(Datum::Char),
        "f64" => text.parse().ok().map(Datum::Float),
        "String" => Some(owned(text)),
        ty => {
            let ty = IntType::parse(ty)?;
            let well = ty.is_signed() || !text.starts_with('-');
            text.parse::<i128>()
                .ok()
                .filter(|value| well && ty.holds(*value))
                .map(|value| Datum::Int(ty, value))
        }
    };
    Some(
        parsed
            .map_or_else(|| Datum::err(Datum::UNIT), Datum::ok)
            .into(),
    )
}

fn owned(text: &str) -> Datum {
    Datum::Str(text.to_owned())
}

fn optional(text: Option<&str>) -> Value {
    Value::option(text.map(|text| owned(text).into()))
}

fn texts<'t>(parts: impl Iterator<Item = &'t str>) -> Datum {
    Datum::List(parts.map(owned).collect())
}

fn letters_of(letters: impl Iterator<Item = char>) -> Datum {
    Datum::List(letters.map(Datum::Char).collect())
}
