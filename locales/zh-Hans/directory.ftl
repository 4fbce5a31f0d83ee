### 编辑名录时的用词：人员、团队、服务、产品、待命名单、上报策略、IMOC。

## 各部分
settings-workspace = 工作区
section-people = 人员
section-teams = 团队
section-services = 服务
section-products = 产品
section-schedules = 待命名单
section-policies = 上报策略
section-imoc = IMOC
section-alerts = 监控
section-maintenance = 维护窗口

## 各列表共用
directory-name = 名称
directory-retire = 停用
directory-restore = 重新启用
directory-retired = 已停用
directory-used-by = 用于 { $names }
directory-put-aside = 已搁置，尚未保存：{ $name }。
directory-bring-back = 取回继续编辑
directory-show-retired = 显示不再使用的（{ $count }）
directory-hide-retired = 隐藏不再使用的
directory-empty-ask = 这里还没有内容，需由管理员添加。
directory-may-not = 只有管理员可以更改工作区。您自己的电话、邮箱和时区由您自己维护。
directory-take-out = 移除 { $name }
directory-move-up = 上移 { $name }
directory-move-down = 下移 { $name }
directory-add-person = 添加人员…
directory-zone-type = 输入城市英文名，如 Shanghai
directory-zone-now = 当地现在是 { $time }

## 初次设置
setup-title = 设置待命
setup-about = 共四步，之后严重事件就能呼叫到人。
setup-schedule = 待命名单：谁在何时
setup-policy = 上报策略：呼叫谁
setup-service = 服务：什么会出故障
setup-imoc = IMOC：最后由谁兜底

## 人员
people-about = 记录中会提到的所有人。在这里添加的人没有账号：可以打电话，但没有电脑会为其响铃。
people-about-invite = 记录中会提到的所有人。需要被呼叫的人请发邀请；只在这里添加的人没有账号，只能打电话。
people-empty = 添加参与处理事件的人员，并填写电话号码。
people-add = 添加人员
people-retire = 已离开
people-restore = 已回来
people-retired = 已离开
people-no-account = 没有账号
people-admin = 管理员
person-name = 姓名
person-phone = 电话
person-phone-hint = 服务器无法呼叫时，直接拨打。
person-email = 邮箱
person-zone = 时区
person-admin = 管理员。
person-admin-hint = 可以更改这里的一切，并邀请他人。
me-contact = 别人如何联系您

## 邀请
invite-open = 邀请
invite-about = 服务器会生成一个邀请码。拿到邀请码的人用它连接服务器并建立账号。
invite-admin = 对方可以更改工作区（管理员）。
invite-make = 生成邀请码
invite-hand-on = 请把以下两项一并转交。邀请码不会再次显示。
invite-once = 只能使用一次，{ $at } 前有效。

## 团队
teams-about = 共同交付一项服务的人。上报的一步可以呼叫整个团队。
teams-empty = 需要同时呼叫多人，或要说明服务由谁交付时，请添加团队。
teams-add = 添加团队
teams-members = 成员
teams-nobody = 尚无成员

## 服务
services-about = 可能出故障的对象。创建事件时指明服务，其上报策略决定呼叫谁。
services-empty = 添加您运行的服务，用大家平时的叫法。先建好上报策略，添加时就能直接选用。
services-add = 添加服务
services-name-hint = 用半夜里大家会说的名字，如 payments-api。
services-policy = 上报策略
services-policy-hint = 这项服务出故障时呼叫谁。
services-policy-hint-nobody = 这项服务出故障时呼叫谁。不选则无人被呼叫，因为还没有 IMOC。
services-no-policy = 请先创建
services-imoc = 无：呼叫 IMOC
services-nobody = 无：不呼叫任何人
services-team = 团队
services-no-team = 不属于任何团队
services-pages = 按“{ $policy }”呼叫
services-pages-imoc = 呼叫 IMOC
services-pages-nobody = 不呼叫任何人

## 产品
products-about = 客户叫得出名字的东西。事件会说明其中哪些受影响。
products-empty = 添加客户会说“坏了”的东西，例如“网上商店”“手机应用”。
products-add = 添加产品
products-name-hint = 用客户熟悉的名称。

## 待命名单
schedules-about = 谁在何时待命：人员依次轮值，在当地时间交接。
schedules-empty = 请先添加一份待命名单，所有呼叫最终都落到名单上。名单里可以只有您一人。
schedules-add = 添加待命名单
schedules-name-example = 支付组待命
schedule-zone = 交接所用的时区
schedule-people = 轮值顺序
schedule-people-hint = 第一位值第一班。同一人可以出现多次。
schedule-turn-days = 每班时长
schedule-days = { $days ->
   *[other] 天
  }
schedule-hours = { $hours ->
   *[other] 小时
  }
schedule-unit = 时长单位
schedule-turn-next = 下一班时长
schedule-turn-add = 再加一种时长
schedule-turn-remove = 删除这种时长
schedule-rotation = 轮值 { $number }
schedule-rotation-add = 再加一个轮值
schedule-rotation-remove = 删除这个轮值
schedule-layer = 层
schedule-layer-hint = 0 至 9。较高的层有人时优先于较低的层；同一层的轮值一起待命。
schedule-active = 仅在以下时段
schedule-active-add = 仅在特定时段
schedule-active-from = 从
schedule-active-until = 到
schedule-active-remove = 删除这个时段
schedule-by-served = 无人值班的日子不占用任何人的班次（否则按日历轮换）
schedule-from = 生效时间
schedule-from-hint = 留空表示立即生效。此前谁在待命，记录保持不变。
schedule-holidays = 公众假日
schedule-holiday-day = 日期
schedule-holiday-add = 添加假日
schedule-holiday-remove = 删除
schedule-hand-off = 交接时间
schedule-first-day = 首次交接日期
schedule-preview = 照此保存后的班次
schedule-preview-cannot = 填好时长、时间和日期后，这里会显示接下来的班次。
schedule-preview-zone = 按您的时区显示：{ $zone }。

## 上报策略
policies-about = 先呼叫谁、等多久、再呼叫谁。最后一步之后轮到 IMOC。
policies-empty = 添加一条呼叫待命名单的策略，再把它用到服务上。
policies-add = 添加上报策略
policies-name-example = 支付组
policy-step = 第 { $step } 步
policy-rings = 呼叫
policy-add-target = 添加待命名单、轮换、团队、人员、Webhook 或电子邮件地址…
policy-waits = 等待
policy-minutes = 分钟，然后进入下一步
policy-minutes-last = 分钟；这是最后一步
policy-add-step = 添加一步
policy-repeats = 从头重复
policy-times = { $times ->
   *[other] 次（最后一步之后）
  }
policy-repeats-hint = 0 至 9 次。之后呼叫 IMOC。
policy-retries = 再次呼叫同一批人
policy-all = 每个人都必须确认
policy-round-robin = 每次呼叫只响其中一人，轮流进行
policy-severities = 仅限严重性级别
policy-hours = 仅限特定时段
policy-hours-outside = 除这些时段以外
policy-hours-from = 从
policy-hours-until = 到
policy-hours-zone = 这些时段的时区
policy-then = 之后转到
policy-then-hint = 在呼叫 IMOC 之前，先按另一条策略呼叫。
policy-then-none = IMOC
policy-doubt-gone = { $name } 已不存在，无法呼叫。
policy-doubt-left = { $name } 已离开，无法呼叫。
policy-doubt-no-way = { $name } 既没有账户，也没有其他可联系的方式。
policy-doubt-empty = { $name }：接下来四周没有任何人。
policy-doubt-out-of-reach = { $name }：其中没有人有账户或其他可联系的方式。
policy-doubt-retired = { $name } 已停用。仍会呼叫其中的人员，但已无人维护。
policy-doubt-off = { $name } 已停用，不会向其发送。
policy-doubt-nobody = 这一步呼叫不到任何人，呼叫会立即跳过它。
policy-doubt-never-severity = 这一步永远不会执行：级别 3 不呼叫任何人。
policy-doubt-never-hours = 这一步永远不会执行：所设时段不会到来。
policy-doubt-never-handed-off = 永远不会转到后续策略：之前的步骤已超过一次呼叫的上限。
policy-doubt-hand-off-retired = 后续策略已停用。
policy-doubt-hand-off-nobody = 后续策略呼叫不到任何人。
policy-more = 此步骤的更多设置
policy-no-schedule = 还没有待命名单，目前只能呼叫团队和人员。
policy-make-schedule = 创建待命名单
target-schedule = 待命名单
target-team = 团队
target-person = 人员
target-webhook = Webhook
target-email = 电子邮件地址
target-rotation = 轮换

## IMOC
section-calls = 视频会议
calls-about = 大家就事件会合的地方。“发起会议”会按此生成链接，在浏览器中打开；每个事件也可以另外填写链接或会议室。
calls-scheme = 新会议的链接
calls-scheme-hint = {"{"}key{"}"} 替换为事件编号，{"{"}id{"}"} 替换为他人猜不到的一段。留空则使用此处所示的公共服务。
imoc-about = 全公司待命的事件管理员：服务没有自己的待命人员，或其人员无人应答时，就呼叫他们。
imoc-policy = IMOC 的上报策略
imoc-policy-hint = 与其他上报策略一样；第一步通常呼叫事件管理员的待命名单。
imoc-none = 无
imoc-command-within = 须有人接管指挥，限时
imoc-command-minutes = 分钟（自确认起）
imoc-command-hint = 否则呼叫会从第一步起重新响铃。0 表示从不。
imoc-nobody = 不设置的话，未指明服务的事件不会呼叫任何人。

## 严重性级别标准
scale-about = 用贵组织自己的话来写。留空之处使用 Firebell 的说法。
scale-name = 名称
scale-short = 简短说明，用于表单
scale-criteria = 完整标准

## 监控
alerts-about = 可以创建事件的监控系统。同一告警无论上报多少次，都只算一个事件。
alerts-empty = 添加最先发现故障的监控系统，再给它一个令牌。
alerts-add = 添加告警来源
alerts-name-example = Prometheus
alerts-format = 格式
alerts-format-alertmanager = Prometheus Alertmanager
alerts-format-events = PagerDuty Events v2
alerts-format-json = 普通 JSON
alerts-service = 故障服务
alerts-severity = 严重性级别
alerts-severity-hint = 1 级和 2 级会呼叫人员。下方规则可另作规定。
alerts-no-token = 尚无令牌
alerts-rules = 规则
alerts-rules-hint = 以第一条符合的规则为准。都不符合时，按上面的服务和级别创建事件。
alerts-rule = 规则 { $number }
alerts-rule-add = 添加规则
alerts-rule-always = 没有条件则总是符合。
alerts-condition-add = 添加条件
alerts-label = 标签
alerts-how = 比较方式
alerts-value = 值
alerts-equals = 等于
alerts-prefix = 开头为
alerts-contains = 包含
alerts-ignore = 不创建事件
alerts-as-source = 与来源相同
alerts-token = 令牌
alerts-token-save-first = 请先保存告警来源，之后即可创建令牌。
alerts-token-about = 监控系统凭令牌接入。令牌只显示一次。
alerts-token-again = 新令牌会立即使原令牌失效。
alerts-token-make = 创建令牌
alerts-token-renew = 创建新令牌
alerts-token-shown = 请立即复制，之后不再显示。
alerts-token-solo = 这份记录只在本机，监控系统无法访问。

## 维护窗口
maintenance-about = 事先通知的维护工作。期间的告警会留存，但不创建事件；结束时重新检查仍在告警的项。
maintenance-empty = 在会触发告警的工作之前添加维护窗口。
maintenance-add = 添加维护窗口
maintenance-reason = 原因
maintenance-reason-example = 数据库升级
maintenance-start = 开始
maintenance-end = 结束
maintenance-services = 服务
maintenance-all = 全部服务
maintenance-add-service = 添加服务
maintenance-now = 进行中
maintenance-call-off = 取消
maintenance-restore = 恢复
maintenance-called-off = 已取消
## 除桌面响铃之外如何通知
person-language = 邮件语言
person-language-both = 两种语言
rules-title = 通知规则
rules-about = 无论规则如何，桌面都会立即响铃；规则只增加其他方式，不会减少。
quiet-own = 安静时段
quiet-about = 在此期间，严重性级别 2 的呼叫会在桌面静音显示，也不弹出呼叫窗口。级别 1 在任何时段都会响铃；对其他人的呼叫不会因此推迟。
quiet-days = 安静时段开始于
quiet-from = 安静时段从
quiet-until = 安静时段到
rule-said-quiet-rings = 安静时段照常响铃。
rule-said-quiet-silent = 安静时段只在桌面静音显示。
rules-own = 使用自己的规则，而不是通用规则
rule-add = 添加规则
rule-remove = 移除此规则
rule-by = 通知方式
rule-desktop = 桌面
rule-email = 邮件
rule-minutes = 分钟后
rule-minutes-label = 多少分钟后
rule-when = 何时
rule-always = 总是
rule-unreachable = 若没有桌面应答
rule-severity = 针对哪个严重性级别
rule-severity-all = 所有严重性级别
rule-severity-one = 严重性级别 { $severity }
rule-said-at-once = 立即：{ $way }
rule-said-after = { $minutes } 分钟后：{ $way }
rule-said-unreachable = 若没有桌面应答：{ $way }
rule-said-unreachable-after = 没有桌面应答 { $minutes } 分钟后：{ $way }
test-email = 测试邮件
test-email-hint = 确认呼叫能够送达此地址。
test-email-send = 给我发一封
test-email-sent = 已将发往 { $address } 的邮件交给邮件服务器，请查看是否收到。
channel-failed = 未能发出：{ $reason }

## Webhook
section-webhooks = Webhook
webhooks-about = 呼叫时调用的地址：电话网关、聊天、工单系统。消息带有签名。
webhooks-empty = 添加一个，即可通过电话呼叫人员。服务器手册附有一个可作起点的网关。
webhooks-add = 添加 Webhook
webhooks-name-example = 电话网关
webhooks-none = 此服务器不发送 Webhook：需要运维人员为它提供密钥。
webhook-address = 地址
webhook-address-hint = 工作区中的所有人都能看到，因此不要包含密码。只有在运维人员允许的范围内，才能使用明文 http 和内网地址。
webhook-test = 发送测试
webhook-test-taken = 对方已接收。
webhook-save-first = 请先保存：测试会发往已保存的地址。
webhook-secret-show = 显示签名密钥
webhook-secret-about = 对方用它核对签名。持有它的人可以伪造呼叫，请像密码一样保管。
