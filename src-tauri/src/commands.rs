//! Every command that a window may call, by noun. The bodies are the client's.

pub(crate) mod channel;
pub(crate) mod directory;
pub(crate) mod document;
pub(crate) mod file;
pub(crate) mod incident;
#[cfg(test)]
pub(crate) mod names;
pub(crate) mod on_call;
pub(crate) mod page;
pub(crate) mod session;
pub(crate) mod shell;
pub(crate) mod sync;
pub(crate) mod timeline;

use tauri::{Wry, ipc::Invoke};

macro_rules! registered {
    ($($noun:ident::$name:ident,)+) => {
        /// Answers a window's call.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($noun::$name),+]
        }

        /// What is registered, to be compared with what should be.
        #[cfg(test)]
        const REGISTERED: &[&str] = &[$(stringify!($name)),+];
    };
}

registered! {
    session::get_start,
    session::start_solo,
    session::connect_server,
    session::sign_out,
    session::get_preferences,
    session::set_preferences,
    session::list_directory,
    incident::get_board,
    incident::list_incidents,
    incident::search,
    incident::get_queue,
    incident::open_declare,
    incident::save_declare_draft,
    incident::discard_declare_draft,
    incident::find_similar,
    incident::preview_page,
    incident::declare_incident,
    incident::get_incident,
    incident::edit_incident,
    incident::command_incident,
    incident::start_call,
    incident::assign_role,
    incident::change_role,
    incident::get_brief,
    timeline::list_stream,
    timeline::add_entry,
    timeline::write_line,
    timeline::list_verbs,
    timeline::follow_stream,
    timeline::edit_entry,
    timeline::edit_entries,
    timeline::list_linkable,
    timeline::get_entry_history,
    timeline::get_incident_at,
    timeline::get_picture,
    timeline::read_time,
    timeline::list_line_incidents,
    incident::look_at,
    document::open_document,
    document::close_document,
    document::begin_document,
    document::write_document,
    document::place_caret,
    document::get_tables,
    document::add_production_change,
    document::edit_production_change,
    document::add_workstream,
    document::edit_workstream,
    document::export_incident,
    file::save_file,
    file::retry_file,
    page::list_my_pages,
    page::get_page,
    page::acknowledge_page,
    page::decline_page,
    page::act_on_page,
    page::page_people,
    page::send_test_page,
    page::get_test_walk,
    on_call::list_on_call,
    on_call::get_readiness,
    on_call::add_override,
    on_call::remove_override,
    on_call::list_shifts,
    on_call::report_coverage,
    on_call::renew_calendar,
    on_call::take_shift,
    on_call::offer_swap,
    on_call::answer_swap,
    on_call::add_temporary,
    on_call::remove_temporary,
    on_call::add_leave,
    on_call::remove_leave,
    on_call::set_schedule_owner,
    directory::get_directory,
    directory::save_person,
    directory::save_team,
    directory::save_service,
    directory::save_product,
    directory::save_schedule,
    directory::save_policy,
    directory::save_settings,
    directory::save_alert_source,
    directory::save_maintenance,
    directory::renew_alert_token,
    directory::preview_schedule,
    directory::preview_policy,
    directory::invite_person,
    channel::save_webhook,
    channel::preview_rules,
    channel::get_channels,
    channel::send_test_email,
    channel::test_webhook,
    channel::show_webhook_secret,
    sync::get_sync,
    sync::list_conflicts,
    sync::dismiss_conflict,
    sync::reapply_conflict,
    shell::get_capabilities,
    shell::check_desktop,
    shell::window_ready,
    shell::close_page_window,
    shell::close_line_window,
    shell::show_main,
    shell::test_sound,
    shell::open_link,
    file::stage_file,
    file::show_picture,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_table_is_registered_and_has_a_permission() {
        let table = firebell_client::api::table::commands();
        let table: Vec<_> = table.iter().map(|command| command.name).collect();
        assert_eq!(names::TABLE, table, "src/commands/names.rs follows the client's table");
        assert_eq!(REGISTERED, [names::TABLE, names::SHELL].concat());
    }
}
