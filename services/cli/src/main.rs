//! `pullwright`: a thin client of the gRPC API for people and scripts. Knows no rule of the system; it asks, shows, and ends with a code.

mod args;
mod confirm;
mod connect;
mod deliveries;
mod doctor;
mod error;
mod exit;
mod locks;
mod output;
mod pages;
mod proposals;
mod repos;

use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command};
use connect::Cores;
use exit::Exit;
use output::Output;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(&arguments.output);
    match run(arguments, output).await {
        Ok(exit) => exit.into(),
        Err(error) => {
            output.error(&error);
            error.exit().into()
        }
    }
}

async fn run(arguments: Arguments, output: Output) -> error::Result<Exit> {
    match arguments.command {
        Command::Completions { shell } => {
            // Not straight to standard output: a reader that has seen enough would end the generator in a panic.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "pullwright", &mut script);
            output.raw(&String::from_utf8_lossy(&script))?;
            Ok(Exit::Success)
        }
        // The doctor says itself what is wrong with a connection.
        Command::Doctor => doctor::examine(&arguments.connection, output).await,
        Command::Proposals(command) => {
            proposals::run(&Cores::open(&arguments.connection)?, command, output).await
        }
        Command::Repos(command) => {
            repos::run(&Cores::open(&arguments.connection)?, command, output).await
        }
        Command::Deliveries(command) => {
            deliveries::run(&Cores::open(&arguments.connection)?, command, output).await
        }
        Command::Locks(command) => {
            locks::run(&Cores::open(&arguments.connection)?, command, output).await
        }
    }
}
