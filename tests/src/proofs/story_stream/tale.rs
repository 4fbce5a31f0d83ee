//! The two incidents that are told: what their owners made public, in words of our own.

/// Who writes: all three have a desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    Ana,
    Ben,
    /// Her desktop is offline in the middle.
    Mei,
}

/// What a line is, by how often Tab is pressed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Observation,
    Change,
    Decision,
}

/// A line: who writes it, when it happened as they say it, what it is and says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub(super) who: Who,
    pub(super) at: &'static str,
    /// Minutes after the first midnight: by this they stand in order.
    pub(super) minute: u32,
    pub(super) kind: Kind,
    pub(super) text: &'static str,
}

/// A correction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fix {
    pub(super) who: Who,
    /// What stood there.
    pub(super) was: &'static str,
    /// What it should have said, or when it should have been.
    pub(super) becomes: &'static str,
}

/// An incident and how it was written down.
pub(super) struct Tale {
    /// The language of whoever tells it.
    pub(super) summary: &'static str,
    /// As it went on.
    pub(super) live: &'static [Told],
    /// By Mei, without a connection.
    pub(super) offline: &'static [Told],
    /// When it was over, what nobody had time for.
    pub(super) afterwards: &'static [Told],
    /// A text that was wrong.
    pub(super) text: Fix,
    /// A time that was wrong; the minute at which the line stands in the end.
    pub(super) time: (Fix, u32),
    /// A line that was withdrawn, and by whom.
    pub(super) withdrawn: (Who, &'static str),
    /// The line with a picture.
    pub(super) pictured: Told,
}

impl Tale {
    /// Every line as it has to be read in the end, in order.
    pub(super) fn in_order(&self) -> Vec<&'static str> {
        let told = self.live.iter().chain(self.offline).chain(self.afterwards);
        let mut lines: Vec<(u32, &str)> = told
            .chain([&self.pictured])
            .map(|line| {
                let minute = if line.text == self.time.0.was { self.time.1 } else { line.minute };
                let text = if line.text == self.text.was { self.text.becomes } else { line.text };
                (minute, text)
            })
            .collect();
        lines.sort_unstable();
        lines.into_iter().map(|(_, text)| text).collect()
    }
}

const fn told(who: Who, at: &'static str, minute: u32, kind: Kind, text: &'static str) -> Told {
    Told { who, at, minute, kind, text }
}

const DAY: u32 = 24 * 60;

/// The loss of a primary database in 2017, after GitLab's report of it.
pub(super) const DATABASE: Tale = Tale {
    summary: "Primary database lost data, the site is down",
    live: &[
        told(
            Who::Ana,
            "2017-01-31 21:00",
            21 * 60,
            Kind::Observation,
            "Load on the database rises, spam is suspected",
        ),
        told(
            Who::Ben,
            "2017-01-31 22:00",
            22 * 60,
            Kind::Observation,
            "Replication stopped, the secondary is 4 GB behind",
        ),
        told(
            Who::Ana,
            "2017-01-31 23:00",
            23 * 60,
            Kind::Decision,
            "The data folder of the secondary is emptied and copied anew",
        ),
        told(
            Who::Ben,
            "2017-01-31 23:27",
            23 * 60 + 27,
            Kind::Change,
            "Removing the data folder on db2",
        ),
        told(
            Who::Ana,
            "2017-01-31 23:29",
            23 * 60 + 29,
            Kind::Message,
            "Is anybody else on that machine?",
        ),
    ],
    offline: &[
        told(
            Who::Mei,
            "2017-01-31 23:40",
            23 * 60 + 40,
            Kind::Observation,
            "Nightly dumps are empty: another version of the tool made them",
        ),
        told(
            Who::Mei,
            "2017-02-01 00:36",
            DAY + 36,
            Kind::Decision,
            "We restore the snapshot of the staging machine, six hours old",
        ),
    ],
    afterwards: &[
        told(
            Who::Ben,
            "2017-01-31 17:20",
            17 * 60 + 20,
            Kind::Change,
            "A snapshot was taken by hand for a test of staging",
        ),
        told(
            Who::Ana,
            "2017-02-01 17:00",
            DAY + 17 * 60,
            Kind::Change,
            "The copy is done and webhooks are kept off",
        ),
        told(
            Who::Mei,
            "2017-02-01 18:14",
            DAY + 18 * 60 + 14,
            Kind::Observation,
            "The site answers again",
        ),
    ],
    text: Fix {
        who: Who::Ben,
        was: "Removing the data folder on db2",
        becomes: "Removed the data folder on db1, which is the primary",
    },
    time: (
        Fix {
            who: Who::Ana,
            was: "Load on the database rises, spam is suspected",
            becomes: "2017-01-31 19:00",
        },
        19 * 60,
    ),
    withdrawn: (Who::Ana, "Is anybody else on that machine?"),
    pictured: told(
        Who::Ben,
        "2017-02-01 02:00",
        DAY + 120,
        Kind::Observation,
        "Progress of the copy, slow disks",
    ),
};

/// The outage of a document service in 2023, after 语雀's report of it.
pub(super) const STORAGE: Tale = Tale {
    summary: "语雀无法访问，华东存储服务器下线",
    live: &[
        told(
            Who::Mei,
            "2023年10月23日14点07分",
            14 * 60 + 7,
            Kind::Observation,
            "监控报警：华东区存储集群无法访问",
        ),
        told(
            Who::Ana,
            "2023-10-23 14:15",
            14 * 60 + 15,
            Kind::Decision,
            "请硬件团队把下线的机器重新上线",
        ),
        told(
            Who::Ben,
            "2023-10-23 14:30",
            14 * 60 + 30,
            Kind::Observation,
            "新的运维升级工具误下线了生产服务器",
        ),
        told(
            Who::Mei,
            "2023年10月23日15点00分",
            15 * 60,
            Kind::Observation,
            "机器类别较新，不能直接上线",
        ),
        told(Who::Ana, "2023-10-23 15:05", 15 * 60 + 5, Kind::Message, "对外公告由谁来写？"),
    ],
    offline: &[
        told(
            Who::Mei,
            "2023年10月23日15点10分",
            15 * 60 + 10,
            Kind::Decision,
            "改为新建存储系统，从备份恢复数据",
        ),
        told(
            Who::Mei,
            "2023年10月23日16点40分",
            16 * 60 + 40,
            Kind::Observation,
            "数据量大，恢复预计数小时",
        ),
    ],
    afterwards: &[
        told(Who::Ben, "2023-10-23 21:00", 21 * 60, Kind::Observation, "存储系统通过完整性校验"),
        told(Who::Ana, "2023-10-23 22:00", 22 * 60, Kind::Change, "全部服务恢复"),
        told(Who::Mei, "2023年10月23日14点00分", 14 * 60, Kind::Change, "运维升级开始"),
    ],
    text: Fix {
        who: Who::Mei,
        was: "机器类别较新，不能直接上线",
        becomes: "机器类别较老，不能直接上线",
    },
    time: (
        Fix {
            who: Who::Ben,
            was: "新的运维升级工具误下线了生产服务器",
            becomes: "2023-10-23 14:12",
        },
        14 * 60 + 12,
    ),
    withdrawn: (Who::Ana, "对外公告由谁来写？"),
    pictured: told(
        Who::Mei,
        "2023年10月23日19点00分",
        19 * 60,
        Kind::Observation,
        "备份数据恢复完成",
    ),
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_tale_ends_with_its_lines_in_order_and_corrected() {
        for tale in [&DATABASE, &STORAGE] {
            let lines = tale.in_order();
            let all: BTreeSet<&str> = lines.iter().copied().collect();
            assert_eq!(all.len(), 11, "every line is another one");
            assert!(all.contains(tale.text.becomes) && !all.contains(tale.text.was));
            assert!(all.contains(tale.withdrawn.1) && all.contains(tale.time.0.was));
        }
        assert_eq!(DATABASE.in_order()[1], DATABASE.time.0.was, "its time was corrected");
    }
}
