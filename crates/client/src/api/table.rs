//! The table of every command and query: one line each, from which the dispatch over JSON (used by
//! `devhost`) and TypeScript's `Api` type are made.

use super::{
    ApiError, ErrorCode,
    directory::*,
    document::*,
    file::FileOf,
    incident::*,
    intake::{AlertSourceForm, AlertTokenView, MaintenanceForm},
    on_call::*,
    page::{AcknowledgePage, ActOnPage, DeclinePage, PagePeople, PageView},
    queue::QueueView,
    readiness::{ReadinessView, TestWalkView},
    role::*,
    session::*,
    sync::{ConflictView, SearchHit, SyncView},
    timeline::{
        AddEntry, EditEntries, EditEntry, FollowStream, LineIncident, LinkView, ListStream,
        StreamChanges, StreamPage, VerbView, Written,
        past::{EntryHistory, IncidentAt, IncidentMoment, Picture},
        phrase::{ReadTime, TimeReading},
    },
};
use crate::Client;

/// A command's name with its TypeScript argument and reply types.
#[derive(Debug, Clone)]
pub struct Command {
    /// `verb_noun`.
    pub name: &'static str,
    /// TypeScript type of the argument.
    pub args: String,
    /// TypeScript type of the reply.
    pub reply: String,
}

/// Integers are numbers in TypeScript: times and counts stay far below 2^53.
pub(crate) fn typescript() -> ts_rs::Config {
    ts_rs::Config::new().with_large_int("number")
}

macro_rules! api {
    ($($(#[$doc:meta])* $name:ident($args:ty) -> $reply:ty;)+) => {
        /// Every command, in the order of the table.
        #[must_use]
        pub fn commands() -> Vec<Command> {
            let config = typescript();
            vec![$(Command {
                name: stringify!($name),
                args: <$args as ts_rs::TS>::name(&config),
                reply: <$reply as ts_rs::TS>::name(&config),
            }),+]
        }

        /// Shows every argument and reply type to a visitor.
        #[cfg(test)]
        pub(crate) fn visit(visitor: &mut impl ts_rs::TypeVisitor) {
            $(
                visitor.visit::<$args>();
                visitor.visit::<$reply>();
            )+
        }

        /// Runs the command `name` with JSON arguments.
        ///
        /// # Errors
        /// What the command answers; `Invalid` when the arguments do not fit, `NotFound` for a name
        /// that is not in the table.
        pub async fn dispatch(
            client: &Client,
            name: &str,
            args: serde_json::Value,
        ) -> Result<serde_json::Value, ApiError> {
            match name {
                $(stringify!($name) => {
                    let args: $args = serde_json::from_value(args).map_err(ApiError::bad_arguments)?;
                    let reply: $reply = client.$name(args).await?;
                    serde_json::to_value(reply).map_err(ApiError::internal)
                })+
                _ => Err(ApiError::of(ErrorCode::NotFound, format!("no command {name}"))),
            }
        }
    };
}

api! {
    // First start and session.
    get_start(()) -> StartView;
    start_solo(StartSolo) -> StartView;
    connect_server(ConnectServer) -> StartView;
    sign_out(()) -> StartView;
    get_preferences(()) -> Preferences;
    set_preferences(Preferences) -> Preferences;
    list_directory(()) -> DirectoryView;

    // The board and lists.
    get_board(()) -> BoardView;
    list_incidents(ListIncidents) -> IncidentPage;
    search(String) -> Vec<SearchHit>;
    get_queue(()) -> QueueView;

    // Declaring.
    open_declare(()) -> DeclareView;
    save_declare_draft(DeclareForm) -> ();
    discard_declare_draft(()) -> ();
    find_similar(String) -> Vec<IncidentRow>;
    preview_page(DeclareForm) -> PagePreview;
    declare_incident(DeclareForm) -> Declared;

    // One incident. `get_incident` takes an id or a key.
    get_incident(String) -> IncidentView;
    edit_incident(EditIncident) -> IncidentView;
    command_incident(CommandIncident) -> IncidentView;
    start_call(String) -> IncidentView;
    assign_role(AssignRole) -> IncidentView;
    change_role(ChangeRole) -> IncidentView;
    get_brief(String) -> BriefView;
    list_stream(ListStream) -> StreamPage;
    add_entry(AddEntry) -> String;
    write_line(AddEntry) -> Written;
    list_verbs(()) -> Vec<VerbView>;
    follow_stream(FollowStream) -> StreamChanges;
    edit_entry(EditEntry) -> ();
    edit_entries(EditEntries) -> u32;
    list_linkable(String) -> Vec<LinkView>;
    get_entry_history(String) -> EntryHistory;
    get_incident_at(IncidentMoment) -> IncidentAt;
    get_picture(String) -> Picture;
    read_time(ReadTime) -> TimeReading;
    list_line_incidents(()) -> Vec<LineIncident>;

    // The state document and the tables beside it.
    look_at(LookAt) -> ();
    open_document(OpenDocument) -> DocumentView;
    close_document(String) -> ();
    begin_document(String) -> ();
    write_document(WriteDocument) -> ();
    place_caret(PlaceCaret) -> ();
    get_tables(String) -> TablesView;
    add_production_change(AddProductionChange) -> String;
    edit_production_change(EditProductionChange) -> ();
    add_workstream(AddWorkstream) -> String;
    edit_workstream(EditWorkstream) -> ();
    export_incident(String) -> IncidentExport;
    save_file(FileOf) -> bool;
    retry_file(FileOf) -> ();

    // Pages.
    list_my_pages(()) -> Vec<PageView>;
    get_page(String) -> PageView;
    acknowledge_page(AcknowledgePage) -> PageView;
    decline_page(DeclinePage) -> PageView;
    act_on_page(ActOnPage) -> PageView;
    page_people(PagePeople) -> PageView;
    send_test_page(()) -> PageView;
    get_test_walk(()) -> Option<TestWalkView>;

    // On call.
    list_on_call(()) -> OnCallView;
    get_readiness(()) -> ReadinessView;
    add_override(AddOverride) -> OnCallView;
    remove_override(String) -> OnCallView;
    list_shifts(ListShifts) -> CalendarView;
    report_coverage(()) -> CoverageView;
    renew_calendar(()) -> CalendarAddress;
    take_shift(TakeShift) -> OnCallView;
    offer_swap(OfferSwap) -> OnCallView;
    answer_swap(AnswerSwap) -> OnCallView;
    add_temporary(AddTemporary) -> OnCallView;
    remove_temporary(String) -> OnCallView;
    add_leave(AddLeave) -> OnCallView;
    remove_leave(String) -> OnCallView;
    set_schedule_owner(SetScheduleOwner) -> OnCallView;

    // The directory, edited. A save answers with the entity's id.
    get_directory(()) -> WorkspaceView;
    save_person(Save<PersonForm>) -> String;
    save_team(Save<TeamForm>) -> String;
    save_service(Save<ServiceForm>) -> String;
    save_product(Save<ProductForm>) -> String;
    save_schedule(Save<ScheduleForm>) -> String;
    save_policy(Save<PolicyForm>) -> String;
    save_settings(Save<SettingsForm>) -> String;
    save_alert_source(Save<AlertSourceForm>) -> String;
    save_maintenance(Save<MaintenanceForm>) -> String;
    renew_alert_token(String) -> AlertTokenView;
    preview_schedule(PreviewSchedule) -> SchedulePreview;
    preview_policy(PreviewPolicy) -> Vec<PolicyDoubtView>;
    invite_person(InvitePerson) -> InvitationView;

    // Channels beside the desktop.
    save_webhook(Save<WebhookForm>) -> String;
    preview_rules(PreviewRules) -> Vec<ReachView>;
    get_channels(()) -> ChannelsView;
    send_test_email(()) -> ChannelTestView;
    test_webhook(String) -> ChannelTestView;
    show_webhook_secret(String) -> WebhookSecretView;

    // Sync.
    get_sync(()) -> SyncView;
    list_conflicts(()) -> Vec<ConflictView>;
    dismiss_conflict(String) -> ();
    reapply_conflict(String) -> ();
}
