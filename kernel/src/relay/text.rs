//! Bytes to text without losing or splitting characters.

/// Decodes a stream of bytes that are mostly UTF-8: a character split between two reads is held until it is whole, a
/// byte that belongs to none becomes U+FFFD.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    held: Vec<u8>,
}

impl Decoder {
    /// The text that is complete with these bytes.
    pub(super) fn decode(&mut self, bytes: &[u8]) -> String {
        self.held.extend_from_slice(bytes);
        let cut = complete_prefix(&self.held);
        let rest = self.held.split_off(cut);
        let text = String::from_utf8_lossy(&self.held).into_owned();
        self.held = rest;
        text
    }

    /// What is still held at the end of the stream.
    pub(super) fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned()
    }
}

/// Length of the longest prefix that does not end inside a character.
fn complete_prefix(bytes: &[u8]) -> usize {
    for back in 1..=bytes.len().min(3) {
        let start = bytes.len() - back;
        let width = match bytes[start] {
            0xC0..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF7 => 4,
            0x80..=0xBF => continue,
            _ => return bytes.len(),
        };
        return if back < width { start } else { bytes.len() };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::Decoder;

    #[test]
    fn a_character_split_between_reads_arrives_whole() {
        let mut decoder = Decoder::default();
        let bytes = "c̃ → h".as_bytes();
        let mut text = String::new();
        for byte in bytes {
            text += &decoder.decode(&[*byte]);
        }
        assert_eq!(text + &decoder.finish(), "c̃ → h");
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_nothing_else_is_lost() {
        let mut decoder = Decoder::default();
        let text = decoder.decode(b"a\xffb\xe2\x82") + &decoder.decode(b"c") + &decoder.finish();
        assert_eq!(text, "a\u{fffd}b\u{fffd}c");
    }
}
