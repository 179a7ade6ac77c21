//! What a person sees while something takes longer than two seconds.

use std::{
    future::Future,
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

/// Runs `work` and prints one line about it with the time it took; a line in between for every few seconds that pass.
pub async fn step<T, E>(what: &str, work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let started = Instant::now();
    let mut work = std::pin::pin!(work);
    let mut patience = Duration::from_secs(2);
    loop {
        tokio::select! {
            result = &mut work => {
                let mark = if result.is_ok() { "ok" } else { "failed" };
                println!("  {what:<58} {mark:<6} {:>7.1} s", started.elapsed().as_secs_f64());
                return result;
            }
            () = tokio::time::sleep(patience) => {
                println!("  … {what}: {:.0} s so far", started.elapsed().as_secs_f64());
                patience = Duration::from_secs(5);
            }
        }
    }
}

/// Prints a heading.
pub fn heading(text: &str) {
    if std::io::stdout().is_terminal() {
        println!("\n\x1b[1m{text}\x1b[0m");
    } else {
        println!("\n{text}");
    }
    // A pipe may be read line by line while we wait.
    let _ = std::io::stdout().flush();
}
