//! The exercises of `11_applications`.

use super::task::Task;

pub(super) fn exercises() -> Vec<Task> {
    vec![execute(), counted(), stages(), sentence(), spectral_radius(), true_or_false()]
}

fn execute() -> Task {
    // j = 12 + 3 · 40 = 132; 7 > 9 is false, so 5; 5 + 30 = 35
    Task::value("11/execute", 35.0)
        .begin("Line by line, as Python would. What is `j` after the loop, and which branch is taken?")
        .mistake(162.0, "Look at the comparison again: which of the two branches is taken?")
        .mistake(132.0, "That is `j` after the loop. What does the last line do with it?")
        .mistake(82.0, "How often does the loop run, and is its result used at all?")
        .mistake(5.0, "Something is still added to the branch.")
        .otherwise("The value of the conditional in brackets first, then the sum.")
        .right("Most of the program did not matter. The network has to find that out by itself, and in one pass.")
}

fn counted() -> Task {
    // `1`, `0`, `0` and the end
    Task::value("11/counted", 4.0)
        .begin("Write down what the writer should say, symbol by symbol, until it may stop.")
        .mistake(3.0, "How does it say that the answer is over?")
        .mistake(5.0, "The question mark is read, not said.")
        .mistake(16.0, "The program is only read: its characters are not in the loss.")
        .mistake_where(|n| n > 5.0, "Only what is written counts, not what is read.")
        .otherwise("The digits of the answer, and one symbol more.")
        .right("The end is a symbol like any other, and has to be learned.")
}

fn stages() -> Task {
    // (1,1) (2,1) (3,1) (4,1) (1,2) (2,2) (3,2) (4,2)
    Task::value("11/stages", 8.0)
        .begin("Write the stages down as pairs: the length grows first, and begins again when the nesting grows.")
        .mistake(6.0, "After the nesting has grown the length begins again at 1.")
        .mistake(5.0, "After the nesting has grown the length begins again at 1.")
        .mistake(7.0, "The first stage counts too, and so does the last.")
        .mistake(4.0, "Those are the stages of one nesting.")
        .otherwise("Every length comes with every nesting once.")
        .right("The mixed strategy draws from all of them at once; the combined one does half of each.")
}

fn sentence() -> Task {
    // 0.99⁸ = 0.92274
    Task::value("11/sentence", 0.922_745)
        .within(0.001)
        .begin("All of the words have to be right, one after the other.")
        .mistake(0.99, "That is the share of one word.")
        .mistake(0.92, "Nearly: multiply, do not subtract, and give three digits.")
        .mistake(0.077_255, "That is the share of captions with a mistake in them.")
        .mistake(0.0, "No: each word is nearly always right.")
        .otherwise("Independent events that must all happen: their probabilities are multiplied.")
        .right("Whole answers are a strict measure: small mistakes in each word add up.")
}

fn spectral_radius() -> Task {
    // 0.9ᵗ < 0.01: t > ln 0.01 / ln 0.9 = 43.7
    Task::value("11/echo", 44.0)
        .begin("Without any input and with small states, tanh hardly matters: an echo shrinks by the radius at each step.")
        .mistake(43.0, "After that many steps it is still a little louder.")
        .mistake(43.7, "A whole number of steps is asked for.")
        .mistake(22.0, "After that many steps a tenth is left, and not a hundredth.")
        .mistake(459.0, "That would be a radius of 0.99.")
        .otherwise("Take logarithms of radius and loudness, and divide.")
        .right("That is a rule of thumb for how far back a reservoir can hear, not the whole story: units also get in each other's way.")
}

fn true_or_false() -> Task {
    Task::choice("11/true-or-false", "BDE", 'F')
        .begin("Take them one by one.")
        .statement('A', "Whose words does the writer read in training, and whose afterwards?")
        .statement('B', "What is handed from the half that reads to the half that writes, and how large is it?")
        .statement(
            'C',
            "Are there answers that many programs share, and what does a network say that only knows how answers look?",
        )
        .statement('D', "Which weights does `fit` change?")
        .statement('E', "What would the loss be if the code were as large as the series?")
        .statement('F', "Where was the eye trained, and did it forget that?")
        .otherwise("The drawings of the sections help.")
        .right("Five applications, one idea: read something into a state, and write from it.")
}
