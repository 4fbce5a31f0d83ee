//! The name of every command that a window may call. The build script reads this file too: each name
//! becomes a permission, so a command that no capability allows cannot be called by any window.

/// Commands of the client's table, in its order.
pub(crate) const TABLE: &[&str] = &[
    "get_start",
    "start_solo",
    "connect_server",
    "sign_out",
    "get_preferences",
    "set_preferences",
    "list_directory",
    "get_board",
    "list_incidents",
    "search",
    "open_declare",
    "save_declare_draft",
    "discard_declare_draft",
    "find_similar",
    "preview_page",
    "declare_incident",
    "get_incident",
    "edit_incident",
    "command_incident",
    "assign_role",
    "end_role",
    "list_stream",
    "add_entry",
    "edit_entry",
    "list_my_pages",
    "get_page",
    "acknowledge_page",
    "decline_page",
    "send_test_page",
    "list_on_call",
    "add_override",
    "remove_override",
    "get_sync",
    "list_conflicts",
    "dismiss_conflict",
    "reapply_conflict",
];

/// Commands of the shell itself: what only a program with windows can do.
pub(crate) const SHELL: &[&str] = &[
    "get_capabilities",
    "window_ready",
    "close_page_window",
    "show_main",
    "test_sound",
    "open_link",
];
