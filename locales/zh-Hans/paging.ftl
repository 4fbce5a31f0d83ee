### 呼叫用词：系统通知（Rust 使用）、呼叫窗口、“我的呼叫”。

## 系统通知（Rust 使用）
notification-page-title = { $key } 严重性级别 { $severity }：正在呼叫您
notification-page-body = { $summary }
notification-page-restricted = 一个受限事件需要您。请打开 Firebell 查看。
notification-page-late = { $hours ->
    [0] { $summary }（{ $minutes } 分钟前创建）
   *[other] { $summary }（{ $hours } 小时 { $minutes } 分钟前创建）
  }
notification-page-drill-title = 【演练】{ $key } 严重性级别 { $severity }：正在呼叫您
notification-page-test-title = 测试呼叫
notification-page-test-body = 真正的呼叫就是这样显示和响铃的。请确认，以证明能呼叫到您。
notification-acknowledge = 确认
notification-open = 打开
notification-page-held = { $name } 已在处理。
notification-key-title = { $old } 现在是 { $new }
notification-key-body = 本机数据的另一份副本已使用该编号。今后请使用 { $new }。
notification-mention-title = { $person } 在 { $key } 中提到了您
notification-mention-restricted = 请打开 Firebell 查看。
notification-mentions-title = { $count } 条记录提到了您
notification-mentions-body = 请打开 Firebell 查看。

## 呼叫
page-rang = { $at } 呼叫 · 第 { $step } 步，共 { $steps } 步
page-step = 第 { $step } 步，共 { $steps } 步
page-declared-by = 由 { $person } 创建
page-im = { $person } 正在指挥
page-asked = { $person } 请您以{ $role }身份加入
page-restricted-summary = 受限事件
page-test-summary = 测试呼叫：能呼叫到您吗？
page-ack-and-command = 确认并接管
page-ack = 确认
page-cannot = 无法处理
page-open-incident = 打开事件
page-calls-you = 正在呼叫您。
page-acknowledged-by = { $person } 已于 { $at } 确认
page-closed = 此呼叫已结束。
page-nobody = 没有呼叫到任何人。
page-snoozed-by = { $person } 让它暂停至 { $at }。
page-last-step = 这是最后一步，将一直响铃，直到有人应答。
page-goes-to = 若无人确认，{ $in } 后转呼 { $people }
page-next-step = 若无人确认，{ $in } 后进入下一步
page-command-by = 若无人接管，{ $in } 后再次响铃
page-rung = 已呼叫 { $count } 人
page-confirming = 正在通知服务器…
page-unconfirmed = 服务器还不知道您已应答。
page-unconfirmed-do = 它会继续上报。请致电接下来的人员：
page-state-ringing = 正在响铃
page-state-acknowledged = 已确认
page-state-nobody = 没有呼叫到任何人
page-state-snoozed = 暂停
page-state-closed = 已结束

## 无法处理的原因
decline-why = 为什么无法处理？
decline-reason = 其他原因
decline-submit = 转给他人
decline-busy = 我正在处理另一个事件
decline-not-available = 我现在无法工作
decline-wrong-person = 这不属于我的领域

## 呼叫到达的程度
reached-sent = 已发出，尚未收到
reached-unreachable = 桌面没有回应
reached-delivered = 已收到
reached-shown = 已显示
reached-shown-silently = 已静音显示：安静时段
reached-shown-held-back = 已显示；勿扰模式已开启
page-a-desktop = 其中一台桌面
page-said-by = 由 { $person } 代为确认
page-escalate = 立即进入下一步
page-to-imoc = 立即转给 IMOC
page-busy = { $person } 已在指挥 { $key }。
reached-not-shown = 无法显示
reached-acknowledged = 已确认
reached-declined = 无法处理

## 我的呼叫
pages-title = 我的呼叫
pages-empty = 还没有人呼叫过您。
pages-earlier = 更早
pages-ringing = 正在响铃
pages-and-more = 另有 { $count } 个
pages-none-ringing = 目前没有呼叫您的响铃。
test-page-send = 给我发一个测试呼叫

## 呼叫其他人
ask-title = 呼叫其他人
ask-description = 将一直响铃，直到有人应答。接受者以该角色加入此事件。
ask-whom = 呼叫谁
ask-note = 为了什么
ask-submit = 立即呼叫
ask-responder = 响应人员
