//! Takes the runtime's standard output apart: user text, output blocks, and the lines that are evcxr's own.

use super::event::{Event, Panic};
use super::text::Decoder;

pub(super) const COMPLETE: &[u8] = b"EVCXR_EXECUTION_COMPLETE";
const PANICKED: &[u8] = b"EVCXR_PANIC_NOTIFICATION";
pub(super) const RETURNED_ERROR: &[u8] = b"EVCXR_ERROR_OCCURRED";
const TYPE_CHANGED: &[u8] = b"EVCXR_VARIABLE_CHANGED_TYPE:";
const INPUT: &[u8] = b"EVCXR_INPUT_REQUEST";
const BEGIN_CONTENT: &[u8] = b"EVCXR_BEGIN_CONTENT ";
const END_CONTENT: &[u8] = b"EVCXR_END_CONTENT";
/// Written by the panic hook of the prelude cell; fields are parted by U+001F and the record ends with U+001D.
const PANIC_RECORD: &[u8] = b"\x1eLSTM_KERNEL_PANIC\x1f";
/// Those that stand alone on their line.
const ALONE: [&[u8]; 3] = [COMPLETE, PANICKED, RETURNED_ERROR];
/// The words of evcxr's protocol that are lines of their own.
const LINES: [&[u8]; 6] = [COMPLETE, PANICKED, RETURNED_ERROR, TYPE_CHANGED, INPUT, BEGIN_CONTENT];

/// What the relay does with a piece of standard output.
#[derive(Debug, PartialEq)]
pub(super) enum Piece {
    /// Tell the front.
    Tell(Event),
    /// Pass this line on to evcxr and, where there is one, tell the front first.
    Forward(Option<Event>, Vec<u8>),
}

/// Cuts a stream of bytes into pieces, however the reads are split. Text before one of evcxr's words on the same line
/// is user text: evcxr itself would lose it.
#[derive(Debug, Default)]
pub(super) struct Cutter {
    pending: Vec<u8>,
    decoder: Decoder,
    block: Option<Block>,
}

#[derive(Debug)]
struct Block {
    mime: String,
    display_id: Option<String>,
    content: Vec<u8>,
}

/// What bytes that may begin a word turn out to be.
enum Word {
    /// One of evcxr's lines, this long without its newline.
    Line(&'static [u8], usize),
    /// A panic record, this long with its end mark.
    Panic(usize),
    /// It may become a word with more bytes.
    Incomplete,
    /// User text.
    Text,
}

impl Cutter {
    /// Cuts what is complete with these bytes. User text is not held back unless it may be the beginning of a word.
    pub(super) fn cut(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.pending.extend_from_slice(bytes);
        let data = std::mem::take(&mut self.pending);
        let mut pieces = Vec::new();
        let (mut start, mut scan) = (0, 0);
        while start < data.len() {
            if self.block.is_some() {
                let Some(length) = data[start..].iter().position(|&byte| byte == b'\n') else { break };
                self.block_line(&data[start..start + length], &mut pieces);
                start += length + 1;
                scan = start;
                continue;
            }
            let Some(at) = data[scan..].iter().position(|&byte| byte == b'E' || byte == 0x1e) else {
                self.tell_text(&data[start..], &mut pieces);
                start = data.len();
                break;
            };
            let at = scan + at;
            let word = word_at(&data[at..]);
            if let Word::Text = word {
                scan = at + 1;
                continue;
            }
            self.tell_text(&data[start..at], &mut pieces);
            start = at;
            match word {
                Word::Line(word, length) => {
                    self.word_line(word, data[at..at + length].to_vec(), &mut pieces);
                    start += length + 1;
                }
                Word::Panic(length) => {
                    let record = &data[at + PANIC_RECORD.len()..at + length - 1];
                    pieces.extend(parse_panic(record).map(|panic| Piece::Tell(Event::Panic(panic))));
                    start += length;
                }
                Word::Incomplete | Word::Text => break,
            }
            scan = start;
        }
        self.pending = data[start.min(data.len())..].to_vec();
        pieces
    }

    /// What is left when the stream has ended.
    pub(super) fn finish(&mut self) -> Vec<Piece> {
        let mut text = self.block.take().map(|block| block.content).unwrap_or_default();
        text.append(&mut self.pending);
        let text = self.decoder.decode(&text) + &self.decoder.finish();
        if text.is_empty() { Vec::new() } else { vec![Piece::Tell(Event::Stdout(text))] }
    }

    fn word_line(&mut self, word: &[u8], line: Vec<u8>, pieces: &mut Vec<Piece>) {
        if word == BEGIN_CONTENT {
            let text = String::from_utf8_lossy(&line[BEGIN_CONTENT.len()..]).into_owned();
            let mut fields = text.split_ascii_whitespace();
            self.block = Some(Block {
                mime: fields.next().unwrap_or("text/plain").to_owned(),
                display_id: fields.find_map(|field| field.strip_prefix("display_id=")).map(str::to_owned),
                content: Vec::new(),
            });
            return;
        }
        let event = match word {
            COMPLETE => Some(Event::Complete),
            PANICKED => Some(Event::Panicked),
            RETURNED_ERROR => Some(Event::ReturnedError),
            _ => None,
        };
        pieces.push(Piece::Forward(event, line));
    }

    fn block_line(&mut self, line: &[u8], pieces: &mut Vec<Piece>) {
        // The end of the cell ends a block that nobody closed, and what it held is shown as text.
        if let Some(rest) = line.strip_suffix(COMPLETE) {
            let mut content = self.block.take().map(|block| block.content).unwrap_or_default();
            content.extend_from_slice(rest);
            self.tell_text(&content, pieces);
            pieces.push(Piece::Forward(Some(Event::Complete), COMPLETE.to_vec()));
            return;
        }
        if line != END_CONTENT && line != PANICKED {
            if let Some(block) = &mut self.block {
                block.content.extend_from_slice(line);
                block.content.push(b'\n');
            }
            return;
        }
        if let Some(block) = self.block.take() {
            let content = String::from_utf8_lossy(&block.content);
            let content = content.strip_suffix('\n').unwrap_or(&content).to_owned();
            pieces.push(Piece::Tell(Event::Block { mime: block.mime, display_id: block.display_id, content }));
        }
        if line == PANICKED {
            pieces.push(Piece::Forward(Some(Event::Panicked), line.to_vec()));
        }
    }

    fn tell_text(&mut self, bytes: &[u8], pieces: &mut Vec<Piece>) {
        let text = self.decoder.decode(bytes);
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Tell(Event::Stdout(before))) = pieces.last_mut() {
            before.push_str(&text);
        } else {
            pieces.push(Piece::Tell(Event::Stdout(text)));
        }
    }
}

/// Looks at bytes that begin as a word might.
fn word_at(data: &[u8]) -> Word {
    if let Some(word) = LINES.into_iter().find(|word| data.starts_with(word)) {
        return match data.iter().position(|&byte| byte == b'\n') {
            // Words without arguments are whole lines; text that only mentions them is text.
            Some(length) if ALONE.contains(&word) && length != word.len() => Word::Text,
            Some(length) => Word::Line(word, length),
            None if ALONE.contains(&word) && data.len() > word.len() => Word::Text,
            None => Word::Incomplete,
        };
    }
    if data.starts_with(PANIC_RECORD) {
        return match data.iter().position(|&byte| byte == 0x1d) {
            Some(end) => Word::Panic(end + 1),
            None => Word::Incomplete,
        };
    }
    let begun = |word: &&[u8]| word.starts_with(data);
    if LINES.iter().any(begun) || begun(&PANIC_RECORD) { Word::Incomplete } else { Word::Text }
}

fn parse_panic(record: &[u8]) -> Option<Panic> {
    let text = String::from_utf8_lossy(record);
    let mut fields = text.splitn(5, '\u{1f}');
    Some(Panic {
        thread: fields.next()?.to_owned(),
        file: fields.next()?.to_owned(),
        line: fields.next()?.parse().ok()?,
        column: fields.next()?.parse().ok()?,
        message: fields.next()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Cutter, Event, Panic, Piece};

    fn stdout(text: &str) -> Piece {
        Piece::Tell(Event::Stdout(text.to_owned()))
    }

    /// Cuts byte by byte and joins the user text again: the result must not depend on how reads are split.
    fn cut_slowly(bytes: &[u8]) -> Vec<Piece> {
        let mut cutter = Cutter::default();
        let mut all: Vec<Piece> = Vec::new();
        let pieces: Vec<Piece> = bytes.iter().flat_map(|byte| cutter.cut(&[*byte])).collect();
        for piece in pieces.into_iter().chain(cutter.finish()) {
            match (all.last_mut(), piece) {
                (Some(Piece::Tell(Event::Stdout(before))), Piece::Tell(Event::Stdout(text))) => before.push_str(&text),
                (_, piece) => all.push(piece),
            }
        }
        all
    }

    fn cut(bytes: &[u8]) -> Vec<Piece> {
        let mut cutter = Cutter::default();
        let mut pieces = cutter.cut(bytes);
        pieces.extend(cutter.finish());
        assert_eq!(pieces, cut_slowly(bytes), "the same bytes in one read and one by one");
        pieces
    }

    #[test]
    fn user_text_passes_and_the_end_of_a_cell_goes_to_evcxr() {
        assert_eq!(
            cut(b"EVEN this\nEVCXR_EXECUTION_COMPLETE\n"),
            [stdout("EVEN this\n"), Piece::Forward(Some(Event::Complete), b"EVCXR_EXECUTION_COMPLETE".to_vec())]
        );
    }

    #[test]
    fn text_without_a_newline_before_a_word_is_kept() {
        assert_eq!(
            cut(b"step 1\rstep 2EVCXR_PANIC_NOTIFICATION\n"),
            [stdout("step 1\rstep 2"), Piece::Forward(Some(Event::Panicked), b"EVCXR_PANIC_NOTIFICATION".to_vec())]
        );
    }

    #[test]
    fn blocks_are_whole_and_keep_their_lines() {
        let bytes = b"a\nEVCXR_BEGIN_CONTENT text/html display_id=d1\n<p>\n\n</p>\nEVCXR_END_CONTENT\nb\n";
        assert_eq!(
            cut(bytes),
            [
                stdout("a\n"),
                Piece::Tell(Event::Block {
                    mime: "text/html".to_owned(),
                    display_id: Some("d1".to_owned()),
                    content: "<p>\n\n</p>".to_owned()
                }),
                stdout("b\n"),
            ]
        );
    }

    #[test]
    fn a_panic_record_keeps_a_message_of_several_lines() {
        let bytes = b"x\x1eLSTM_KERNEL_PANIC\x1fmain\x1fctx/src/lib.rs\x1f12\x1f5\x1fone\ntwo\x1dy";
        let panic = Panic {
            thread: "main".to_owned(),
            file: "ctx/src/lib.rs".to_owned(),
            line: 12,
            column: 5,
            message: "one\ntwo".to_owned(),
        };
        assert_eq!(cut(bytes), [stdout("x"), Piece::Tell(Event::Panic(panic)), stdout("y")]);
    }

    #[test]
    fn text_that_mentions_a_word_is_text() {
        assert_eq!(
            cut(b"see EVCXR_PANIC_NOTIFICATION in the docs\n"),
            [stdout("see EVCXR_PANIC_NOTIFICATION in the docs\n")]
        );
    }

    #[test]
    fn the_end_of_the_cell_ends_a_block_that_nobody_closed() {
        assert_eq!(
            cut(b"EVCXR_BEGIN_CONTENT text/plain\nopen\nhalfEVCXR_EXECUTION_COMPLETE\n"),
            [stdout("open\nhalf"), Piece::Forward(Some(Event::Complete), b"EVCXR_EXECUTION_COMPLETE".to_vec())]
        );
    }

    #[test]
    fn a_block_cut_short_by_a_panic_or_the_end_is_not_lost() {
        let pieces = cut(b"EVCXR_BEGIN_CONTENT text/plain\nhalf\nEVCXR_PANIC_NOTIFICATION\n");
        assert!(matches!(&pieces[0], Piece::Tell(Event::Block { content, .. }) if content == "half"));
        assert!(matches!(&pieces[1], Piece::Forward(Some(Event::Panicked), _)));
        assert_eq!(cut(b"EVCXR_BEGIN_CONTENT text/plain\nhalf\n"), [stdout("half\n")]);
    }
}
