### 记录流用词，以及由程序写入的条目（Rust 使用这些标识）。

## 由程序写入的条目
timeline-declared = 已创建为 { $key }
timeline-summary-set = 摘要改为“{ $to }”
timeline-call-set = { $person } 设置了会议：{ $to }
timeline-call-gone = { $person } 移除了会议
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
timeline-alert-fired = { $source }：{ $summary }（{ $count } 条告警中）
timeline-alert-acknowledged = 已在监控系统中确认：{ $summary }
timeline-alert-resolved = 告警已解除：{ $summary }
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
stream-older = 正在读取更早的内容…
stream-day = { $day } · 本地时间 { $zone }
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
input-hint-kind = 类型
input-hint-send = 添加
input-hint-line = 换行
input-hint-leave = 后按 Tab 离开
entry-edit = 编辑此条
entry-text = 内容
entry-retract = 撤回
entry-restore = 恢复
