// What every process that runs user code executes first. Not a module of the kernel: its text goes to evcxr.
{
    // A panic is told as a record: thread, file, line, column, message. The relay takes it out of standard output.
    std::panic::set_hook(Box::new(|info| {
        use std::io::Write as _;
        let thread = std::thread::current();
        let place = info.location();
        let record = format!(
            "\u{1e}LSTM_KERNEL_PANIC\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1f}{}\u{1d}",
            thread.name().unwrap_or("<unnamed>"),
            place.map_or("?", |place| place.file()),
            place.map_or(0, |place| place.line()),
            place.map_or(0, |place| place.column()),
            info.payload_as_str().unwrap_or("Box<dyn Any>").replace('\u{1d}', "\u{fffd}"),
        );
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(record.as_bytes()).and_then(|()| stdout.flush());
    }));
    // The agent: flushes standard output when the relay asks, and answers when that is done.
    if let Some(fd) = std::env::var("LSTM_KERNEL_AGENT_FD").ok().and_then(|fd| fd.parse::<i32>().ok()) {
        std::thread::Builder::new()
            .name("stdout agent".to_owned())
            .spawn(move || {
                use std::io::{Read as _, Write as _};
                use std::os::fd::FromRawFd as _;
                // SAFETY: the relay opened this descriptor for the agent alone, and there is one agent in a process.
                let mut line = unsafe { std::os::unix::net::UnixStream::from_raw_fd(fd) };
                let mut asked = [0; 256];
                let _ = line.write_all(&[0]);
                while let Ok(count @ 1..) = line.read(&mut asked) {
                    let _ = std::io::stdout().flush();
                    if line.write_all(&asked[count - 1..count]).is_err() {
                        break;
                    }
                }
            })
            .ok();
    }
}
