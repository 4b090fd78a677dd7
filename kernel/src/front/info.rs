//! The answer to kernel_info: who this kernel is and what its language looks like.

use jupyter_protocol::{CodeMirrorMode, HelpLink, KernelInfoReply, LanguageInfo, ReplyStatus};

/// The reply, the same on the shell and the control socket.
pub(super) fn kernel_info() -> KernelInfoReply {
    KernelInfoReply {
        status: ReplyStatus::Ok,
        protocol_version: "5.4".to_owned(),
        implementation: "lstm-kernel".to_owned(),
        implementation_version: env!("CARGO_PKG_VERSION").to_owned(),
        language_info: LanguageInfo {
            name: "rust".to_owned(),
            version: env!("CARGO_PKG_RUST_VERSION").to_owned(),
            mimetype: Some("text/x-rust".to_owned()),
            file_extension: Some(".rs".to_owned()),
            pygments_lexer: Some("rust".to_owned()),
            codemirror_mode: Some(CodeMirrorMode::Simple("rust".to_owned())),
            nbconvert_exporter: Some("script".to_owned()),
        },
        banner: format!("LSTM course kernel {}: Rust cells, with the `lstm` crate in scope", env!("CARGO_PKG_VERSION")),
        help_links: vec![
            HelpLink { text: "The Rust book".to_owned(), url: "https://doc.rust-lang.org/book/".to_owned() },
            HelpLink { text: "Candle".to_owned(), url: "https://docs.rs/candle-core".to_owned() },
            HelpLink { text: "plotters".to_owned(), url: "https://docs.rs/plotters".to_owned() },
        ],
        debugger: false,
        error: None,
    }
}
