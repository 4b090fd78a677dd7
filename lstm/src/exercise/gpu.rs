//! The exercises of `12_gpu`.

use super::task::Task;

pub(super) fn exercises() -> Vec<Task> {
    vec![twice_as_wide(), launches(), true_or_false()]
}

fn twice_as_wide() -> Task {
    // U is [4H, H]
    Task::value("12/twice-as-wide", 4.0)
        .begin("Which shape does the recurrent matrix of an LSTM have? A product costs its rows times its columns.")
        .mistake(2.0, "That is how the number of units grows. How does the number of weights grow?")
        .mistake(8.0, "The matrix has two sides, not three.")
        .mistake(16.0, "The four layers inside are there before and after.")
        .otherwise("Put H and 2 H into the shape of the matrix and divide.")
        .right("While the state, which is all that one step hands to the next, only doubles.")
}

fn launches() -> Task {
    // 200 · 20 · 5 µs
    Task::value("12/launches", 20.0)
        .within(0.001)
        .begin("How many operations are there in the whole sequence, and how long does each take to be started?")
        .mistake(0.1, "That is one step.")
        .mistake(20_000.0, "In microseconds, yes. A millisecond has a thousand.")
        .mistake(0.02, "In seconds, yes. Milliseconds are asked for.")
        .mistake(1.0, "That is one operation of each step. There are more.")
        .otherwise("Steps times operations times microseconds; then a thousand of them are a millisecond.")
        .right("However little each operation computes, and however fast the device is.")
}

fn true_or_false() -> Task {
    Task::choice("12/true-or-false", "ACDF", 'F')
        .begin("Take them one by one; each has a section of its own.")
        .statement('A', "Look at the shape of the recurrent matrix.")
        .statement('B', "What does a step need before it can begin?")
        .statement('C', "What can be done at the same time, whatever the step?")
        .statement('D', "What does starting an operation cost, and what does the operation itself cost?")
        .statement('E', "Where does each of the two formats end? The table says.")
        .statement('F', "Which of its bits has it given up?")
        .otherwise("Look each one up in the section it comes from.")
        .right("Work that can be done at once is what a GPU is good at; a sequence is not that by itself.")
}
