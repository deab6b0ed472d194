//! The configuration: one TOML file and the environment, read once into checked types.
