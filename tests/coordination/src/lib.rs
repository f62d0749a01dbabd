//! The verdicts of the coordination report against all that replicas can do: see `tests`.
