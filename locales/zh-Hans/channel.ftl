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

## 链接打开的页面（Rust 使用）
acknowledge-title = 确认 { $key }
acknowledge-title-test = 确认测试呼叫
acknowledge-about = 严重性级别 { $severity }：{ $summary }
acknowledge-about-restricted = 严重性级别 { $severity }，受限
acknowledge-drill = 这是一次演练。
acknowledge-ask = 请仅在您现在就处理时按下。之后不会再呼叫其他人。
acknowledge-button = 我来处理
acknowledge-done = 由您处理。请打开 Firebell 接管。
acknowledge-done-test = 可以使用：您的应答已送达。
acknowledge-used = 此链接已使用过。
acknowledge-held = { $name } 已在处理。
acknowledge-ended = 此呼叫已结束。
acknowledge-expired = 此链接已过期。请打开 Firebell 确认。
acknowledge-unknown = 此链接无效。
acknowledge-refused = 您已不能确认此呼叫。
acknowledge-not-now = 服务器此刻无法记录。请重试，同时致电同事。
acknowledge-again = 重试
