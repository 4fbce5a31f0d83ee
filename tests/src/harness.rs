//! The real parts that proofs are made of. Everything started here ends when it is dropped.

pub mod authority;
pub mod browse;
pub mod browser;
pub mod bus;
pub mod clock;
pub mod company;
pub mod desk;
pub mod desktop;
pub mod devhost;
pub mod directory;
pub mod display;
pub mod hands;
pub mod headless;
pub mod incident;
pub mod keychain;
pub mod mail;
pub mod notification;
pub mod office;
pub mod process;
pub mod raw;
pub mod recorder;
pub mod screen;
pub mod seat;
pub mod server;
pub mod tap;
pub mod wait;

pub use xtask::postgres;
