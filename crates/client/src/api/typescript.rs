//! TypeScript's view of the api: generated, committed, and compared here.
//!
//! `FIREBELL_WRITE_TYPES=1 cargo test -p firebell-client exports_typescript` writes the files anew.

use std::{
    any::TypeId,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use ts_rs::{Config, TS, TypeVisitor};

use super::{
    ApiError,
    file::{FileView, PictureOf},
    session::Capabilities,
    sync::Event,
    table,
};

/// The files by name.
struct Files {
    config: Config,
    seen: BTreeSet<TypeId>,
    texts: BTreeMap<String, String>,
}

impl TypeVisitor for Files {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        if let Some(path) = T::output_path() {
            let text = T::export_to_string(&self.config).expect("a type has a TypeScript form");
            self.texts.insert(path.display().to_string(), text);
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

fn generated() -> BTreeMap<String, String> {
    let mut files =
        Files { config: table::typescript(), seen: BTreeSet::new(), texts: BTreeMap::new() };
    table::visit(&mut files);
    files.visit::<Event>();
    files.visit::<ApiError>();
    // Asked of the shell rather than of the client, and of the same form.
    files.visit::<Capabilities>();
    // Of calls whose bytes travel as they are.
    files.visit::<FileView>();
    files.visit::<PictureOf>();
    files.texts.insert("api.ts".to_owned(), api());
    files.texts
}

/// The table of commands as one type.
fn api() -> String {
    let commands = table::commands();
    let types: BTreeSet<&str> = commands
        .iter()
        .flat_map(|command| [&command.args, &command.reply])
        .flat_map(|name| name.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase()) && *name != "Array")
        .collect();
    let mut text = String::from(
        "// This file was generated from the command table in crates/client/src/api/table.rs. \
         Do not edit.\n",
    );
    for name in types {
        text.push_str(&format!("import type {{ {name} }} from \"./{name}\";\n"));
    }
    text.push_str("\nexport type Api = {\n");
    for command in &commands {
        let (name, args, reply) = (command.name, &command.args, &command.reply);
        text.push_str(&format!("  {name}: {{ args: {args}, reply: {reply} }},\n"));
    }
    text.push_str("};\n");
    text
}

#[test]
fn exports_typescript() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/host/generated");
    let generated = generated();
    let committed: BTreeMap<String, String> = fs::read_dir(&folder)
        .expect("the folder of generated types is there")
        .map(|file| file.expect("a file").path())
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .collect();
    if std::env::var_os("FIREBELL_WRITE_TYPES").is_some() {
        for name in committed.keys().filter(|name| !generated.contains_key(*name)) {
            fs::remove_file(folder.join(name)).expect("an old type is removed");
        }
        for (name, text) in &generated {
            if committed.get(name) != Some(text) {
                fs::write(folder.join(name), text).expect("a type is written");
            }
        }
        return;
    }
    let differ: Vec<&String> = generated
        .keys()
        .chain(committed.keys())
        .filter(|name| generated.get(*name) != committed.get(*name))
        .collect();
    assert!(
        differ.is_empty(),
        "the api and ui/src/host/generated differ in {differ:?}; write them anew with \
         FIREBELL_WRITE_TYPES=1 cargo test -p firebell-client exports_typescript"
    );
    assert!(generated.len() > 50, "only {} types", generated.len());
}
