//! Pictures and clips: their captions tell what the pixels show.

use std::collections::BTreeSet;

use lstm::candle_core::Tensor;
use lstm::tasks::{Clips, Pictures};

use crate::CPU;

/// Where a picture `[3, S, S]` is not dark: the mean red, green and blue there, and the box around it as left, right, top,
/// bottom.
fn seen(picture: &Tensor) -> ([f32; 3], [usize; 4]) {
    let pixels = picture.to_vec3::<f32>().unwrap();
    let side = Pictures::SIDE;
    let at = |channel: usize, y: usize, x: usize| pixels[channel][y][x];
    // The least of the bright channels is 0.6 · 0.9; noise has a standard deviation of 0.05.
    let lit = |y: usize, x: usize| (0..3).any(|channel| at(channel, y, x) > 0.33);
    let spots: Vec<(usize, usize)> =
        (0..side).flat_map(|y| (0..side).map(move |x| (y, x))).filter(|(y, x)| lit(*y, *x)).collect();
    let mean = |channel: usize| spots.iter().map(|(y, x)| at(channel, *y, *x)).sum::<f32>() / spots.len() as f32;
    let (xs, ys): (Vec<usize>, Vec<usize>) = (spots.iter().map(|s| s.1).collect(), spots.iter().map(|s| s.0).collect());
    let ends = |all: &[usize]| (*all.iter().min().unwrap(), *all.iter().max().unwrap());
    let ((left, right), (top, bottom)) = (ends(&xs), ends(&ys));
    ([mean(0), mean(1), mean(2)], [left, right, top, bottom])
}

fn check_thing(caption: &str, color: [f32; 3], [left, right, top, bottom]: [usize; 4]) {
    let wide = if caption.contains("large") { 11 } else { 7 };
    assert_eq!((right - left + 1, bottom - top + 1), (wide, wide), "{caption}");
    let strongest = (0..3).max_by(|a, b| color[*a].total_cmp(&color[*b])).unwrap();
    assert!(caption.contains(["red", "green", "blue"][strongest]), "{caption}: {color:?}");
}

#[test]
fn a_caption_tells_size_colour_and_place() {
    let batch = Pictures::seeded(1).batch(300, &CPU).unwrap();
    for (b, caption) in batch.answers.texts.iter().enumerate() {
        let (color, edges) = seen(&batch.pictures.get(b).unwrap());
        check_thing(caption, color, edges);
        let [x, y] = [edges[0] + edges[1], edges[2] + edges[3]].map(|sum| sum / 2);
        let third = |center: usize| {
            if center <= 6 {
                0
            } else if center <= 12 {
                1
            } else {
                2
            }
        };
        let places = [
            ["at the top left", "at the top", "at the top right"],
            ["on the left", "in the middle", "on the right"],
            ["at the bottom left", "at the bottom", "at the bottom right"],
        ];
        assert!(caption.ends_with(places[third(y)][third(x)]), "{caption}: {x} {y}");
    }
    let captions: BTreeSet<&String> = batch.answers.texts.iter().collect();
    assert!(captions.len() > 120, "{} of 216 in 300 pictures", captions.len());
}

#[test]
fn the_four_shapes_differ_in_every_size_and_look_as_they_should() {
    let batch = Pictures::seeded(2).batch(400, &CPU).unwrap();
    for (b, caption) in batch.answers.texts.iter().enumerate() {
        let picture = batch.pictures.get(b).unwrap();
        let (_, [left, right, top, bottom]) = seen(&picture);
        let light = picture.max(0).unwrap().to_vec2::<f32>().unwrap();
        let count = light.iter().flatten().filter(|value| **value > 0.33).count();
        let area = (right - left + 1) * (bottom - top + 1);
        let share = count as f32 / area as f32;
        let words: Vec<&str> = caption.split(' ').collect();
        let expected = match words[3] {
            "square" => 1.0..1.01,
            "circle" => 0.70..0.95,
            "triangle" => 0.45..0.70,
            "cross" => 0.20..0.50,
            other => panic!("{other}"),
        };
        assert!(expected.contains(&share), "{caption}: {share}");
        // A triangle stands on its base.
        if words[3] == "triangle" {
            let lit = |y: usize| light[y].iter().filter(|value| **value > 0.33).count();
            assert!(lit(top) == 1 && lit(bottom) == right - left + 1, "{caption}");
        }
    }
}

#[test]
fn a_clip_moves_as_its_caption_says() {
    let batch = Clips::seeded(1).batch(300, &CPU).unwrap();
    let mut captions = BTreeSet::new();
    for (b, caption) in batch.answers.texts.iter().enumerate() {
        let frames: Vec<([f32; 3], [usize; 4])> =
            (0..Clips::FRAMES).map(|t| seen(&batch.clips.get(t).unwrap().get(b).unwrap())).collect();
        for (color, edges) in &frames {
            check_thing(caption, *color, *edges);
        }
        for pair in frames.windows(2) {
            let step = |edge: usize| pair[1].1[edge] as i32 - pair[0].1[edge] as i32;
            let end = match (step(0), step(2)) {
                (0, 0) => "stays where it is",
                (2, 0) => "moves to the right",
                (-2, 0) => "moves to the left",
                (0, 2) => "moves down",
                (0, -2) => "moves up",
                other => panic!("{caption}: {other:?}"),
            };
            assert!(caption.ends_with(end), "{caption}: {end}");
        }
        captions.insert(caption.split(' ').skip(4).collect::<Vec<&str>>().join(" "));
    }
    assert_eq!(captions.len(), 5, "{captions:?}");
}

#[test]
fn what_is_held_out_is_a_tenth_that_training_never_shows() {
    // Where a thing of a size and colour stands: unlike the pixels, the same for every noise and brightness.
    let scenes = |mut task: Pictures| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for _ in 0..6 {
            let batch = task.batch(500, &CPU).unwrap();
            for (b, caption) in batch.answers.texts.iter().enumerate() {
                let (_, edges) = seen(&batch.pictures.get(b).unwrap());
                let words: Vec<&str> = caption.split(' ').collect();
                found.insert(format!("{:?} {edges:?}", &words[1..4]));
            }
        }
        found
    };
    let (training, held_out) = (scenes(Pictures::seeded(1)), scenes(Pictures::seeded(1).held_out()));
    assert!(training.is_disjoint(&held_out));
    // 12 coordinates of a small thing and 8 of a large one each way: 12 · (144 + 64) = 2496 scenes.
    assert!((180..320).contains(&held_out.len()), "{}", held_out.len());
}

#[test]
fn seeds_give_the_same_pictures_and_clips_and_each_batch_is_new() {
    let flat = |all: &Tensor| all.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    let (mut a, mut b) = (Pictures::seeded(7), Pictures::seeded(7));
    let first = flat(&a.batch(3, &CPU).unwrap().pictures);
    assert_eq!(first, flat(&b.batch(3, &CPU).unwrap().pictures));
    assert_ne!(first, flat(&a.batch(3, &CPU).unwrap().pictures));
    let (mut a, mut b) = (Clips::seeded(7), Clips::seeded(7));
    let first = flat(&a.batch(3, &CPU).unwrap().clips);
    assert_eq!(first, flat(&b.batch(3, &CPU).unwrap().clips));
    assert_ne!(first, flat(&a.batch(3, &CPU).unwrap().clips));
    for error in [Pictures::seeded(1).batch(0, &CPU).map(drop), Clips::seeded(1).batch(0, &CPU).map(drop)] {
        assert_eq!(error.unwrap_err().to_string(), "`size` must be at least 1, got 0");
    }
}
