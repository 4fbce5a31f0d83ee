### 设置用词。

settings-appearance = 语言与外观
settings-language = 语言
settings-language-system = 跟随系统
settings-language-en = English
settings-language-zh = 简体中文
settings-theme = 主题
settings-theme-system = 跟随系统
settings-theme-light = 浅色
settings-theme-dark = 深色
settings-theme-contrast = 高对比度
settings-compact = 紧凑行距
settings-compact-hint = 一屏显示更多事件和条目。
settings-single-keys = 单字母快捷键
settings-single-keys-hint = 在文本框之外使用 J、K、E、F 和 ?。
settings-autostart = 开机启动
settings-autostart-hint = 在托盘中待命，呼叫才能找到您。
settings-sound = 警报声
settings-sound-hint = 只在呼叫您时响起。
settings-shortcut = 随处创建事件的快捷键
settings-shortcut-hint = 例如 CommandOrControl+Shift+D；留空则不使用。
settings-shortcut-cannot = 这个桌面环境不提供全局快捷键。
settings-line-shortcut = 随处写一行记录的快捷键
settings-line-shortcut-hint = 例如 CommandOrControl+Shift+L；留空则不使用。记录的时间是按下快捷键的时刻。

settings-ringing = 能呼叫到您吗？
settings-ringing-hint = 测试呼叫会完整地走一遍到这台电脑的路径。应答之后就能确定。
settings-test-sound = 播放警报声
capability-notifications = 系统通知
capability-notification-actions = 通知上的按钮
capability-sound = 声音
capability-always-on-top = 呼叫窗口置顶
capability-global-shortcut = 全局快捷键
capability-tray = 托盘图标
capability-keychain = 保存登录状态的钥匙串
capability-works = 可用
capability-missing = 此处不可用
capability-unsaid = 此系统不提供该信息

settings-account = 您
settings-computer = 这台电脑
settings-solo = 仅在这台电脑上
settings-sample = 已放入示例数据
settings-sign-out = 退出登录

settings-about = 关于
settings-version = Firebell { $version }
settings-time-zones = 时区规则内置于程序，与程序同龄。某地调整时制后，请更新 Firebell。
