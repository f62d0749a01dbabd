//! What the reader knows of the standard library, and how it tells constants from other names.

use syn::Ident;
use syn::ext::IdentExt;

/// A name without `r#`.
pub(super) fn plain(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// Constants, variants and types differ from locals and functions by their case, and from each other not at all.
pub(super) fn is_upper(name: &str) -> bool {
    name.trim_start_matches('_').starts_with(char::is_uppercase)
}

/// `withdrawn_by` and `WithdrawnBy` are one name.
pub(super) fn same_name(snake: &str, camel: &str) -> bool {
    let letters = |name: &str| -> String { name.chars().filter(|letter| *letter != '_').collect() };
    letters(snake).eq_ignore_ascii_case(&letters(camel))
}

/// Methods that only say who owns a value: the tree holds values, so they vanish.
pub(super) fn is_about_ownership(method: &str) -> bool {
    is_among(
        "as_deref as_ref as_slice as_str clone cloned copied into into_boxed_str into_owned into_string to_owned to_vec",
        method,
    )
}

/// One name for methods that differ only in who owns what they give.
pub(super) fn canonical(method: &str) -> &str {
    match method {
        "retain_mut" => "retain",
        "split_ascii_whitespace" => "split_whitespace",
        "into_iter" => "iter",
        "into_keys" => "keys",
        "into_values" => "values",
        "as_deref_mut" => "as_mut",
        "sort_unstable" => "sort",
        "sort_unstable_by" => "sort_by",
        "sort_by_cached_key" | "sort_unstable_by_key" => "sort_by_key",
        other => other,
    }
}

/// The methods that the model knows, by subject, with the least and the greatest number of their arguments. What is not here is
/// opaque; what is here, the evaluator must know.
const METHODS: &[(&str, usize, usize)] = &[
    // Option, Result and bool.
    (
        "is_some is_none is_ok is_err unwrap unwrap_or_default ok err flatten transpose as_mut get_or_insert_default",
        0,
        0,
    ),
    (
        "is_some_and is_none_or is_ok_and is_err_and expect unwrap_or unwrap_or_else map_err and and_then or or_else xor",
        1,
        1,
    ),
    (
        "ok_or ok_or_else get_or_insert get_or_insert_with take_if then then_some",
        1,
        1,
    ),
    ("map_or map_or_else", 2, 2),
    ("take", 0, 1),
    ("replace insert join", 1, 2),
    // Texts and characters.
    (
        "chars bytes char_indices lines split_whitespace trim trim_start trim_end to_string",
        0,
        0,
    ),
    (
        "to_lowercase to_uppercase to_ascii_lowercase to_ascii_uppercase make_ascii_lowercase make_ascii_uppercase",
        0,
        0,
    ),
    (
        "is_alphabetic is_alphanumeric is_numeric is_lowercase is_uppercase is_whitespace is_control is_ascii",
        0,
        0,
    ),
    (
        "is_ascii_alphabetic is_ascii_alphanumeric is_ascii_digit is_ascii_hexdigit is_ascii_lowercase",
        0,
        0,
    ),
    (
        "is_ascii_uppercase is_ascii_punctuation is_ascii_whitespace",
        0,
        0,
    ),
    (
        "push_str starts_with ends_with split split_once rsplit_once strip_prefix strip_suffix rfind repeat",
        1,
        1,
    ),
    (
        "trim_start_matches trim_end_matches eq_ignore_ascii_case is_digit to_digit",
        1,
        1,
    ),
    ("insert_str", 2, 2),
    // Lists, maps and sets.
    (
        "len is_empty first first_mut last last_mut pop pop_front pop_back pop_first pop_last front front_mut back",
        0,
        0,
    ),
    (
        "back_mut clear sort dedup reverse is_sorted keys values values_mut iter iter_mut or_default key",
        0,
        0,
    ),
    ("first_key_value last_key_value", 0, 0),
    (
        "contains contains_key get get_mut get_key_value push push_front push_back append extend extend_from_slice",
        1,
        1,
    ),
    (
        "truncate remove swap_remove remove_entry retain drain split_off entry and_modify or_insert or_insert_with",
        1,
        1,
    ),
    (
        "or_insert_with_key sort_by sort_by_key dedup_by_key is_subset is_superset is_disjoint union intersection",
        1,
        1,
    ),
    (
        "difference symmetric_difference concat windows chunks binary_search fill rotate_left rotate_right index",
        1,
        1,
    ),
    ("swap resize", 2, 2),
    // Iterators.
    (
        "count sum product enumerate rev collect next next_back unzip",
        0,
        0,
    ),
    (
        "map filter filter_map flat_map find find_map position rposition any all zip chain skip step_by nth",
        1,
        1,
    ),
    (
        "take_while skip_while map_while min_by max_by min_by_key max_by_key partition reduce for_each",
        1,
        1,
    ),
    ("fold try_fold", 2, 2),
    // Order.
    ("is_lt is_le is_gt is_ge is_eq is_ne", 0, 0),
    (
        "cmp partial_cmp total_cmp eq ne lt le gt ge then_with",
        1,
        1,
    ),
    ("min max", 0, 1),
    ("clamp", 2, 2),
    // Numbers.
    (
        "abs unsigned_abs is_positive is_negative signum saturating_abs checked_abs wrapping_abs saturating_neg",
        0,
        0,
    ),
    (
        "checked_neg wrapping_neg is_power_of_two count_ones leading_zeros trailing_zeros isqrt",
        0,
        0,
    ),
    (
        "floor ceil round trunc sqrt is_nan is_finite is_infinite",
        0,
        0,
    ),
    (
        "pow powi powf abs_diff rem_euclid div_euclid div_ceil is_multiple_of",
        1,
        1,
    ),
    // Moments, durations and ids.
    (
        "as_secs as_millis as_micros as_nanos subsec_millis subsec_micros subsec_nanos is_zero uuid",
        0,
        0,
    ),
    ("saturating_duration_since same", 1, 1),
];

/// What may stand after `saturating_`, `checked_` and `wrapping_`.
const ARITHMETIC: &str =
    "add sub mul div rem pow div_euclid rem_euclid add_signed sub_signed add_unsigned sub_unsigned";

/// Methods that take functions, by how many arguments these take.
const TAKING_FUNCTIONS: &[(&str, usize)] = &[
    ("then get_or_insert_with or_insert_with ok_or_else", 0),
    (
        "is_some_and is_none_or is_ok_and is_err_and map map_err and_then filter filter_map flat_map find find_map",
        1,
    ),
    (
        "position rposition any all take_while skip_while map_while min_by_key max_by_key partition sort_by_key",
        1,
    ),
    (
        "dedup_by_key retain and_modify take_if map_or map_or_else unwrap_or_else or_else for_each or_insert_with_key",
        1,
    ),
    ("min_by max_by sort_by reduce fold try_fold", 2),
];

fn is_among(words: &str, word: &str) -> bool {
    words.split(' ').any(|each| each == word)
}

/// How many arguments a known method takes, at least and at most; None for an unknown one.
pub(super) fn arguments(method: &str) -> Option<(usize, usize)> {
    let checked = ["saturating_", "checked_", "wrapping_"]
        .iter()
        .find_map(|how| method.strip_prefix(how));
    if checked.is_some_and(|operation| is_among(ARITHMETIC, operation)) {
        return Some((1, 1));
    }
    METHODS
        .iter()
        .find(|(methods, _, _)| is_among(methods, method))
        .map(|(_, least, most)| (*least, *most))
}

/// Which methods take functions, so that a path among their arguments is one, and how many arguments that function then takes.
pub(super) fn function_arguments(method: &str) -> Option<usize> {
    TAKING_FUNCTIONS
        .iter()
        .find(|(methods, _)| is_among(methods, method))
        .map(|(_, arguments)| *arguments)
}

pub(super) fn is_number_type(name: &str) -> bool {
    is_among(
        "i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64",
        name,
    )
}

pub(super) fn is_collection(name: &str) -> bool {
    is_among("Vec VecDeque BTreeMap HashMap BTreeSet HashSet", name)
}

/// Types of the standard library whose methods may be called as functions: `str::len(name)`.
pub(super) fn is_standard(name: &str) -> bool {
    is_number_type(name)
        || is_collection(name)
        || is_among(
            "Option Result String str bool char Duration Iterator IntoIterator Ord PartialOrd PartialEq ToString ToOwned Clone Into AsRef",
            name,
        )
}

/// Associated functions that the model knows by name, beside those of collections.
pub(super) fn is_function(of: &str, name: &str) -> bool {
    match of {
        "Duration" => matches!(
            name,
            "new"
                | "from_secs"
                | "from_millis"
                | "from_micros"
                | "from_nanos"
                | "from_mins"
                | "from_hours"
        ),
        "Timestamp" => name == "from_micros",
        "mem" => matches!(name, "take" | "replace" | "swap"),
        "Default" => name == "default",
        of if is_collection(of) => matches!(name, "from" | "from_iter"),
        "String" => name == "from_iter",
        of => is_number_type(of) && matches!(name, "from" | "try_from"),
    }
}

/// Types of the standard library that hold another: named without it, they mean nothing outside of the body.
pub(super) fn is_generic(name: &str) -> bool {
    is_among(
        "Arc BinaryHeap Box Cell Cow LinkedList Option PhantomData Rc RefCell Result Reverse Wrapping",
        name,
    )
}
