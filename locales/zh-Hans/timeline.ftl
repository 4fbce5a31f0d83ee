### 记录流用词，以及由程序写入的条目（Rust 使用这些标识）。

## 由程序写入的条目
timeline-declared = 已创建为 { $key }
timeline-summary-set = 摘要改为“{ $to }”
timeline-call-set = { $person } 设置了会议：{ $to }
timeline-call-gone = { $person } 移除了会议
timeline-answer-gone = { $person } 撤回了六个问题中的一个回答
timeline-answered-side = { $answer ->
    [outside] { $person }：外部客户受影响
    [inside] { $person }：内部人员受影响
    [both] { $person }：外部客户和内部人员都受影响
   *[none] { $person }：没有人受影响
  }
timeline-answered-seen = { $person }：他们看到 { $answer }
timeline-answered-extent = { $answer ->
    [one] { $person }：仅一个受影响
    [some] { $person }：部分受影响
   *[all] { $person }：全部受影响
  }
timeline-answered-cases = { $person }：目前有 { $answer } 个支持工单
timeline-answered-else = { $person }：另外，{ $answer }
timeline-description-set = 描述已修改
timeline-severity-set = 严重性级别 { $from } → { $to }
timeline-service-set = 故障服务 { $from } → { $to }
timeline-product-added = 新增受影响的产品：{ $product }
timeline-product-removed = 不再受影响：{ $product }
timeline-command-taken = { $person } 接管指挥
timeline-command-replaced = { $person } 接替 { $from } 指挥：{ $reason }
timeline-command-offered = { $person } 请 { $to } 接手指挥
timeline-command-accepted = { $person } 从 { $from } 接手指挥
timeline-command-declined = { $person } 未接手指挥
timeline-command-planned = { $person } 安排 { $to } 于 { $at } 接管指挥
timeline-command-unplanned = { $person } 取消了下一任指挥的安排
timeline-times-set = 时间：影响开始 { $start }，检测时刻 { $detected }，影响结束 { $end }
timeline-resolved = 已解决
timeline-closed = 已关闭
timeline-reopened = 重新打开：{ $reason }
timeline-false-alarm = 误报：{ $reason }
timeline-restricted = 设为受限，仅成员可见
timeline-opened-up = 不再受限
timeline-member-added = { $person } 成为成员
timeline-member-removed = { $person } 不再是成员
timeline-role-assigned = { $person } 担任{ $role }
timeline-role-ended = { $person } 不再担任{ $role }
timeline-role-offered = { $person } 请 { $to } 接任{ $role }
timeline-role-accepted = { $person } 从 { $from } 接任{ $role }
timeline-role-declined = { $person } 未接任{ $role }
timeline-role-planned = { $person } 安排 { $to } 于 { $at } 接任{ $role }
timeline-role-unplanned = { $person } 取消了{ $role }的下一任安排
timeline-alert-fired = { $source }：{ $summary }（{ $count } 条告警中）
timeline-alert-acknowledged = 已在监控系统中确认：{ $summary }
timeline-alert-resolved = 告警已解除：{ $summary }
timeline-production-change = { $state ->
    [planned] { $person } 计划：{ $what }
    [doing] { $person } 正在更改：{ $what }
    [reverted] { $person } 已回退：{ $what }
   *[other] { $person } 已更改：{ $what }
  }
timeline-production-state = { $state ->
    [planned] 重新计划：{ $what }
    [doing] { $person } 开始：{ $what }
    [reverted] { $person } 已回退：{ $what }
   *[other] { $person } 已完成：{ $what }
  }
timeline-page-rang = 第 { $step } 步：已呼叫 { $people }
timeline-page-shown = 呼叫已向 { $person } 显示
timeline-page-shown-silently = 呼叫已静音显示给 { $person }（安静时段）
timeline-page-not-shown = 呼叫无法向 { $person } 显示：{ $detail }
timeline-page-acknowledged = { $person } 确认了呼叫
timeline-page-declined = { $person } 无法处理：{ $reason }
timeline-page-escalated = 无人应答，已上报至第 { $step } 步
timeline-page-nobody-on-call = 第 { $step } 步：无人待命
timeline-page-rang-nobody = 第 { $step } 步：没有桌面响铃，已发送消息
timeline-page-unreachable = { $people } 的桌面没有回应
timeline-page-again-no-im = 无人接管指挥：呼叫再次响铃
timeline-page-again-snoozed = 呼叫再次响铃
timeline-page-never-taken = 呼叫多次响铃后仍无人接管指挥，不再响铃
timeline-page-acknowledged-for = { $by } 代 { $person } 确认了呼叫
timeline-page-acknowledged-by = { $channel ->
    [email] { $person } 通过电子邮件确认了呼叫
   *[other] { $person } 通过其他程序确认了呼叫
  }
timeline-page-snoozed = { $person } 让呼叫暂停至 { $until }
timeline-page-escalated-by = { $person } 没有等待：进入下一步
timeline-page-asked = { $person } 呼叫了 { $called } { $note }
timeline-page-sent = { $channel ->
    [email] 已向 { $to } 发送电子邮件
   *[other] 已发送至 { $to }
  }
timeline-page-delivered = { $channel ->
    [email] 电子邮件已送达 { $to }
   *[other] 已送达 { $to }
  }
timeline-page-failed = { $channel ->
    [email] 发给 { $to } 的电子邮件失败：{ $detail }
   *[other] 无法送达 { $to }：{ $detail }
  }
timeline-page-nobody = 没有呼叫到任何人
timeline-page-closed = 呼叫已结束

## 记录流
stream-title = 记录
stream-entries-only = 仅条目
stream-empty = 还没有任何内容。
stream-day = { $day } · { $zone }
stream-latest = 最新 ↓
stream-retracted = 已撤回
stream-edited = 已编辑
stream-entered = { $at } 录入
stream-program = Firebell
stream-new = 新内容：{ $text }

## 类型
kind-message = 消息
kind-observation = 观察结果
kind-change = 更改
kind-decision = 决策
kind-status = 状态
kind-role = 角色
kind-page = 呼叫
kind-alert = 告警
glyph-message = 消
glyph-observation = 观
glyph-change = 改
glyph-decision = 决
glyph-status = ·
glyph-role = 角
glyph-page = 呼
glyph-alert = 警

## 书写
input-kind = 类型
input-label = 写入记录
input-suggestions = 可选项
input-message = 写一条消息
input-observation = 观察到了什么？
input-change = 在哪里更改了什么，如何恢复？
input-decision = 决定了什么，为什么？
input-send = 添加
input-time = 发生时间
input-time-now = 现在
input-time-phrase = 时间，怎么说就怎么写
input-time-example = 14:02 · 10分钟前 · 昨天 23:40
time-question = { $question ->
    [which_time] 那天的几点？
    [future] 这个时间还没有到。
   *[unreadable] 读不出这是什么时间。可以写“14:02”、“10分钟前”、“昨天 23:40”。
    [twice] 时钟回拨，这个时间出现了两次。是哪一次？
    [skipped] 时钟前拨，跳过了这个时间。是这一刻吗？
    [which_day] 是“日/月”，还是“月/日”？
  }
input-hint-kind = 类型
input-hint-send = 添加
input-hint-line = 换行
input-hint-leave = 后按 Tab 离开
entry-edit = 编辑此条
entry-text = 内容
entry-retract = 撤回
entry-restore = 恢复
entry-select = 选择这一行
entry-more = 这一行的更多操作
entry-history = 历史
entry-highlight = 标为重点
entry-unhighlight = 取消重点
entry-tag = 加标签…
entry-tag-field = 标签
entry-tag-add = 添加
entry-untag = 去掉标签
entry-untag-one = 去掉 #{ $tag }
entry-visibility = 可见范围
entry-make = 可见范围：{ $visibility }
entry-link = 关联到
entry-link-one = 关联到“{ $name }”
entry-unlink-one = 取消与“{ $name }”的关联
bulk-title = 对所选的行
bulk-count = { $count ->
   *[other] { $count } 行
  }
bulk-clear = 取消选择

## Who may read a line
visibility-team = 团队
visibility-inside = 公司内部
visibility-public = 公开
visibility-out-of-postmortem = 不进入事后析误

## Filtering
filter-title = 筛选
filter-text = 按文字筛选
filter-placeholder = 文字、姓名、#标签
filter-kind = 类型
filter-person = 人员
filter-workstream = 工作流
filter-tag = 标签
filter-visibility = 可见范围
filter-highlighted = 重点
filter-text-chip = “{ $text }”
filter-range = { $from } – { $to }
filter-by = 按 { $what } 筛选
filter-remove = 去掉筛选条件：{ $what }
filter-clear = 清除筛选
filter-count = { $shown } / { $all }
filter-none = 没有符合筛选条件的行。
filter-nothing = 没有可选项

## Reading
stream-keys = 方向键移动，x 选择，Shift 加方向键选择多行，Enter 编辑，s 标为重点，t 加标签，i 查看历史，Delete 撤回或恢复。
zone-menu = 时钟：{ $zones }
zone-own = 您的时间，{ $zone }
zone-swap = 对调两个时钟
zone-beside = 第二时钟：{ $zone }
zone-other = 其他第二时钟…
zone-one = 只用一个时钟

## History of a line
history-title = 这一行的历史
history-written = 写入
history-at = 发生于 { $at }
history-kind = 类型：{ $kind }
history-retracted = 已撤回
history-restored = 已恢复
history-highlighted = 标为重点
history-unhighlighted = 取消重点
history-visibility = 可见范围：{ $visibility }
history-tagged = 加标签 #{ $tag }
history-untagged = 去掉标签 #{ $tag }
history-linked = 关联到“{ $name }”
history-unlinked = 取消与“{ $name }”的关联
history-file-added = 加入文件 { $name }
history-file-removed = 移除文件 { $name }
history-incomplete = 更早的改动还在获取中。

## As it was known at a moment
past-open = 回到某刻…
past-title = 某一时刻所知的情况
past-when = 查看哪一时刻？
past-at = 截至 { $at }（{ $zone }）所知的情况
past-back = 回到现在
past-im = IM：{ $name }
past-no-im = 无人指挥
past-start = 影响开始 { $at }
past-no-start = 影响开始时间未知
past-undeclared = 当时还没有创建这个事件。
past-nothing = 当时还没有任何记录。

## The picture
picture-open = 图形
picture-title = 随时间变化的泳道图
picture-label = 随时间变化的泳道图。加号和减号缩放，方向键移动，0 显示全部，Enter 把记录筛选到当前时段。同样的内容也可用表格查看：按“表格”。
picture-zoom-in = 放大
picture-zoom-out = 缩小
picture-whole = 全部
picture-brush = 选取时段
picture-filter = 筛选到当前时段
picture-table = 表格
picture-failed = 这里无法绘图；表格中有同样的内容。
picture-still = 现在
picture-impact-start = 影响开始
picture-impact-end = 影响结束
picture-lane = 泳道
picture-from = 从
picture-to = 到
picture-what = 内容
picture-left-off = 另有 { $count } 行更早的内容，只在记录中。
lane-severity = 严重性级别
lane-severity-value = 级别 { $severity }
lane-state = 状态
lane-im = IM
lane-changes = 更改
lane-messages = 消息
lane-pages = 呼叫、告警
lane-notes = 观察结果、决策

## The quick line
line-incident = 事件
line-incident-keys = 按 Alt 和上下方向键选择其他事件
line-none = 目前没有进行中的事件。
line-now = 现在：{ $at }
line-placeholder = 刚刚发生了什么？
line-later = 稍后再写
