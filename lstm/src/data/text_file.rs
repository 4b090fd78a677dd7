//! Reading a text of one's own.

use std::path::Path;

use crate::{Error, Result};

/// The mark that some editors put at the beginning of a UTF-8 file.
const MARK: char = '\u{feff}';

/// The text of a file in UTF-8, of any size that fits into memory. Line ends become `\n`, and a byte order mark at the
/// beginning is left out; nothing else is changed.
///
/// Fails on a file that is missing or empty, and on one that is not UTF-8: the error names the first byte that is wrong,
/// counted from 0.
///
/// ```
/// let folder = tempfile::tempdir().unwrap();
/// let path = folder.path().join("mine.txt");
/// std::fs::write(&path, "one line\r\n").unwrap();
/// assert_eq!(lstm::data::text_file(&path)?, "one line\n");
/// # Ok::<(), lstm::Error>(())
/// ```
pub fn text_file(path: impl AsRef<Path>) -> Result<String> {
    let path = path.as_ref();
    let bytes =
        std::fs::read(path).map_err(|source| Error::File { action: "read", path: path.to_path_buf(), source })?;
    let format = |why: String| Error::Format { path: path.to_path_buf(), format: "text", why };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let (at, size) = (error.utf8_error().valid_up_to(), error.as_bytes().len());
            let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            let byte = error.as_bytes().get(at).copied().unwrap_or_default();
            return Err(format(format!(
                "byte {at} of {size} (line {line}) is 0x{byte:02X}, which is not UTF-8 there; save the file as UTF-8"
            )));
        }
    };
    let text = text.strip_prefix(MARK).unwrap_or(&text).replace("\r\n", "\n");
    if text.is_empty() {
        return Err(format("it is empty".to_owned()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.txt");
        std::fs::write(&path, bytes).unwrap();
        text_file(&path)
    }

    #[test]
    fn line_ends_and_marks_are_made_one() {
        assert_eq!(read("\u{feff}größer\r\nals\nich\r\n".as_bytes()).unwrap(), "größer\nals\nich\n");
        // A return that ends no line stays.
        assert_eq!(read(b"a\rb").unwrap(), "a\rb");
    }

    #[test]
    fn errors_say_where() {
        let latin = read(b"one\ngr\xf6\xdfer\n").unwrap_err().to_string();
        assert!(latin.contains("t.txt is not a text file: byte 6 of 11 (line 2) is 0xF6"), "{latin}");
        // Cut in the middle of a character.
        let cut = read(&"aé".as_bytes()[..2]).unwrap_err().to_string();
        assert!(cut.contains("byte 1 of 2 (line 1) is 0xC3"), "{cut}");
        for empty in ["", "\u{feff}"] {
            assert!(read(empty.as_bytes()).unwrap_err().to_string().contains("it is empty"));
        }
        let missing = text_file("/no/such/file").unwrap_err();
        assert!(format!("{missing:?}").starts_with("cannot read /no/such/file\ncaused by: "), "{missing:?}");
    }
}
