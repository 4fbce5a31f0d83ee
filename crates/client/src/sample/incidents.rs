//! The incidents of the sample, each told as it went.

use firebell_domain::{
    change::{Body, Change},
    id::EntityId,
    incident::{DetectedBy, IncidentChange, Question, Severity},
    role::RoleChange,
    timeline::{EntryChange, EntryKind},
};

use super::{
    Both, Pen,
    company::{
        ANA, APP, Company, IMAGES, LI, LOGIN, MEI, PARTNERS, PAYMENTS, PRIYA, SAM, SEARCH, WEB,
    },
};

/// One incident. Its minutes count from the declaration.
pub(super) struct Story {
    /// How many minutes ago it was declared.
    declared: i64,
    summary: Both,
    description: Both,
    severity: Severity,
    service: Option<usize>,
    products: &'static [usize],
    detected_by: DetectedBy,
    /// When the impact began; mostly before the declaration.
    impact_start: i64,
    /// When somebody took command.
    command: Option<i64>,
    roles: &'static [(i64, &'static str, usize)],
    entries: &'static [(i64, EntryKind, Both)],
    answers: &'static [(i64, Question, Both)],
    ending: Ending,
}

/// How it ended.
enum Ending {
    /// It has not.
    Open,
    /// Impact end, resolved, closed.
    Resolved(i64, i64, Option<i64>),
    /// It was none.
    FalseAlarm(i64, Both),
}

impl Story {
    /// The changes that tell it, all by the person who started.
    pub(super) fn changes(
        &self,
        pen: &Pen<'_>,
        company: &Company,
        number: Option<u64>,
    ) -> Vec<Change> {
        let id = pen.new_id();
        let at = |minute: i64| pen.ago(self.declared - minute);
        let incident = |minute: i64, change: IncidentChange| {
            pen.change(id, at(minute), Body::Incident(change))
        };
        let declare = IncidentChange::Declare {
            number,
            summary: pen.say(self.summary),
            description: pen.say(self.description),
            severity: self.severity,
            service: self.service.map(|service| company.services[service]),
            products: self.products.iter().map(|product| company.products[*product]).collect(),
            detected_by: self.detected_by,
            impact_start: Some(at(self.impact_start)),
            restricted: false,
            drill: false,
        };
        let mut changes = vec![incident(0, declare)];
        if let Some(minute) = self.command {
            changes.push(incident(minute, IncidentChange::TakeCommand {}));
        }
        for (minute, role, person) in self.roles {
            let (role, person) = ((*role).to_owned(), company.people[*person]);
            let assign = RoleChange::Assign { incident: id, role, person };
            changes.push(pen.change(pen.new_id(), at(*minute), Body::Role(assign)));
        }
        for (minute, kind, text) in self.entries {
            changes.push(self.entry(pen, id, *minute, *kind, *text));
        }
        for (minute, question, answer) in self.answers {
            let answer = IncidentChange::Answer { question: *question, answer: pen.say(*answer) };
            changes.push(incident(*minute, answer));
        }
        match self.ending {
            Ending::Open => {}
            Ending::Resolved(end, resolved, closed) => {
                let times = IncidentChange::SetTimes {
                    impact_start: Some(at(self.impact_start)),
                    detected: Some(at(0)),
                    impact_end: Some(at(end)),
                };
                changes.push(incident(resolved, times));
                changes.push(incident(resolved, IncidentChange::Resolve {}));
                changes.extend(closed.map(|minute| incident(minute, IncidentChange::Close {})));
            }
            Ending::FalseAlarm(minute, reason) => {
                let reason = pen.say(reason);
                changes.push(incident(minute, IncidentChange::MarkFalseAlarm { reason }));
            }
        }
        changes
    }

    fn entry(
        &self,
        pen: &Pen<'_>,
        incident: EntityId,
        minute: i64,
        entry: EntryKind,
        text: Both,
    ) -> Change {
        let happened_at = pen.ago(self.declared - minute);
        let add = EntryChange::add(incident, entry, pen.say(text), happened_at);
        // Written half a minute after it happened, as people do.
        pen.change(pen.new_id(), happened_at.plus_secs(30), Body::Entry(add))
    }
}

/// What went on lately, the oldest first. No declaration lies in the future of its entries.
pub(super) fn stories() -> [Story; 5] {
    use EntryKind::{Change, Decision, Message, Observation};
    const DAY: i64 = 24 * 60;
    [
        Story {
            declared: 23 * DAY + 190,
            summary: ("Nobody can sign in", "所有人都无法登录"),
            description: (
                "Every sign-in is answered with an error, in the shop and in the app. Reach me in the room.",
                "商店与手机应用的登录全部报错。请在房间里联系我。",
            ),
            severity: Severity::One,
            service: Some(LOGIN),
            products: &[WEB, APP],
            detected_by: DetectedBy::Monitoring,
            impact_start: -6,
            command: Some(2),
            roles: &[(4, "tech_lead", LI), (6, "communications_manager", MEI)],
            entries: &[
                (3, Message, ("I am on it. Call is open.", "我来处理，通话已打开。")),
                (
                    5,
                    Observation,
                    (
                        "All sign-ins fail since 6 minutes before the page; sessions that exist still work.",
                        "呼叫前 6 分钟起登录全部失败，已有的会话仍可用。",
                    ),
                ),
                (
                    9,
                    Observation,
                    ("The certificate of the token service expired.", "令牌服务的证书已过期。"),
                ),
                (
                    11,
                    Decision,
                    (
                        "Issue a new certificate by hand now; automate it afterwards.",
                        "现在手工签发新证书，自动化之后再做。",
                    ),
                ),
                (
                    19,
                    Change,
                    (
                        "New certificate installed on both nodes. Undo: put back the old file, restart.",
                        "两个节点已换上新证书。回退：放回旧文件并重启。",
                    ),
                ),
                (
                    24,
                    Observation,
                    (
                        "Sign-ins succeed again, error rate at zero for five minutes.",
                        "登录恢复，错误率五分钟为零。",
                    ),
                ),
            ],
            answers: &[],
            ending: Ending::Resolved(20, 26, Some(2 * DAY)),
        },
        Story {
            declared: 12 * DAY + 400,
            summary: ("Orders counted twice in the daily report", "日报中订单被重复计数"),
            description: (
                "The report of yesterday shows twice the orders of the day before.",
                "昨天日报的订单数是前一天的两倍。",
            ),
            severity: Severity::Two,
            service: None,
            products: &[PARTNERS],
            detected_by: DetectedBy::Observation,
            impact_start: -30,
            command: None,
            roles: &[],
            entries: &[
                (
                    8,
                    Observation,
                    (
                        "The shop itself counts right; only the report differs.",
                        "商店本身计数正确，只有报表不同。",
                    ),
                ),
                (
                    15,
                    Observation,
                    (
                        "Yesterday was the spring sale: the numbers are real.",
                        "昨天是春季大促：数字是真实的。",
                    ),
                ),
            ],
            answers: &[],
            ending: Ending::FalseAlarm(
                18,
                ("The numbers are right, it was the sale.", "数字无误，是大促所致。"),
            ),
        },
        Story {
            declared: 5 * DAY + 75,
            summary: ("Search answers slowly and misses new products", "搜索缓慢，且找不到新商品"),
            description: (
                "Searching takes ten seconds. What was added today is not found. Customers can browse by category.",
                "搜索要十秒，今天新增的商品找不到。顾客仍可按分类浏览。",
            ),
            severity: Severity::Two,
            service: Some(SEARCH),
            products: &[WEB, APP],
            detected_by: DetectedBy::Customer,
            impact_start: -45,
            command: Some(6),
            roles: &[(8, "tech_lead", PRIYA), (12, "deputy", SAM)],
            entries: &[
                (
                    7,
                    Message,
                    (
                        "Taking command. Priya, please lead the technical side.",
                        "我来指挥。张磊，请你负责技术。",
                    ),
                ),
                (
                    14,
                    Observation,
                    ("The disk of the second index node is full.", "第二个索引节点的磁盘已满。"),
                ),
                (
                    22,
                    Change,
                    (
                        "Old index generations deleted, 40 GB free. Undo: none needed, they are rebuilt.",
                        "已删除旧索引代，腾出 40 GB。无需回退，可重建。",
                    ),
                ),
                (
                    31,
                    Decision,
                    (
                        "Rebuild the index of today; stay on the slow path until it is done.",
                        "重建今天的索引，完成前保持慢速路径。",
                    ),
                ),
                (
                    70,
                    Observation,
                    (
                        "Index rebuilt. Median answer 90 ms, new products are found.",
                        "索引已重建。中位响应 90 毫秒，新商品可以搜到。",
                    ),
                ),
            ],
            answers: &[],
            ending: Ending::Resolved(72, 80, None),
        },
        Story {
            declared: 160,
            summary: ("Product pictures load slowly in Asia", "亚洲地区商品图片加载缓慢"),
            description: (
                "Pictures take three to five seconds from Asia. Everything else is normal; the page can be used without them.",
                "亚洲访问图片要三到五秒，其他正常，没有图片也能使用页面。",
            ),
            severity: Severity::Three,
            service: Some(IMAGES),
            products: &[WEB],
            detected_by: DetectedBy::Customer,
            impact_start: -60,
            command: None,
            roles: &[],
            entries: &[(
                12,
                Observation,
                (
                    "Only the Singapore edge is slow; Frankfurt and Virginia are not.",
                    "只有新加坡边缘节点慢，法兰克福和弗吉尼亚正常。",
                ),
            )],
            answers: &[],
            ending: Ending::Open,
        },
        Story {
            declared: 34,
            summary: ("Card payments fail for some customers", "部分顾客刷卡支付失败"),
            description: (
                "About one in five card payments is refused since the afternoon. Invoices and wallets work. Reach me in the room.",
                "下午起约五分之一的刷卡支付被拒绝。发票与钱包支付正常。请在房间里联系我。",
            ),
            severity: Severity::Two,
            service: Some(PAYMENTS),
            products: &[WEB, APP, PARTNERS],
            detected_by: DetectedBy::Monitoring,
            impact_start: -9,
            command: Some(2),
            roles: &[(5, "tech_lead", ANA), (8, "communications_manager", MEI)],
            entries: &[
                (
                    3,
                    Message,
                    (
                        "In command. Ana, can you look at the refusals?",
                        "我来指挥。王芳，请看一下拒绝的记录。",
                    ),
                ),
                (
                    7,
                    Observation,
                    (
                        "Only cards of one network are refused, all with the same answer code.",
                        "只有一个卡组织的卡被拒绝，返回码相同。",
                    ),
                ),
                (
                    13,
                    Observation,
                    (
                        "Refusals began two minutes after the release of payments-api 4.18.",
                        "拒绝始于 payments-api 4.18 发布后两分钟。",
                    ),
                ),
                (
                    18,
                    Decision,
                    (
                        "Go back to 4.17 in one region first, and watch it for ten minutes.",
                        "先在一个区域退回 4.17，观察十分钟。",
                    ),
                ),
                (
                    21,
                    Change,
                    (
                        "payments-api back at 4.17 in eu-west. Undo: deploy 4.18.",
                        "eu-west 的 payments-api 已退回 4.17。回退：部署 4.18。",
                    ),
                ),
                (
                    29,
                    Observation,
                    ("No refusals in eu-west since the change.", "更改后 eu-west 再无拒绝。"),
                ),
            ],
            answers: &[
                (5, Question::Side, ("outside", "outside")),
                (5, Question::Extent, ("some", "some")),
                (
                    7,
                    Question::Seen,
                    ("their card is refused at the last step", "在最后一步刷卡被拒绝"),
                ),
                (9, Question::Cases, ("14", "14")),
            ],
            ending: Ending::Open,
        },
    ]
}
