### 除应答之外可对呼叫进行的操作，以及桌面之外的渠道用词。

page-more = 更多
page-acknowledge-for = { $person } 已接手（本人已告知）
page-snooze = 暂停 { $minutes } 分钟
channel-email = 电子邮件
channel-webhook = webhook
delivery-queued = 等待中
delivery-sent = 已发出
delivery-failed = 未能送达
delivery-not-needed = 已不再需要
