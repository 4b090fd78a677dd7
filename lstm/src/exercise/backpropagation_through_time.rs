//! The exercises of `02_backpropagation_through_time`.

use candle_core::{DType, Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![softmax_error(), one_step_back(), central_difference(), megabytes(), reach(), true_or_false()]
}

fn softmax_error() -> Task {
    // probabilities minus the one-hot target: 0.2, 0.5 - 1, 0.3
    Task::value("02/softmax-error", [0.2, -0.5, 0.3])
        .begin("Probabilities in, probabilities out, but for one of the three. Which?")
        .mistake(
            [-0.2, 0.5, -0.3],
            "Right up to the sign. Must the score of the class that came go up or down to make the loss smaller?",
        )
        .mistake([0.2, 0.5, 0.3], "That is the prediction itself. What came is missing.")
        .mistake([0.0, -0.5, 0.0], "The other two classes have a share in the loss as well: the softmax couples them.")
        .mistake([-0.8, 0.5, 0.3], "The class that came is number 1, counted from 0.")
        .mistake(
            [0.0, -2.0, 0.0],
            "That is the derivative with respect to the probabilities. The softmax comes before them.",
        )
        .otherwise("Take the one-hot vector of what came away from the probabilities.")
        .right("Its entries add up to 0: what one score should lose the others should gain.")
}

fn one_step_back() -> Task {
    Task::function("02/one-step-back", states, |arguments| {
        back(arguments, |delta, h, u| Ok(delta.mul(&slope(h)?)?.matmul(u)?))
    })
    .begin("First through tanh, element by element, then through the recurrent matrix. Vectors are rows here.")
    .confused_with(|arguments| back(arguments, |delta, _, u| Ok(delta.matmul(u)?)), "The slope of tanh is missing.")
    .confused_with(
        |arguments| back(arguments, |delta, h, _| Ok(delta.mul(&slope(h)?)?)),
        "That is the gradient of what is inside tanh. Now the matrix.",
    )
    .confused_with(
        |arguments| back(arguments, |delta, h, u| Ok(delta.mul(&slope(h)?)?.matmul(&u.t()?)?)),
        "Forward it is h Uᵀ with rows. What is it backward, then?",
    )
    .confused_with(
        |arguments| back(arguments, |delta, h, u| Ok(delta.matmul(u)?.mul(&slope(h)?)?)),
        "The right factors in the wrong order: which was computed last going forward?",
    )
    .confused_with(
        |arguments| back(arguments, |delta, h, u| Ok(delta.mul(&slope(&h.tanh()?)?)?.matmul(u)?)),
        "The tanh was applied already: h is its result.",
    )
    .otherwise("Compare with the loop above: two lines of it are what is asked for.")
    .right("Repeat it, and you have the product that the next notebook is about.")
}

fn central_difference() -> Task {
    // the error of a central difference is proportional to ε², so 10² for a tenth
    Task::value("02/central-difference", 100.0)
        .begin("Which power of ε is the error of a central difference proportional to? The slope in the plot tells.")
        .mistake(10.0, "That is the forward difference. The central one does better.")
        .mistake(
            1000.0,
            "The terms of even order cancel, and the first that is left is the third. But then one divides by ε.",
        )
        .mistake(20.0, "It is a power of ten.")
        .mistake(0.01, "Right, the other way round: by which factor does it become smaller?")
        .otherwise("In the plot, by how many decades does the error fall while ε falls by one?")
        .right("Until rounding takes over, which grows as ε shrinks. Hence the V.")
}

fn megabytes() -> Task {
    // 1000 · 32 · 512 · 4 bytes
    Task::value("02/megabytes", 65.536)
        .within(0.01)
        .begin(
            "How many numbers is one state of the whole batch, how many states are there, how many bytes is a number?",
        )
        .mistake(16.384, "That many million numbers. Each has four bytes.")
        .mistake(131.072, "Four bytes for each number: f32 has 32 bits.")
        .mistake(2.048, "The batch is missing: each of its sequences has its own states.")
        .mistake(0.065_536, "The steps are missing: every state waits for the backward pass.")
        .mistake(62.5, "That is in mebibytes, 2²⁰ bytes. Here a megabyte is a million bytes.")
        .mistake(65_536_000.0, "In bytes, yes. A megabyte is a million of them.")
        .otherwise("T · B · H numbers of four bytes each.")
        .right("And an LSTM keeps several such tensors for each layer.")
}

fn reach() -> Task {
    // step t of the chunk asks for step t - 12 of it: t = 13 … 20
    Task::value("02/reach", 8.0)
        .begin("Number the steps of the chunk from 1 to 20. Which input does step t ask for, and is it inside?")
        .mistake(12.0, "Those are the steps whose cause lies before the cut.")
        .mistake(20.0, "The first step of the chunk asks for an input far before the cut.")
        .mistake(9.0, "Count again: which is the first step whose cause is in the chunk?")
        .mistake(7.0, "Count again, with the last step included.")
        .mistake(0.0, "The chunk is longer than the delay, so some steps have their cause inside.")
        .otherwise("Step t asks for step t minus the delay. For which t is that at least 1?")
        .right("The longer the chunk against the delay, the more of the targets teach anything.")
}

fn true_or_false() -> Task {
    Task::choice("02/true-or-false", "ACF", 'F')
        .begin("Take them one by one; each has a section of its own.")
        .statement('A', "Write the unrolled network as an ordinary one. What is special about its layers?")
        .statement('B', "Is there a use of U at one step only?")
        .statement('C', "What does the backward pass of a step need from the forward pass?")
        .statement('D', "Detaching cuts the gradient. Does it change the numbers of the state?")
        .statement('E', "The slopes are at most 1. What is the other factor of a Jacobian?")
        .statement('F', "How many forward passes for each parameter, and how many parameters are there?")
        .otherwise("Look each one up in the section it comes from.")
        .right("One pass back gives all derivatives at once; the price is the memory for everything that went forward.")
}

/// ∂L/∂h_t `[B, H]`, the state h_t `[B, H]` and U `[H, H]`.
fn states(generator: &mut Generator) -> Result<Arguments> {
    let batch = 2 + (generator.next_f64() * 2.0) as usize;
    let units = 4 + (generator.next_f64() * 2.0) as usize;
    let mut draw = |dims: [usize; 2]| generator.randn(dims.as_slice(), DType::F64, &Device::Cpu);
    Ok(Arguments::Tensors(vec![draw([batch, units])?, draw([batch, units])?.tanh()?, draw([units, units])?]))
}

/// The slope of tanh from its result.
fn slope(h: &Tensor) -> Result<Tensor> {
    Ok(h.sqr()?.affine(-1.0, 1.0)?)
}

fn back(arguments: &Arguments, formula: fn(&Tensor, &Tensor, &Tensor) -> Result<Tensor>) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    match &tensors[..] {
        [delta, h, u] => Ok(formula(delta, h, u)?.into()),
        _ => Ok(Answer::Nothing),
    }
}
