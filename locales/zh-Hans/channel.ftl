### 服务器自己写的话：呼叫邮件，以及邮件中确认链接打开的页面。

## 邮件（Rust 使用）
mail-page-subject = { $key } 严重性级别 { $severity }：{ $summary }
mail-page-subject-restricted = { $key } 严重性级别 { $severity }：一个受限事件需要您
mail-many-subject = { $count } 个事件需要您：{ $keys }
mail-drill = 【演练】{ $title }
mail-page-body = { $key } 正在呼叫您。在有人确认之前，会继续呼叫其他人。
mail-drill-body = 这是一次演练。
mail-times = 创建于 { $declared }，呼叫于 { $paged }。
mail-acknowledge = 确认
mail-acknowledge-until = 链接只能使用一次，有效期至 { $until }。持有链接的人可以用您的名义确认，请勿转发。
mail-no-link = 请打开 Firebell 确认。
mail-open = 打开事件
mail-test-subject = Firebell 测试邮件
mail-test-body = 呼叫可以通过这个地址找到您。
mail-test-page-subject = Firebell 测试呼叫
mail-test-page-body = 您给自己发了一次测试呼叫。这是随之发出的邮件，不会呼叫其他人。
mail-why = 您收到此邮件，是因为您正在待命，或有人呼叫了您。可在 Firebell 的设置中更改通知方式。

## 关于无法呼叫到的人的邮件（Rust 使用）
mail-unready-you = 呼叫可能无法到达您
mail-unready-others = 呼叫可能无法到达 { $count } 位待命人员
mail-unready-you-now = 您现在正为 { $schedule } 待命。
mail-unready-you-from = 您将从 { $start } 起为 { $schedule } 待命。
mail-unready-person-now = { $person } 现在正为 { $schedule } 待命。
mail-unready-person-from = { $person } 将从 { $start } 起为 { $schedule } 待命。
mail-unready-why = 您收到此邮件，是因为您正在待命，或负责某个轮值表。每天最多一封。
mail-doubt-not-seen = 近期没有收到任何桌面的消息。需要在一台桌面上启动 Firebell 并保持运行。
mail-doubt-left = 此人已离开，不会被呼叫。需要由其他人排入轮值表。
mail-doubt-no-desktop = 没有桌面，已选择其他方式。
mail-doubt-no-notifications = 桌面上没有可用的通知服务。请启动通知服务，或在其设置中允许 Firebell。
mail-doubt-no-sound = 听不到警报声。请在设置中打开警报声，并确认已连接声音设备。
mail-doubt-disturbed = 勿扰模式已开启。
mail-doubt-no-autostart = Firebell 不随电脑启动。
mail-doubt-not-tested = 最近 30 天没有应答过测试呼叫。

## 链接打开的页面（Rust 使用）
acknowledge-title = 确认 { $key }
acknowledge-title-test = 确认测试呼叫
acknowledge-about = 严重性级别 { $severity }：{ $summary }
acknowledge-about-restricted = 严重性级别 { $severity }，受限
acknowledge-drill = 这是一次演练。
acknowledge-ask = 请仅在您现在就处理时按下。之后不会再呼叫其他人。
acknowledge-ask-called = { $name } 请您加入 { $key }。请仅在您会参与时按下。
acknowledge-button = 我来处理
acknowledge-done = 由您处理。请打开 Firebell 接管。
acknowledge-done-called = 大家在 { $key } 中等您。请打开 Firebell 加入。
acknowledge-done-test = 可以使用：您的应答已送达。
acknowledge-used = 此链接已使用过。
acknowledge-held = { $name } 已在处理。
acknowledge-ended = 此呼叫已结束。
acknowledge-expired = 此链接已过期。请打开 Firebell 确认。
acknowledge-unknown = 此链接无效。
acknowledge-refused = 您已不能确认此呼叫。
acknowledge-not-now = 服务器此刻无法记录。请重试，同时致电同事。
acknowledge-again = 重试
