### 单个事件的用词：创建、状态、指挥、人员、事实。

incident-key-later = 联网后分配事件键
severity-label = 严重性级别 { $severity }
topic-severity = { $severity } 级
topic-nobody = 暂无
incident-looking = { $names } 也在看（{ $count } 人）
call-title = 会议与主题
call-label = 视频会议或会议室
call-start = 发起会议
call-join = 加入会议
call-edit = 修改会议
call-hint = 链接，或会议室名称，例如“4.12”
topic-copy = 复制主题
state-new = 新建
state-fixing = 正在解决
state-resolved = 已解决
state-closed = 已关闭
state-false-alarm = 误报

## 自带的严重性级别
severity-1-name = 危急
severity-1-short = 所有客户、数据或隐私
severity-1-criteria = 影响极大：所有客户无法使用，机密或隐私遭到破坏，或者丢失客户数据。立即呼叫相关人员。
severity-2-name = 重大
severity-2-short = 部分客户、核心功能
severity-2-criteria = 影响显著：部分客户无法使用，或核心功能受到严重影响。立即呼叫相关人员。
severity-3-name = 轻微
severity-3-short = 影响小，有变通方案
severity-3-criteria = 造成不便但有变通方案，或性能下降。不呼叫任何人，由交付团队在工作时间处理。
scale-title = 严重性级别说明
scale-description = 按影响以及预计的修复工作量判断。拿不准时选更严重的一级，之后降级很容易。

## 创建
declare-open = 创建事件
declare-title = 创建事件
declare-summary = 出了什么紧急情况？
declare-severity = 严重性级别
declare-scale = 级别说明
declare-service = 故障服务
declare-description = 对客户的影响，以及如何联系您
declare-products = 受影响的产品
declare-detected-by = 发现方式
declare-impact-start = 影响开始
declare-restricted = 受限。
declare-restricted-hint = 仅成员可见，用于安全和隐私事件。
declare-drill = 演练。
declare-drill-hint = 仅供练习，处处标明，不计入指标。
declare-similar = 类似事件
declare-submit = 创建
declare-saved = 输入时自动保存
declare-not-saved = 草稿无法保存，请不要关闭此窗口。
declare-restored = 已恢复 { $at } 的草稿。
declare-start-over = 重新填写
detected-monitoring = 监控系统
detected-customer = 客户报告
detected-observation = 自行发现
preview-choose = 级别 1 和 2 会立即呼叫人员，级别 3 等待团队处理。
preview-pages = 立即呼叫人员。
preview-queue = 不呼叫任何人，进入团队队列等待。
preview-queue-now = 不呼叫任何人，移交到队列并立即显示：{ $team }
preview-queue-later = 不呼叫任何人，移交到队列，在办公时间开始时（{ $at }）显示：{ $team }
preview-people = 立即呼叫：{ $people }
preview-imoc = 此服务无人待命，立即呼叫待命的事件管理员（IMOC）：{ $people }
preview-nobody = 目前没有任何人待命。请先创建事件，再打电话找人。
preview-offline = 当前离线：恢复连接后才会呼叫 { $people }。
preview-phone-now = 请立即致电：{ $phones }
preview-person = { $name }（{ $role }）
preview-phone = { $name } { $phone }

## 页眉
incident-more = 更多操作
incident-edit-summary = 编辑摘要
incident-change-severity = 严重性级别 { $severity }，点击更改
action-copy-key = 复制事件键和摘要
action-resolve = 解决…
action-close-incident = 关闭事件
action-reopen = 重新打开
action-false-alarm = 误报…
im-since = 事件管理员 · { $time }
im-unconfirmed = 尚未确认
command-take = 接管指挥
command-hand-over = 交接
command-replace = 接替…
command-accept = 接手指挥
command-decline = 谢绝
command-offered-to = 已请 { $person } 接手

## 提醒
attention-label = 最需要注意的事
attention-snooze = 5 分钟内不提醒
attention-nobody-paged = 没有呼叫到任何人。请打电话：
attention-offered-to-me = { $person } 请您接手指挥这个事件。
attention-unconfirmed = 服务器尚未确认由您指挥。
attention-no-im = 目前无人指挥。
attention-impossible-times = 这些时间互相矛盾，不计入指标。
attention-no-impact-end = 事件已解决，但还没有人说明影响何时结束。
attention-no-service = 哪项服务出了故障？还没有人说明。
attention-no-impact-start = 影响从何时开始？还没有人说明。
attention-no-tech-lead = 还没有人领导技术工作。
attention-no-communications = 还没有沟通管理员，无人对外说明。
attention-offer-waits = 已请 { $person } 接手指挥，尚未答复。
attention-role-offered = { $person } 请您接任{ $role }。
attention-i-take-over = 您将接任{ $role }：{ $at }。
attention-plan-due = { $person } 应接任{ $role }：{ $at }。
attention-edit-times = 编辑时间
attention-choose-service = 选择服务
attention-assign-role = 委派角色

## 响应流程
steps-title = 响应流程
step-declared = 已创建
step-command = 已接管
step-assessed = 已评估
step-roles = 已委派
step-resolved = 已解决
step-closed = 已关闭
step-state = { $state ->
    [done] （已完成）
    [now] （下一步）
   *[open] （之后）
  }
step-missing = 缺少：{ $what }
step-missing-service = 故障服务
step-missing-start = 影响开始
step-assessed-done = 服务与开始时间已知
step-roles-count = { $count ->
    [0] 尚无
   *[other] { $count } 个角色
  }
next-service = 指明故障服务
next-times = 填写影响开始
next-roles = 委派角色
next-resolve = 解决
next-close = 关闭事件

## 人员
side-title = 人员与事实
people-title = 人员
people-assign = 委派角色
people-members = 成员
role-im = 事件管理员
role-tech-lead = 技术主管
role-communications-manager = 沟通管理员
role-deputy = 后备 IM
role-other = 其他角色
role-form-role = 角色
role-form-own = 角色名称
role-form-person = 人员
role-form-submit = 委派
duty-tech-lead = 提出猜想，决定更改，带领技术团队，与事件管理员紧密配合。
duty-communications-manager = 撰写并发送所有对内、对外消息。
duty-deputy = 另一位合格的事件管理员：维护时间线，随时顶替。
duty-im = 领导响应：由一个人拍板，并把工作分派下去。
task-im-1 = 打开聊天室、通话和文档，把大家带到那里。
task-im-2 = 委派技术主管和沟通管理员。
task-im-3 = 开口询问观察、猜想和决定，并让人记录下来。
task-im-4 = 确保按承诺的时间发出下一次更新。
task-tech-lead-1 = 汇集大家看到的情况，说明哪些已经证实。
task-tech-lead-2 = 列出猜想，先验证可能性最大的。
task-tech-lead-3 = 每次更改生产环境之前，先与事件管理员商定。
task-tech-lead-4 = 说明谁在做什么，还需要谁。
task-communications-manager-1 = 事件一经确认，立即发出对内、对外的首条消息。
task-communications-manager-2 = 每条消息都承诺下次更新的时间，并且守时。
task-communications-manager-3 = 未知的事情，要和已知的一样说清楚。
task-communications-manager-4 = 把客户和客服反映的情况带回来。
task-deputy-1 = 维护时间线：何事、何人、何时。
task-deputy-2 = 看好时钟：下次更新、交班、每个人已工作多久。
task-deputy-3 = 跟进通话中答应过却还没做的事。
task-deputy-4 = 随时准备接管指挥。
role-card-title = 您是{ $role }

## Seats
seat-nobody = 无人
seat-planned = 下一任：{ $person }，{ $at }
seat-menu = { $role }：{ $person }
seat-hand-over = 交接…
seat-unplan = 取消下一任安排
seat-end = 不再担任此角色
seat-accept = 接任{ $role }

## Brief
brief-open = 简报
brief-read = 阅读简报
brief-title = 简报
brief-description = 根据本机上的记录生成。
brief-since = 已 { $time }
brief-unsent = 本机有 { $count } 项更改尚未发送，他人还看不到。
brief-impact = 影响
brief-unknown = 尚不清楚：{ $what }
brief-firing = { $count } 个告警正在触发
brief-observations = 最近的观察
brief-decisions = 最近的决定
brief-changes = 生产环境更改
brief-revert = 回退：{ $how }
brief-workstreams = 正在进行
brief-people = 参与人员
brief-came = 应召而来
brief-for = { $time }
duty-other = 请让名称说明职责。

## 事实
facts-title = 事实
facts-declared = 创建
facts-no-description = 尚无描述
facts-edit-description = 编辑描述
facts-edit-service = 更改故障服务
facts-no-products = 未指明
facts-add-product = 添加产品
facts-remove-product = { $product } 不受影响
times-title = 时间
times-impact-start = 影响开始
times-detected = 检测时刻
times-impact-end = 影响结束
times-goes-on = 仍在持续
times-ttd-long = 检测耗时：影响开始 → 检测时刻
times-ttr-long = 恢复耗时：影响开始 → 影响结束
incident-pages = 呼叫
incident-no-pages = 没有呼叫过任何人。

## 对话框
resolve-title = 解决事件
resolve-description = 已解决是指：对客户的影响已经结束，也没有迫近的影响。余下的是清理工作。
resolve-no-end = 影响结束为空：无法得出恢复耗时，影响也可能还没有结束。
resolve-future-end = 影响结束在将来：真的结束了吗？
resolve-lasted = 影响持续了 { $time }。
resolve-submit = 解决
hand-over-title = 交接指挥
hand-over-description = 对方接手之前，仍由您指挥。
hand-over-to = 交给
hand-over-submit = 请其接手
hand-over-role-title = 交接：{ $role }
hand-over-role-description = 对方接受之前，仍由现任担任。
hand-over-later-description = 到时会提醒双方；在此之前不变。
hand-over-when = 时间
hand-over-now = 现在：请对方接受
hand-over-later = 稍后，在指定时间
hand-over-from = 从何时起
hand-over-offer = 请其接手
hand-over-plan = 安排
hand-over-brief = 对方会看到的简报
replace-title = 接替 { $person }
replace-description = 用于联系不上事件管理员的情况。您立即接管指挥，原因会告知所有人。
replace-submit = 接管指挥
reopen-title = 重新打开事件
reopen-description = 原因会写入时间线。
false-alarm-title = 这是一次误报
false-alarm-description = 呼叫停止，不计入指标。原因会写入时间线。
false-alarm-submit = 按误报关闭
severity-dialog-title = 更改或确认严重性级别
severity-dialog-description = 团队会在时间线上看到更改。
severity-dialog-keep = 保持不变
severity-dialog-page = 保存并呼叫

## 告警
incident-alerts = 告警
alert-firing = 告警中
alert-over = 已解除
alert-acknowledged = 已在监控系统中确认
alert-source-count = { $source } · { $count } 条告警中
alert-since = 始于 { $at }
alert-until = 止于 { $at }
alert-reports = 上报 { $count } 次
alert-use-start = 用作影响开始时间
alert-copy-link = 复制链接

## 六个问题
questions-title = 六个问题
questions-open = { $count } 个未回答
questions-all = 已全部回答
question-side = 谁受影响？
question-seen = 他们看到什么？
question-extent = 多少人？
question-since = 从何时开始？
question-cases = 支持工单数？
question-else = 还有其他吗？
question-else-hint = 社交媒体、安全、数据丢失
question-unanswered = 未回答
question-take-back = 撤回
question-said = { $at } · { $person }
side-outside = 外部客户
side-inside = 内部人员
side-both = 两者
side-none = 没有人
extent-one = 一个
extent-some = 部分
extent-all = 全部
step-questions = { $count } 个问题未回答
