//! Functions as answers: what they are called with, and which functions can be.

use candle_core::Tensor;

use super::answer::Answer;

/// What an exercise calls a function with.
///
/// ```
/// use lstm::exercise::{Arguments, StudentFunction};
///
/// let double = |x: f64| 2.0 * x;
/// assert!(double.call(&Arguments::Numbers(vec![1.5])).is_some());
/// assert!(double.call(&Arguments::Sizes(vec![1])).is_none()); // it takes another type
/// ```
#[derive(Clone, Debug)]
pub enum Arguments {
    /// Tensors, each passed as `&Tensor`.
    Tensors(Vec<Tensor>),
    /// Sizes, each passed as `usize`.
    Sizes(Vec<usize>),
    /// Numbers, each passed as `f64`.
    Numbers(Vec<f64>),
}

impl Arguments {
    /// How many arguments of which type: `2 of type usize`.
    pub(super) fn describe(&self) -> String {
        match self {
            Arguments::Tensors(all) => parameters(all.len(), "&Tensor"),
            Arguments::Sizes(all) => parameters(all.len(), "usize"),
            Arguments::Numbers(all) => parameters(all.len(), "f64"),
        }
    }
}

/// So many of this type.
fn parameters(count: usize, kind: &str) -> String {
    format!("{count} of type `{kind}`")
}

/// A function that can be handed in: up to eight `&Tensor`, five `usize` or three `f64` in, and anything out that is
/// an [`Answer`]: `Result<Tensor>`, or `Result<Option<Tensor>>` while it may be unanswered. `Signature` is found by
/// the compiler.
///
/// ```
/// use lstm::exercise::{Answer, Arguments, StudentFunction};
///
/// fn area(width: usize, height: usize) -> usize {
///     width * height
/// }
/// assert_eq!(area.takes(), "2 of type `usize`");
/// let answer = area.call(&Arguments::Sizes(vec![3, 4]));
/// assert!(matches!(answer, Some(Answer::Number(area)) if area == 12.0));
/// assert!(area.call(&Arguments::Sizes(vec![3])).is_none());
/// ```
pub trait StudentFunction<Signature> {
    /// Its result for these arguments; `None` if it takes others.
    fn call(&self, arguments: &Arguments) -> Option<Answer>;

    /// What it takes: ``2 of type `usize` ``.
    fn takes(&self) -> String;
}

macro_rules! function {
    ($variant:ident, $kind:ty, $name:literal, $count:literal, [$($value:ident),*], $pass:expr) => {
        impl<F, R> StudentFunction<fn($(function!(@type $value $kind)),*) -> R> for F
        where
            F: Fn($(function!(@type $value $kind)),*) -> R,
            R: Into<Answer>,
        {
            fn call(&self, arguments: &Arguments) -> Option<Answer> {
                match arguments {
                    Arguments::$variant(all) => match &all[..] {
                        [$($value),*] => Some(self($($pass($value)),*).into()),
                        _ => None,
                    },
                    _ => None,
                }
            }

            fn takes(&self) -> String {
                parameters($count, $name)
            }
        }
    };
    (@type $value:ident $kind:ty) => { $kind };
}

function!(Tensors, &Tensor, "&Tensor", 1, [a], same);
function!(Tensors, &Tensor, "&Tensor", 2, [a, b], same);
function!(Tensors, &Tensor, "&Tensor", 3, [a, b, c], same);
function!(Tensors, &Tensor, "&Tensor", 4, [a, b, c, d], same);
function!(Tensors, &Tensor, "&Tensor", 5, [a, b, c, d, e], same);
function!(Tensors, &Tensor, "&Tensor", 6, [a, b, c, d, e, f], same);
function!(Tensors, &Tensor, "&Tensor", 7, [a, b, c, d, e, f, g], same);
function!(Tensors, &Tensor, "&Tensor", 8, [a, b, c, d, e, f, g, h], same);
function!(Sizes, usize, "usize", 1, [a], copy);
function!(Sizes, usize, "usize", 2, [a, b], copy);
function!(Sizes, usize, "usize", 3, [a, b, c], copy);
function!(Sizes, usize, "usize", 4, [a, b, c, d], copy);
function!(Sizes, usize, "usize", 5, [a, b, c, d, e], copy);
function!(Numbers, f64, "f64", 1, [a], copy);
function!(Numbers, f64, "f64", 2, [a, b], copy);
function!(Numbers, f64, "f64", 3, [a, b, c], copy);

fn same(tensor: &Tensor) -> &Tensor {
    tensor
}

fn copy<T: Copy>(value: &T) -> T {
    *value
}
