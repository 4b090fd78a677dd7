//! Whether a file is the one that the table names.

use super::table::Content;
use crate::error::{Error, Result};
use sha2::{Digest as _, Sha256};
use std::io::Read;
use std::path::Path;

/// What a file is instead of what it should be; `None` where it is right.
///
/// # Errors
/// A file error where it cannot be read; a missing file is such an error.
pub(super) fn fault(path: &Path, expected: &Content) -> Result<Option<String>> {
    let failed = || Error::file("read", path);
    let file = std::fs::File::open(path).map_err(failed())?;
    let size = file.metadata().map_err(failed())?.len();
    if size != expected.size {
        return Ok(Some(format!("{size} bytes, expected {}", expected.size)));
    }
    let mut hash = Sha256::new();
    copy(file, |bytes| {
        hash.update(bytes);
        Ok(())
    })
    .map_err(failed())?;
    let got = hex(hash);
    Ok((got != expected.sha256).then(|| format!("SHA-256 {got}, expected {}", expected.sha256)))
}

/// A digest as it is written.
pub(super) fn hex(hash: Sha256) -> String {
    crate::text::hex(&hash.finalize())
}

/// Hands on everything that can be read, piece by piece.
pub(super) fn copy(mut from: impl Read, mut to: impl FnMut(&[u8]) -> std::io::Result<()>) -> std::io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => to(&buffer[..read])?,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_digest_are_compared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        std::fs::write(&path, "hello\n").unwrap();
        let sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
        let right = Content { name: "f", size: 6, sha256 };
        assert_eq!(fault(&path, &right).unwrap(), None);
        let short = Content { size: 5, ..right };
        assert_eq!(fault(&path, &short).unwrap().unwrap(), "6 bytes, expected 5");
        std::fs::write(&path, "hellO\n").unwrap();
        assert!(fault(&path, &right).unwrap().unwrap().ends_with(&format!("expected {sha256}")));
        assert!(fault(&folder.path().join("none"), &right).is_err());
    }
}
