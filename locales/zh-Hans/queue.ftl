# 严重性级别 3 的队列，以及办公时间。
queue-title = 队列
queue-about = 严重性级别 3 的事件不呼叫任何人，而是移交给交付团队的队列，在其办公时间开始时显示，由接手的人负责。
queue-common = 公共队列
queue-common-about = 没有服务，或服务没有团队。
queue-mine = 您的团队
queue-mine-common = 会通知您
queue-empty = 没有等待的事件。
queue-nothing = 所有队列中都没有等待的事件。
queue-count = { $count ->
   *[other] { $count } 个在等待
}
queue-aged-count = { $count ->
   *[other] { $count } 个等待过久
}
queue-open-until = 办公至 { $at }
queue-opens = 办公时间 { $at } 开始
queue-hours-usual = 尚未设置办公时间，暂按周一至周五 09:00 至 17:00（UTC）。
queue-hours-set = 去设置
queue-accept = 接手
queue-accept-hint = 接手事件的人成为它的事件管理员。
queue-shown = { $at } 显示
queue-later = 将于 { $at } 显示
queue-aged = 自 { $at } 起等待过久
queue-handed = 已移交给{ $team }
queue-board = { $count ->
   *[other] { $count } 个事件在队列中等待
}
queue-board-aged = { $count ->
   *[other] { $count } 个严重性级别 3 的事件等待过久。
}
queue-open = 打开队列
queue-notice = { $count ->
   *[other] { $count } 个事件在等待：{ $team }
}
queue-notice-more = { $count ->
   *[other] 另有 { $count } 个
}
queue-notice-aged = { $count ->
   *[other] { $count } 个等待过久
}
office-hours = 办公时间
office-hours-own = 自己的办公时间
office-hours-zone = 办公时间所用的时区
office-hours-from = { $day }，从
office-hours-until = { $day }，至
office-hours-workspace = 设置工作区的办公时间
section-queue = 队列
queue-settings-about = 严重性级别 3 的事件如何等待团队处理。团队自己设置的办公时间优先。
queue-days = 等待过久的标准
queue-days-unit = { $days ->
   *[other] 个办公日
}
