use super::IntType;

impl IntType {
    /// The type of this name; `usize` and `isize` are `u64` and `i64`, as in serde.
    #[must_use]
    pub fn parse(name: &str) -> Option<IntType> {
        Some(match name {
            "i8" => IntType::I8,
            "i16" => IntType::I16,
            "i32" => IntType::I32,
            "i64" | "isize" => IntType::I64,
            "i128" => IntType::I128,
            "u8" => IntType::U8,
            "u16" => IntType::U16,
            "u32" => IntType::U32,
            "u64" | "usize" => IntType::U64,
            "u128" => IntType::U128,
            _ => return None,
        })
    }

    /// Its name in Rust; empty for a literal.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            IntType::I8 => "i8",
            IntType::I16 => "i16",
            IntType::I32 => "i32",
            IntType::I64 => "i64",
            IntType::I128 => "i128",
            IntType::U8 => "u8",
            IntType::U16 => "u16",
            IntType::U32 => "u32",
            IntType::U64 => "u64",
            IntType::U128 => "u128",
            IntType::Literal => "",
        }
    }

    /// Its width in bits; a literal is as wide as anything.
    #[must_use]
    pub fn bits(self) -> u32 {
        match self {
            IntType::I8 | IntType::U8 => 8,
            IntType::I16 | IntType::U16 => 16,
            IntType::I32 | IntType::U32 => 32,
            IntType::I64 | IntType::U64 => 64,
            IntType::I128 | IntType::U128 | IntType::Literal => 128,
        }
    }

    /// Whether it holds negative numbers.
    #[must_use]
    pub fn is_signed(self) -> bool {
        !matches!(
            self,
            IntType::U8 | IntType::U16 | IntType::U32 | IntType::U64 | IntType::U128
        )
    }

    /// Its least value.
    #[must_use]
    pub fn min(self) -> i128 {
        if self.is_signed() {
            i128::MIN >> (128 - self.bits())
        } else {
            0
        }
    }

    /// Its greatest value; for `u128` the greatest one that a [`Datum`](crate::Datum) holds, which is `i128::MAX`.
    #[must_use]
    pub fn max(self) -> i128 {
        match self.bits() {
            128 => i128::MAX,
            bits if self.is_signed() => i128::MAX >> (128 - bits),
            bits => (1 << bits) - 1,
        }
    }

    /// Whether it holds this value.
    #[must_use]
    pub fn holds(self, value: i128) -> bool {
        (self.min()..=self.max()).contains(&value)
    }

    /// The value with only as many low bits as the type has, as `as` leaves them. `None` where the result is a `u128` that a
    /// [`Datum`](crate::Datum) does not hold.
    #[must_use]
    pub fn truncate(self, value: i128) -> Option<i128> {
        match self {
            IntType::I128 | IntType::Literal => Some(value),
            IntType::U128 => (value >= 0).then_some(value),
            _ => {
                let unused = 128 - self.bits();
                let low = value << unused;
                Some(if self.is_signed() {
                    low >> unused
                } else {
                    (low.cast_unsigned() >> unused).cast_signed()
                })
            }
        }
    }

    /// The bits of a value, as many as the type has.
    #[must_use]
    pub(crate) fn bits_of(self, value: i128) -> u128 {
        let unused = 128 - self.bits();
        (value.cast_unsigned() << unused) >> unused
    }
}
