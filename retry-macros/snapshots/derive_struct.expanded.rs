#[automatically_derived]
impl crate::runtime::Classify for Failed {
    fn class(&self) -> crate::runtime::Class {
        match self {
            Self { 0: value, .. } => crate::runtime::Classify::class(value),
        }
    }
    fn retry_after(&self) -> ::core::option::Option<::core::time::Duration> {
        match self {
            Self { 0: value, .. } => crate::runtime::Classify::retry_after(value),
        }
    }
    fn gave_up(&self) -> ::core::primitive::bool {
        match self {
            Self { 0: value, .. } => crate::runtime::Classify::gave_up(value),
        }
    }
    fn is_final(&self) -> ::core::primitive::bool {
        match self {
            Self { 0: value, .. } => crate::runtime::Classify::is_final(value),
        }
    }
}
#[automatically_derived]
impl ::retry_runtime::Classify for Rejected {
    fn class(&self) -> ::retry_runtime::Class {
        match self {
            Self { code: value, .. } => {
                ::retry_runtime::Class::Status(
                    ::retry_runtime::__private::StatusField::status(value),
                )
            }
        }
    }
    fn retry_after(&self) -> ::core::option::Option<::core::time::Duration> {
        match self {
            Self { after: value, .. } => {
                ::retry_runtime::__private::HintField::hint(value)
            }
        }
    }
}
