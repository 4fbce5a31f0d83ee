//! `human-path`: what a tired person has to do, counted in the real window. From page to command is one
//! action; declaring takes under a minute at 40 words a minute, in both languages.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::harness::desk::{Desk, SOON};
use crate::harness::hands::{Declaration, Hands, Text};
use crate::proof::{Ground, Proof, Report};

/// See the module.
pub(crate) const PROOF: Proof = Proof {
    name: "human-path",
    line: "from page to command is one action, and declaring takes under a minute at 40 words a minute, in both languages",
    run: |ground| Box::pin(run(ground)),
};

/// How long declaring may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How many actions from page to command.
const ACTIONS: u32 = 1;

/// A person who reads and writes one language.
struct Person {
    language: &'static str,
    declares: Declaration,
    /// How the state after taking command is called.
    fixing: &'static str,
}

/// What was counted.
struct Counted {
    keys: u32,
    clicks: u32,
    time: Duration,
    actions: u32,
}

async fn run(ground: Ground) -> Result<Report> {
    let mut report = Report::new(2, "languages");
    for person in [english(), chinese()] {
        let language = person.language;
        let desk = Desk::open(ground.folder(), language).await?;
        let counted = count(&desk, &person).await;
        let Counted { keys, clicks, time, actions } = desk.end(counted).await?;
        ensure!(clicks == 0, "{language}: declaring took {clicks} clicks");
        ensure!(time < LIMIT, "{language}: declaring takes {time:?} ({keys} keys)");
        ensure!(actions == ACTIONS, "{language}: from page to command took {actions} actions");
        report = report
            .figure(
                format!("{language}: keys to declare, with impact and where to be reached"),
                keys,
            )
            .figure("seconds at 40 words a minute", format!("{:.1}", time.as_secs_f64()))
            .figure("actions from page to command", actions);
    }
    Ok(report)
}

async fn count(desk: &Desk, person: &Person) -> Result<Counted> {
    desk.speak(person.language).await?;
    desk.start_with_sample().await?;
    let hands = Hands::at(desk.screen());
    person.declares.fill(&hands).await?;
    let key = Declaration::send(&hands).await?;
    desk.paged(person.declares.summary.text()).await?;

    desk.turn_to_page().await?;
    let answering = Hands::at(desk.screen());
    answering.click("ack-and-command").await?;
    desk.turn_to_main().await?;
    let screen = desk.screen();
    // The window goes to the incident by itself once the server has said who has it.
    screen.reads("incident-key", &key, SOON, |text| text == key).await?;
    let fixing = |text: &str| text == person.fixing;
    screen.reads("incident-state", person.fixing, SOON, fixing).await?;
    screen.gone("take-command").await?;
    Ok(Counted {
        keys: hands.keys(),
        clicks: hands.clicks(),
        time: hands.typing_time(),
        actions: answering.clicks() + answering.keys(),
    })
}

fn english() -> Person {
    let declares = Declaration {
        summary: Text::plain("Checkout fails for every customer"),
        severity: 1,
        service: Some(Text::plain("pay")),
        description: Some(Text::plain("Nobody can pay by card. Reach me at +44 20 7946 0101")),
    };
    Person { language: "en", declares, fixing: "Fixing" }
}

fn chinese() -> Person {
    let declares = Declaration {
        summary: Text::composed(&[
            ("所有", "suoyou"),
            ("客户", "kehu"),
            ("都", "dou"),
            ("无法", "wufa"),
            ("结账", "jiezhang"),
        ]),
        severity: 1,
        service: Some(Text::plain("pay")),
        description: Some(Text::composed(&[
            ("刷卡", "shuaka"),
            ("支付", "zhifu"),
            ("全部", "quanbu"),
            ("失败", "shibai"),
            (",", ","),
            ("请", "qing"),
            ("致电", "zhidian"),
            ("+44 20 7946 0101", "+44 20 7946 0101"),
        ])),
    };
    Person { language: "zh-Hans", declares, fixing: "正在解决" }
}
