### 待命名单与电话联系的用词。

oncall-title = 待命
oncall-your-zone = 按您的时区显示：{ $zone }（{ $offset }）
oncall-services = 各项服务由谁负责
oncall-dial = 服务器无法呼叫时请打电话
oncall-nobody = 无人
oncall-next = 下一位 { $person }
oncall-next-from = { $at } 起由 { $person } 接任
oncall-until = 至 { $at }
oncall-from = { $at } 起
oncall-until-then = 至 { $at }，之后 { $person }
oncall-until-gap = 至 { $at }，之后无人
oncall-both-zones = { $at }（{ $there } { $zone }）
oncall-always = 没有结束时间
oncall-none-yet = 目前无法呼叫任何人：还没有服务，也没有 IMOC。
oncall-set-up = 设置待命
oncall-no-schedules = 还没有待命名单，需由管理员创建。
oncall-rotation = { $days ->
    [1] 每天 { $time } 轮换，{ $zone }
    [7] 每周 { $time } 轮换，{ $zone }
   *[other] 每 { $days } 天 { $time } 轮换，{ $zone }
  }
oncall-rotations = { $count } 个轮值，{ $zone }
oncall-rotation-varied = 班次长度不等，首次轮换 { $time }，{ $zone }
oncall-rotation-hours = 每 { $hours } 小时轮换，从 { $time } 起，{ $zone }
oncall-order = 轮换顺序：{ $people }
oncall-changes-at = { $at } 起轮值变更
oncall-no-shifts = 没有安排班次。
oncall-gap = 空缺：无人待命
oncall-overridden = 替班
oncall-in-zone = { $zone } 时间 { $time }
oncall-overrides = 替班
oncall-override-add = 安排替班
oncall-override-remove = 取消替班
oncall-override-person = 替班人员
oncall-override-start = 开始
oncall-override-end = 结束
oncall-override-submit = 添加替班
coverage-title = 接下来几周
coverage-fine = 没有空档，没有人负担过重，每个人都能联系到。
coverage-gap = { $schedule }：{ $from } 至 { $until } 无人待命
coverage-more = { $schedule }：还有 { $count } 个空档；已覆盖 { $percent }% 的时间
coverage-away = { $schedule }：{ $person } 休假期间仍在待命，{ $from } 至 { $until }
coverage-unreachable = { $schedule }：无法联系到 { $person }，既没有账户也没有电子邮件地址
coverage-overload = { $schedule }：{ $person } 的待命时间比平均多 { $percent }%，共 { $hours } 小时
coverage-twice = { $policy }：{ $person } 目前同时处在两个步骤中
leave-title = 休假
leave-about = 显示在班次旁边。它不会取消任何人的待命：请为这段时间安排替班。
leave-add = 添加
leave-remove = 删除
calendar-title = 在日历程序中显示班次
calendar-about = 知道地址的人都能查看。新地址会使旧地址失效。
calendar-make = 生成新地址
calendar-mine = 我的班次
dial-nobody = 没有可拨打的电话：无人待命。
dial-no-phone = 没有电话号码
dial-more = 另有 { $count } 人

## 有人提出换班（Rust 使用）
swap-notice = { $person } 请您接一个班
swap-notice-many = 有 { $count } 个班想请您接
swap-notice-body = { $starts ->
    [0] { $schedule }：现在或一小时内开始，时长 { $hours } 小时。请在“待命”页面答复。
   *[other] { $schedule }：{ $starts } 小时后开始，时长 { $hours } 小时。请在“待命”页面答复。
  }
