### 首次启动、登录，以及数据文件无法使用时的用词。

first-start-title = 欢迎使用 Firebell
first-start-description = 它陪团队走完整个事件，断网时照样工作。
first-start-sample = 用示例数据试用
first-start-sample-long = 在这台电脑上放入虚构的团队、轮值表和几个事件。
first-start-sample-name = 您
first-start-empty = 在这台电脑上从零开始
first-start-empty-long = 无需服务器，无需账号。之后可以加入公司。
first-start-server = 连接服务器
first-start-server-long = 公司已部署服务器，并给了您地址。
first-start-name = 您的姓名
first-start-name-hint = 会显示在您写的内容旁边。
first-start-submit = 开始

connect-server = 服务器
connect-server-hint = 以 https:// 开头
connect-name = 账号
connect-password = 密码
connect-new-password = 设置密码
connect-invited = 我有邀请码，还没有账号
connect-invitation = 邀请码
connect-consent = 这台电脑没有钥匙串，同意把登录状态保存在只有我能读取的文件中。
connect-submit = 连接
connect-sign-in = 登录
connect-running = 正在连接…

sign-in-title = 登录
sign-in-description = 这台电脑上的内容都还在。登录后可以继续书写。
sign-in-revoked = 管理员已终止这台电脑的访问权限。您未发送的内容仍在这里。

unusable-title = 数据文件无法使用
unusable-untouched = 文件未做任何改动。
unusable-rescued = 已将 { $count } 项未发送的更改保存在：
